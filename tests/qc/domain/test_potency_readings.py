"""Readings of a potency run: each as typed, none left out, and the rule of the method says what is complete."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qc.domain.potency_evaluation import as_texts, evaluated
from qc.domain.potency_readings import HOW, MOST, PotencyRule, figure_rows, incomplete, points_of, read_back, read_readings
from tests.journeys.readings import READINGS

RULE = PotencyRule("four_parameter", "particles/well", "luminescence", 6, 2)


@pytest.mark.req("LAB-22", "REC-03")
@pytest.mark.parametrize("text", ["reference; 1.25; 0.412\nsample; 2.5E+3; 7", "Preparation;Dose;Response\nR;1.25;0.412\n\nS;2.5E+3;7\n",
                                  "ref\t1.25\t0.412\nSample\t2.5E+3\t7", "standard,1.25,0.412\ntest,2.5E+3,7"])  # fmt: skip
def test_readings_are_taken_as_typed_from_a_paste_or_a_file(text: str) -> None:
    found, blockers = read_readings(text)
    assert blockers == []
    assert [one.stored for one in found] == ["reference; 1.25; 0.412", "sample; 2.5E+3; 7"]
    assert read_back([one.stored for one in found]) == found
    assert points_of(found, "sample") == [(Decimal("2.5E+3"), Decimal(7))]


@pytest.mark.req("LAB-22", "REC-03", negative=True)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"No reading is given. {HOW}"),
        ("reference; 1.25", f"Line 1: “reference; 1.25” can't be read. {HOW}"),
        ("blank; 1; 2", "Line 1: “blank” is neither the reference nor the sample. Write one of the two."),
        ("sample; 0; 2", "Line 1: A dose must be above zero. A blank is no dose: leave it out."),
        ("sample; 1; <2", "Line 1: The response “<2” is only a bound. Write the number that was read."),
        ("sample; 1,5; 2", "Line 1: The dose: “1,5” can be read in two ways. Write 15 or 1.5."),
        ("sample; 1; NaN", "Line 1: The response: “NaN” is not one number. Write digits with a point before the decimals, like 1.20 or 2.8E+10."),
        ("sample; 1; 2\n" * (MOST + 1), f"More than {MOST} readings were given. Keep to {MOST}."),
    ],
)
def test_what_is_no_reading_is_named_with_its_line(text: str, sentence: str) -> None:
    assert [one.message for one in read_readings(text)[1]] == [sentence]


@pytest.mark.req("LAB-22", negative=True)
def test_an_incomplete_assay_is_not_evaluated() -> None:
    whole, _ = read_readings(READINGS)
    assert incomplete(RULE, whole) == []
    assert [one.message for one in incomplete(RULE, whole[:-1])] == ["Dose 1.6 × 10⁹ of the sample has 1 of 2 responses. Record every one."]
    assert [one.key for one in incomplete(RULE, whole[:10])] == ["doses_missing", "doses_missing"]


@pytest.mark.req("LAB-22", "LAB-04")
def test_readings_that_no_curve_fits_give_no_potency_and_say_why() -> None:
    flat = [one for one in read_readings(READINGS.replace("98", "50"))[0] if one.preparation == "reference"]
    same = read_readings("\n".join(f"{name}; {2**turn}; 5" for name in ("reference", "sample") for turn in range(6) for _ in range(2)))[0]
    found = evaluated(RULE, same)
    assert (found.potency, found.reasons) == (None, ("Every response is the same: there is nothing to fit.",))
    assert as_texts(found) == {"reasons": list(found.reasons), "figures": [], "reference_curve": [], "sample_curve": []}
    assert flat


@pytest.mark.req("LAB-22", "LAB-05")
def test_the_same_readings_give_the_same_figures_every_time() -> None:
    readings = read_readings(READINGS)[0]
    first, second = evaluated(RULE, readings), evaluated(RULE, readings)
    assert first == second
    assert first.potency is not None
    assert 85 < first.potency < 97
    assert RULE.criteria[0] == ("Parallelism, p of the F test", "at least 0.05")
    lines = PotencyRule("parallel_line", "dose", "response", 3, 2)
    assert lines.criteria[0] == ("Slope ratio, 90 % interval", "0.80 to 1.25")
    assert evaluated(lines, readings).model == "parallel_line"


@pytest.mark.req("LAB-22")
def test_what_was_found_stands_beside_its_criterion() -> None:
    figures = [["Slope", "-1.5"], ["R squared", "0.99"], ["Parallelism, p of the F test", "0.9"]]
    rows = [(one.name, one.found, one.criterion) for one in figure_rows(RULE.criteria, figures, (Decimal(80), Decimal(100)))]
    assert rows[:2] == [("Parallelism, p of the F test", "0.9", "at least 0.05"), ("R squared", "0.99", RULE.criteria[1][1])]
    assert rows[2:] == [("Upper to lower 95 % limit", "1.25 times", RULE.criteria[2][1]), ("Slope", "-1.5", "")]
    # No interval, nothing found: the criterion stands all the same.
    lines = replace(RULE, model="parallel_line")
    bounds = [["Slope ratio, 90 % low", "0.9"], ["Slope ratio, 90 % high", "1.1"]]
    assert [one.found for one in figure_rows(lines.criteria, bounds, (None, None))] == ["0.9 to 1.1", "", ""]
