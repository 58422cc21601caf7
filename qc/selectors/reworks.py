"""What reprocessing and rework ask about: the procedures and the tests that can be named, and what bars a decision (EXE-23)."""

from typing import Any

from batches.domain.lifecycle import DISPOSITION_WORDS
from batches.models import Lot, MasterVersion, ReworkAuthorisation
from batches.selectors.masters import effective_versions
from batches.selectors.release import part_blockers
from batches.selectors.reworks import rework_of
from evgmp.rules.blocker import Blocker
from qc.domain.applicability import applies
from qc.domain.commands import DECIDE_REWORK, REQUEST_REWORK
from qc.domain.rework import REWORK, REWORK_REQUEST
from qc.models import SpecRow
from qc.selectors.sheets import open_oos, pinned_version
from qc.selectors.specifications import attributes_of, effective_version

__all__ = ["procedures_for", "request_blockers", "rework_blockers", "rework_of", "tests_for"]

# Intermediates have no specification of release: what is added to them is tested on the EV lot.
TESTED_AS = "ev_ds"


def procedures_for(lot: Lot) -> list[MasterVersion]:
    """Approved procedures by which a lot of this stage is made."""
    return list(effective_versions(lot.stage))


def has_criterion(row: SpecRow) -> bool:
    return not row.computed and bool(row.lower is not None or row.upper is not None or row.expected or row.accepted)


def tests_for(lot: Lot) -> tuple[list[SpecRow], set[str]]:
    """Rows that can be added, and the codes of those that decide the release of this lot anyway."""
    version = pinned_version(lot) or effective_version(TESTED_AS)
    if version is None:
        return [], set()
    rows = [row for row in version.rows.order_by("position") if has_criterion(row)]
    attributes = attributes_of(lot)
    return rows, {row.code for row in rows if row.decides_release and applies(row.applies_when, attributes)}


def request_blockers(lot: Lot) -> list[Blocker]:
    """Why no reprocessing of this lot can be asked for now."""
    other = ReworkAuthorisation.objects.filter(lot=lot, status__in=("requested", "authorised")).first()
    facts = {"lot": lot.number, "stage": lot.stage, "disposition": lot.disposition, "other": other.number if other else ""}
    return REWORK_REQUEST.blockers(REQUEST_REWORK, status=lot.making_status, facts=facts)


def rework_blockers(row: ReworkAuthorisation, user_id: str = "") -> list[Blocker]:
    """Why it can't be decided on now; with `user_id`, by this person."""
    lot, procedure = row.lot, row.procedure
    facts: dict[str, Any] = {
        "lot": lot.number, "stage": lot.stage, "disposition": lot.disposition, "open_oos": [oos.number for oos in open_oos(lot)],
        "procedure_overtaken": "" if procedure.status == "effective" else f"{procedure.number} is not effective any more. Refuse it and ask anew.",
        "decider": user_id, "requester": row.requester_id,
    }  # fmt: skip
    found = REWORK.blockers(DECIDE_REWORK, status=row.status, facts=facts)
    return found + (part_blockers(lot, user_id) if user_id else [])


def standing_in_words(lot: Lot) -> str:
    return DISPOSITION_WORDS.get(lot.disposition, lot.disposition)
