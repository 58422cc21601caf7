"""The one clock. Only the door and the attempts read it; nobody passes a time in.

A story (`manage.py replay`) may hold the clock at a told instant, and only on a database whose first event declares it
a demo plant: `replay` checks that before it calls `held_at`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("evgmp_clock_held", default=None)


def now() -> datetime:
    """The server's time in UTC, or the instant a story holds."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` for a story. Naive times are refused."""
    if instant.tzinfo is None:
        raise ValueError("A story's time needs an offset.")
    token = _held.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
