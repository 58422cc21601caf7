"""Instrument files: read with their places, or refused with line and column. Empty is not zero, failed is invalid."""

import dataclasses
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from batches.domain.data_file import DataFileError
from evgmp.rules.reading import ResultKind
from qc.domain.instrument_files.decoding import decoded
from qc.domain.instrument_files.mapping_file import mapping_defects, read_mapping
from qc.domain.instrument_files.places import FileRefused, Place
from qc.domain.instrument_files.values import FileReading, read_file
from tests.qc.domain.instrument_texts import MAPPINGS, TEXTS, mapping, small

NUMBER, INVALID = ResultKind.NUMBER, ResultKind.INVALID


def refusal(data: bytes | str, of: object = None) -> str:
    with pytest.raises(FileRefused) as found:
        read_file(data.encode() if isinstance(data, str) else data, of or small())  # type: ignore[arg-type]
    assert all(str(problem).startswith(("Line ", "Sheet ")) and str(problem).endswith(".") for problem in found.value.problems)
    return str(found.value)


def kinds(reading: FileReading) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in reading.values:
        found.setdefault(str(value.kind), []).append(value.sample)
    return found


@pytest.mark.req("REC-10")
def test_every_shipped_mapping_reads_its_file_and_names_each_place() -> None:
    assert {path.stem for path in MAPPINGS.glob("*.toml")} == set(TEXTS)
    for name, text in TEXTS.items():
        assert mapping_defects(mapping(name)) == []
        lines = [
            line.split({"tab": "\t", "semicolon": ";", "comma": ","}[read_file(text.encode(), mapping(name)).delimiter])
            for line in text.splitlines()
        ]
        for value in read_file(text.encode(), mapping(name)).values:
            assert lines[value.place.line - 1][value.place.column - 1] == value.as_printed
            if value.kind == NUMBER:
                assert value.reading is not None
                assert isinstance(value.reading.amount, Decimal)


@pytest.mark.req("LAB-10")
def test_what_failed_is_invalid_and_not_detected_has_its_limit() -> None:
    assert kinds(read_file(TEXTS["nta_nanosight"].encode(), mapping("nta_nanosight")))["invalid"] == ["SMP-2"] * 4
    found = read_file(TEXTS["qpcr_dna"].encode(), mapping("qpcr_dna")).values
    assert [(v.sample, v.kind, v.lod, v.loq) for v in found] == [
        ("SMP-1", NUMBER, Decimal("0.01"), None),
        ("SMP-2", ResultKind.NOT_DETECTED, Decimal("0.01"), None),
        ("SMP-3", INVALID, None, None),
        ("SMP-4", ResultKind.BELOW_LOQ, None, Decimal("0.05")),
    ]
    assert found[2].why.startswith("Line 7, column 5 (“Omit”): “true”.")


