"""How replicates of one test become one reportable value, and when one more extraction is due. Knows no Django.

Only what the approved row names is done: an average needs a limit of its spread, and beyond it the determination is invalid,
never averaged away (21 CFR 211.194; FDA, Investigating OOS Test Results, IV.C). A value that is only a bound, invalid or not
detected is never averaged. A repeat extraction is fixed beforehand, allowed once, and keeps both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evgmp.rules.calculation import BOOK, Calculation, CalculationRefused, UnknownCalculation
from evgmp.rules.limits import Judgement, Verdict, no_verdict
from evgmp.rules.reading import Reading, ResultKind, display_number, exact
from qc.domain.calculations.combining import WIDE, mean_of, sum_of

MEANS = ("mean", "median", "geometric_mean")
COMBINE = (*MEANS, "each", "all_absent")
COMBINED_WORDS = {
    "mean": "Unrounded mean", "median": "Unrounded median", "geometric_mean": "Unrounded geometric mean", "each": "The one that decides",
    "all_absent": "Wells",
}  # fmt: skip
COMBINED_BY = {
    "mean": "their mean", "median": "their median", "geometric_mean": "their geometric mean", "each": "each must conform",
    "all_absent": "all must be without the target",
}  # fmt: skip
REPEAT = {"extraction_once": "One positive well of the first extraction: extract once more, all wells again. Both are kept; any positive in the second counts."}


@dataclass(frozen=True)
class ReplicatePlan:
    """What the row fixed beforehand. cv_max and difference_max in percent; count is how many replicates one determination has."""

    count: int
    combine: str = "each"
    cv_max: Decimal | None = None
    difference_max: Decimal | None = None
    repeat: str = ""

    def __post_init__(self) -> None:
        if self.combine not in COMBINE:
            raise ValueError(f"Replicates can't be combined by “{self.combine}”. Use one of: {', '.join(COMBINE)}.")
        if self.repeat and self.repeat not in REPEAT:
            raise ValueError(f"There is no repeat rule “{self.repeat}”. Use one of: {', '.join(REPEAT)}.")


@dataclass(frozen=True)
class Combined:
    """The reportable amount with its spread in percent; without an amount, `why` says what forbids it and `invalid` whether to repeat."""

    amount: Decimal | None
    spread: Decimal | None = None
    why: str = ""
    invalid: bool = False


def formula_of(combine: str, version: int | None = None) -> Calculation:
    """The approved formula of a rule, in the newest version or in this one. Raises UnknownCalculation when the BOOK doesn't hold it."""
    key = f"replicates.{combine}"
    return BOOK.latest(key) if version is None else BOOK.get(key, version)


def combined(plan: ReplicatePlan, readings: Sequence[Reading], version: int | None = None) -> Combined:
    """The mean, median or geometric mean of `readings`, when the plan allows it. Raises ValueError for a plan that does not average.

    version: of the formula in the BOOK, for a value that is computed again; None for the newest.
    """
    if plan.combine not in MEANS:
        raise ValueError(f"Replicates that are judged by “{plan.combine}” have no average.")
    if len(readings) != plan.count:
        return Combined(None, why=f"{len(readings)} of {plan.count} replicates are recorded. Record every one.")
    if bad := [reading.text for reading in readings if reading.kind != ResultKind.NUMBER or reading.qualifier]:
        return Combined(None, why=f"“{bad[0]}” is no plain number and can't be averaged. Repeat the determination.", invalid=True)
    amounts = [reading.amount for reading in readings if reading.amount is not None]
    spread, why = _spread(plan, amounts)
    if why:
        return Combined(None, spread, why, invalid=True)
    try:
        return Combined(formula_of(plan.combine, version).compute(values=amounts), spread)
    except UnknownCalculation as unknown:
        return Combined(None, spread, f"{unknown.sentence} Ask the administrator to run verify.")
    except CalculationRefused as refused:
        return Combined(None, spread, refused.sentence, invalid=True)


def agreeing_bound(readings: Sequence[Reading]) -> Reading | None:
    """When every determination is a bound on the same side: the weakest of them, which holds for each and so for their mean. No average.

    `<0.005; <0.010` says no more than `<0.010`. None as soon as one is a plain number, or they point to both sides.
    """
    for side, weakest in ((("<", "≤"), max), ((">", "≥"), min)):
        if readings and all(one.kind is ResultKind.NUMBER and one.qualifier in side for one in readings):
            return weakest(readings, key=lambda one: (one.amount or Decimal(0), one.qualifier in ("≤", ">")))
    return None


