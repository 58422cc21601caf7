"""The clocks of a batch: what its record holds about them, and how they are shown."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from batches.domain import clocks as c
from batches.domain.clocks import Clock, Segment, in_words, minutes
from batches.domain.master_defects_times import PARENT, PARENT_MADE
from batches.domain.master_parts import TimeLimit, from_json
from batches.models import Entry, ExceptionRecord, Lot, LotInput, Step
from batches.selectors.sheets import Sheet, parameter_of

# Begins the subject of an exception about a lot whose hold was passed before another batch took it; the key of that batch's clock follows.
HELD = "held:"


def clocks_of(sheet: Sheet) -> list[Clock]:
    """Every clock of the batch, in the order in which they are first stopped."""
    limits: dict[str, list[tuple[Step, TimeLimit]]] = {}
    for step in sheet.steps:
        for plain in step.master_step.times:
            limit = from_json(TimeLimit, plain)
            if step.status != "skipped" and sheet.applies(step) is not False:
                limits.setdefault(limit.key, []).append((step, limit))
    return [_clock(sheet, parts) for parts in limits.values()]


def _clock(sheet: Sheet, parts: list[tuple[Step, TimeLimit]]) -> Clock:
    head = parts[0][1]
    segments = tuple(_segment(_since(sheet, limit), _until(sheet, step, limit), step) for step, limit in parts)
    return Clock(head.key, head.title, minutes(head.minimum_min), minutes(head.alert_min), minutes(head.maximum_min), segments)


# An instant of the record, and when the record came to hold it.
Held = tuple[datetime, datetime]


def _segment(start: Held | None, stop: Held | None, step: Step) -> Segment:
    known = [held[1] for held in (start, stop) if held]
    return Segment(start[0] if start else None, stop[0] if stop else None, step.position, max(known, default=None))


def _since(sheet: Sheet, limit: TimeLimit) -> Held | None:
    if limit.since == PARENT_MADE:
        return min(((lot.made_on, lot.made_on) for lot in _parents(sheet) if lot.made_on), default=None)
    if limit.since.startswith(PARENT):
        return _parent_instant(sheet, *limit.since.removeprefix(PARENT).split("."))
    key, _, parameter = limit.since.partition(".")
    step = next((step for step in sheet.steps if step.master_step.key == key), None)
    if step is None:
        return None
    return _recorded(sheet, step, parameter) if parameter else _signed(step)


def _until(sheet: Sheet, step: Step, limit: TimeLimit) -> Held | None:
    """When the step stopped the clock: by its instant, or when it was signed for the first time."""
    return _recorded(sheet, step, limit.until) if limit.until else _signed(step)


def _signed(step: Step) -> Held | None:
    return (step.done_at, step.done_at) if step.done_at else None


def _recorded(sheet: Sheet, step: Step, key: str) -> Held | None:
    parameter = parameter_of(step, key)
    entry = sheet.entry(step, parameter) if parameter else None
    return (datetime.fromisoformat(entry.text), entry.recorded_at) if entry else None


def _parents(sheet: Sheet) -> list[Lot]:
    edges = LotInput.objects.filter(child=sheet.batch.lot).select_related("parent")
    return [edge.parent for edge in edges]


def _parent_instant(sheet: Sheet, step: str, key: str) -> Held | None:
    """The earliest of the instants that the parents' records hold. One that a parent lacks leaves the start unknown."""
    parents = _parents(sheet)
    found = {
        entry.step.batch.lot_id: (datetime.fromisoformat(entry.text), entry.recorded_at)
        for entry in Entry.objects.filter(
            step__batch__lot__in=parents, step__master_step__key=step, parameter__key=key, parameter__kind="instant", is_current=True
        ).select_related("step__batch")
    }
    return min(found.values()) if found and len(found) == len({lot.pk for lot in parents}) else None


def unnoticed(sheet: Sheet, now: datetime) -> list[tuple[Clock, Step]]:
    """Clocks outside their limits for which no exception stands yet, each with the step it concerns."""
    outside = [clock for clock in clocks_of(sheet) if clock.state(now) in c.EXCEPTIONS]
    if not outside:
        return []
    raised = _raised(sheet)
    return [(clock, _concerned(sheet, clock)) for clock in outside if not _covered(clock, raised)]


def _raised(sheet: Sheet) -> list[ExceptionRecord]:
    """The exceptions about clocks of this batch, and those about the holds with which QA accepted what it is made from."""
    own = Q(lot=sheet.batch.lot) & ~Q(subject__startswith=HELD)
    return list(ExceptionRecord.objects.filter(own | Q(lot__in=_parents(sheet), subject__startswith=HELD), kind="time").order_by("pk"))


def _covered(clock: Clock, raised: Iterable[ExceptionRecord]) -> bool:
    """An open exception of this clock covers whatever it comes to. A decided one covers only what the record held then."""
    for exception in raised:
        if exception.subject.removeprefix(HELD).partition("@")[0] != clock.key:
            continue
        if exception.status == "open" or exception.subject.removeprefix(HELD) == clock.subject():
            return True
        if exception.closed_at and clock.known_at and exception.closed_at >= clock.known_at:
            return True
    return False


def _concerned(sheet: Sheet, clock: Clock) -> Step:
    """The step of the first segment that is not over yet, or of the last one."""
    open_ones = [segment for segment in clock.segments if segment.stopped is None]
    position = (open_ones[0] if open_ones else clock.segments[-1]).position
    return next(step for step in sheet.steps if step.position == position)


