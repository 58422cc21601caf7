"""Draws a genealogy: records as boxes in columns, what went from one into the other as arrows. Pure geometry, no Django.

Columns are the stages, left to right. Boxes stand on one grid of rows, so that an arrow over several columns runs between
two rows and never crosses a box.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 156, 66
STEP_X, STEP_Y = 216, 92
TOP = 28
GAP = STEP_X - WIDTH
NARROWEST = 1020  # fewer columns are not blown up


@dataclass(frozen=True)
class Node:
    """A record: its column, ID, one fact, the state key of its badge (`word` says it more exactly) and where it leads.

    current: the record the page is about. stops: why the chain ends here, for example "stops here" at a rejected lot.
    """

    key: str
    column: int
    title: str
    fact: str = ""
    state: str = ""
    word: str = ""
    url: str = ""
    current: bool = False
    stops: str = ""


@dataclass(frozen=True)
class Edge:
    """What went from `parent` into `child`; `label` says how much or which, for example "vial 014"."""

    parent: str
    child: str
    label: str = ""


@dataclass(frozen=True)
class Genealogy:
    """Names of the columns, the records in the order they stand in their column, and the edges between them."""

    name: str
    columns: Sequence[str]
    nodes: Sequence[Node]
    edges: Sequence[Edge] = ()

    @property
    def rows(self) -> int:
        return max((len(self.in_column(c)) for c in range(len(self.columns))), default=0)

    def in_column(self, column: int) -> list[Node]:
        return [node for node in self.nodes if node.column == column]

    @property
    def width(self) -> int:
        return max(NARROWEST, len(self.columns) * STEP_X - GAP)

    @property
    def height(self) -> int:
        return TOP + self.rows * STEP_Y - (STEP_Y - HEIGHT) + 8

    @property
    def is_wide(self) -> bool:
        return self.width > NARROWEST

    def heads(self) -> list[tuple[int, str]]:
        return [(index * STEP_X, name) for index, name in enumerate(self.columns)]

    def places(self) -> dict[str, tuple[int, int]]:
        """Left upper corner of every box. A short column stands in the middle of the tallest."""
        found = {}
        for column in range(len(self.columns)):
            nodes = self.in_column(column)
            first = (self.rows - len(nodes)) // 2
            for row, node in enumerate(nodes, start=first):
                found[node.key] = (column * STEP_X, TOP + row * STEP_Y)
        return found

    def boxes(self) -> list[tuple[int, int, Node]]:
        places = self.places()
        return [(*places[node.key], node) for node in self.nodes]

    def arrows(self) -> list[tuple[str, str, int, int]]:
        """Path, label and the place of the label of every edge. An edge to a record that is not shown raises KeyError."""
        places = self.places()
        return [(_road(places[e.parent], places[e.child]), e.label, *self._label_place(e, places)) for e in self.edges]

    def _label_place(self, edge: Edge, places: dict[str, tuple[int, int]]) -> tuple[int, int]:
        """Above the arrow, beside the box it leaves; in the row of the child when several arrows leave one box."""
        (x, y), (x2, y2) = places[edge.parent], places[edge.child]
        if x == x2 and y2 - y == STEP_Y:
            return x + WIDTH // 2 + 8, y + HEIGHT + 17
        labelled_in = sum(1 for e in self.edges if e.child == edge.child and e.label)
        return x + WIDTH + 4, (y if labelled_in > 1 else y2) + HEIGHT // 2 - 6

    def stops(self) -> list[tuple[int, int, str]]:
        """Where the chain ends: the point right of the box, and the words."""
        return [(x + WIDTH, y + HEIGHT // 2, node.stops) for x, y, node in self.boxes() if node.stops]


def _road(start: tuple[int, int], end: tuple[int, int]) -> str:
    """The path of an arrow: straight down to the next row, through the gap to the next column, or between two rows."""
    (x1, y1), (x2, y2) = start, end
    right, middle, target = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
    if x1 == x2 and y2 - y1 == STEP_Y:
        return f"M{x1 + WIDTH // 2},{y1 + HEIGHT} V{y2 - 2}"
    bend = right + GAP - 16
    if x1 == x2:
        return f"M{right},{middle} H{bend} V{target} H{right + 2}"
    if x2 - x1 == STEP_X:
        turn = "" if middle == target else f" H{bend} V{target}"
        return f"M{right},{middle}{turn} H{x2 - 2}"
    lane = y2 - (STEP_Y - HEIGHT) // 2
    return f"M{right},{middle} H{bend} V{lane} H{x2 - 16} V{target} H{x2 - 2}"
