"""Positions in a freezer box: rows are letters, columns are numbers, filled row by row. Knows no Django."""

import re
from dataclasses import dataclass

LARGEST = 26


class PositionUnreadable(ValueError):
    """A sentence that says why the place can't be used."""


@dataclass(frozen=True)
class Position:
    """One place, such as B6."""

    row: str
    column: int

    def __str__(self) -> str:
        return f"{self.row}{self.column}"


def position(text: str) -> Position:
    """Read `A1`. Raises PositionUnreadable."""
    match = re.fullmatch(r"([A-Za-z])([1-9][0-9]?)", text.strip())
    if match is None:
        raise PositionUnreadable(f"“{text[:20]}” is no position. Write a letter and a number, for example A1.")
    return Position(match[1].upper(), int(match[2]))


def positions_from(first: str, *, rows: int, columns: int, count: int) -> list[Position]:
    """`count` places of a box, row by row from `first`. Raises PositionUnreadable when the box doesn't have them."""
    if not (1 <= rows <= LARGEST and 1 <= columns <= 99):
        raise PositionUnreadable(f"A box has 1 to {LARGEST} rows and 1 to 99 columns.")
    start = position(first)
    row = ord(start.row) - ord("A")
    if row >= rows or start.column > columns:
        raise PositionUnreadable(f"{start} lies outside a box of {rows} rows and {columns} columns.")
    index = row * columns + start.column - 1
    free = rows * columns - index
    if count > free:
        raise PositionUnreadable(f"From {start} the box has {free} places, so {count} vials don't fit. Store the rest in another box.")
    return [Position(chr(ord("A") + i // columns), i % columns + 1) for i in range(index, index + count)]
