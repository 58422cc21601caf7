"""Blank subtraction and dilution agreement of a tracking run are computed, and so are the two controls."""

from decimal import Decimal

import pytest

from evgmp.rules.reading import Reading, parse_number
from qc.domain.tracking_run import AGREEMENT, BLANK, TrackingRule, check_of, checked, read_tracking

RULE = TrackingRule(Decimal(5), Decimal(25))


def blank(text: str) -> Reading:
    return parse_number(text)


@pytest.mark.req("LAB-05", "LAB-06")
def test_the_blank_is_subtracted_before_the_dilution_is_applied_and_two_dilutions_agree() -> None:
    dilutions, blockers = read_tracking(blank("1.1E+6"), "500; 5.24E+7\n1000; 2.71E+7")
    assert blockers == []
    found = checked(RULE, blank("1.1E+6"), dilutions)
    assert found.corrected == (Decimal("2.565E+10"), Decimal("2.600E+10"))
    assert found.difference is not None
    assert found.difference.quantize(Decimal("0.01")) == Decimal("1.36")
    assert found.outcomes == {BLANK: ("pass", "Blank low enough, subtracted"), AGREEMENT: ("pass", "1.4 % apart after correction")}
    stored = {"most_blank": "5", "most_difference": "25", "blank": "1.1E+6", "dilutions": [one.stored for one in dilutions]}
    assert check_of(stored) == found


@pytest.mark.req("LAB-05", negative=True)
@pytest.mark.parametrize(
    ("text", "of_blank", "failing", "words"),
    [
        ("500; 5.24E+7\n1000; 1.7E+7", "5.0E+5", {AGREEMENT}, "apart after correction, more than 25 %"),
        ("500; 5.24E+7\n1000; 2.71E+7", "2.0E+6", {BLANK, AGREEMENT}, "At 1:1000: The blank is 7.4 % of the sample, more than 5 %"),
        ("500; 5.24E+7\n1000; 2.71E+7", "9.0E+7", {BLANK, AGREEMENT}, "At 1:500: The blank is 171.8 % of the sample"),
    ],
)
def test_a_high_blank_and_dilutions_that_disagree_fail_their_control(text: str, of_blank: str, failing: set[str], words: str) -> None:
    outcomes = checked(RULE, blank(of_blank), read_tracking(blank(of_blank), text)[0]).outcomes
    assert {kind for kind, (outcome, _) in outcomes.items() if outcome == "fail"} == failing
    assert words in " ".join(observed for _, observed in outcomes.values())


@pytest.mark.req("LAB-05", "REC-03", negative=True)
@pytest.mark.parametrize(
    ("text", "of_blank", "key"),
    [
        ("500; 5.24E+7\n1000; 2.71E+7", "", "blank_missing"), ("500; 5.24E+7\n1000; 2.71E+7", "<1E+5", "blank_unreadable"),
        ("500; 5.24E+7\n1000; 2.71E+7", "-1", "blank_unreadable"), ("500; 5.24E+7", "0", "dilutions_missing"),
        ("500; 5.24E+7\n500; 2.71E+7", "0", "dilutions_missing"), ("500; 5E+7\n1000; 2E+7\n2000; 1E+7", "0", "dilutions_missing"),
        ("", "0", "dilutions_missing"), ("0.5; 5E+7\n1000; 2E+7", "0", "dilution_unreadable"), ("500; 0\n1000; 2E+7", "0", "dilution_unreadable"),
        ("500; >5E+7\n1000; 2E+7", "0", "dilution_unreadable"), ("500\n1000; 2E+7", "0", "dilution_unreadable"),
        ("a; b\n1000; 2E+7", "0", "dilution_unreadable"),
    ],
)  # fmt: skip
def test_what_is_missing_or_no_number_is_refused(text: str, of_blank: str, key: str) -> None:
    assert key in [one.key for one in read_tracking(blank(of_blank) if of_blank else None, text)[1]]
