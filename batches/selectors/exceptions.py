"""Reading exceptions."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from batches.domain.commands import CLOSE_EXCEPTION, RAISE_DEVIATION
from batches.domain.lifecycle import EXCEPTION, exceptions_closed, lot_not_affected
from batches.models import Entry, EquipmentEntry, ExceptionRecord, Lot, MaterialMovement
from batches.selectors.genealogy import ancestors
from evgmp.compliance.models import Event, Signature
from evgmp.compliance.site_time import site_time
from evgmp.rules.blocker import Blocker


def exceptions() -> "QuerySet[ExceptionRecord]":
    of_step = ("step__batch", "step__master_step", "entry__parameter", "entry__superseded_by")
    return ExceptionRecord.objects.select_related("lot", "sample", "label_issue", "equipment", "material_lot", *of_step).order_by("-pk")


def exception_of(number: str) -> ExceptionRecord:
    return exceptions().get(number=number.strip().upper())


def exceptions_of(lot: Lot) -> "QuerySet[ExceptionRecord]":
    return exceptions().filter(lot=lot)


def exceptions_about(record: Any) -> "QuerySet[ExceptionRecord]":
    """Of a sample, a label issue, an equipment unit or a material lot, newest first."""
    return exceptions().filter(pk__in=record.exceptions.values("pk"))


def exceptions_beside(lots: Iterable[Lot]) -> "QuerySet[ExceptionRecord]":
    """Open ones about equipment and material lots that these lots were made with: QA decides them before any of these is released."""
    keys = [lot.pk for lot in lots]
    units = EquipmentEntry.objects.filter(kind="used", is_current=True, lot__in=keys).values("unit")
    materials = MaterialMovement.objects.filter(kind="used", is_current=True, step__batch__lot__in=keys).values("lot")
    return exceptions().filter(Q(equipment__in=units) | Q(material_lot__in=materials), status="open").order_by("pk")


def exception_facts(lot: Lot, older: Iterable[Lot] | None = None) -> dict[str, Any]:
    """Open exceptions of the lot and its ancestors, and those that were closed as affecting this lot. `older`: its
    ancestors, when the caller has them already."""
    kin = [lot.pk, *(a.pk for a in (ancestors(lot) if older is None else older))]
    is_open = ExceptionRecord.objects.filter(lot__in=kin, status="open").select_related("lot").order_by("pk")
    affecting = ExceptionRecord.objects.filter(lot=lot, decision="lot_affected").order_by("pk")
    return {
        "open_exceptions": [e.number if e.lot_id == lot.pk else f"{e.number} of {e.lot}" for e in is_open],
        "affecting_exceptions": [e.number for e in affecting],
    }


def exception_blockers(lot: Lot) -> list[Blocker]:
    """What in the exceptions bars a release: open ones of the lot or an ancestor, and those that affect it (DEV-04)."""
    facts = exception_facts(lot)
    return [blocker for rule in (exceptions_closed, lot_not_affected) if (blocker := rule(facts))]


def took_part(exception: ExceptionRecord) -> set[str]:
    """User IDs of everybody who performed, witnessed or recorded the step, drew the sample or printed the labels."""
    if exception.step_id is not None:
        entries = Entry.objects.filter(step_id=exception.step_id).values_list("pk", flat=True)
        about = Q(record_type="batches.step", record_key=str(exception.step_id)) | Q(
            record_type="batches.entry", record_key__in=[str(pk) for pk in entries]
        )
    elif record := exception.sample or exception.label_issue:
        about = Q(record_type=record._meta.label_lower, record_key=str(record.pk))
    else:
        return set()
    signers = Signature.objects.filter(about).values_list("signer_id", flat=True)
    return {*signers, *Event.objects.filter(about).values_list("actor_id", flat=True)}


def deviation_blockers(exception: ExceptionRecord) -> list[Blocker]:
    """Why an exception can't be made a deviation now."""
    since = site_time(exception.deviation_at) if exception.deviation_at else ""
    return EXCEPTION.blockers(RAISE_DEVIATION, status=exception.status, facts={"deviation_since": since})


def closing_blockers(exception: ExceptionRecord, user_id: str = "") -> list[Blocker]:
    """Why an exception can't be closed now; with `user_id`, by this person."""
    facts = {"closer": user_id, "took_part": took_part(exception) if user_id else set()}
    return EXCEPTION.blockers(CLOSE_EXCEPTION, status=exception.status, facts=facts)
