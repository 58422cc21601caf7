"""Cells with their places, and delimited text as a grid of them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qc.domain.instrument_files.decoding import decoded
from qc.domain.instrument_files.places import START, FileRefused, Place, refused, shown

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
MOST_LINES, MOST_CELLS = 200_000, 1_000


@dataclass(frozen=True)
class Cell:
    """One cell: its text without surrounding blanks and its place.

    barred: why it is no number, whatever it looks like. is_number: a workbook's own number, so its point is the decimal one.
    """

    text: str
    place: Place
    barred: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Grid:
    """The lines of one table or sheet, and how they were read. is_open: its last line has no end, so the file may have been cut there."""

    rows: tuple[tuple[Cell, ...], ...]
    encoding: str
    delimiter: str = ""
    sheet: str = ""
    notes: tuple[str, ...] = ()
    is_open: bool = False


def heading_key(text: str) -> str:
    """Headings are compared without case, double blanks and a colon at the end."""
    return " ".join(text.split()).rstrip(": ").casefold()


def delimited(data: bytes, delimiter: str, wanted: Sequence[str] = ()) -> Grid:
    """The text file as a grid. `delimiter`: a key of DELIMITERS, or `detect`: the one under which a line holds every wanted heading.

    Raises FileRefused when the text can't be decoded or split, or when none or several delimiters fit.
    """
    text = decoded(data)
    is_open = not text.text.endswith(("\n", "\r"))
    if delimiter != "detect":
        return Grid(_split(text.text, DELIMITERS[delimiter]), text.encoding, delimiter, is_open=is_open)
    fitting: dict[str, Grid] = {}
    problems: FileRefused | None = None
    keys = {heading_key(heading) for heading in wanted}
    for name, character in DELIMITERS.items():
        try:
            rows = _split(text.text, character)
        except FileRefused as error:
            problems = problems or error
            continue
        if any(keys <= {heading_key(cell.text) for cell in row} for row in rows):
            fitting[name] = Grid(rows, text.encoding, name, is_open=is_open)
    if len(fitting) > 1 and len(wanted) > 1:
        raise refused(START, f"Cells may end at a {' or at a '.join(fitting)}: both fit. Let the mapping name the delimiter.")
    if fitting:
        # A single heading without a delimiter in it fits every one: the file has one column.
        return next(iter(fitting.values()))
    if problems is not None:
        raise problems
    raise refused(
        START,
        f"No line has the headings that the mapping wants: {', '.join(f'“{shown(w)}”' for w in wanted)}. Choose the mapping of this export.",
    )


def _split(text: str, character: str) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=character, strict=True)
    line = 1
    try:
        for fields in reader:
            rows.append(cells_of(fields, line))
            line = reader.line_num + 1
            if len(rows) > MOST_LINES or len(fields) > MOST_CELLS:
                raise refused(
                    Place(line, 1),
                    f"The file has more than {MOST_LINES} lines or {MOST_CELLS} columns. Hand in the table of results alone.",
                )
    except csv.Error as error:
        raise refused(
            Place(line, 1), f"This line can't be split into cells ({error}): a quotation mark is open or misplaced. Export the file again."
        ) from error
    return tuple(rows)


def cells_of(fields: Iterable[str], line: int, sheet: str = "") -> tuple[Cell, ...]:
    return tuple(Cell(text.strip(), Place(line, column, sheet)) for column, text in enumerate(fields, start=1))


def columns_of(row: tuple[Cell, ...], wanted: Iterable[str]) -> Mapping[str, int] | None:
    """Index of each wanted heading in `row`, or None when one is missing. Raises FileRefused when one stands there twice."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(row):
        places.setdefault(heading_key(cell.text), []).append(index)
    found: dict[str, int] = {}
    for heading in wanted:
        at = places.get(heading_key(heading), [])
        if not at:
            return None
        if len(at) > 1:
            raise refused(
                row[at[1]].place, f"The heading “{shown(heading)}” stands twice, also in column {at[0] + 1}. One of them must go."
            )
        found[heading] = at[0]
    return found
