"""From a file and a mapping to values with their places. Nothing is guessed, nothing passes by unnamed.

Empty is not zero, and a failed measurement is invalid, not a number. What can't be read is refused with line and column; then nothing
of the file is taken.
"""

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from evgmp.rules.reading import Reading, ResultKind
from qc.domain.instrument_files.grids import Cell, Grid, columns_of, delimited, heading_key
from qc.domain.instrument_files.mapping_file import FileMapping, ValueRule
from qc.domain.instrument_files.marks import DecimalMark, mark_of, number_in
from qc.domain.instrument_files.places import START, FileRefused, Place, Problem, refused, shown
from qc.domain.instrument_files.rdml import rdml
from qc.domain.instrument_files.workbooks import workbook

Record = Mapping[str, Cell]


@dataclass(frozen=True)
class FoundValue:
    """One value: whose, of which tests, what it is, and the cell it stands in. `as_printed` is the text of the file."""

    sample: str
    sample_place: Place | None
    tests: tuple[str, ...]
    unit: str
    kind: ResultKind
    as_printed: str
    place: Place
    reading: Reading | None = None
    term: str = ""
    lod: Decimal | None = None
    loq: Decimal | None = None
    why: str = ""
    factor: str = ""


    @property
    def determination(self) -> Reading | None:
        """As one determination of several: the number, or “<” its LOD or LOQ; None where the file gives neither."""
        limit = self.lod if self.kind is ResultKind.NOT_DETECTED else self.loq
        return self.reading or (Reading.of(limit, "<") if limit is not None else None)


@dataclass(frozen=True)
class Passed:
    """A line that is no sample of ours, or an empty cell that may be empty; named, so that nothing disappears."""

    what: str
    place: Place


@dataclass(frozen=True)
class FileReading:
    """What a file says under a mapping, and how it was read."""

    encoding: str
    delimiter: str
    sheet: str
    mark: DecimalMark
    values: tuple[FoundValue, ...]
    passed: tuple[Passed, ...]
    notes: tuple[str, ...]


def read_file(data: bytes, mapping: FileMapping) -> FileReading:
    """Every value of `data` under `mapping`. Raises FileRefused with every problem found."""
    grid = grid_of(data, mapping)
    records = list(_labelled(grid, mapping) if mapping.layout == "labels" else _records(grid, mapping))
    passed: list[Passed] = []
    kept = []
    for record in records:
        if other := next((record[c.column] for c in mapping.only if not _is(record[c.column], c.texts)), None):
            passed.append(Passed(f"“{shown(other.text)}”, not a line that counts by the mapping", other.place))
            continue
        if mapping.sample_column and _ignored(record[mapping.sample_column], mapping):
            cell = record[mapping.sample_column]
            passed.append(Passed(f"“{shown(cell.text)}”, not a sample by the mapping", cell.place))
            continue
        kept.append(record)
    if not kept:
        raise refused(
            records[0][mapping.columns[0]].place if records else START,
            "The file holds no record of a sample. Check the mapping and the export.",
        )
    mark = mark_of(_number_cells(kept, mapping), mapping.decimal)
    values, problems = _values(kept, mapping, mark, passed)
    problems += [] if mapping.determinations else _twice(values)
    problems += _cut(grid, values, mapping)
    if problems:
        raise FileRefused(problems)
    if not values:
        raise refused(
            kept[0][mapping.columns[0]].place,
            "Every cell that the mapping reads is empty. Nothing was measured, or the mapping is the wrong one.",
        )
    return FileReading(grid.encoding, grid.delimiter, grid.sheet, mark, tuple(values), tuple(passed), (*grid.notes, *_copied(grid, values)))


def grid_of(data: bytes, mapping: FileMapping) -> Grid:
    if mapping.format == "excel":
        return workbook(data, mapping.sheet)
    if mapping.format == "rdml":
        return rdml(data)
    return delimited(data, mapping.delimiter if mapping.layout == "table" or mapping.delimiter != "detect" else "tab", mapping.columns)


def _records(grid: Grid, mapping: FileMapping) -> Iterator[Record]:
    """The lines under the headings. A line longer or shorter than the headings is refused: its cells have moved."""
    start, columns = _headings(grid, mapping)
    head = grid.rows[start]
    width = max((index for index, cell in enumerate(head) if cell.text), default=0) + 1
    for row in grid.rows[start + 1 :]:
        filled = max((index for index, cell in enumerate(row) if cell.text or cell.barred), default=-1) + 1
        if filled == 0:
            continue
        if any(row[0].text.casefold().startswith(stop.casefold()) for stop in mapping.stop_at):
            return
        if filled > width:
            raise refused(
                row[width].place,
                f"This line has more cells than the {width} headings in line {head[0].place.line}: its values have moved. Export the file again.",
            )
        if len(row) < width:
            raise refused(
                row[-1].place,
                f"This line ends before the {width} headings in line {head[0].place.line}. The file was cut: export it again.",
            )
        yield {name: _headed(row[index], name) for name, index in columns.items()}


