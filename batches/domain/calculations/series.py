"""One number for a series of values: mean, smallest, largest, standard deviation, coefficient of variation."""

from collections.abc import Sequence
from decimal import Decimal

from evgmp.rules.calculation import ANY_UNIT, LIST_OF, CalculationRefused, calculation

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


@calculation(
    "statistics.sd",
    title="Standard deviation",
    unit=ANY_UNIT,
    inputs=SERIES,
    source="Definition of the sample standard deviation",
)
def standard_deviation(*, values: Sequence[Decimal]) -> Decimal:
    """How far single values lie from their mean (sample, n - 1).

    Formula: s = sqrt(sum((x_i - mean)^2) / (n - 1))
    Symbols: x_i the values, n their number; the result has their unit.
    Valid: two values or more, all in one unit.
    Worked: 6.9E+11, 5.1E+11, 3.6E+11: 1.65E+11.
    """
    if len(values) < 2:
        raise CalculationRefused("One value has no spread. Record two or more.")
    middle = mean(values=values)
    return (sum(((value - middle) ** 2 for value in values), Decimal(0)) / (len(values) - 1)).sqrt()


@calculation(
    "statistics.cv",
    title="Coefficient of variation",
    unit="%",
    inputs=SERIES,
    source="Definition, of a sample",
)
def coefficient_of_variation(*, values: Sequence[Decimal]) -> Decimal:
    """Standard deviation (n - 1) against the mean.

    Formula: CV = 100 x s / mean
    Symbols: s standard deviation with n - 1, mean of the values.
    Valid: two values or more, all in one unit, their mean above zero.
    Worked: 6.9E+11, 5.1E+11, 3.6E+11: 31.8 %.
    """
    spread, middle = standard_deviation(values=values), mean(values=values)
    if middle <= 0:
        raise CalculationRefused("The mean is not above zero, so the values have no coefficient of variation. Check them.")
    return 100 * spread / middle
