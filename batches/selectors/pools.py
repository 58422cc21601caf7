"""Whether a lot may be pooled or used by how it was held: inside its hold time, at a temperature inside its limits (G3, EXE-10)."""

from datetime import datetime

from batches.domain.clocks import in_words, minutes
from batches.domain.entry_rules import OUTSIDE
from batches.domain.master_defects_times import PARENT, PARENT_MADE
from batches.domain.master_parts import TimeLimit, from_json
from batches.models import BatchRecord, Entry, ExceptionRecord, Lot
from batches.selectors.clocks import HELD
from batches.selectors.genealogy import described_by, record_of
from batches.selectors.records import ACCEPTED_AT_GATE

# What a master may fill with the temperature of a hold.
HOLD_TEMPERATURES = ("conditioned_media.hold_temperature_c",)


def hold_objections(lot: Lot, pool: BatchRecord, at: datetime) -> list[str]:
    """Why this lot can't go into a pool by its hold, as sentences: longer than the master of the pool allows, or at a temperature
    outside its limits that QA has not accepted. A start that nobody recorded can't be judged, so it speaks against the lot."""
    return [*_time_objections(lot, pool, at), *_temperature_objections(lot)]


def _time_objections(lot: Lot, pool: BatchRecord, at: datetime) -> list[str]:
    return [sentence for _, sentence in passed_holds(lot, pool, at)]


def passed_holds(lot: Lot, taker: BatchRecord, at: datetime) -> list[tuple[str, str]]:
    """Clocks of the taking batch that began in the record of `lot` and are passed already: the key of each and what is said of it."""
    found = []
    for step in taker.version.steps.order_by("position"):
        for limit in (from_json(TimeLimit, plain) for plain in step.times):
            most = minutes(limit.maximum_min)
            if most is None or not (limit.since == PARENT_MADE or limit.since.startswith(PARENT)):
                continue
            start = _start(lot, limit.since)
            if start is None:
                found.append((limit.key, f"{lot}: the start of “{limit.title}” is not recorded, so nobody knows how long it was held."))
            elif at - start > most:
                said = f"{lot}: “{limit.title}” has run {in_words(at - start)}, at most {in_words(most)} are allowed."
                found.append((limit.key, said))
    return found


def undecided_holds(lot: Lot, taker: BatchRecord, at: datetime) -> list[tuple[str, str, ExceptionRecord | None]]:
    """The passed holds with which QA has not accepted the lot yet: key, sentence, and the exception where one was opened."""
    holds = passed_holds(lot, taker, at)
    if not holds:
        return []
    raised = {one.subject: one for one in ExceptionRecord.objects.filter(lot=lot, kind="time", subject__in=[HELD + key for key, _ in holds])}
    found = [(key, said, raised.get(HELD + key)) for key, said in holds]
    return [(key, said, one) for key, said, one in found if one is None or one.status != "closed" or one.decision not in ACCEPTED_AT_GATE]


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
