"""Whether a result lies outside what its test gave before: individuals chart with run rules (LAB-20). Knows no Django.

A trend is no verdict: nothing here passes or fails a lot. Source of the chart and its rules: NIST/SEMATECH e-Handbook of Statistical Methods,
6.3.2 (Shewhart charts, WECO rules) and 6.3.2.2 (individuals; sigma from the mean moving range).
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from statistics import mean

# So many released lots have to be there before limits say anything, and so many of the first ones make them.
LEAST, MOST = 10, 30
# Mean moving range of two over sigma.
D2 = Decimal("1.128")


@dataclass(frozen=True)
class TrendLimits:
    """Mean and standard deviation of one test over `count` released lots, in the unit of the test."""

    mean: Decimal
    deviation: Decimal
    count: int

    def at(self, sigmas: int) -> Decimal:
        """The line so many standard deviations from the mean."""
        return self.mean + sigmas * self.deviation


def limits_of(history: Sequence[Decimal]) -> TrendLimits | None:
    """The limits that the first released lots give, oldest first; None while there are fewer than LEAST.

    They stay as they are once MOST lots are there: limits that follow every new lot would follow a drift too.
    """
    taken = history[:MOST]
    if len(taken) < LEAST:
        return None
    with localcontext(prec=28):
        ranges = [abs(later - earlier) for earlier, later in itertools.pairwise(taken)]
        return TrendLimits(mean(taken), mean(ranges) / D2, len(taken))


def _sides(values: Sequence[Decimal], limits: TrendLimits, sigmas: int) -> list[int]:
    """1 above the upper line so far out, -1 below the lower one, 0 between them, for each value."""
    return [(value > limits.at(sigmas)) - (value < limits.at(-sigmas)) for value in values]


def _so_many(values: Sequence[Decimal], limits: TrendLimits, *, of: int, wanted: int, sigmas: int) -> bool:
    """Whether `wanted` of the last `of` values, the last one among them, lie on one side beyond so many standard deviations."""
    sides = _sides(values[-of:], limits, sigmas)
    return len(sides) >= wanted and sides[-1] != 0 and sides.count(sides[-1]) >= wanted


def _steady(values: Sequence[Decimal], limits: TrendLimits) -> bool:
    """Whether the last seven values make six steps, all up or all down."""
    last = values[-7:]
    steps = [(later > earlier) - (later < earlier) for earlier, later in itertools.pairwise(last)]
    return len(steps) == 6 and steps[0] != 0 and len(set(steps)) == 1


Rule = Callable[[Sequence[Decimal], TrendLimits], bool]
RULES: dict[str, Rule] = {
    "beyond three standard deviations": lambda values, limits: _so_many(values, limits, of=1, wanted=1, sigmas=3),
    "two of three lots beyond two standard deviations on one side": lambda values, limits: _so_many(values, limits, of=3, wanted=2, sigmas=2),
    "four of five lots beyond one standard deviation on one side": lambda values, limits: _so_many(values, limits, of=5, wanted=4, sigmas=1),
    "eight lots in a row on one side of the mean": lambda values, limits: _so_many(values, limits, of=8, wanted=8, sigmas=0),
    "six lots in a row rising or falling": _steady,
}


def signals(values: Sequence[Decimal], limits: TrendLimits | None) -> list[str]:
    """Every rule that the newest value breaks, in words; `values`: those of every lot, oldest first, the newest last. None without limits."""
    if limits is None or not values:
        return []
    with localcontext(prec=28):
        return [words for words, rule in RULES.items() if rule(values, limits)]
