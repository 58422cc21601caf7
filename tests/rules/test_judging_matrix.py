"""The judging matrix: result state x qualifier x limit kind x inclusiveness, each cell with its verdict and its reason.

C conforms, F does not conform, N no verdict. Written by hand from the conventions: a bound passes only when every value it
allows passes, and fails only when every one fails; “not detected” is “< LOD”, below LOQ is “< LOQ”; nothing missing passes.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from evgmp.rules.limits import Judgement, Verdict
from evgmp.rules.reading import QUALIFIERS, ResultKind
from evgmp.rules.verdict import REPORTED_NO_LIMIT, ResultType, RowResult, RowRule, judge_row, passes

UNIT = "EU/mL"
LETTER = {"C": Verdict.CONFORMS, "F": Verdict.DOES_NOT_CONFORM, "N": Verdict.NO_VERDICT}
VALUES = ("4", "5", "7", "9", "10")

# kind of limit: (lower, lower inclusive, upper, upper inclusive, in words)
LIMITS = {
    "not less than": ("5", True, None, True, "not less than 5"),
    "more than": ("5", False, None, True, "more than 5"),
    "not more than": (None, True, "9", True, "not more than 9"),
    "less than": (None, True, "9", False, "less than 9"),
    "closed range": ("5", True, "9", True, "not less than 5 and not more than 9"),
    "open range": ("5", False, "9", False, "more than 5 and less than 9"),
    "open above": ("5", True, "9", False, "not less than 5 and less than 9"),
    "open below": ("5", False, "9", True, "more than 5 and not more than 9"),
}

# One letter for each of VALUES.
NUMBERS = {
    "not less than": {"": "FCCCC", "<": "FFNNN", "≤": "FNNNN", ">": "NCCCC", "≥": "NCCCC"},
    "more than": {"": "FFCCC", "<": "FFNNN", "≤": "FFNNN", ">": "NCCCC", "≥": "NNCCC"},
    "not more than": {"": "CCCCF", "<": "CCCCN", "≤": "CCCCN", ">": "NNNFF", "≥": "NNNNF"},
    "less than": {"": "CCCFF", "<": "CCCCN", "≤": "CCCNN", ">": "NNNFF", "≥": "NNNFF"},
    "closed range": {"": "FCCCF", "<": "FFNNN", "≤": "FNNNN", ">": "NNNFF", "≥": "NNNNF"},
    "open range": {"": "FFCFF", "<": "FFNNN", "≤": "FFNNN", ">": "NNNFF", "≥": "NNNFF"},
    "open above": {"": "FCCFF", "<": "FFNNN", "≤": "FNNNN", ">": "NNNFF", "≥": "NNNFF"},
    "open below": {"": "FFCCF", "<": "FFNNN", "≤": "FFNNN", ">": "NNNFF", "≥": "NNNNF"},
}  # fmt: skip
CELLS = [
    (kind, qualifier, value, letter)
    for kind, lines in NUMBERS.items()
    for qualifier, letters in lines.items()
    for value, letter in zip(VALUES, letters, strict=True)
]


def row_of(kind: str) -> RowRule:
    lower, lower_inclusive, upper, upper_inclusive, _ = LIMITS[kind]
    return RowRule(
        "numeric", unit=UNIT, lower=Decimal(lower) if lower else None, upper=Decimal(upper) if upper else None,
        lower_inclusive=lower_inclusive, upper_inclusive=upper_inclusive,
    )  # fmt: skip


def reason(kind: str, shown: str, letter: str) -> str:
    words = LIMITS[kind][4]
    return {
        "C": f"{shown} is {words}.",
        "F": f"{shown} does not meet the limit: {words}.",
        "N": f"{shown} does not show whether the value is {words}. Measure it more finely.",
    }[letter]


def test_the_table_of_numbers_is_full() -> None:
    assert len(CELLS) == len(LIMITS) * len(QUALIFIERS) * len(VALUES) == 200
    assert {qualifier for _, qualifier, _, _ in CELLS} == set(QUALIFIERS)


@pytest.mark.req("LAB-09", "LAB-10")
@pytest.mark.parametrize(("kind", "qualifier", "value", "letter"), CELLS)
def test_a_number_in_every_cell(kind: str, qualifier: str, value: str, letter: str) -> None:
    amount = Decimal(value)
    judgement = judge_row(row_of(kind), RowResult(ResultKind.NUMBER, qualifier, amount, unit=UNIT))
    shown = f"{qualifier} {value}".strip()
    compared = None if letter == "N" else amount
    assert judgement == Judgement(LETTER[letter], reason(kind, shown, letter), compared)


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(("kind", "place"), list(product(LIMITS, range(len(VALUES)))))
def test_not_detected_and_below_loq_stand_for_less_than_their_limit(kind: str, place: int) -> None:
    value, letter = VALUES[place], NUMBERS[kind]["<"][place]
    for found in (
        RowResult(ResultKind.NOT_DETECTED, lod=Decimal(value), lod_unit=UNIT),
        RowResult(ResultKind.BELOW_LOQ, loq=Decimal(value), unit=UNIT),
    ):
        judgement = judge_row(row_of(kind), found)
        assert (judgement.verdict, judgement.why) == (LETTER[letter], reason(kind, f"< {value}", letter))


# What has no number gives no verdict, whatever the limit, and says which of the states it is.
WITHOUT_NUMBER = {
    "not tested": (RowResult(ResultKind.NOT_TESTED), "No result yet. Test the sample and record the result."),
    "not tested, a figure beside it": (
        RowResult(ResultKind.NOT_TESTED, amount=Decimal(7), unit=UNIT),
        "No result yet. Test the sample and record the result.",
    ),
    "invalid": (
        RowResult(ResultKind.INVALID),
        "The result is invalid and says nothing about the lot. Repeat the test.",
    ),
    "invalid, printed as zero": (
        RowResult(ResultKind.INVALID, amount=Decimal("0.0E+0"), unit=UNIT),
        "The result is invalid and says nothing about the lot. Repeat the test.",
    ),
    "number that is absent": (RowResult(ResultKind.NUMBER, unit=UNIT), "The number is missing. Record it."),
    "number without unit": (
        RowResult(ResultKind.NUMBER, amount=Decimal(7)),
        "The unit of the result is missing. Record it in EU/mL.",
    ),
    "number in another unit": (
        RowResult(ResultKind.NUMBER, amount=Decimal(7), unit="EU"),
        "The result is in “EU”, the specification in “EU/mL”. They can't be compared.",
    ),
    "not detected without LOD": (
        RowResult(ResultKind.NOT_DETECTED),
        "No LOD is recorded. Record the LOD in force: not detected means nothing without it.",
    ),
    "not detected, LOD in another unit": (
        RowResult(ResultKind.NOT_DETECTED, lod=Decimal(1), lod_unit="EU"),
        "The LOD is in “EU”, the specification in “EU/mL”. They can't be compared.",
    ),
    "below LOQ without LOQ": (
        RowResult(ResultKind.BELOW_LOQ, unit=UNIT),
        "No LOQ is recorded. Record the LOQ in force: the value is only known to lie below it.",
    ),
    "term": (RowResult(ResultKind.TERM, term="low"), "This row needs a number, not a term. Record the number."),
    "empty term": (RowResult(ResultKind.TERM), "The term is missing. Choose one."),
}


@pytest.mark.req("LAB-10", "LAB-24", negative=True)
@pytest.mark.parametrize("kind", [*LIMITS, "no limit"])
@pytest.mark.parametrize("state", WITHOUT_NUMBER)
def test_a_state_without_a_number_passes_no_limit(kind: str, state: str) -> None:
    found, why = WITHOUT_NUMBER[state]
    row = RowRule("numeric", unit=UNIT) if kind == "no limit" else row_of(kind)
    assert judge_row(row, found) == Judgement(Verdict.NO_VERDICT, why)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("qualifier", QUALIFIERS)
@pytest.mark.parametrize(
    ("purpose", "why"),
    [
        ("release", "The specification sets no limit for this row. Add it, or give the row the purpose “reference” if it is only reported."),
        ("reference", REPORTED_NO_LIMIT),
    ],
)
def test_without_a_limit_a_number_is_only_reported(qualifier: str, purpose: str, why: str) -> None:
    row = RowRule("numeric", unit=UNIT, purpose=purpose)
    found = RowResult(ResultKind.NUMBER, qualifier, Decimal(7), unit=UNIT)
    assert judge_row(row, found) == Judgement(Verdict.NO_VERDICT, why)


GOOD = {"PTC": "pass", "NTC": "pass"}
# The state of the run: does it carry the result, and if not, why.
RUNS = {
    "valid": ({"run_valid": True, "control_outcomes": GOOD}, ""),
    "not judged": (
        {"run_valid": None, "control_outcomes": GOOD},
        "Nobody has judged the run yet. Judge it by its controls.",
    ),
    "no run": ({}, "The run lacks a control that passed: PTC, NTC. Record it or repeat the test."),
    "invalid": (
        {"run_valid": False, "run_why": "NTC failed.", "control_outcomes": GOOD},
        "The run is invalid: NTC failed. Repeat the test.",
    ),
    "control failed": (
        {"run_valid": True, "control_outcomes": {**GOOD, "NTC": "fail"}},
        "The run has a failed control: NTC. Repeat the test.",
    ),
    "control not run": (
        {"run_valid": True, "control_outcomes": {**GOOD, "NTC": "missing"}},
        "The run lacks a control that passed: NTC. Record it or repeat the test.",
    ),
    "control absent": (
        {"run_valid": True, "control_outcomes": {"PTC": "pass"}},
        "The run lacks a control that passed: NTC. Record it or repeat the test.",
    ),
    "foreign control failed": (
        {"run_valid": True, "control_outcomes": {**GOOD, "CURVE": "fail"}},
        "The run has a failed control: CURVE. Repeat the test.",
    ),
}
CONFORMING = {
    "number": (replace(row_of("less than"), controls_required=tuple(GOOD)), RowResult(ResultKind.NUMBER, amount=Decimal(7), unit=UNIT)),
    "bound": (replace(row_of("less than"), controls_required=tuple(GOOD)), RowResult(ResultKind.NUMBER, "<", Decimal(9), unit=UNIT)),
    "below LOQ": (replace(row_of("less than"), controls_required=tuple(GOOD)), RowResult(ResultKind.BELOW_LOQ, unit=UNIT, loq=Decimal(5))),
    "not detected": (
        RowRule("presence_absence", unit=UNIT, expected="absent", lod_max=Decimal(5), lod_unit=UNIT, controls_required=tuple(GOOD)),
        RowResult(ResultKind.NOT_DETECTED, lod=Decimal(5), lod_unit=UNIT),
    ),
    "detected": (RowRule("presence_absence", expected="present", controls_required=tuple(GOOD)), RowResult(ResultKind.BELOW_LOQ)),
    "term": (
        RowRule("qualitative", accepted_terms=("clear",), known_terms=("clear", "turbid"), controls_required=tuple(GOOD)),
        RowResult(ResultKind.TERM, term="clear"),
    ),
}  # fmt: skip


@pytest.mark.req("LAB-10", "LAB-24")
@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("state", CONFORMING)
def test_a_run_that_does_not_hold_carries_no_state(state: str, run: str) -> None:
    row, found = CONFORMING[state]
    changes, why = RUNS[run]
    judgement = judge_row(row, replace(found, **changes))
    if why:
        assert judgement == Judgement(Verdict.NO_VERDICT, why)
    else:
        assert judgement.verdict is Verdict.CONFORMS
    assert passes(judgement, reviewed=True) is not bool(why)
    assert not passes(judgement, reviewed=False)


# Presence and absence: (expected, what was found) -> verdict and reason. The row allows an LOD of at most 5.
PRESENCE = {
    ("absent", "not detected, LOD 5"): ("C", "Not detected (LOD 5 EU/mL)."),
    ("absent", "not detected, LOD 7"): ("N", "The LOD of 7 EU/mL is worse than the 5 that the specification allows. Use a more sensitive method."),
    ("absent", "not detected, no LOD"): ("N", "No LOD is recorded. Record the LOD in force: not detected means nothing without it."),
    ("absent", "not detected, LOD in EU"): ("N", "The LOD is in “EU”, the specification in “EU/mL”. Record it in the same unit."),
    ("absent", "below LOQ"): ("F", "Detected, but it must be absent."),
    ("absent", "0.5"): ("F", "Detected, but it must be absent."),
    ("absent", "> 4"): ("F", "Detected, but it must be absent."),
    ("absent", "≥ 4"): ("F", "Detected, but it must be absent."),
    ("absent", "< 4"): ("N", "This number does not show a detection. Record “not detected” with the LOD, or below LOQ."),
    ("absent", "≤ 4"): ("N", "This number does not show a detection. Record “not detected” with the LOD, or below LOQ."),
    ("absent", "0"): ("N", "This number does not show a detection. Record “not detected” with the LOD, or below LOQ."),
    ("present", "not detected, LOD 5"): ("F", "Not detected, but it must be present."),
    ("present", "not detected, LOD 7"): ("F", "Not detected, but it must be present."),
    ("present", "not detected, no LOD"): ("F", "Not detected, but it must be present."),
    ("present", "not detected, LOD in EU"): ("F", "Not detected, but it must be present."),
    ("present", "below LOQ"): ("C", "Detected, as it must be."),
    ("present", "0.5"): ("C", "Detected, as it must be."),
    ("present", "> 4"): ("C", "Detected, as it must be."),
    ("present", "≥ 4"): ("C", "Detected, as it must be."),
    ("present", "< 4"): ("N", "This number does not show a detection. Record “not detected” with the LOD, or below LOQ."),
    ("present", "≤ 4"): ("N", "This number does not show a detection. Record “not detected” with the LOD, or below LOQ."),
    ("present", "0"): ("N", "This number does not show a detection. Record “not detected” with the LOD, or below LOQ."),
}  # fmt: skip
FOUND = {
    "not detected, LOD 5": RowResult(ResultKind.NOT_DETECTED, lod=Decimal(5), lod_unit=UNIT),
    "not detected, LOD 7": RowResult(ResultKind.NOT_DETECTED, lod=Decimal(7), lod_unit=UNIT),
    "not detected, no LOD": RowResult(ResultKind.NOT_DETECTED),
    "not detected, LOD in EU": RowResult(ResultKind.NOT_DETECTED, lod=Decimal(5), lod_unit="EU"),
    "below LOQ": RowResult(ResultKind.BELOW_LOQ, loq=Decimal(8), unit=UNIT),
    "0.5": RowResult(ResultKind.NUMBER, amount=Decimal("0.5"), unit=UNIT),
    "0": RowResult(ResultKind.NUMBER, amount=Decimal(0), unit=UNIT),
    **{f"{q} 4": RowResult(ResultKind.NUMBER, q, Decimal(4), unit=UNIT) for q in QUALIFIERS if q},
}


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(("expected", "state"), PRESENCE)
def test_presence_and_absence_in_every_cell(expected: str, state: str) -> None:
    row = RowRule("presence_absence", unit=UNIT, expected=expected, lod_max=Decimal(5), lod_unit=UNIT)
    letter, why = PRESENCE[expected, state]
    assert judge_row(row, FOUND[state]) == Judgement(LETTER[letter], why)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("state", FOUND)
@pytest.mark.parametrize("result_type", [ResultType.QUALITATIVE, ResultType.TEXT])
def test_a_row_of_terms_takes_nothing_else(result_type: str, state: str) -> None:
    row = RowRule(result_type, unit=UNIT, accepted_terms=("clear",), known_terms=("clear", "turbid"))
    assert judge_row(row, FOUND[state]) == Judgement(Verdict.NO_VERDICT, "This row needs one of its terms: clear; turbid. Choose one.")


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("term", "letter", "why"),
    [
        ("clear", "C", "“clear” is accepted."),
        (" CLEAR ", "C", "“ CLEAR ” is accepted."),
        ("turbid", "F", "“turbid” is not accepted. Accepted: clear."),
        ("cle", "N", "“cle” is not a term of this row. Choose one of: clear; turbid."),
        ("0", "N", "“0” is not a term of this row. Choose one of: clear; turbid."),
    ],
)
def test_terms_in_every_cell(term: str, letter: str, why: str) -> None:
    row = RowRule("qualitative", accepted_terms=("clear",), known_terms=("clear", "turbid"))
    assert judge_row(row, RowResult(ResultKind.TERM, term=term)) == Judgement(LETTER[letter], why)
