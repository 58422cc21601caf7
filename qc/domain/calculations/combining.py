"""How the determinations of a test become its reportable value: the formulas that a specification may name in `combine`."""

from collections.abc import Sequence
from decimal import Context, Decimal

from evgmp.rules.calculation import ANY_UNIT, LIST_OF, CalculationRefused, calculation

VALUES = {"values": LIST_OF + ANY_UNIT}
# Wide enough that no step rounds a digit that a limit could see (LAB-06).
WIDE = Context(prec=60)


def sum_of(values: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = WIDE.add(total, value)
    return total


def mean_of(values: Sequence[Decimal]) -> Decimal:
    return WIDE.divide(sum_of(values), Decimal(len(values)))


@calculation("replicates.mean", title="Mean of the determinations", unit=ANY_UNIT, inputs=VALUES, source="Definition of the arithmetic mean")
def mean(*, values: Sequence[Decimal]) -> Decimal:
    """Arithmetic mean, unrounded.

    Formula: x = sum(x_i) / n
    Symbols: x_i the determinations, n their number; the result has their unit. No conversion factor.
    Valid: one value or more, all in one unit, their spread within the limit of the specification.
    Worked: 0.074, 0.076: 0.075.
    """
    return mean_of(values)


@calculation("replicates.median", title="Median of the determinations", unit=ANY_UNIT, inputs=VALUES, source="Definition of the median")
def median(*, values: Sequence[Decimal]) -> Decimal:
    """The value in the middle, or the mean of the two in the middle, unrounded.

    Formula: x = x_((n+1)/2), or (x_(n/2) + x_(n/2+1)) / 2 for an even n
    Symbols: x_i the determinations in the order of their size, n their number; the result has their unit. No conversion factor.
    Valid: one value or more, all in one unit, their spread within the limit of the specification.
    Worked: 7, 9, 8: 8.
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else WIDE.divide(ordered[middle - 1] + ordered[middle], Decimal(2))


@calculation(
    "replicates.geometric_mean", title="Geometric mean of the determinations", unit=ANY_UNIT, inputs=VALUES, source="Definition of the geometric mean"
)
def geometric_mean(*, values: Sequence[Decimal]) -> Decimal:
    """Geometric mean, unrounded.

    Formula: x = exp(sum(ln x_i) / n)
    Symbols: x_i the determinations, n their number; the result has their unit. No conversion factor.
    Valid: values above zero, all in one unit, their spread within the limit of the specification.
    Worked: 2, 8: 4.
    """
    if min(values) <= 0:
        raise CalculationRefused("A geometric mean needs values above zero. Repeat the determination.")
    return WIDE.exp(mean_of([WIDE.ln(value) for value in sorted(values)]))
