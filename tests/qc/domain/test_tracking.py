"""Tracking in depth: positions, percentiles, blank and dilutions, by hand-made numbers."""

from decimal import Decimal

import pytest

from qc.domain.instrument_files.places import FileRefused
from qc.domain.tracking import Histogram, blank_subtracted, dilution_difference, position_table
from tests.qc.domain.instrument_texts import POSITIONS

D = Decimal


@pytest.mark.req("LAB-04")
def test_positions_are_read_with_what_was_removed_and_why() -> None:
    table = position_table(POSITIONS.encode())
    assert [(p.name, p.used, p.why) for p in table.positions] == [("0.10", True, ""), ("0.15", True, ""), ("0.20", False, "drift too high")]
    assert (table.mean, table.printed_mean) == (D("9.45E+10"), D("9.4E+10"))
    assert table.findings == []


@pytest.mark.req("LAB-04", negative=True)
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\t1.8\t5.7\t", "\t1.8\t30.1\t", "Position 0.10: Kept at a drift of 30.1 um/s, above 30.0."),
        ("\t28\t110.0", "\t4\t110.0", "Kept with 4 traces, fewer than 5."),
        ("31.9\tMAX", "30.0\tMAX", "Removed for its drift of 30.0 um/s, which is not above"),
        ("9.4E+10", "7.0E+10", "The kept positions give a mean of 9.45E+10, the file prints 7.0E+10."),
    ],
)
def test_a_decision_against_the_instruments_own_rule_is_named(old: str, new: str, words: str) -> None:
    assert any(words in finding for finding in position_table(POSITIONS.replace(old, new, 1).encode()).findings)


@pytest.mark.req("LAB-10", negative=True)
def test_a_run_without_a_kept_position_measured_nothing() -> None:
    text = POSITIONS.replace("X\t0.1", "\t0.1").replace("\t5.7\t\n", "\t5.7\tGRUBBS_SIZE\n").replace("\t2.3\t\n", "\t2.3\tMIN_TRACES\n")
    assert "No position was kept, so the run measured nothing." in position_table(text.encode()).findings
    assert position_table(text.encode()).mean is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (POSITIONS[POSITIONS.index("\tMean\t") :], "", "Line 4, column 1: The line “Mean” is missing"),
        ("X\t0.10", "?\t0.10", "Line 2, column 1: “?” says neither"),
        ("\t5.7\t\n", "\t5.7\tMAX_DRIFT\n", "both or neither"),
        ("\t28\t", "\t2.5\t", "is no number of traces"),
        ("Removal", "Reason", "headings"),
        ("X\t0.15", "X\t", "Line 3, column 2: This line names no position."),
    ],
)
def test_a_damaged_table_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        position_table(POSITIONS.replace(old, new, 1).encode())
    assert words in str(refusal.value)


@pytest.mark.parametrize("blank", ["\n", "\t\t\t\n"])
def test_a_line_without_anything_in_it_is_no_position(blank: str) -> None:
    first = POSITIONS.index("X\t0.15")
    with_blank = position_table((POSITIONS[:first] + blank + POSITIONS[first:]).encode())
    assert [p.name for p in with_blank.positions] == ["0.10", "0.15", "0.20"]
    assert with_blank.printed_mean == D("9.4E+10")


def test_percentiles_follow_the_instruments_convention() -> None:
    histogram = Histogram(((D("97.5"), D(10)), (D("102.5"), D(20)), (D("107.5"), D(10))))
    assert (histogram.percentile(D(50)), histogram.mean) == (D(100), D("102.5"))
    assert histogram.percentile(D(25)) == D("97.5")
    assert Histogram(()).percentile(D(50)) is None
    with pytest.raises(ValueError, match="between 0 and 100"):
        histogram.percentile(D(100))
    with pytest.raises(ValueError, match="rise"):
        Histogram(((D(2), D(1)), (D(1), D(1))))
    with pytest.raises(TypeError):
        Histogram(((97.5, D(1)),))  # type: ignore[arg-type]


@pytest.mark.req("LAB-06")
def test_blank_and_dilutions() -> None:
    assert blank_subtracted(D("2.0E+8"), D("4E+6"), D(5)) == (D("1.96E+8"), "")
    value, why = blank_subtracted(D("2.0E+8"), D("2.0E+7"), D(5))
    assert value is None
    assert "10.0 % of the sample, more than 5 %" in why
    assert round(dilution_difference(D("9.2E+10"), D("3.9E+11")), 1) == D("123.7")
    with pytest.raises(ValueError, match="above zero"):
        dilution_difference(D(0), D(1))


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize(("sample", "blank"), [("0", "1E+6"), ("-1", "0"), ("2.0E+8", "-1")])
def test_a_blank_is_subtracted_from_nothing_but_a_measurement(sample: str, blank: str) -> None:
    with pytest.raises(ValueError, match=r"A blank is subtracted from a measured concentration above zero, and is not below zero."):
        blank_subtracted(D(sample), D(blank), D(5))
    assert blank_subtracted(D("2.0E+8"), D(0), D(5)) == (D("2.0E+8"), "")


def test_a_share_beyond_gaps_and_empty_classes_lies_in_the_class_that_reaches_it() -> None:
    histogram = Histogram(((D("97.5"), D(0)), (D("102.5"), D(3)), (D("107.5"), D(0)), (D("202.5"), D(1)), (D("207.5"), D(0))))
    assert histogram.percentile(D(75)) == D("102.5")
    assert histogram.percentile(D("0.000001")) == D("97.5") + 5 * D("4E-8") / 3
    assert histogram.percentile(D("99.9999")) == D("197.5") + 5 * (D("3.999996") - 3)
