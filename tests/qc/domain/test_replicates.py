"""Replicates become one value only as the row fixed beforehand; a repeat extraction happens once and keeps both."""

import statistics
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from evgmp.rules.limits import Judgement, Verdict
from evgmp.rules.reading import Reading, ResultKind, parse_number
from qc.domain.replicates import ReplicatePlan, by_wells, coefficient_of_variation, combined, wells_judged

CONFORMS, FAILS, NO_VERDICT = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NO_VERDICT
TRIPLICATE = ReplicatePlan(3, "mean", cv_max=Decimal(20))
DUPLICATE = ReplicatePlan(2, "mean", difference_max=Decimal(20))
WELLS = ReplicatePlan(3, "all_absent", repeat="extraction_once")


def readings(*texts: str) -> list[Reading]:
    return [parse_number(text) for text in texts]


@pytest.mark.req("LAB-18", "LAB-06")
def test_replicates_within_the_limit_are_averaged_without_rounding() -> None:
    found = combined(TRIPLICATE, readings("10.0", "11.0", "11.0"))
    assert str(found.amount).startswith("10.66666666666666666666666666666666666666")
    assert combined(DUPLICATE, readings("7.20", "7.30")).amount == Decimal("7.25")
    assert combined(ReplicatePlan(3, "median", cv_max=Decimal(50)), readings("3", "1", "2")).amount == Decimal(2)
    geometric = combined(ReplicatePlan(3, "geometric_mean", cv_max=Decimal(100)), readings("50", "100", "200")).amount
    assert geometric is not None
    assert abs(geometric - 100) < Decimal("1E-50")


@pytest.mark.req("LAB-18")
def test_the_coefficient_of_variation_of_real_particle_counts() -> None:
    """F33: 6.9, 5.1 and 3.6E+11 give 31.8 % (52 published iPSC-EV measurements)."""
    cv = coefficient_of_variation([Decimal("6.9E+11"), Decimal("5.1E+11"), Decimal("3.6E+11")])
    assert cv is not None
    assert cv.quantize(Decimal("0.1")) == Decimal("31.8")


@pytest.mark.req("LAB-18")
def test_mean_and_variation_agree_with_the_standard_library_on_1000_cases() -> None:
    random = Random(18)
    for _ in range(1000):
        amounts = [Decimal(random.randint(1, 10**6)).scaleb(-random.randint(0, 4)) for _ in range(random.randint(2, 6))]
        fractions = [Fraction(amount) for amount in amounts]
        mean = statistics.mean(fractions)
        cv = coefficient_of_variation(amounts)
        assert cv is not None
        variance = sum((one - mean) ** 2 for one in fractions) / (len(fractions) - 1)
        assert abs(Fraction(cv) ** 2 - 10**4 * variance / mean**2) < Fraction(1, 10**30)
        plan = ReplicatePlan(len(amounts), "mean", cv_max=Decimal(10**6))
        amount = combined(plan, [Reading.of(one) for one in amounts]).amount
        assert amount is not None
        assert abs(Fraction(amount) - mean) < Fraction(1, 10**40)


@pytest.mark.req("LAB-18", negative=True)
@pytest.mark.parametrize(
    ("plan", "texts", "why"),
    [
        (TRIPLICATE, ["10", "10", "20"], "The coefficient of variation of 43.3 % is above 20 %: the determination is invalid. Repeat it."),
        (DUPLICATE, ["8", "10"], "The replicates lie 22.2 % apart, more than 20 %: the determination is invalid. Repeat it."),
        (TRIPLICATE, ["10", "10", "< 5"], "“< 5” is no plain number and can't be averaged. Repeat the determination."),
        (TRIPLICATE, ["-1", "1", "0"], "The mean is zero, so the spread can't be told. Repeat the determination."),
        (ReplicatePlan(2, "geometric_mean", cv_max=Decimal(300)), ["0", "4"], "A geometric mean needs values above zero. Repeat the determination."),
        (ReplicatePlan(2, "mean"), ["4", "4"], "No limit of the spread is set, so the replicates can't be averaged. Correct the specification."),
    ],
)  # fmt: skip
def test_a_spread_beyond_its_limit_is_invalid_and_never_averaged(plan: ReplicatePlan, texts: list[str], why: str) -> None:
    found = combined(plan, readings(*texts))
    assert (found.amount, found.why, found.invalid) == (None, why, True)


@pytest.mark.req("LAB-18", negative=True)
def test_an_absent_replicate_or_one_too_many_gives_no_average() -> None:
    for texts in (["10", "10"], ["10"] * 4, []):
        found = combined(TRIPLICATE, readings(*texts))
        assert (found.amount, found.invalid) == (None, False)
        assert found.why == f"{len(texts)} of 3 replicates are recorded. Record every one."
    not_found = Reading("not detected", kind=ResultKind.NOT_DETECTED)
    assert combined(TRIPLICATE, [*readings("1", "1"), not_found]).invalid


