"""Excel workbooks as grids, through openpyxl.

A workbook keeps numbers as binary floats and shows 15 significant digits. That is what is taken: the float becomes text of at most 15
digits here and never leaves this module. A number kept as a percentage is taken as shown (0.452 is 45.2 %) and only for the unit %.
Dates, formulas without a kept value and error values are barred: they are no numbers, whatever they look like.
"""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from qc.domain.instrument_files.grids import MOST_CELLS, MOST_LINES, Cell, Grid
from qc.domain.instrument_files.places import START, Place, refused, shown

MOST_BYTES = 100 * 1024 * 1024
DIGITS = 15


def workbook(data: bytes, sheet: str) -> Grid:
    """The sheet of this name, or the only sheet when `sheet` is empty. Raises FileRefused for everything else."""
    import openpyxl  # here: most processes read no workbook, and loading it takes most of a second

    _unpacks_small(data)
    try:
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), data_only=False)
    # A damaged workbook fails in whatever part is damaged: openpyxl passes on what zip, XML and its own descriptors raise.
    except Exception as error:
        raise refused(START, f"This is no readable Excel workbook ({type(error).__name__}). Save it again as .xlsx.") from error
    names = [ws.title for ws in values.worksheets]
    chosen = sheet or (names[0] if len(names) == 1 else "")
    if chosen not in names:
        told = ", ".join(f"“{shown(name)}”" for name in names[:10])
        wanted = f"no sheet “{shown(sheet)}”" if sheet else "several sheets, and the mapping names none"
        raise refused(START, f"The workbook has {wanted}. It has {told}.")
    found, written = values[chosen], formulas[chosen]
    if found.max_row > MOST_LINES or found.max_column > MOST_CELLS:
        raise refused(START, f"The sheet has more than {MOST_LINES} lines or {MOST_CELLS} columns. Hand in the table of results alone.")
    rows = []
    for line, (row, source) in enumerate(zip(found.iter_rows(), written.iter_rows(), strict=True), start=1):
        rows.append(
            tuple(
                _cell(cell, origin, Place(line, column, chosen))
                for column, (cell, origin) in enumerate(zip(row, source, strict=True), start=1)
            )
        )
    return Grid(tuple(rows), "Excel workbook", "", chosen, _hidden(found))


def _unpacks_small(data: bytes) -> None:
    """A small file that unpacks to an enormous one, or one with declared entities, is refused before it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refused(START, "This is no Excel workbook of the kind .xlsx. Save it as .xlsx, or hand in the text export.") from error
    if size > MOST_BYTES:
        raise refused(START, f"Unpacked, the workbook has more than {MOST_BYTES // 1024**2} MB. Hand in the table of results alone.")


def _hidden(sheet: object) -> tuple[str, ...]:
    """Hidden lines and columns are read like the others; the preview says so."""
    rows = [str(key) for key, one in sheet.row_dimensions.items() if one.hidden]  # type: ignore[attr-defined]
    columns = [key for key, one in sheet.column_dimensions.items() if one.hidden]  # type: ignore[attr-defined]
    found = [f"Hidden lines are read too: {', '.join(rows[:10])}."] if rows else []
    return (*found, f"Hidden columns are read too: {', '.join(columns[:10])}.") if columns else tuple(found)


def _cell(cell: object, origin: object, place: Place) -> Cell:
    value = getattr(cell, "value", None)
    source = getattr(origin, "value", None)
    if getattr(cell, "data_type", "") == "e":
        return Cell(str(value), place, f"“{shown(str(value))}” is an error of the workbook, not a value.")
    if value is None:
        is_formula = getattr(origin, "data_type", "") == "f"
        return (
            Cell("", place, f"A formula stands here without its value ({shown(str(source))}). Open and save the workbook, then hand it in.")
            if is_formula
            else Cell("", place)
        )
    if isinstance(value, bool):
        return Cell(str(value), place, "A yes or no stands here, not a number.")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(
            str(value),
            place,
            f"Excel keeps this as a date or time ({value}), not as a number. Format the column as a number and export again.",
        )
    if isinstance(value, int):
        text = str(value)
    elif isinstance(value, float):
        text = f"{value:.{DIGITS}g}"
    else:
        return Cell(str(value).strip(), place)
    if "%" in str(getattr(cell, "number_format", "")):
        return Cell(f"{(Decimal(text) * 100).normalize():f} %", place, is_number=True)
    return Cell(text, place, is_number=True)