def _headings(grid: Grid, mapping: FileMapping) -> tuple[int, Mapping[str, int]]:
    best, best_missing = START, list(mapping.columns)
    for number, row in enumerate(grid.rows):
        if (columns := columns_of(row, mapping.columns)) is not None:
            for later in grid.rows[number + 1 :]:
                if columns_of(later, mapping.columns) is not None:
                    raise refused(
                        later[0].place, f"The headings stand here again, after line {row[0].place.line}. Hand in one table at a time."
                    )
            return number, columns
        there = {heading_key(cell.text) for cell in row}
        missing = [name for name in mapping.columns if heading_key(name) not in there]
        if len(missing) < len(best_missing):
            best, best_missing = row[0].place, missing
    raise refused(
        best,
        f"No line has all headings that the mapping wants. Missing: {', '.join(f'“{shown(m)}”' for m in best_missing)}. Choose the mapping of this export.",
    )


def _labelled(grid: Grid, mapping: FileMapping) -> Iterator[Record]:
    """One record: beside each label its value, which may stand in the same cell after a colon."""
    found: dict[str, Cell] = {}
    for name in mapping.columns:
        places = []
        for row in grid.rows:
            for index, cell in enumerate(row):
                if heading_key(cell.text) == heading_key(name):
                    places.append(
                        row[index + 1]
                        if index + 1 < len(row)
                        else Cell("", Place(cell.place.line, cell.place.column + 1, cell.place.sheet))
                    )
                elif ":" in cell.text and heading_key(cell.text.partition(":")[0]) == heading_key(name):
                    places.append(Cell(cell.text.partition(":")[2].strip(), cell.place, cell.barred))
        if len(places) > 1:
            raise refused(
                places[1].place, f"The label “{shown(name)}” stands twice, also in line {places[0].place.line}. One of them must go."
            )
        if not places:
            raise refused(START, f"The file has no label “{shown(name)}”. Choose the mapping of this export.")
        found[name] = _headed(places[0], name)
    yield found


def _headed(cell: Cell, name: str) -> Cell:
    return replace(cell, place=replace(cell.place, heading=name))


def _is(cell: Cell, texts: tuple[str, ...]) -> bool:
    return cell.text.casefold() in {text.casefold() for text in texts}


def _ignored(cell: Cell, mapping: FileMapping) -> bool:
    return bool(cell.text) and any(fnmatch.fnmatchcase(cell.text.casefold(), pattern.casefold()) for pattern in mapping.ignore)


def _wanted(record: Record, rule: ValueRule) -> bool:
    return not rule.where_column or _is(record[rule.where_column], rule.where)


def _number_cells(records: list[Record], mapping: FileMapping) -> Iterator[Cell]:
    for record in records:
        for rule in mapping.values:
            if _wanted(record, rule):
                for name in (rule.column, rule.multiply_by, rule.lod_column, rule.loq_column):
                    if name:
                        yield _bare(record[name], rule)


def _bare(cell: Cell, rule: ValueRule) -> Cell:
    """The cell without a percent sign, where the unit is per cent."""
    text = (
        cell.text.removesuffix("%").rstrip()
        if rule.unit.startswith("%") and heading_key(cell.place.heading) == heading_key(rule.column)
        else cell.text
    )
    return replace(cell, text=text)


def _values(records: list[Record], mapping: FileMapping, mark: DecimalMark, passed: list[Passed]) -> tuple[list[FoundValue], list[Problem]]:
    values: list[FoundValue] = []
    problems: list[Problem] = []
    for record in records:
        wanted = [rule for rule in mapping.values if _wanted(record, rule)]
        if not wanted:
            cell = record[mapping.values[0].where_column or mapping.values[0].column]
            passed.append(Passed(f"“{shown(cell.text)}”, not asked for by the mapping", cell.place))
        for rule in wanted:
            try:
                found = _value(record, rule, mapping, mark)
            except FileRefused as error:
                problems += error.problems
                continue
            if found is None:
                passed.append(Passed("An empty cell: not tested", record[rule.column].place))
            else:
                values.append(found)
    return values, problems