@pytest.mark.req("LAB-18", negative=True)
@pytest.mark.parametrize("amounts", [[], ["10"], ["-1", "1"], ["0", "0"]])
def test_where_nothing_can_vary_about_a_mean_there_is_no_coefficient_of_variation(amounts: list[str]) -> None:
    assert coefficient_of_variation([Decimal(amount) for amount in amounts]) is None


def test_replicates_at_zero_are_alike() -> None:
    assert combined(TRIPLICATE, readings("0", "0", "0")).amount == 0


@pytest.mark.req("LAB-18", negative=True)
def test_only_what_is_fixed_beforehand_is_done() -> None:
    with pytest.raises(ValueError, match="have no average"):
        combined(WELLS, [])
    with pytest.raises(ValueError, match="can't be combined by “best”"):
        ReplicatePlan(3, "best")
    with pytest.raises(ValueError, match="no repeat rule “until it passes”"):
        ReplicatePlan(3, "all_absent", repeat="until it passes")
    with pytest.raises(TypeError):
        coefficient_of_variation([1.0, 2.0])  # type: ignore[list-item]


NONE, ONE, TWO = [False] * 3, [False, True, False], [True, True, False]


@pytest.mark.req("LAB-10", "LAB-16")
@pytest.mark.parametrize(
    ("extractions", "verdict", "why"),
    [
        ([NONE], CONFORMS, "All 3 wells not detected."),
        ([ONE], NO_VERDICT, "1 of 3 wells was positive. Extract once more, all 3 wells again; this extraction stays on record."),
        ([ONE, NONE], CONFORMS, "1 of 3 wells positive; repeat extraction: all 3 not detected."),
        ([ONE, ONE], FAILS, "1 of 3 wells positive, and 1 of 3 in the repeat extraction: detected."),
        ([TWO], FAILS, "2 of 3 wells positive: detected."),
        ([TWO, NONE], FAILS, "2 of 3 wells positive: detected."),
    ],
)
def test_the_wells_of_one_or_two_extractions(extractions: list[list[bool]], verdict: Verdict, why: str) -> None:
    judgement = wells_judged(WELLS, extractions)
    assert (judgement.verdict, judgement.why) == (verdict, why)


@pytest.mark.req("LAB-16", negative=True)
@pytest.mark.parametrize(
    ("extractions", "why"),
    [
        ([], "No well is recorded."),
        ([[]], "No well is recorded."),
        ([[False, False]], "Extraction 1 has 2 of 3 wells."),
        ([ONE, [False]], "Extraction 2 has 1 of 3 wells."),
        ([ONE, ONE, NONE], "3 extractions are recorded, 2 were fixed beforehand. None may be added."),
        ([NONE, NONE], "The first extraction had no positive well, so none may follow."),
    ],
)
def test_wells_that_are_absent_or_too_many_pass_nothing(extractions: list[list[bool]], why: str) -> None:
    judgement = wells_judged(WELLS, extractions)
    assert judgement.verdict is NO_VERDICT
    assert judgement.why.startswith(why)


@pytest.mark.req("LAB-16", negative=True)
def test_without_a_repeat_rule_one_positive_well_is_detected() -> None:
    plan = ReplicatePlan(3, "all_absent")
    assert wells_judged(plan, [ONE]).verdict is FAILS
    assert wells_judged(plan, [ONE, NONE]).verdict is NO_VERDICT


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("wells", "found", "verdict", "why"),
    [
        (CONFORMS, CONFORMS, CONFORMS, "of the result of the wells"),
        (CONFORMS, FAILS, FAILS, "of the result"),
        (FAILS, CONFORMS, FAILS, "of the wells"),
        (FAILS, FAILS, FAILS, "of the wells"),
        (NO_VERDICT, CONFORMS, NO_VERDICT, "of the wells"),
        (NO_VERDICT, FAILS, NO_VERDICT, "of the wells"),
        (CONFORMS, NO_VERDICT, NO_VERDICT, "of the result"),
        (FAILS, NO_VERDICT, NO_VERDICT, "of the result"),
        (NO_VERDICT, NO_VERDICT, NO_VERDICT, "of the result"),
    ],
)
def test_an_absence_is_shown_by_the_wells_and_by_the_result_or_not_at_all(
    wells: Verdict, found: Verdict, verdict: Verdict, why: str
) -> None:
    judgement = by_wells(Judgement(wells, "of the wells"), Judgement(found, "of the result"))
    assert (judgement.verdict, judgement.why) == (verdict, why)
