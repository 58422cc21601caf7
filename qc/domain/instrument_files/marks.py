"""The decimal mark: found from the numbers of the file themselves, and refused where a number can be read in two ways.

“0,118” and “12,5” can only have a decimal comma, “0.118” and “12.5” only a decimal point. “1,234” and “1.234” may be 1.234 or
1234: they are read only when another number of the same file, or the approved mapping, says which mark is meant. Separators of
thousands are never read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evgmp.rules.reading import Reading, UnreadableNumber, parse_number
from qc.domain.instrument_files.grids import Cell
from qc.domain.instrument_files.places import FileRefused, Place, Problem, refused, shown

MARKS = {"point": ".", "comma": ","}
_ONE_MARK = re.compile(r"[<>]?\s*[+−-]?(?P<before>[0-9]*)(?P<mark>[.,])(?P<after>[0-9]+)(?P<power>\s*(?:[eE]|[x×*·]\s*10).*)?")


@dataclass(frozen=True)
class DecimalMark:
    """`point` or `comma`, or empty when no number of the file has decimals; and how this is known."""

    name: str
    why: str


def mark_of(cells: Iterable[Cell], declared: str) -> DecimalMark:
    """The decimal mark of these number cells. `declared`: point, comma, or `detect`. Raises FileRefused when it isn't sure."""
    if declared != "detect":
        return DecimalMark(declared, "The mapping says so.")
    sure: dict[str, Cell] = {}
    unsure: Cell | None = None
    numbers = False
    for cell in cells:
        numbers = numbers or cell.is_number
        found = None if cell.is_number else _ONE_MARK.fullmatch(cell.text)
        if found is None:
            continue
        if _may_be_thousands(found):
            unsure = unsure or cell
        else:
            sure.setdefault("point" if found["mark"] == "." else "comma", cell)
    if len(sure) == 2:
        raise FileRefused(
            Problem(
                cell.place,
                f"“{shown(cell.text)}” has a decimal {name}, but another number of this file has the other mark. Export the file again.",
            )
            for name, cell in sure.items()
        )
    if sure:
        ((name, cell),) = sure.items()
        return DecimalMark(name, f"“{shown(cell.text)}” at {_low(cell.place)} can be read in no other way.")
    if unsure is not None:
        raise refused(
            unsure.place,
            f"“{shown(unsure.text)}” can be read in two ways, and no other number of this file tells which mark is the decimal one. "
            "Use a mapping that names it.",
        )
    written = "Every number is a number of the workbook, which has no mark." if numbers else "No number of this file has decimals."
    return DecimalMark("", written)


def number_in(cell: Cell, mark: DecimalMark) -> Reading:
    """The number of `cell` under this decimal mark. Raises FileRefused, with the place, for everything that is no one number."""
    if cell.barred:
        raise refused(cell.place, cell.barred)
    text = cell.text
    if cell.is_number:
        mark = DecimalMark("point", "")
    if text.count(",") + text.count(".") > 1:
        raise refused(cell.place, f"“{shown(text)}” has a separator of thousands. Switch it off in the export.")
    other = {"point": ",", "comma": ".", "": "\0"}[mark.name]
    if other in text:
        raise refused(
            cell.place, f"“{shown(text)}” has another mark than the decimal {mark.name} of this file, so it can be read in two ways."
        )
    try:
        return parse_number(text.replace(",", ".") if mark.name == "comma" else text)
    except UnreadableNumber as error:
        raise refused(cell.place, error.sentence) from error


def _may_be_thousands(found: re.Match[str]) -> bool:
    before, after = found["before"], found["after"]
    return len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0") and not found["power"]


def _low(place: Place) -> str:
    return str(place)[0].lower() + str(place)[1:]
