"""Limits: exact, inclusive unless said otherwise, and never passed by what is missing or unclear."""

from decimal import Decimal
from typing import Any

import pytest

from evgmp.rules.limits import NO_LIMIT, Judgement, Limits, Mark, Verdict, mark_reading
from evgmp.rules.reading import Reading, ResultKind, parse_number

CONFORMS, FAILS, NO_VERDICT = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NO_VERDICT


def nlt(limit: str, *, inclusive: bool = True) -> Limits:
    return Limits(lower=Decimal(limit), lower_inclusive=inclusive)


def nmt(limit: str, *, inclusive: bool = True) -> Limits:
    return Limits(upper=Decimal(limit), upper_inclusive=inclusive)


def judged(limits: Limits, text: str, rounding: str = "none", decimals: int | None = None) -> Judgement:
    return limits.judge(parse_number(text), rounding=rounding, decimals=decimals)


@pytest.mark.req("LAB-06", "LAB-09")
def test_the_last_digit_decides_when_nothing_is_rounded() -> None:
    assert judged(nlt("6"), "5.9999999999999999").verdict is FAILS
    assert judged(nlt("6"), "5.9999999999999999", "usp_7_20", 0).verdict is CONFORMS


@pytest.mark.req("LAB-07")
@pytest.mark.parametrize(
    ("limits", "text", "verdict"),
    [
        (nlt("98.0"), "97.96", CONFORMS),
        (nlt("98.0"), "97.92", FAILS),
        (nlt("98.0"), "97.95", CONFORMS),
        (nmt("101.5"), "101.55", FAILS),
        (nmt("101.5"), "101.46", CONFORMS),
        (nmt("101.5"), "101.45", CONFORMS),
        (nmt("0.02"), "0.025", FAILS),
        (nmt("0.02"), "0.015", CONFORMS),
        (nmt("0.0003"), "0.00035", FAILS),
        (nmt("0.0003"), "0.00025", CONFORMS),
        (nmt("0.250", inclusive=False), "0.2496", FAILS),
        (nmt("0.250", inclusive=False), "0.2494", CONFORMS),
    ],
)
def test_the_compendial_cases(limits: Limits, text: str, verdict: Verdict) -> None:
    assert judged(limits, text, "usp_7_20").verdict is verdict


@pytest.mark.req("LAB-08")
def test_the_european_rule_is_chosen_by_name() -> None:
    assert judged(nlt("140"), "139.5", "ph_eur_significant").verdict is CONFORMS
    assert judged(nlt("140"), "139.49", "ph_eur_significant").verdict is FAILS


@pytest.mark.req("LAB-09")
@pytest.mark.parametrize(
    ("text", "inclusive", "exclusive"),
    [("69.9", FAILS, FAILS), ("70.0", CONFORMS, FAILS), ("70.1", CONFORMS, CONFORMS), ("129.9", CONFORMS, CONFORMS),
     ("130.0", CONFORMS, FAILS), ("130.1", FAILS, FAILS)],
)  # fmt: skip
def test_a_range_at_its_limits_and_one_digit_beside(text: str, inclusive: Verdict, exclusive: Verdict) -> None:
    low, high = Decimal("70.0"), Decimal("130.0")
    assert judged(Limits(low, high), text).verdict is inclusive
    assert judged(Limits(low, high, lower_inclusive=False, upper_inclusive=False), text).verdict is exclusive


@pytest.mark.req("LAB-09")
def test_each_limit_of_a_range_is_met_at_its_own_decimals() -> None:
    limits = Limits(Decimal("5.0"), Decimal("10"))
    assert judged(limits, "4.95", "usp_7_20") == Judgement(
        CONFORMS, "4.95, rounded to 5, is not less than 5.0 and not more than 10.", Decimal("5")
    )
    assert judged(limits, "4.94", "usp_7_20").rounded == Decimal("4.9")
    assert judged(limits, "10.4", "usp_7_20").verdict is CONFORMS
    assert judged(limits, "10.5", "usp_7_20").verdict is FAILS


