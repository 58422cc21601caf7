"""What holds a lot beside its own disposition, for example an open OOS. Shown wherever the standing of the lot is shown."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from batches.models import Lot


@dataclass(frozen=True)
class Hold:
    """One reason from another room. word: as on the badge; url: where it is decided."""

    lot_key: int
    word: str
    url: str

    @property
    def badge(self) -> dict[str, str]:
        return {"state": "hold", "word": self.word, "url": self.url}


# Each takes the keys of lots and gives what holds them, in one query for all.
HOLDS: list[Callable[[Collection[int]], Iterable[Hold]]] = []


def holds_of(lots: Iterable[Lot]) -> dict[int, list[Hold]]:
    """What holds each of the lots, by its key; nothing for a lot that nothing holds."""
    keys = [lot.pk for lot in lots]
    found: dict[int, list[Hold]] = defaultdict(list)
    for source in HOLDS if keys else ():
        for hold in source(keys):
            found[hold.lot_key].append(hold)
    return dict(found)
