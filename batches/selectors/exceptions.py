"""Reading exceptions."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from batches.domain.commands import CLOSE_EXCEPTION, RAISE_DEVIATION
from batches.domain.lifecycle import EXCEPTION, exceptions_closed, lot_not_affected
from batches.models import Entry, ExceptionRecord, Lot
from batches.selectors.genealogy import ancestors
from evgmp.compliance.models import Event, Signature
from evgmp.rules.blocker import Blocker


def exceptions() -> "QuerySet[ExceptionRecord]":
    return ExceptionRecord.objects.select_related("lot", "step__batch", "step__master_step", "entry__parameter", "entry__superseded_by").order_by("-pk")


def exception_of(number: str) -> ExceptionRecord:
    return exceptions().get(number=number.strip().upper())


def exceptions_of(lot: Lot) -> "QuerySet[ExceptionRecord]":
    return exceptions().filter(lot=lot)


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
    """User IDs of everybody who performed, witnessed or recorded the step that an exception is about."""
    if exception.step_id is None:
        return set()
    entries = Entry.objects.filter(step_id=exception.step_id).values_list("pk", flat=True)
    about = Q(record_type="batches.step", record_key=str(exception.step_id)) | Q(
        record_type="batches.entry", record_key__in=[str(pk) for pk in entries]
    )
    signers = Signature.objects.filter(about).values_list("signer_id", flat=True)
    return {*signers, *Event.objects.filter(about).values_list("actor_id", flat=True)}


def deviation_blockers(exception: ExceptionRecord) -> list[Blocker]:
    """Why an exception can't be made a deviation now."""
    since = f"{exception.deviation_at:%Y-%m-%d %H:%M} UTC" if exception.deviation_at else ""
    return EXCEPTION.blockers(RAISE_DEVIATION, status=exception.status, facts={"deviation_since": since})


def closing_blockers(exception: ExceptionRecord, user_id: str = "") -> list[Blocker]:
    """Why an exception can't be closed now; with `user_id`, by this person."""
    facts = {"closer": user_id, "took_part": took_part(exception) if user_id else set()}
    return EXCEPTION.blockers(CLOSE_EXCEPTION, status=exception.status, facts=facts)