@pytest.mark.req("LAB-09")
def test_the_sentence_shows_value_rounded_value_and_limit() -> None:
    judgement = judged(nlt("98.0"), "97.95", "usp_7_20")
    assert judgement == Judgement(CONFORMS, "97.95, rounded to 98.0, is not less than 98.0.", Decimal("98.0"))
    assert judged(nmt("0.250", inclusive=False), "0.251").why == "0.251 does not meet the limit: less than 0.250."
    assert judged(Limits(Decimal("1.0E+10"), lower_inclusive=False), "2.8E+10").why == "2.8 × 10¹⁰ is more than 1.0 × 10¹⁰."


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("limits", "text", "verdict"),
    [
        (nmt("10"), "<10", CONFORMS),
        (nmt("10"), "<9", CONFORMS),
        (nmt("10"), "<20", NO_VERDICT),
        (nmt("10"), "<10.001", NO_VERDICT),
        (nmt("5.00", inclusive=False), "< 5.00", CONFORMS),
        (nmt("10"), ">10", FAILS),
        (nmt("10"), ">11", FAILS),
        (nmt("10"), ">9", NO_VERDICT),
        (nlt("90"), ">90", CONFORMS),
        (nlt("90"), ">95", CONFORMS),
        (nlt("90"), ">89", NO_VERDICT),
        (nlt("90"), "<90", FAILS),
        (nlt("90"), "<80", FAILS),
        (nlt("90"), "<91", NO_VERDICT),
        (Limits(Decimal(70), Decimal(130)), "<70", FAILS),
        (Limits(Decimal(70), Decimal(130)), "<100", NO_VERDICT),
        (Limits(Decimal(70), Decimal(130)), ">130", FAILS),
        (Limits(Decimal(70), Decimal(130)), ">100", NO_VERDICT),
    ],
)
def test_a_bound_passes_only_when_every_value_it_allows_would(limits: Limits, text: str, verdict: Verdict) -> None:
    assert judged(limits, text).verdict is verdict
    assert judged(limits, text, "usp_7_20").verdict is verdict


@pytest.mark.req("LAB-10", negative=True)
def test_a_bound_is_never_rounded_into_a_pass() -> None:
    judgement = judged(nmt("10"), "<10.4", "usp_7_20")
    assert judgement == Judgement(NO_VERDICT, "< 10.4 does not show whether the value is not more than 10. Measure it more finely.")


@pytest.mark.req("LAB-10", negative=True)
def test_without_limits_there_is_no_verdict() -> None:
    assert judged(Limits(), "5") == Judgement(NO_VERDICT, NO_LIMIT)
    assert judged(Limits(), "<5").verdict is NO_VERDICT
    assert not Limits().exist
    assert Limits().in_words() == ""


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("kind", [kind for kind in ResultKind if kind is not ResultKind.NUMBER])
def test_without_a_number_there_is_no_verdict(kind: ResultKind) -> None:
    assert nmt("10").judge(Reading("", kind=kind)).verdict is NO_VERDICT