def test_a_dilution_multiplies_exactly_and_is_named() -> None:
    found = read_file(TEXTS["plate_protein"].encode(), mapping("plate_protein")).values[0]
    assert found.reading is not None
    assert (found.reading.text, found.as_printed, found.factor) == ("43.6", "21,8", "2 (Line 5, column 4 (“Dilution”))")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Sample;Result µ\nä;0,5\n".encode(), "UTF-8"),
        ("Sample;Result µ\nä;0,5\n".encode("utf-8-sig"), "UTF-8 with its mark"),
        ("Sample;Result µ\nä;0,5\n".encode("utf-16"), "UTF-16, low byte first"),
        (b"\xfe\xff" + "Sample;Result µ\nä;0,5\n".encode("utf-16-be"), "UTF-16, high byte first"),
        ("Sample;Result\na;0,5\n".encode("utf-16-le"), "UTF-16 without a mark, low byte first"),
        ("Sample;Result\na;0,5\n".encode("utf-16-be"), "UTF-16 without a mark, high byte first"),
        ("Sample;Result µ\nä;0,5\n".encode("latin-1"), "Latin-1"),
        ("Sample;Result €\nä;0,5\n".encode("cp1252"), "Windows-1252"),
        (b"Sample;Result\na;0,5\n", "ASCII"),
    ],
)
def test_the_encoding_is_found_and_said(data: bytes, encoding: str) -> None:
    assert decoded(data).encoding == encoding
    assert decoded(data).text.startswith("Sample;Result")


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Line 1, column 1: The file is empty"),
        (b" \r\n ", "The file is empty"),
        (b"Sample;Result\na\x00;1\n", "Line 2, column 2: A zero byte"),
        (b"Sample;Result\na\x07;1\n", "Line 2, column 2: A control character (U+0007)"),
        ("Sample;Result\nµ".encode() + b"\xff;1\n", "Line 2, column 1: This character is UTF-8"),
        (b"\xff\xfea", "no UTF-16"),
        (b"Sample;Result\n\x81;1\n", "no Windows-1252"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
        (b'Sample;Result\n"a;1\n', "Line 2, column 1: This line can't be split"),
        (b"Sample;Result\n", "no record of a sample"),
        (b"Sample;Other\na;1\n", "headings"),
        (b"Sample;Result;Result\na;1;2\n", "Line 1, column 3: The heading “Result” stands twice"),
        (b"Sample;Result\na;1;2\n", "Line 2, column 3: This line has more cells"),
        (b"Sample;Result;Remark\na;1\n", "Line 2, column 2: This line ends before"),
        (b"Sample;Result\na;1\nSample;Result\nb;1\n", "Line 3, column 1: The headings stand here again"),
        (b"Sample;Result\na;1\na;1\n", "Line 3, column 2 (“Result”): A second value of a for T; the first is in line 2"),
        (b"Sample;Result\n;1\n", "Line 2, column 1 (“Sample”): The sample is not named"),
        (b"Sample;Result\na;\n", "Line 2, column 2 (“Result”): This cell is empty. Empty is not zero"),
        (b"Sample;Result\na;0.1 EU\n", "Leave the unit out"),
        (b"Sample;Result\na;abc\n", "is not one number"),
        (b"Sample;Result\na;1e999\n", "too large or too small"),
        (b"Sample;Result\na;0.118", "The file ends in this value without an end of line"),
        (b"Sample,Result\na,1\nb,0,118\n", "Line 3, column 3: This line has more cells"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_line_and_column(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.req("REC-10", negative=True)
def test_a_line_that_repeats_another_is_pointed_out_before_it_counts_twice() -> None:
    several = dataclasses.replace(small(), determinations=True)
    notes = read_file(b"Sample;Result\na;1\na;1\n", several).notes
    assert any(note.startswith("Line 3 is line 2 again in every cell.") for note in notes)
    assert not any("again" in note for note in read_file(b"Sample;Result\na;1\na;1.1\n", several).notes)


@pytest.mark.req("REC-10")
@pytest.mark.parametrize(
    ("numbers", "mark", "read"),
    [
        (["0,118", "1,234"], "comma", ["0.118", "1.234"]),
        (["12,5"], "comma", ["12.5"]),
        (["0.118", "1.234"], "point", ["0.118", "1.234"]),
        (["<0,05"], "comma", ["<0.05"]),
        (["1,234E+3"], "comma", ["1.234E+3"]),
        (["12"], "", ["12"]),
    ],
)
def test_the_decimal_mark_is_found_from_the_numbers(numbers: list[str], mark: str, read: list[str]) -> None:
    text = "Sample;Result\n" + "".join(f"s{n};{number}\n" for n, number in enumerate(numbers))
    found = read_file(text.encode(), small())
    assert found.mark.name == mark
    assert [value.reading.text for value in found.values if value.reading] == read


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["1,234"], "can be read in two ways, and no other number"),
        (["1.234"], "can be read in two ways, and no other number"),
        (["0,5", "0.5"], "another number of this file has the other mark"),
        (["0,5", "1.234"], "another mark than the decimal comma"),
        (["0.5", "1,234"], "another mark than the decimal point"),
        (["1.234,5"], "separator of thousands"),
        (["1,234,567"], "separator of thousands"),
    ],
)
def test_a_number_of_two_meanings_is_refused(numbers: list[str], words: str) -> None:
    assert words in refusal("Sample;Result\n" + "".join(f"s{n};{number}\n" for n, number in enumerate(numbers)))


