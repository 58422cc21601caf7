"""One number for a series of logged values: mean, smallest, largest."""

from collections.abc import Sequence
from decimal import Decimal

from evgmp.rules.calculation import ANY_UNIT, LIST_OF, calculation

SERIES = {"values": LIST_OF + ANY_UNIT}


@calculation("statistics.mean", title="Mean", unit=ANY_UNIT, inputs=SERIES, source="Definition of the arithmetic mean")
def mean(*, values: Sequence[Decimal]) -> Decimal:
    """Arithmetic mean of the values of a log.

    Formula: mean = sum(x_i) / n
    Symbols: x_i the values, n their number; the result has their unit.
    Valid: one value or more, all in one unit.
    Worked: 0.30, 0.35, 0.40: 0.35.
    """
    return sum(values, Decimal(0)) / len(values)


@calculation("statistics.min", title="Smallest value", unit=ANY_UNIT, inputs=SERIES, source="Definition")
def smallest(*, values: Sequence[Decimal]) -> Decimal:
    """Smallest value of a log.

    Formula: min(x_i)
    Symbols: x_i the values; the result has their unit.
    Valid: one value or more, all in one unit.
    Worked: 0.30, 0.35, 0.40: 0.30.
    """
    return min(values)


@calculation("statistics.max", title="Largest value", unit=ANY_UNIT, inputs=SERIES, source="Definition")
def largest(*, values: Sequence[Decimal]) -> Decimal:
    """Largest value of a log.

    Formula: max(x_i)
    Symbols: x_i the values; the result has their unit.
    Valid: one value or more, all in one unit.
    Worked: 0.30, 0.35, 0.40: 0.40.
    """
    return max(values)