def coefficient_of_variation(amounts: Sequence[Decimal]) -> Decimal | None:
    """100 s / mean in percent, s with n - 1 (F33). None for fewer than two amounts or a mean of zero; TypeError for a float."""
    for amount in amounts:
        exact(amount, "A replicate")
    if len(amounts) < 2:
        return None
    mean = mean_of(amounts)
    if mean.is_zero():
        return None
    squares = sum_of([WIDE.power(WIDE.subtract(amount, mean), 2) for amount in amounts])
    deviation = WIDE.sqrt(WIDE.divide(squares, Decimal(len(amounts) - 1)))
    return WIDE.divide(WIDE.multiply(Decimal(100), deviation), mean.copy_abs())


def _spread(plan: ReplicatePlan, amounts: Sequence[Decimal]) -> tuple[Decimal | None, str]:
    """The spread that the plan limits, and why it forbids an average."""
    if plan.cv_max is None and plan.difference_max is None:
        return None, "No limit of the spread is set, so the replicates can't be averaged. Correct the specification."
    cv = coefficient_of_variation(amounts)
    if cv is None:
        # All alike at zero: nothing varies.
        return (Decimal(0), "") if len(set(amounts)) == 1 else (None, "The mean is zero, so the spread can't be told. Repeat the determination.")
    if plan.cv_max is not None and cv > plan.cv_max:
        return cv, f"The coefficient of variation of {_percent(cv)} is above {display_number(plan.cv_max)} %: the determination is invalid. Repeat it."
    if plan.difference_max is not None:
        apart = WIDE.divide(WIDE.multiply(Decimal(100), WIDE.subtract(max(amounts), min(amounts))), mean_of(amounts).copy_abs())
        if apart > plan.difference_max:
            most = display_number(plan.difference_max)
            return apart, f"The replicates lie {_percent(apart)} apart, more than {most} %: the determination is invalid. Repeat it."
        return apart, ""
    return cv, ""


def _percent(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.1'))} %"


def wells_judged(plan: ReplicatePlan, extractions: Sequence[Sequence[bool]]) -> Judgement:
    """Whether the wells show an absence. extractions: for each extraction, in order, one entry a well, true when it was positive.

    All wells of the first negative: conforms. One positive and a repeat rule: one more extraction, whose wells must all be negative.
    """
    if not extractions or not extractions[0]:
        return no_verdict("No well is recorded. Record every well.")
    allowed = 2 if plan.repeat else 1
    if len(extractions) > allowed:
        return no_verdict(f"{len(extractions)} extractions are recorded, {allowed} were fixed beforehand. None may be added.")
    for number, wells in enumerate(extractions, start=1):
        if len(wells) != plan.count:
            return no_verdict(f"Extraction {number} has {len(wells)} of {plan.count} wells. Record every one.")
    first = sum(extractions[0])
    if len(extractions) == 2:
        if first != 1:
            return _found(first, plan.count) if first else no_verdict("The first extraction had no positive well, so none may follow. Remove the second.")
        again = sum(extractions[1])
        if again:
            return Judgement(Verdict.DOES_NOT_CONFORM, f"1 of {plan.count} wells positive, and {again} of {plan.count} in the repeat extraction: detected.")
        return Judgement(Verdict.CONFORMS, f"1 of {plan.count} wells positive; repeat extraction: all {plan.count} not detected.")
    if first == 0:
        return Judgement(Verdict.CONFORMS, f"All {plan.count} wells not detected.")
    if first == 1 and plan.repeat:
        return no_verdict(f"1 of {plan.count} wells was positive. Extract once more, all {plan.count} wells again; this extraction stays on record.")
    return _found(first, plan.count)


def _found(positive: int, count: int) -> Judgement:
    return Judgement(Verdict.DOES_NOT_CONFORM, f"{positive} of {count} wells positive: detected.")


def by_wells(wells: Judgement, found: Judgement) -> Judgement:
    """One verdict from what the wells say and what run, controls, LOD and limit say of the result: the one that passes less counts."""
    if found.verdict is Verdict.NO_VERDICT:
        return found
    if wells.verdict is not Verdict.CONFORMS:
        return wells
    if found.verdict is not Verdict.CONFORMS:
        return found
    return Judgement(Verdict.CONFORMS, f"{found.why} {wells.why}", found.rounded)
