"""Which rows of a specification apply to a lot, and whether they cover what a line's vectors carried. Knows no Django.

A row applies unless the lot is known to hold none of the values it names. Unknown is never “not applicable”, and nobody can
set a row “not applicable” by hand.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from batches.domain.vectors import VECTOR_ITEMS
from evgmp.rules.blocker import Blocker

FACTOR_ABSENCE = "reprogramming_factor_absence"

Conditions = Mapping[str, Collection[Any]]
Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Covering:
    """What the coverage rule needs of a row."""

    code: str
    decides_release: bool
    applies_when: Conditions
    covers: Collection[str]


@dataclass(frozen=True)
class LineContents:
    """What is known of a line's vectors."""

    code: str
    reprogramming_method: str
    vector_contents: Collection[str]

    @property
    def attributes(self) -> Attributes:
        return {"reprogramming_method": self.reprogramming_method, "vector_carries": list(self.vector_contents)}


def applies(applies_when: Conditions | None, attributes: Attributes) -> bool:
    """Whether a row applies: every attribute it names is unknown, or holds one of the values."""
    return all(_may_hold(attributes.get(name), values) for name, values in (applies_when or {}).items())


def _may_hold(known: Any, values: Collection[Any]) -> bool:
    if known is None or known == "" or known == [] or known == ():
        return True
    held = known if isinstance(known, list | tuple | set | frozenset) else [known]
    return any(one in values for one in held)


def not_covered(rows: Collection[Covering], line: LineContents) -> list[Blocker]:
    """A blocker for each item of the line's vectors that no mandatory release row proves absent for that line."""
    covered = {
        item for row in rows if row.decides_release and applies(row.applies_when, line.attributes) for item in row.covers
    }
    return [
        Blocker(
            "vector_item_uncovered",
            f"Line {line.code} was made with vectors that carried {VECTOR_ITEMS.get(item, item)} ({item}), and no mandatory release "
            f"row proves its absence. Add such a row.",
        )
        for item in line.vector_contents
        if item not in covered
    ]
