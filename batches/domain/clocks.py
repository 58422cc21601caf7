"""Clocks of a batch record: time that runs from one recorded instant to another, in one stretch or in several.

Everything here is computed from instants that the record holds, never counted: a restart of the server changes nothing, and
a corrected instant gives the corrected time. Exact `timedelta`s, no floats. Knows no Django.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# States of a clock. The last three are exceptions.
WAITING, RUNNING, RESTING, NEAR, KEPT = "clock_waiting", "clock_running", "clock_resting", "clock_near", "clock_kept"
PASSED, TOO_SHORT, UNKNOWN = "clock_passed", "clock_too_short", "clock_unknown"
EXCEPTIONS = (PASSED, TOO_SHORT, UNKNOWN)


@dataclass(frozen=True)
class Segment:
    """One stretch of a clock: from when until when, None where it is not recorded yet. `position`: the step that stops it.
    `known_at`: when the record came to hold the newer of the two."""

    started: datetime | None
    stopped: datetime | None
    position: int
    known_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return self.started is not None and self.stopped is None

    @property
    def is_broken(self) -> bool:
        """It has an end but no start, or ends before it starts: its time can't be known."""
        return self.stopped is not None and (self.started is None or self.stopped < self.started)

    def length(self, now: datetime) -> timedelta:
        """What is known of its length at `now`; nothing for a stretch that has not begun or can't be known."""
        if self.started is None or self.is_broken:
            return timedelta()
        return max((self.stopped or now) - self.started, timedelta())


@dataclass(frozen=True)
class Clock:
    """The time of all its segments together, and how long or short it may be (minimum, alert, maximum; None: no limit)."""

    key: str
    title: str
    minimum: timedelta | None
    alert: timedelta | None
    maximum: timedelta | None
    segments: tuple[Segment, ...]

    def elapsed(self, now: datetime) -> timedelta:
        """The time of all segments up to `now`. Segments add up, also where two run at the same moment."""
        return sum((segment.length(now) for segment in self.segments), timedelta())

    @property
    def is_stopped(self) -> bool:
        return all(segment.stopped is not None for segment in self.segments)

    @property
    def is_running(self) -> bool:
        return any(segment.is_running for segment in self.segments)

    @property
    def known_at(self) -> datetime | None:
        """Since when the record says of this clock what it says now."""
        return max((segment.known_at for segment in self.segments if segment.known_at is not None), default=None)

    def state(self, now: datetime) -> str:
        """How the clock stands. The limits themselves are still allowed: a maximum of 24 h is passed after 24 h, not at 24 h."""
        elapsed = self.elapsed(now)
        if self.maximum is not None and elapsed > self.maximum:
            return PASSED
        if any(segment.is_broken for segment in self.segments):
            return UNKNOWN
        if self.is_stopped:
            return TOO_SHORT if self.minimum is not None and elapsed < self.minimum else KEPT
        if not any(segment.started is not None for segment in self.segments):
            return WAITING
        if self.alert is not None and elapsed >= self.alert:
            return NEAR
        return RUNNING if self.is_running else RESTING

    def due(self, now: datetime) -> datetime | None:
        """When the maximum passes if the clock runs on; None when it does not run or has no maximum."""
        return self._reaches(self.maximum, now)

    def ripe(self, now: datetime) -> datetime | None:
        """When the minimum is reached if the clock runs on; None when it does not run or has no minimum."""
        return self._reaches(self.minimum, now)

    def warns(self, now: datetime) -> datetime | None:
        """When the alert begins if the clock runs on; None when it does not run or has no alert."""
        return self._reaches(self.alert, now)

    def _reaches(self, limit: timedelta | None, now: datetime) -> datetime | None:
        running = sum(segment.is_running for segment in self.segments)
        if limit is None or not running:
            return None
        return now + (limit - self.elapsed(now)) / running

    def subject(self) -> str:
        """Names what an exception about this clock was raised for: the running clock, or the time it came to.

        A clock that is corrected to another time, or that runs on after QA decided, needs an exception of its own.
        """
        if not self.is_stopped:
            return self.key
        marks = ",".join(f"{_mark(segment.started)}-{_mark(segment.stopped)}" for segment in self.segments)
        return f"{self.key}@{marks}"[:200]

    def limits_in_words(self) -> str:
        """“at least 10 min, at most 24 h”."""
        found = []
        if self.minimum is not None:
            found.append(f"at least {in_words(self.minimum)}")
        if self.maximum is not None:
            found.append(f"at most {in_words(self.maximum)}")
        return ", ".join(found)

    def sentence(self, now: datetime, where: str) -> str:
        """What the exception of this clock says; empty when it needs none."""
        state = self.state(now)
        if state == PASSED and self.maximum is not None:
            if self.is_running:
                return f"{self.title} has passed its limit of {in_words(self.maximum)} and still runs ({where})"
            return f"{self.title} took {in_words(self.elapsed(now))}, at most {in_words(self.maximum)} are allowed ({where})"
        if state == TOO_SHORT and self.minimum is not None:
            took = in_words(self.elapsed(now) - timedelta(microseconds=999_999))
            return f"{self.title} took {took}, at least {in_words(self.minimum)} are needed ({where})"
        if state == UNKNOWN:
            return f"{self.title} can't be computed: its start is not recorded, or lies after its end ({where})"
        return ""


def _mark(instant: datetime | None) -> str:
    return f"{instant:%y%m%d%H%M%S}" if instant else "?"


def in_words(length: timedelta) -> str:
    """“24 h”, “25 h 10 min”, “8 min 30 s”: whole seconds, rounded up, so that a limit passed by a moment shows it."""
    seconds = max(-(-length // timedelta(seconds=1)), 0)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else ""]
    return " ".join(part for part in parts if part) or "0 min"


def minutes(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(minutes=count)
