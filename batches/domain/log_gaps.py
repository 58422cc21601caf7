"""How long after the row before it a row of a log was recorded, where that is long. Knows no Django.

A master sets no interval between the rows of a log as data (its instructions name it), so nothing is judged here: a gap longer than the
hour after which an entry counts as late is told beside the row, on the screen and on paper, for the reviewer to judge.
"""

from collections.abc import Sequence
from datetime import datetime

from batches.domain.clocks import in_words
from batches.domain.entry_rules import LATE_AFTER


def gaps(recorded: Sequence[datetime | None]) -> list[str]:
    """For each row, in order, “36 h 5 min after the row before”, or an empty text. recorded: when; None for a row without a typed value."""
    found = []
    former: datetime | None = None
    for at in recorded:
        gap = at - former if at is not None and former is not None else None
        found.append(f"{in_words(gap)} after the row before" if gap is not None and gap > LATE_AFTER else "")
        former = at or former
    return found
