"""Rows of reprocessing and rework. Called by the commands of `qc`, which know the tests, inside their own recording (EXE-23)."""

from collections.abc import Sequence

from batches.models import Lot, MasterVersion, ReworkAuthorisation
from evgmp.compliance.recording import Recording


def rework_asked(rec: Recording, lot: Lot, *, kind: str, procedure: MasterVersion, tests: Sequence[str]) -> ReworkAuthorisation:
    row = ReworkAuthorisation(
        number=rec.next_number(f"RWK-{rec.at.year}"), lot=lot, kind=kind, procedure=procedure, reason=rec.act.reason.strip(),
        added_tests=sorted(set(tests)), requested_at=rec.at, requested_by=rec.act.by.printed_name, requester_id=rec.act.by.user_id,
    )  # fmt: skip
    row.save()
    return row


def rework_decided(rec: Recording, row: ReworkAuthorisation, status: str) -> None:
    row.status, row.decided_at = status, rec.at
    row.decided_by, row.decision_reason = rec.act.by.printed_name, rec.act.reason.strip()
    row.save()


def rework_begun(row: ReworkAuthorisation, child: Lot) -> None:
    """The lot that is made under it has taken the material: the authorisation serves once."""
    row.status, row.made = "begun", child
    row.save()