def undecided_times(sheet: Sheet, step: Step, at: datetime | None = None) -> list[str]:
    """Open exceptions of clocks that earlier steps stopped, which QA has to decide before this step begins (EXE-10); with the
    moment, also clocks that hold this very step: a hold whose maximum is passed."""
    if not any(one.master_step.times for one in sheet.steps):
        return []
    found = ExceptionRecord.objects.filter(lot=sheet.batch.lot, kind="time", status="open", step__position__lt=step.position)
    numbers = list(found.order_by("pk").values_list("number", flat=True))
    return [*numbers, *(_holding(sheet, step, at) if at is not None else ())]


def _holding(sheet: Sheet, step: Step, at: datetime) -> list[str]:
    """Clocks that this step stops and that hold it: passed while the step has not begun, and not decided. Each by the number of its
    exception, or by its title while nobody has noticed it."""
    keys = _holds(sheet, step)
    if not keys:
        return []
    passed = [clock for clock in clocks_of(sheet) if clock.key in keys and clock.state(at) == c.PASSED]
    if not passed:
        return []
    raised = _raised(sheet)
    found = []
    for clock in passed:
        own = [exception for exception in raised if exception.subject.partition("@")[0] == clock.key]
        if open_ones := [exception.number for exception in own if exception.status == "open"]:
            found += open_ones
        elif not _covered(clock, raised):
            found.append(clock.title)
    return found


def unkept(sheet: Sheet, step: Step, at: datetime) -> list[str]:
    """A sentence about each clock that this step stops, by an instant it records or by being signed at that moment, outside its limits."""
    until = {plain["key"]: plain.get("until", "") for plain in step.master_step.times}
    found = []
    for clock in clocks_of(sheet) if until else []:
        if clock.key in until:
            ends = [replace(s, stopped=at) if s.position == step.position and s.is_running and not until[clock.key] else s for s in clock.segments]
            found.append(replace(clock, segments=tuple(ends)).sentence(at, f"step {step.position}"))
    return [sentence for sentence in found if sentence]


@dataclass(frozen=True)
class ClockFace:
    """A clock as people see it. `due`, `warns` and `ripe`: when its maximum, alert and minimum come if it runs on."""

    clock: Clock
    state: str
    due: datetime | None
    warns: datetime | None
    ripe: datetime | None
    elapsed: timedelta
    now: datetime

    @property
    def is_running(self) -> bool:
        return self.clock.is_running

    @property
    def is_outside(self) -> bool:
        return self.state in c.EXCEPTIONS

    @property
    def label(self) -> str:
        """What the reading is: the time left of a maximum, the time until a minimum, or the time taken."""
        if self.due is not None:
            return "over" if self.state == c.PASSED else "left"
        if self.ripe is not None and self.ripe > self.now:
            return "to wait"
        return "so far" if not self.clock.is_stopped else "taken"

    @property
    def reading(self) -> str:
        """The reading in words, at the moment the page was drawn."""
        if self.state == c.WAITING:
            return "not begun"
        if self.due is not None:
            return in_words(abs(self.due - self.now))
        if self.ripe is not None and self.ripe > self.now:
            return in_words(self.ripe - self.now)
        return in_words(self.elapsed)

    @property
    def taken(self) -> str:
        return in_words(self.elapsed)

    @property
    def counts_to(self) -> datetime | None:
        """The instant the screen counts down to."""
        if self.due is not None:
            return self.due
        return self.ripe if self.ripe is not None and self.ripe > self.now else None


def faces(sheet: Sheet, now: datetime, step: Step | None = None) -> list[ClockFace]:
    """All clocks of the batch; with `step`, those that run, and those that begin or end at it."""
    found = [
        ClockFace(clock, clock.state(now), clock.due(now), clock.warns(now), clock.ripe(now), clock.elapsed(now), now)
        for clock in clocks_of(sheet)
    ]
    if step is None:
        return found
    return [face for face in found if face.is_running or any(segment.position == step.position for segment in face.clock.segments)]


@dataclass(frozen=True)
class ClockAlarm:
    """A clock outside its limits, the exceptions raised for it, and the first step that QA holds back because of the open ones."""

    face: ClockFace
    exceptions: list[ExceptionRecord]
    held: Step | None

    @property
    def open_ones(self) -> list[ExceptionRecord]:
        return [exception for exception in self.exceptions if exception.status == "open"]


def alarms(sheet: Sheet, outside: list[ClockFace]) -> list[ClockAlarm]:
    """What is to be said of each of the clocks outside their limits. Which step waits follows the rule of `undecided_times`."""
    if not outside:
        return []
    raised = list(ExceptionRecord.objects.filter(lot=sheet.batch.lot, kind="time").select_related("step").order_by("pk"))
    found = []
    for face in outside:
        own = [exception for exception in raised if exception.subject.partition("@")[0] == face.clock.key]
        found.append(ClockAlarm(face, own, _held_back(sheet, face, [one for one in own if one.status == "open"])))
    return found


def _held_back(sheet: Sheet, face: ClockFace, open_ones: list[ExceptionRecord]) -> Step | None:
    """The first step still to be done that may not begin before QA has decided on these exceptions."""
    positions = [exception.step.position for exception in open_ones if exception.step is not None]
    for step in sheet.steps if open_ones else []:
        if not sheet.is_done(step) and (any(position < step.position for position in positions) or face.clock.key in _holds(sheet, step)):
            return step
    return None


def _holds(sheet: Sheet, step: Step) -> set[str]:
    """Clocks that keep this step waiting while it has not begun."""
    keys = {plain["key"] for plain in step.master_step.times if plain.get("holds")}
    return keys if keys and not sheet.entries(step) else set()