def _value(record: Record, rule: ValueRule, mapping: FileMapping, mark: DecimalMark) -> FoundValue | None:
    cell = _bare(record[rule.column], rule)
    sample_cell = record[mapping.sample_column] if mapping.sample_column else None
    if sample_cell is not None and not sample_cell.text:
        raise refused(sample_cell.place, "The sample is not named. A value without a sample can't be used: export the file again.")
    if rule.unit_column and " ".join(record[rule.unit_column].text.split()) != rule.unit:
        given = record[rule.unit_column]
        raise refused(
            given.place, f"The file says “{shown(given.text)}”, the mapping {rule.unit}. Set the unit of the export to {rule.unit}."
        )

    def found(kind: ResultKind, **more: object) -> FoundValue:
        return FoundValue(
            sample_cell.text if sample_cell else "", sample_cell.place if sample_cell else None, rule.tests, rule.unit, kind, record[rule.column].text,
            cell.place, **more,  # type: ignore[arg-type]
        )  # fmt: skip

    for condition in mapping.failed:
        at = record[condition.column]
        if not at.text or (condition.passes and not _is(at, (*condition.texts, *condition.passes))):
            known = ", ".join(f"“{text}”" for text in (*condition.texts, *condition.passes))
            raise refused(at.place, f"“{shown(at.text)}” does not say whether the measurement failed. The mapping knows {known}.")
        if _is(at, condition.texts):
            return found(
                ResultKind.INVALID,
                why=f"{at.place}: “{shown(at.text)}”. {condition.why or 'The instrument marks the measurement as failed.'}",
            )
    if cell.text and _is(cell, rule.failed):
        return found(ResultKind.INVALID, why=f"{cell.place}: “{shown(cell.text)}” means that the measurement failed.")
    lod = _limit(record, rule, rule.lod, rule.lod_column, mark) if not _is(cell, rule.below_loq) else None
    if _is(cell, rule.not_detected):
        return found(ResultKind.NOT_DETECTED, lod=lod)
    if _is(cell, rule.below_loq):
        return found(ResultKind.BELOW_LOQ, loq=_limit(record, rule, rule.loq, rule.loq_column, mark))
    for word, term in rule.words.items():
        if cell.text.casefold() == word.casefold():
            return found(ResultKind.TERM, term=term)
    if not cell.text and not cell.barred:
        if rule.may_be_empty:
            return None
        raise refused(
            cell.place, "This cell is empty. Empty is not zero and not a result: enter what the instrument found by hand, or export again."
        )
    if not rule.unit:
        raise refused(
            cell.place, f"“{shown(cell.text)}” is no word that the mapping knows: {', '.join(f'“{word}”' for word in rule.words)}."
        )
    reading = number_in(cell, mark)
    if reading.amount == 0 and rule.zero_failed:
        return found(ResultKind.INVALID, why=f"{cell.place}: “{shown(cell.text)}” is what this instrument prints when it measured nothing.")
    factor = ""
    if rule.multiply_by:
        reading, factor = _multiplied(reading, record[rule.multiply_by], mark)
    return found(ResultKind.NUMBER, reading=reading, lod=lod, factor=factor)


def _multiplied(reading: Reading, cell: Cell, mark: DecimalMark) -> tuple[Reading, str]:
    factor = number_in(cell, mark)
    if factor.amount is None or factor.amount <= 0 or factor.qualifier:
        raise refused(cell.place, f"“{shown(cell.text)}” can't multiply a value: a dilution is a number above zero. Correct the export.")
    assert reading.amount is not None
    product = reading.amount * factor.amount
    return Reading(f"{reading.qualifier}{product}", product, reading.qualifier), f"{cell.text} ({cell.place})"


def _limit(record: Record, rule: ValueRule, fixed: Decimal | None, column: str, mark: DecimalMark) -> Decimal | None:
    """The LOD or LOQ in force: of its column where there is one, else that of the mapping."""
    if not column:
        return fixed
    cell = record[column]
    limit = number_in(cell, mark)
    if limit.qualifier or limit.amount is None or limit.amount <= 0:
        raise refused(cell.place, f"“{shown(cell.text)}” is no limit of detection or quantitation: a number above zero is.")
    return limit.amount


def _twice(values: list[FoundValue]) -> list[Problem]:
    """Two values for one test of one sample: which one counts isn't for the import to choose."""
    seen: dict[tuple[str, tuple[str, ...]], Place] = {}
    problems = []
    for value in values:
        key = (value.sample, value.tests)
        if key in seen:
            whose = f" of {shown(value.sample)}" if value.sample else ""
            problems.append(
                Problem(
                    value.place,
                    f"A second value{whose} for {value.tests[0]}; the first is in line {seen[key].line}. Let the mapping name the line that counts.",
                )
            )
        seen.setdefault(key, value.place)
    return problems


def _copied(grid: Grid, values: list[FoundValue]) -> list[str]:
    """What to look at before signing: lines that repeat another one cell by cell. Two determinations may agree in every digit
    (two below the curve always do), so it is no refusal; a copied line looks just the same, so it is not passed over."""
    texts = {row[0].place.line: tuple(cell.text for cell in row) for row in grid.rows if row}
    seen: dict[tuple[str, ...], int] = {}
    notes = []
    for line in sorted({value.place.line for value in values}):
        if (first := seen.setdefault(texts[line], line)) != line:
            notes.append(
                f"Line {line} is line {first} again in every cell. Compare with the instrument that it is a determination of its own and no copy."
            )
    return notes


def _cut(grid: Grid, values: list[FoundValue], mapping: FileMapping) -> list[Problem]:
    """A value that ends the file without an end of line may have lost digits: 0.1 of 0.118 looks like a number."""
    if not grid.is_open or mapping.open_end:
        return []
    last = grid.rows[-1][-1].place
    return [
        Problem(
            value.place,
            "The file ends in this value without an end of line, so it may have been cut. Export it again, or let the mapping say open_end = true.",
        )
        for value in values
        if (value.place.line, value.place.column) == (last.line, last.column)
    ]
