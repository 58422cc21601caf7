"""Limits judge truth: a reading conforms, does not conform, or allows no verdict. Missing data never passes.

Limits are exact and never rounded. A bound (`< x`, `≤ x`, `> x`, `≥ x`) is compared unrounded, and passes only when every
value that it allows would pass.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from evgmp.rules.reading import BELOW, QUALIFIERS, Reading, ResultKind, display_number, exact
from evgmp.rules.rounding import round_for_limit

NO_LIMIT = "No limit is set, so there is nothing to compare with."


class Verdict(StrEnum):
    CONFORMS = "conforms"
    DOES_NOT_CONFORM = "does_not_conform"
    NO_VERDICT = "no_verdict"


class Mark(StrEnum):
    """How an in-process value stands to its alert and action limits."""

    IN_LIMIT = "in_limit"
    NEAR_LIMIT = "near_limit"
    ABOVE_LIMIT = "above_limit"
    BELOW_LIMIT = "below_limit"
    NO_LIMIT = "no_limit"
    CANNOT_CONCLUDE = "cannot_conclude"


@dataclass(frozen=True)
class Judgement:
    """A verdict, the sentence that explains it, and the value as it was compared (None when nothing was compared)."""

    verdict: Verdict
    why: str
    rounded: Decimal | None = None


def no_verdict(why: str) -> Judgement:
    """Cannot conclude. Never a pass."""
    return Judgement(Verdict.NO_VERDICT, why)


@dataclass(frozen=True)
class Limits:
    """Not less than `lower`, not more than `upper`; an exclusive limit reads more than, less than. None is no limit.

    Make the Decimals from the approved text, so that 98.0 keeps the decimal that rounding looks at.
    """

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_inclusive: bool = True
    upper_inclusive: bool = True

    def __post_init__(self) -> None:
        for limit in (self.lower, self.upper):
            if limit is not None:
                exact(limit, "A limit")
        if self.lower is None or self.upper is None:
            return
        both_inclusive = self.lower_inclusive and self.upper_inclusive
        if self.lower > self.upper or (self.lower == self.upper and not both_inclusive):
            raise ValueError(f"No value can be {self.in_words()}. Correct the limits.")

    @property
    def exist(self) -> bool:
        """Whether there is any limit."""
        return self.lower is not None or self.upper is not None

    def in_words(self) -> str:
        """The criterion, as in “not less than 98.0 and not more than 101.5”; empty without limits."""
        parts = []
        if self.lower is not None:
            parts.append(f"{'not less than' if self.lower_inclusive else 'more than'} {display_number(self.lower)}")
        if self.upper is not None:
            parts.append(f"{'not more than' if self.upper_inclusive else 'less than'} {display_number(self.upper)}")
        return " and ".join(parts)

    def judge(self, reading: Reading, *, rounding: str = "none", decimals: int | None = None) -> Judgement:
        """Compare a reading with these limits, rounded once by the named rule for each limit it meets.

        Raises TypeError for anything but a Reading: a bare number has lost its qualifier.
        """
        if not isinstance(reading, Reading):
            raise TypeError(f"Limits judge a Reading, not {type(reading).__name__}.")
        if reading.kind != ResultKind.NUMBER or reading.amount is None:
            return no_verdict("There is no number to compare with the limit.")
        if not self.exist:
            return no_verdict(NO_LIMIT)
        if reading.qualifier:
            return self._judge_bound(reading.qualifier, reading.amount)
        return self._judge_number(reading.amount, rounding, decimals)

    def _judge_number(self, amount: Decimal, rounding: str, decimals: int | None) -> Judgement:
        compared = amount
        for limit, admits in ((self.lower, self._reaches_lower), (self.upper, self._keeps_upper)):
            if limit is None:
                continue
            compared = round_for_limit(amount, rounding, limit, decimals)
            if not admits(compared):
                return Judgement(Verdict.DOES_NOT_CONFORM, self._sentence(amount, compared, "does not meet the limit:"), compared)
        return Judgement(Verdict.CONFORMS, self._sentence(amount, compared, "is"), compared)

    def _judge_bound(self, qualifier: str, bound: Decimal) -> Judgement:
        """Below `bound` or above it: the side it is open to decides what can be concluded."""
        lower, upper = (self.lower, self.lower_inclusive), (self.upper, self.upper_inclusive)
        (far, far_inclusive), (near, near_inclusive) = (lower, upper) if qualifier in BELOW else (upper, lower)
        shown = f"{qualifier} {display_number(bound)}"
        if far is not None and _wholly_past(qualifier, bound, far, past_itself=not far_inclusive):
            return Judgement(Verdict.DOES_NOT_CONFORM, f"{shown} does not meet the limit: {self.in_words()}.", bound)
        if far is None and near is not None and _wholly_past(qualifier, bound, near, past_itself=near_inclusive):
            return Judgement(Verdict.CONFORMS, f"{shown} is {self.in_words()}.", bound)
        return no_verdict(f"{shown} does not show whether the value is {self.in_words()}. Measure it more finely.")

    def _reaches_lower(self, amount: Decimal) -> bool:
        return self.lower is None or (amount >= self.lower if self.lower_inclusive else amount > self.lower)

    def _keeps_upper(self, amount: Decimal) -> bool:
        return self.upper is None or (amount <= self.upper if self.upper_inclusive else amount < self.upper)

    def _sentence(self, amount: Decimal, compared: Decimal, verb: str) -> str:
        """Unrounded and rounded value beside the limit, for the reviewer."""
        shown, rounded = display_number(amount), display_number(compared)
        value = shown if shown == rounded else f"{shown}, rounded to {rounded},"
        return f"{value} {verb} {self.in_words()}."


def mark_reading(
    amount: Decimal,
    *,
    qualifier: str = "",
    alert_low: Decimal | None = None,
    alert_high: Decimal | None = None,
    action_low: Decimal | None = None,
    action_high: Decimal | None = None,
) -> Mark:
    """How an in-process value stands: beyond an action limit it is above or below, beyond an alert level it is near.

    The levels themselves are still inside. Nothing is rounded. With a qualifier the mark is the one that every value
    the bound allows would get; when they differ, CANNOT_CONCLUDE.
    """
    exact(amount, "A reading")
    if qualifier not in QUALIFIERS:
        raise ValueError(f"A reading is qualified by <, ≤, >, ≥ or nothing, not by {qualifier!r}.")
    levels = (action_low, alert_low, alert_high, action_high)
    for level in levels:
        if level is not None:
            exact(level, "A limit")
    if all(level is None for level in levels):
        return Mark.NO_LIMIT
    if qualifier:
        return _mark_bound(qualifier, amount, levels if qualifier in BELOW else levels[::-1])
    if action_low is not None and amount < action_low:
        return Mark.BELOW_LIMIT
    if action_high is not None and amount > action_high:
        return Mark.ABOVE_LIMIT
    if (alert_low is not None and amount < alert_low) or (alert_high is not None and amount > alert_high):
        return Mark.NEAR_LIMIT
    return Mark.IN_LIMIT


def _mark_bound(qualifier: str, bound: Decimal, levels: tuple[Decimal | None, ...]) -> Mark:
    """`levels` run from the side to which the bound is open: action, alert, and across alert, action. A level is inside."""
    far_action, far_alert, *across = levels
    if far_action is not None and _wholly_past(qualifier, bound, far_action, past_itself=False):
        return Mark.BELOW_LIMIT if qualifier in BELOW else Mark.ABOVE_LIMIT
    if far_action is None and far_alert is not None and _wholly_past(qualifier, bound, far_alert, past_itself=False):
        return Mark.NEAR_LIMIT
    open_side = far_action is not None or far_alert is not None
    if open_side or not all(level is None or _wholly_past(qualifier, bound, level, past_itself=True) for level in across):
        return Mark.CANNOT_CONCLUDE
    return Mark.IN_LIMIT


def _wholly_past(qualifier: str, bound: Decimal, limit: Decimal, *, past_itself: bool) -> bool:
    """Whether every value that the bound allows lies on its side of `limit`: `<` and `≤` below it, `>` and `≥` above it.

    `≤ x` allows x itself: when x is the limit, `past_itself` says whether the limit still lies on that side.
    """
    if qualifier in ("≤", "≥") and bound == limit:
        return past_itself
    return bound <= limit if qualifier in BELOW else bound >= limit
