"""Workbooks and RDML: archives of tables, read with their places, or refused with a sentence; what is damaged is never another error."""

import dataclasses
import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from qc.domain.instrument_files.mapping_file import FileMapping, read_mapping
from qc.domain.instrument_files.places import Place
from qc.domain.instrument_files.rdml import HEADINGS, rdml
from qc.domain.instrument_files.values import read_file
from tests.qc.domain.instrument_texts import small
from tests.qc.domain.test_instrument_files import refusal


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


def excel(**changes: Any) -> FileMapping:
    return dataclasses.replace(small(), format="excel", **changes)


@pytest.mark.req("REC-10")
def test_a_workbook_gives_its_numbers_at_fifteen_digits() -> None:
    data = workbook(["Sample", "Result"], ["a", 0.1 + 0.2], ["b", 0.11799999999999999], ["c", 1.234], ["d", 7])
    found = read_file(data, excel())
    assert [value.reading.text for value in found.values if value.reading] == ["0.3", "0.118", "1.234", "7"]
    assert found.values[0].place == Place(2, 2, "Sheet", "Result")
    assert "which has no mark" in found.mark.why


def test_a_percentage_is_taken_as_the_sheet_shows_it_and_only_for_per_cent() -> None:
    data = workbook(["Sample", "Result"], ["a", 0.452], percent="B2")
    per_cent = dataclasses.replace(excel(), values=(dataclasses.replace(small().values[0], unit="%"),))
    assert read_file(data, per_cent).values[0].reading.text == "45.2"  # type: ignore[union-attr]
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
    assert "as a date or time" in refusal(workbook(["Sample", "Result"], ["a", datetime(2026, 5, 3)]), excel())
    good = workbook(["Sample", "Result"], ["a", 1])
    assert "no Excel workbook" in refusal(good[:200], excel())
    assert "no Excel workbook" in refusal(b"Sample;Result\na;1\n", excel())
    assert "several sheets" in refusal(workbook(["Sample", "Result"], ["a", 1], second=True), excel())
    assert "no sheet “Raw”" in refusal(good, excel(sheet="Raw"))


def archive(parts: dict[str, str], compression: int = zipfile.ZIP_STORED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", compression) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return kept.getvalue()


def rdml_file(xml: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    return archive({"rdml_data.xml": xml}, compression)


def in_directory(data: bytes, offset: int, written: bytes) -> bytes:
    """The archive with `written` at `offset` of the first entry of its directory (APPNOTE 4.3.12): 8 flags, 24 size when unpacked."""
    at = data.index(b"PK\x01\x02") + offset
    return data[:at] + written + data[at + len(written) :]


RDML = """<rdml version="1.3" xmlns="http://www.rdml.org"><sample id="SMP-1"><type>unkn</type></sample><sample id="NTC"><type>ntc</type></sample>
<experiment id="e"><run id="r"><react id="1"><sample id="SMP-1"/><data><tar id="SEV"/><cq>31.42</cq></data><data><tar id="RPP30"/><cq>22.1</cq></data></react>
<react id="2"><sample id="NTC"/><data><tar id="SEV"/><cq>-1.0</cq></data></react></run></experiment></rdml>"""


def rdml_mapping() -> FileMapping:
    return read_mapping(
        '[mapping]\ncode = "M"\ntitle = "M"\nformat = "rdml"\nmethods = ["TM-1"]\n[sample]\ncolumn = "Sample"\nignore = ["NTC"]\n'
        '[[value]]\ncolumn = "Cq"\nunit = "cycles"\ntests = ["T"]\nwhere_column = "Target"\nwhere = ["SEV"]\nfailed = ["-1.0"]\n'
    )


@pytest.mark.req("REC-10")
def test_an_rdml_run_is_read_reaction_by_reaction() -> None:
    found = read_file(rdml_file(RDML), rdml_mapping())
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


@pytest.mark.req("REC-10", negative=True)
def test_a_workbook_whose_parts_are_damaged_or_absent_is_refused() -> None:
    good = workbook(["Sample", "Result"], ["a", 1])
    assert "no readable Excel workbook (KeyError)" in refusal(archive({"a.txt": "x"}), excel())
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
    assert "This is no readable Excel workbook (" in refusal(archive(parts), excel())


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize(("line", "column"), [(200_001, 1), (1, 1_001)])
def test_a_sheet_of_more_lines_or_columns_than_a_table_of_results_has_is_refused(line: int, column: int) -> None:
    book = openpyxl.Workbook()
    book.active.cell(line, column, "x")  # type: ignore[union-attr]
    kept = io.BytesIO()
    book.save(kept)
    assert "The sheet has more than 200000 lines or 1000 columns. Hand in the table of results alone." in refusal(kept.getvalue(), excel())


@pytest.mark.req("REC-10", negative=True)
def test_what_would_unpack_to_an_enormous_file_is_refused_before_it_is_unpacked() -> None:
    for data, of, most in ((workbook(["Sample", "Result"], ["a", 1]), excel(), 100), (rdml_file(RDML), rdml_mapping(), 50)):
        declared = (most * 1024**2 + 1).to_bytes(4, "little")
        assert f" has more than {most} MB. " in refusal(in_directory(data, 24, declared), of)


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_rdml_file_damaged_within_what_is_packed_is_refused(compression: int) -> None:
    good = rdml_file(RDML, compression)
    assert read_file(good, rdml_mapping()).values[0].as_printed == "31.42"
    begin, end = good.index(b"rdml_data.xml") + len("rdml_data.xml"), good.index(b"PK\x01\x02")
    packed = [good[:at] + b"\xff" * (end - at) + good[end:] for at in (begin, begin + 12, begin + 30)]
    encrypted, misnamed = in_directory(good, 8, b"\x01\x00"), in_directory(in_directory(good, 8, b"\x00\x08"), 46, b"\xff\xfe")
    for damaged in (*packed, encrypted, misnamed):
        assert "This is no RDML file: it can't be unpacked." in refusal(damaged, rdml_mapping())


@pytest.mark.req("REC-10", negative=True)
def test_an_rdml_file_without_a_run_or_with_two_is_refused() -> None:
    for parts, count in ({"readme.txt": "x"}, 0), ({"a.xml": RDML, "b.xml": RDML}, 2):
        assert f"An RDML file holds one XML file; this one holds {count}. Export the run again." in refusal(archive(parts), rdml_mapping())
    assert "The RDML file holds no reaction. Export the run again." in refusal(rdml_file("<rdml version='1.3'/>"), rdml_mapping())


@pytest.mark.req("REC-10")
def test_the_partitions_of_digital_pcr_are_read_with_their_volume() -> None:
    xml = (
        "<rdml version='1.3'><sample id='SMP-1'><type>unkn</type></sample><experiment id='e'><run id='r'><react id='A01'><sample id='SMP-1'/>"
        "<partitions><volume>0.85</volume><data><tar id='SEV'/><excluded>smear</excluded><pos>12</pos><neg>18304</neg></data>"
        "<data><tar id='RPP30'/><pos>9120</pos><neg>9196</neg></data></partitions></react></run></experiment></rdml>"
    )
    head, *rows = rdml(rdml_file(xml)).rows
    assert [cell.text for cell in head] == list(HEADINGS)
    assert [[cell.text for cell in row] for row in rows] == [
        ["r", "A01", "SMP-1", "unkn", "SEV", "", "smear", "12", "18304", "0.85"],
        ["r", "A01", "SMP-1", "unkn", "RPP30", "", "", "9120", "9196", "0.85"],
    ]
