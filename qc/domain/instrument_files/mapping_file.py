"""A mapping: which cell of an instrument's file is which result. Data, written as TOML, versioned and approved like any master data.

    [mapping]
    code = "MAP-ENDO"                 title = "Endotoxin reader, CSV"
    format = "delimited"              # delimited, excel, rdml
    layout = "table"                  # table: a line of headings, then records; labels: one record, each value beside its label
    delimiter = "detect"              # or comma, semicolon, tab
    decimal = "detect"                # or point, comma
    sheet = ""                        # excel: the name of the sheet, empty when there is only one
    stop_at = ["Standard curve"]      # a line that begins so ends the table
    methods = ["TM-025"]              # methods whose runs may use it
    open_end = false                  # true: this instrument ends its file without an end of line
    determinations = false            # true: each record of a sample is one determination of its tests; their number is that of the specification
    instrument = ""                   # nta_positions: the position table is checked and shown

    [sample]                          # whose value it is: a column with the sample number, or chosen by the person
    column = "Sample"                 ask = false
    ignore = ["STD*", "NPC"]          # names of standards and controls; listed, never imported

    [[only]]                          # which lines are records; all conditions must hold
    column = "Position"               is = ["Mean"]

    [[failed]]                        # a line so marked measured nothing: its values are invalid
    column = "Flag"                   is = ["FAIL"]         why = "The reader flagged the well"
    passes = ["OK"]                   # the texts that mean nothing failed; any other is refused, and so is an empty cell

    [[value]]
    column = "EU/mL"                  unit = "EU/mL"        tests = ["DS-SF-ENDO"]
    failed = ["***", "NaN"]           # texts of this cell that mean: measured nothing
    not_detected = ["ND"]             below_loq = ["<LOQ"]  lod = "0.005"  loq = "0.050"  lod_column = ""  loq_column = ""
    zero = "number"                   # or failed: an instrument that prints 0 for a measurement that failed
    empty = "refuse"                  # or not_tested: the cell may stay empty, and then nothing is recorded
    multiply_by = "Dilution"          # a column whose number multiplies the value
    unit_column = "Unit"              # a column that must say `unit`
    where_column = "Target"           where = ["SeV"]       # in a long list: the lines that are this analyte
    words = { Negative = "Absent" }   # a word of the file and the term of the specification

Nothing here can compute beyond one multiplication, and nothing can pass over a record without naming it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from batches.domain.data_file import DataFileError, Table, document

FORMATS = {"delimited": "Delimited text", "excel": "Excel workbook", "rdml": "RDML"}
LAYOUTS = {"table": "a table", "labels": "labels with their values"}
READERS = ("", "nta_positions")


@dataclass(frozen=True)
class Condition:
    """Holds when the cell of `column` is one of `texts` (compared without case). passes: the only other texts it may have; empty: any."""

    column: str
    texts: tuple[str, ...]
    why: str = ""
    passes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ValueRule:
    """One value of a record and the tests it is a result of: of these, the one that the lot's specification has."""

    column: str
    tests: tuple[str, ...]
    unit: str
    unit_column: str = ""
    multiply_by: str = ""
    where_column: str = ""
    where: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    not_detected: tuple[str, ...] = ()
    below_loq: tuple[str, ...] = ()
    zero_failed: bool = False
    may_be_empty: bool = False
    lod: Decimal | None = None
    loq: Decimal | None = None
    lod_column: str = ""
    loq_column: str = ""
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class FileMapping:
    """One version of one mapping, as its text says."""

    code: str
    title: str
    format: str
    layout: str
    delimiter: str
    decimal: str
    sheet: str
    stop_at: tuple[str, ...]
    open_end: bool
    determinations: bool
    methods: tuple[str, ...]
    instrument: str
    sample_column: str
    ask_sample: bool
    ignore: tuple[str, ...]
    only: tuple[Condition, ...]
    failed: tuple[Condition, ...]
    values: tuple[ValueRule, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every heading or label that must be in the file, each once."""
        names = [self.sample_column, *(c.column for c in (*self.only, *self.failed))]
        for value in self.values:
            names += [value.column, value.unit_column, value.multiply_by, value.where_column, value.lod_column, value.loq_column]
        return tuple(dict.fromkeys(name for name in names if name))


def read_mapping(text: str) -> FileMapping:
    """The mapping in `text` (TOML). Raises DataFileError at an unknown field, a wrong type or a choice that isn't one."""
    root = Table(document(text), "The file")
    head, sample = root.table("mapping"), root.table("sample")
    if head is None or sample is None:
        raise DataFileError("The file needs a [mapping] and a [sample] table. Add them.")
    only = [_condition(table) for table in root.tables("only")]
    failed = [_condition(table) for table in root.tables("failed")]
    values = [_value(table) for table in root.tables("value")]
    root.finish()
    mapping = FileMapping(
        code=head.text("code"), title=head.text("title"), format=_one_of(head, "format", FORMATS), layout=_one_of(head, "layout", LAYOUTS, "table"),
        delimiter=_one_of(head, "delimiter", ("detect", "comma", "semicolon", "tab"), "detect"),
        decimal=_one_of(head, "decimal", ("detect", "point", "comma"), "detect"), sheet=head.text("sheet", ""), stop_at=head.texts("stop_at"),
        open_end=head.flag("open_end", False), determinations=head.flag("determinations", False),
        methods=head.texts("methods"), instrument=_one_of(head, "instrument", READERS, ""), sample_column=sample.text("column", ""),
        ask_sample=sample.flag("ask", False), ignore=sample.texts("ignore"), only=tuple(only), failed=tuple(failed), values=tuple(values),
    )  # fmt: skip
    head.finish()
    sample.finish()
    return mapping


def mapping_defects(mapping: FileMapping) -> list[str]:
    """Why it can't be approved, in sentences."""
    found = []
    if not mapping.values:
        found.append("The mapping has no [[value]]. Add what is imported.")
    if bool(mapping.sample_column) == mapping.ask_sample:
        found.append("Say whose value it is: name the column with the sample, or write ask = true; one of the two.")
    if mapping.layout == "labels" and (mapping.only or mapping.stop_at or not mapping.ask_sample):
        found.append("A file of labels is one record: it takes ask = true, and no [[only]] and no stop_at.")
    if mapping.format != "excel" and mapping.sheet:
        found.append('Only a workbook has sheets. Remove sheet, or write format = "excel".')
    if mapping.format == "rdml" and mapping.layout != "table":
        found.append('An RDML file is read as a table. Write layout = "table".')
    if not mapping.methods:
        found.append("Name the methods whose runs may use this mapping.")
    for value in mapping.values:
        found += _value_defects(value)
    taken = Counter((test, value.where) for value in mapping.values for test in value.tests)
    found += [f"{test} is filled by {times} values. One value for one test." for (test, _), times in taken.items() if times > 1]
    return found


def _value_defects(value: ValueRule) -> list[str]:
    where, found = f"Value “{value.column}”", []
    if not value.tests:
        found.append(f"{where} names no test. Add the codes of the tests that it is a result of.")
    if bool(value.where_column) != bool(value.where):
        found.append(f"{where}: where_column and where belong together. Give both or none.")
    if not value.unit and not value.words:
        found.append(f"{where} has no unit and no words: nothing could be compared with a limit. Give one.")
    if value.not_detected and value.lod is None and not value.lod_column:
        found.append(f"{where} knows “not detected” and no LOD. Give lod or lod_column.")
    if value.below_loq and value.loq is None and not value.loq_column:
        found.append(f"{where} knows “below LOQ” and no LOQ. Give loq or loq_column.")
    marks = Counter(text.casefold() for text in (*value.failed, *value.not_detected, *value.below_loq, *value.words))
    found += [f"{where}: “{text}” means two things. Keep one." for text, times in marks.items() if times > 1]
    if "" in marks:
        found.append(f'{where}: an empty cell can\'t be a mark. Write empty = "not_tested" if it may be empty.')
    return found


def _condition(table: Table) -> Condition:
    condition = Condition(table.text("column"), table.texts("is"), table.text("why", ""), table.texts("passes"))
    table.finish()
    if not condition.texts:
        raise DataFileError(f"{table.where} has no texts in “is”. Add them.")
    return condition


def _value(table: Table) -> ValueRule:
    words = table.table("words")
    value = ValueRule(
        column=table.text("column"), tests=table.texts("tests"), unit=table.text("unit", ""), unit_column=table.text("unit_column", ""),
        multiply_by=table.text("multiply_by", ""), where_column=table.text("where_column", ""), where=table.texts("where"),
        failed=table.texts("failed"), not_detected=table.texts("not_detected"), below_loq=table.texts("below_loq"),
        zero_failed=_one_of(table, "zero", ("number", "failed"), "number") == "failed",
        may_be_empty=_one_of(table, "empty", ("refuse", "not_tested"), "refuse") == "not_tested", lod=table.amount("lod"), loq=table.amount("loq"),
        lod_column=table.text("lod_column", ""), loq_column=table.text("loq_column", ""),
        words=MappingProxyType(_words(words)),
    )  # fmt: skip
    table.finish()
    return value


def _words(table: Table | None) -> dict[str, str]:
    words = dict(table.rest()) if table is not None else {}
    if table is not None and not all(isinstance(term, str) for term in words.values()):
        raise DataFileError(f"{table.where}: every word must stand for a term in quotes.")
    return words


def _one_of(table: Table, key: str, choices: Iterable[str], default: str | None = None) -> str:
    chosen = table.text(key, default)
    known = list(choices)
    if chosen not in known:
        raise DataFileError(f"{table.where}: “{key}” must be one of {', '.join(f'“{c}”' for c in known if c)}.")
    return chosen
