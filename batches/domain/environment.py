"""Environmental monitoring: which kinds there are, their limits by class of room, and what a result means for a batch (EXE-19).

Limits are data (`environment.toml`). Knows no Django.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from batches.domain.data_file import DataFileError, Table, document
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts
from evgmp.rules.reading import display_number

PENDING, WITHIN, OUTSIDE, INVALID = "em_pending", "em_within", "em_outside", "em_invalid"
FILE = Path(__file__).resolve().parent.parent / "masterdata" / "environment.toml"


@dataclass(frozen=True)
class MonitoringKind:
    """negative: whether a reading below zero can be (a pressure that fell the wrong way is a fact, a negative count is a slip)."""

    key: str
    title: str
    unit: str
    negative: bool = False


@dataclass(frozen=True)
class MonitoringLimit:
    """Both ends still conform. One of them is there."""

    lowest: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True)
class Monitoring:
    """Kinds by key, and limits by class of equipment, then by kind."""

    kinds: dict[str, MonitoringKind]
    limits: dict[str, dict[str, MonitoringLimit]]


def read_monitoring(text: str) -> Monitoring:
    """The kinds and limits in `text` (TOML). Raises DataFileError where a limit has no kind, or no end."""
    root = Table(document(text), "The file")
    kinds, limits = root.table("kind"), root.table("limits")
    root.finish()
    if kinds is None or limits is None:
        raise DataFileError("The file needs the tables [kind] and [limits].")
    found: dict[str, MonitoringKind] = {}
    for key, fields in kinds.rest().items():
        table = Table(fields, f"Kind {key}")
        found[key] = MonitoringKind(key, table.text("title"), table.text("unit"), table.flag("negative", False))
        table.finish()
    return Monitoring(found, {name: _limits(name, fields, found) for name, fields in limits.rest().items()})


def _limits(name: str, fields: object, kinds: dict[str, MonitoringKind]) -> dict[str, MonitoringLimit]:
    found = {}
    for key, ends in Table(fields, f"Limits of {name}").rest().items():
        table = Table(ends, f"Limit {key} of {name}")
        limit = MonitoringLimit(table.amount("lowest"), table.amount("highest"))
        table.finish()
        if key not in kinds or (limit.lowest is None and limit.highest is None):
            raise DataFileError(f"Limit {key} of {name}: the kind is not declared, or both ends are absent. Correct it.")
        found[key] = limit
    return found


@cache
def monitoring() -> Monitoring:
    """The site's own."""
    return read_monitoring(FILE.read_text("utf-8"))


def judged(value: Decimal, lowest: Decimal | None, highest: Decimal | None) -> str:
    """Within or outside; exactly, and a limit itself is still within."""
    is_within = (lowest is None or value >= lowest) and (highest is None or value <= highest)
    return WITHIN if is_within else OUTSIDE


def limit_in_words(lowest: Decimal | None, highest: Decimal | None, unit: str) -> str:
    """“at most 50 CFU/4 h”."""
    ends = [f"at least {display_number(lowest)}" if lowest is not None else "", f"at most {display_number(highest)}" if highest is not None else ""]
    return f"{' and '.join(end for end in ends if end)} {unit}"


def overlaps(began: datetime, ended: datetime, since: datetime, until: datetime | None) -> bool:
    """Whether a session of monitoring touches the time in which a step used the room. until: none while the step runs. Minutes decide,
    because sessions are told in minutes."""
    return ended >= since.replace(second=0, microsecond=0) and (until is None or began <= until)


def environment_settled(facts: Facts) -> Blocker | None:
    """No review while the environment of a batch is not known, or departs and QA has not decided. Fact: environment_open, sentences."""
    if waiting := facts.get("environment_open"):
        return Blocker("environment_open", f"{' '.join(waiting[:4])}{f' And {len(waiting) - 4} more.' if len(waiting) > 4 else ''}")
    return None


def result_not_recorded_yet(facts: Facts) -> Blocker | None:
    """A result is read once. Fact: has_value."""
    if facts.get("has_value"):
        return Blocker("read_already", "The result is recorded already. If it is wrong, QC declares it invalid and it is monitored again.")
    return None


def reviewer_is_another(facts: Facts) -> Blocker | None:
    """Facts: reviewer, took_part (user IDs of who recorded and read it)."""
    if facts.get("reviewer") and facts["reviewer"] in facts.get("took_part", ()):
        return Blocker("took_part", "You recorded or read this result. Another person reviews it.")
    return None