def test_a_mapping_may_name_the_mark_and_then_only_that_one_is_read() -> None:
    comma = small(mapping='decimal = "comma"')
    assert read_file(b"Sample;Result\na;1,234\n", comma).values[0].reading.amount == Decimal("1.234")  # type: ignore[union-attr]
    assert "another mark" in refusal(b"Sample;Result\na;1.234\n", comma)


def test_lines_that_are_no_sample_are_named_and_never_lost() -> None:
    found = read_file(TEXTS["ddpcr_junctions"].encode(), mapping("ddpcr_junctions"))
    assert [str(p.place) for p in found.passed] == ["Line 6, column 2 (“Sample”)", "Line 7, column 3 (“Target”)"]
    positions = read_file(TEXTS["nta_zetaview_positions"].encode(), mapping("nta_zetaview_positions"))
    assert len(positions.passed) == 5


@pytest.mark.req("LAB-10", negative=True)
def test_a_flag_that_says_nothing_is_refused() -> None:
    text = TEXTS["endotoxin_csv"].replace("SMP-1,Pass", "SMP-1,")
    assert "Line 3, column 2 (“Spike recovery”): “” does not say whether the measurement failed" in refusal(text, mapping("endotoxin_csv"))
    assert "does not say" in refusal(TEXTS["endotoxin_csv"].replace("SMP-1,Pass", "SMP-1,Pas"), mapping("endotoxin_csv"))


@pytest.mark.req("LAB-10", negative=True)
def test_another_unit_than_the_mapping_says_is_refused() -> None:
    text = TEXTS["endotoxin_csv"].replace("0.120,EU/mL", "0.120,EU/L")
    assert "Line 3, column 4 (“Unit”): The file says “EU/L”, the mapping EU/mL." in refusal(text, mapping("endotoxin_csv"))


def test_an_instrument_that_prints_zero_for_nothing_gives_invalid() -> None:
    text = TEXTS["nta_zetaview_positions"].replace("9.4E+10", "0.0E+0")
    found = read_file(text.encode("latin-1"), mapping("nta_zetaview_positions"))
    assert found.encoding == "Latin-1"
    assert (found.values[0].kind, found.values[0].reading) == (INVALID, None)
    assert "measured nothing" in found.values[0].why


# --- workbooks and RDML ---


def workbook(*rows: list[object], percent: str = "", second: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if percent:
        sheet[percent].number_format = "0.0%"
    if second:
        book.create_sheet("More")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def excel(**changes: object) -> object:
    return dataclasses.replace(small(), format="excel", **changes)  # type: ignore[arg-type]


@pytest.mark.req("REC-10")
def test_a_workbook_gives_its_numbers_at_fifteen_digits() -> None:
    data = workbook(["Sample", "Result"], ["a", 0.1 + 0.2], ["b", 0.11799999999999999], ["c", 1.234], ["d", 7])
    found = read_file(data, excel())  # type: ignore[arg-type]
    assert [value.reading.text for value in found.values if value.reading] == ["0.3", "0.118", "1.234", "7"]
    assert found.values[0].place == Place(2, 2, "Sheet", "Result")


def test_a_percentage_is_taken_as_the_sheet_shows_it_and_only_for_per_cent() -> None:
    data = workbook(["Sample", "Result"], ["a", 0.452], percent="B2")
    per_cent = dataclasses.replace(excel(), values=(dataclasses.replace(small().values[0], unit="%"),))  # type: ignore[type-var]
    assert read_file(data, per_cent).values[0].reading.text == "45.2"  # type: ignore[arg-type, union-attr]
    assert "Leave the unit out" in refusal(data, excel())


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "A formula stands here without its value"),
        (True, "yes or no"),
        (None, "This cell is empty"),
        ("#N/A", "error of the workbook"),
    ],
)
def test_cells_that_are_no_numbers_are_refused(value: object, words: str) -> None:
    said = refusal(workbook(["Sample", "Result"], ["a", value]), excel())
    assert words in said
    assert said.startswith("Sheet “Sheet”, line 2, column 2")