@pytest.mark.req("LAB-06", negative=True)
def test_floats_are_refused_everywhere() -> None:
    with pytest.raises(TypeError):
        Limits(lower=6.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Limits(upper=6)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        Limits(upper=Decimal("NaN"))
    for bare in (5.9, Decimal("5.9"), "5.9"):
        with pytest.raises(TypeError, match="Limits judge a Reading"):
            nlt("6").judge(bare)  # type: ignore[arg-type]


@pytest.mark.req("LAB-09", negative=True)
def test_limits_that_nothing_can_meet_are_refused() -> None:
    with pytest.raises(ValueError, match=r"No value can be not less than 7 and not more than 6\. Correct the limits."):
        Limits(Decimal(7), Decimal(6))
    with pytest.raises(ValueError, match="No value can be not less than 6 and less than 6"):
        Limits(Decimal(6), Decimal(6), upper_inclusive=False)
    assert judged(Limits(Decimal(6), Decimal(6)), "6").verdict is CONFORMS


LEVELS: dict[str, Any] = {
    "action_low": Decimal("0.10"),
    "alert_low": Decimal("0.20"),
    "alert_high": Decimal("0.40"),
    "action_high": Decimal("0.50"),
}


@pytest.mark.req("EXE-06")
@pytest.mark.parametrize(
    ("amount", "mark"),
    [
        ("0.09", "below_limit"),
        ("0.10", "near_limit"),
        ("0.19", "near_limit"),
        ("0.20", "in_limit"),
        ("0.30", "in_limit"),
        ("0.40", "in_limit"),
        ("0.41", "near_limit"),
        ("0.50", "near_limit"),
        ("0.51", "above_limit"),
    ],
)
def test_an_in_process_value_at_its_levels_and_one_digit_beside(amount: str, mark: str) -> None:
    assert mark_reading(Decimal(amount), **LEVELS) == mark


@pytest.mark.req("EXE-06")
def test_levels_may_be_set_on_one_side_only() -> None:
    assert mark_reading(Decimal("9"), action_high=Decimal("8")) is Mark.ABOVE_LIMIT
    assert mark_reading(Decimal("-9"), action_high=Decimal("8")) is Mark.IN_LIMIT
    assert mark_reading(Decimal("7"), action_low=Decimal("8")) is Mark.BELOW_LIMIT
    assert mark_reading(Decimal("9"), alert_high=Decimal("8")) is Mark.NEAR_LIMIT
    assert mark_reading(Decimal("7"), alert_low=Decimal("8")) is Mark.NEAR_LIMIT


@pytest.mark.req("EXE-06", negative=True)
def test_a_value_without_levels_is_not_in_limit() -> None:
    assert mark_reading(Decimal("1")) == "no_limit"


@pytest.mark.req("EXE-06", "LAB-10")
@pytest.mark.parametrize(
    ("qualifier", "amount", "levels", "mark"),
    [
        ("<", "0.10", LEVELS, Mark.BELOW_LIMIT),
        ("<", "0.11", LEVELS, Mark.CANNOT_CONCLUDE),
        ("<", "0.40", {"alert_high": Decimal("0.40"), "action_high": Decimal("0.50")}, Mark.IN_LIMIT),
        ("<", "0.41", {"alert_high": Decimal("0.40"), "action_high": Decimal("0.50")}, Mark.CANNOT_CONCLUDE),
        ("<", "0.50", {"action_high": Decimal("0.50")}, Mark.IN_LIMIT),
        ("<", "0.20", {"alert_low": Decimal("0.20")}, Mark.NEAR_LIMIT),
        ("<", "0.21", {"alert_low": Decimal("0.20")}, Mark.CANNOT_CONCLUDE),
        (">", "0.50", LEVELS, Mark.ABOVE_LIMIT),
        (">", "0.49", LEVELS, Mark.CANNOT_CONCLUDE),
        (">", "0.20", {"alert_low": Decimal("0.20"), "action_low": Decimal("0.10")}, Mark.IN_LIMIT),
        (">", "0.19", {"alert_low": Decimal("0.20"), "action_low": Decimal("0.10")}, Mark.CANNOT_CONCLUDE),
        (">", "0.40", {"alert_high": Decimal("0.40")}, Mark.NEAR_LIMIT),
        (">", "0.39", {"alert_high": Decimal("0.40")}, Mark.CANNOT_CONCLUDE),
    ],
)
def test_a_bound_gets_the_mark_that_all_its_values_share(qualifier: str, amount: str, levels: dict[str, Decimal], mark: Mark) -> None:
    assert mark_reading(Decimal(amount), qualifier=qualifier, **levels) is mark


@pytest.mark.req("EXE-06", negative=True)
def test_a_mark_needs_exact_numbers() -> None:
    with pytest.raises(TypeError):
        mark_reading(0.3, **LEVELS)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        mark_reading(None, **LEVELS)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        mark_reading(Decimal("0.3"), action_high=0.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="qualified by <, ≤, >, ≥"):
        mark_reading(Decimal("0.3"), qualifier="~", **LEVELS)
