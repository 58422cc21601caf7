"""Instrument files: read with their places, or refused with line and column. Empty is not zero, failed is invalid."""

import dataclasses
from decimal import Decimal

import pytest

from evgmp.rules.reading import ResultKind
from qc.domain.instrument_files import grids
from qc.domain.instrument_files.decoding import decoded
from qc.domain.instrument_files.mapping_file import FileMapping, mapping_defects
from qc.domain.instrument_files.places import START, FileRefused, Place, Problem, refused
from qc.domain.instrument_files.values import FileReading, read_file
from tests.qc.domain.instrument_texts import MAPPINGS, TEXTS, mapping, small

NUMBER, INVALID = ResultKind.NUMBER, ResultKind.INVALID


def refusal(data: bytes | str, of: FileMapping | None = None) -> str:
    with pytest.raises(FileRefused) as found:
        read_file(data.encode() if isinstance(data, str) else data, of or small())
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


def test_an_empty_cell_that_may_be_empty_is_named_and_no_value() -> None:
    may_be_empty = small(value='empty = "not_tested"')
    found = read_file(b"Sample;Result\na;\nb;0.5\n", may_be_empty)
    assert [(value.sample, value.as_printed) for value in found.values] == [("b", "0.5")]
    assert [(one.what, str(one.place)) for one in found.passed] == [("An empty cell: not tested", "Line 2, column 2 (“Result”)")]
    assert refusal(b"Sample;Result\na;\nb;\n", may_be_empty).startswith(
        "Line 2, column 1 (“Sample”): Every cell that the mapping reads is empty."
    )


@pytest.mark.req("LAB-10")
def test_a_word_of_the_file_becomes_the_term_of_the_specification() -> None:
    words = small(value='words = { Negative = "Absent", Positive = "Present" }')
    found = read_file(b"Sample;Result\na;negative\nb;POSITIVE\nc;0.5\n", words).values
    assert [(value.kind, value.term) for value in found] == [(ResultKind.TERM, "Absent"), (ResultKind.TERM, "Present"), (NUMBER, "")]
    only_words = dataclasses.replace(words, values=(dataclasses.replace(words.values[0], unit=""),))
    for other in ("0.5", "Neg"):
        said = f"Line 2, column 2 (“Result”): “{other}” is no word that the mapping knows: “Negative”, “Positive”."
        assert refusal(f"Sample;Result\na;{other}\n", only_words) == said


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("factor", ["0", "-2", "<2"])
def test_what_is_no_dilution_multiplies_nothing(factor: str) -> None:
    said = refusal(f"Sample;Result;Dilution\na;0.5;{factor}\n", small(value='multiply_by = "Dilution"'))
    assert (
        said == f"Line 2, column 3 (“Dilution”): “{factor}” can't multiply a value: a dilution is a number above zero. Correct the export."
    )


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("limit", ["0", "-0.1", "<0.1"])
@pytest.mark.parametrize(("value", "column"), [("ND", "LOD"), ("<LOQ", "LOQ")])
def test_a_limit_that_is_none_makes_no_absence(value: str, column: str, limit: str) -> None:
    limits = small(value='not_detected = ["ND"]\nbelow_loq = ["<LOQ"]\nlod_column = "LOD"\nloq_column = "LOQ"')
    cells = {"LOD": "0.1", "LOQ": "0.3", column: limit}
    said = refusal(f"Sample;Result;LOD;LOQ\na;{value};{cells['LOD']};{cells['LOQ']}\n", limits)
    assert said.endswith(f"(“{column}”): “{limit}” is no limit of detection or quantitation: a number above zero is.")


def test_a_value_may_follow_its_label_in_the_same_cell() -> None:
    labels = small(mapping='layout = "labels"', sample="ask = true")
    found = read_file(b"Run:\t7\nRESULT : 0.5\n", labels).values[0]
    assert (found.as_printed, str(found.place), found.sample) == ("0.5", "Line 2, column 1 (“Result”)", "")
    assert "The label “Result” stands twice, also in line 1" in refusal(b"Result\t0.5\nResult: 0.6\n", labels)
    assert "The file has no label “Result”" in refusal(b"Results: 0.5\n", labels)


@pytest.mark.req("REC-10", negative=True)
def test_a_file_that_two_delimiters_fit_is_refused() -> None:
    said = "Line 1, column 1: Cells may end at a comma or at a semicolon: both fit. Let the mapping name the delimiter."
    assert refusal("Sample,Result\na,1\nSample;Result\nb;2\n") == said
    assert read_file(b"Sample,Result\na,1\n", small(mapping='delimiter = "comma"')).values[0].as_printed == "1"


@pytest.mark.req("REC-10", negative=True)
def test_a_file_of_more_lines_or_columns_than_a_table_of_results_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = "Sample;Result" + ";" * (grids.MOST_CELLS - 2)
    assert read_file(f"{wide}\na;1{';' * (grids.MOST_CELLS - 2)}\n".encode(), small()).values[0].sample == "a"
    assert "The file has more than 200000 lines or 1000 columns." in refusal(f"{wide};\na;1\n")
    monkeypatch.setattr(grids, "MOST_LINES", 3)
    assert len(read_file(b"Sample;Result\na;1\nb;2\n", small()).values) == 2
    assert "The file has more than 3 lines or 1000 columns." in refusal(b"Sample;Result\na;1\nb;2\nc;3\n")


def test_a_refusal_carries_its_first_fifty_problems_and_never_none() -> None:
    problems = [Problem(Place(line, 1), "Wrong.") for line in range(1, 61)]
    assert FileRefused(problems).problems == problems[:50]
    assert str(refused(START, "Empty.")) == "Line 1, column 1: Empty."
    with pytest.raises(TypeError, match="needs a problem"):
        FileRefused([])
