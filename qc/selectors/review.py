"""What the review page shows beside the verdict: exceptions, changes, completeness; which lots are under review; the register."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from batches.models import Entry, ExceptionRecord, Lot, Step
from batches.selectors.dispositions import dispositions_of
from batches.selectors.exceptions import exceptions_beside
from batches.selectors.lots import lots
from evgmp.web.components import Correction, number_text
from qc.documents import wording
from qc.models import CertificationRegister, OutOfSpecification, Result
from qc.selectors.chain import Chain
from qc.selectors.gates import GATES
from qc.selectors.oos import next_of
from qc.selectors.release_state import ReleaseState
from qc.selectors.sheets import sheet

UNDER_REVIEW = ("quarantine", "hold", "approved_for_certification", "certified")
SHOWN = ("open", "closed", "all")


def lots_under_review() -> list[Lot]:
    """Banks, EV lots and drug products that are made and on their way to release, oldest first."""
    made = list(lots().filter(stage__in=tuple(GATES), making_status="made").order_by("pk"))
    standings = dispositions_of(made)
    return [lot for lot in made if standings[lot.pk] in UNDER_REVIEW]


WITH_IT = "The lot or what it comes from was made with it."


def raised(exception: ExceptionRecord) -> str:
    return "Reported by a person" if exception.kind == "reported" else "Raised by the system"


def exceptions_of(chain: Chain) -> list[dict[str, Any]]:
    """Every exception and OOS of the lot and its ancestors, open ones first, as rows of the page."""
    found: list[dict[str, Any]] = [
        {
            "title": one.sentence, "records": [one, *([one.sample] if one.sample else []), one.lot],
            "meta": f"Closed: {one.decision_reason}" if one.closed_at else raised(one),
            "state": "blocks_release" if one.status == "open" or one.decision == "lot_affected" else "closed",
            "owner": "QA reviewer" if one.status == "open" else one.closed_by, "since": one.opened_at if one.status == "open" else one.closed_at,
            "blocks": one.status == "open", "undecided": one.status == "open", "icon": "check-circle", "url": one.get_absolute_url(),
        }
        for one in ExceptionRecord.objects.filter(lot__in=chain.lots).select_related("lot", "sample").order_by("pk")
    ]  # fmt: skip
    # Open ones of equipment and materials it was made with (DEV-04).
    found += [
        {
            "title": one.sentence, "records": [one, one.about], "meta": WITH_IT, "state": "blocks_release", "owner": "QA reviewer",
            "since": one.opened_at, "blocks": True, "undecided": True, "url": one.get_absolute_url(),
        }
        for one in exceptions_beside(chain.lots)
    ]  # fmt: skip
    found += [
        {
            "title": f"{oos.result.row.name} out of specification", "records": [oos, oos.lot],
            "meta": next_of(oos).sentence if oos.status == "open" else oos.decision_reason,
            "state": "blocks_release" if oos.status == "open" else "closed", "owner": next_of(oos).waits if oos.status == "open" else oos.closed_by,
            "since": oos.opened_at, "blocks": oos.status == "open", "undecided": oos.status == "open", "icon": "check-circle",
            "url": oos.get_absolute_url(),
        }
        for oos in OutOfSpecification.objects.filter(lot__in=chain.lots).select_related("lot", "result__row").order_by("pk")
    ]  # fmt: skip
    return sorted(found, key=lambda row: not row["blocks"])


def changes_of(chain: Chain) -> list[tuple[Any, str, Correction]]:
    """Every value changed after its first entry: where, what, and the correction itself (PRT-01, REL-04)."""
    found: list[tuple[Any, str, Correction]] = []
    entries = Entry.objects.filter(step__batch__lot__in=chain.lots, supersedes__isnull=False)
    for entry in entries.select_related("step__batch", "step__master_step", "parameter", "supersedes").order_by("pk"):
        first = entry.supersedes
        if first is not None:
            shown = Correction(first.text, entry.text, entry.unit, entry.reason, entry.recorded_by, entry.recorded_at)
            found.append((entry.step.batch, f"step {entry.step.position}, {entry.parameter.label.lower()}", shown))
    results = Result.objects.filter(lot__in=chain.lots, supersedes__isnull=False)
    for result in results.select_related("lot", "row", "run", "supersedes__row", "supersedes__run").order_by("pk"):
        if result.supersedes is not None:
            old, new = number_text(wording.result(result.supersedes)), number_text(wording.result(result))
            found.append((result, result.row.name, Correction(old, new, "", wording.reason(result), result.analyst, result.recorded_at)))
    return found


def completeness_of(state: ReleaseState) -> list[dict[str, Any]]:
    """How far the review has come, in counts."""
    chain = state.chain
    unreviewed = sum(stop.key in ("batch_not_reviewed", "batch_record_missing") for stop in state.own_record + state.other_records)
    steps = Step.objects.filter(batch__lot__in=chain.lots).aggregate(total=Count("pk"), signed=Count("pk", filter=Q(status__in=("signed", "skipped"))))
    tested = sheet(state.lot).applying
    reviewed = sum(row.is_reviewed for row in tested)
    failing = sum(row.verdict == "oos" for row in tested)
    exceptions = exceptions_of(chain)
    still_open = sum(row["undecided"] for row in exceptions)
    return [
        {"name": "Records in the chain reviewed", "done": len(chain.lots) - unreviewed, "total": len(chain.lots), "blocked": 0},
        {"name": "Batch record steps signed", "done": steps["signed"], "total": steps["total"], "blocked": 0},
        {"name": "QC results reviewed", "done": reviewed, "total": len(tested), "blocked": failing},
        {"name": "Exceptions closed", "done": len(exceptions) - still_open, "total": len(exceptions), "blocked": sum(row["blocks"] for row in exceptions)},
    ]


def register() -> QuerySet[CertificationRegister]:
    """The register of certifications, newest first."""
    return CertificationRegister.objects.select_related("lot", "certificate").defer("certificate__data").order_by("-pk")