@pytest.mark.req("REC-10", negative=True)
def test_a_date_in_disguise_a_damaged_or_a_two_sheet_workbook_is_refused() -> None:
    from datetime import datetime

    assert "as a date or time" in refusal(workbook(["Sample", "Result"], ["a", datetime(2026, 5, 3)]), excel())
    good = workbook(["Sample", "Result"], ["a", 1])
    assert "no Excel workbook" in refusal(good[:200], excel())
    assert "no Excel workbook" in refusal(b"Sample;Result\na;1\n", excel())
    assert "several sheets" in refusal(workbook(["Sample", "Result"], ["a", 1], second=True), excel())
    assert "no sheet “Raw”" in refusal(good, excel(sheet="Raw"))


def rdml_file(xml: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("rdml_data.xml", xml)
    return kept.getvalue()


RDML = """<rdml version="1.3" xmlns="http://www.rdml.org"><sample id="SMP-1"><type>unkn</type></sample><sample id="NTC"><type>ntc</type></sample>
<experiment id="e"><run id="r"><react id="1"><sample id="SMP-1"/><data><tar id="SEV"/><cq>31.42</cq></data><data><tar id="RPP30"/><cq>22.1</cq></data></react>
<react id="2"><sample id="NTC"/><data><tar id="SEV"/><cq>-1.0</cq></data></react></run></experiment></rdml>"""


def rdml_mapping() -> object:
    return read_mapping(
        '[mapping]\ncode = "M"\ntitle = "M"\nformat = "rdml"\nmethods = ["TM-1"]\n[sample]\ncolumn = "Sample"\nignore = ["NTC"]\n'
        '[[value]]\ncolumn = "Cq"\nunit = "cycles"\ntests = ["T"]\nwhere_column = "Target"\nwhere = ["SEV"]\nfailed = ["-1.0"]\n'
    )


@pytest.mark.req("REC-10")
def test_an_rdml_run_is_read_reaction_by_reaction() -> None:
    found = read_file(rdml_file(RDML), rdml_mapping())  # type: ignore[arg-type]
    assert found.encoding == "RDML 1.3"
    assert [(v.sample, v.as_printed, v.place.line) for v in found.values] == [("SMP-1", "31.42", 2)]
    assert len(found.passed) == 2


@pytest.mark.req("REC-10", negative=True)
def test_rdml_that_breaks_off_or_declares_entities_is_refused() -> None:
    assert "breaks off at its line" in refusal(rdml_file(RDML[:200]), rdml_mapping())
    bomb = '<!DOCTYPE a [<!ENTITY x "y">]>' + RDML
    assert "declares what a run never needs" in refusal(rdml_file(bomb), rdml_mapping())
    assert "no RDML" in refusal(rdml_file("<a/>"), rdml_mapping())
    assert "can't be unpacked" in refusal(b"PK nothing", rdml_mapping())


# --- mappings ---


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sample": ""}, "whose value it is"),
        ({"sample": 'column = "S"\nask = true'}, "whose value it is"),
        ({"mapping": 'layout = "labels"'}, "A file of labels is one record"),
        ({"mapping": 'sheet = "A"'}, "Only a workbook has sheets"),
        ({"value": 'not_detected = ["ND"]'}, "no LOD"),
        ({"value": 'below_loq = ["<LOQ"]'}, "no LOQ"),
        ({"value": 'failed = ["x", "X"]'}, "means two things"),
        ({"value": 'failed = [""]'}, "an empty cell can't be a mark"),
        ({"value": 'where = ["x"]'}, "belong together"),
    ],
)
def test_a_mapping_that_makes_no_sense_has_its_defect_named(changes: dict[str, str], words: str) -> None:
    assert any(words in defect for defect in mapping_defects(small(**changes)))


@pytest.mark.parametrize("wrong", ['mapping = "x"', '[mapping]\ncode = "M"\nformat = "pdf"\n[sample]\n', "[mapping"])
def test_a_mapping_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(DataFileError):
        read_mapping(wrong)
