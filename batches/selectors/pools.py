"""Whether a lot may be pooled by how it was held: inside its hold time, at a temperature inside its limits (G3)."""

from datetime import datetime

from batches.domain.clocks import in_words, minutes
from batches.domain.entry_rules import OUTSIDE
from batches.domain.master_defects_times import PARENT, PARENT_MADE
from batches.domain.master_parts import TimeLimit, from_json
from batches.models import BatchRecord, Entry, ExceptionRecord, Lot
from batches.selectors.genealogy import described_by, record_of
from batches.selectors.records import ACCEPTED_AT_GATE

# What a master may fill with the temperature of a hold.
HOLD_TEMPERATURES = ("conditioned_media.hold_temperature_c",)


def hold_objections(lot: Lot, pool: BatchRecord, at: datetime) -> list[str]:
    """Why this lot can't go into a pool by its hold, as sentences: longer than the master of the pool allows, or at a temperature
    outside its limits that QA has not accepted. A start that nobody recorded can't be judged, so it speaks against the lot."""
    return [*_time_objections(lot, pool, at), *_temperature_objections(lot)]


def _time_objections(lot: Lot, pool: BatchRecord, at: datetime) -> list[str]:
    found = []
    for step in pool.version.steps.order_by("position"):
        for limit in (from_json(TimeLimit, plain) for plain in step.times):
            most = minutes(limit.maximum_min)
            if most is None or not (limit.since == PARENT_MADE or limit.since.startswith(PARENT)):
                continue
            start = _start(lot, limit.since)
            if start is None:
                found.append(f"{lot}: the start of “{limit.title}” is not recorded, so nobody knows how long it was held.")
            elif at - start > most:
                found.append(f"{lot}: “{limit.title}” has run {in_words(at - start)}, at most {in_words(most)} are allowed.")
    return found


def _start(lot: Lot, since: str) -> datetime | None:
    """The instant at which the hold of this part began, in its own record."""
    made = described_by(lot)
    if since == PARENT_MADE:
        return made.made_on
    step, key = since.removeprefix(PARENT).split(".")
    entry = Entry.objects.filter(
        step__batch=record_of(lot), step__master_step__key=step, parameter__key=key, parameter__kind="instant", is_current=True
    ).first()
    return datetime.fromisoformat(entry.text) if entry else None


def _temperature_objections(lot: Lot) -> list[str]:
    outside = Entry.objects.filter(
        step__batch=record_of(lot), parameter__fills__in=HOLD_TEMPERATURES, is_current=True, mark__in=OUTSIDE
    ).select_related("parameter")
    found = []
    for entry in outside:
        exception = ExceptionRecord.objects.filter(entry=entry).first()
        if exception is None or exception.status != "closed" or exception.decision not in ACCEPTED_AT_GATE:
            where = f" ({exception.number})" if exception else ""
            found.append(f"{lot}: {entry.parameter.label} was {entry.text} {entry.unit}, outside its limits, and QA has not accepted it{where}.")
    return found
