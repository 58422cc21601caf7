"""What a dose holds: from the volume filled into a container and the doses it holds. Knows no Django."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero

PER_ML = "/mL"


def dose_volume(fill_ml: Decimal | None, doses: int | None) -> Decimal | None:
    """Volume of one dose, mL: the fill of a container by the doses in it. None while one of them is not recorded.

    Formula: V_dose = V_fill / n
    Symbols: V_fill volume filled into a container (mL), n doses in it.
    Valid: both above zero.
    Worked: 1.05 mL for one dose: 1.05 mL; 2.00 mL for four: 0.50 mL.
    """
    if fill_ml is None or doses is None:
        return None
    above_zero(fill_ml, "volume filled")
    if doses < 1:
        raise CalculationRefused("A container holds at least one dose. Check the number of doses.")
    return fill_ml / doses


def per_dose(amount: Decimal | None, unit: str, volume: Decimal | None) -> tuple[Decimal, str] | None:
    """An amount in one dose and its unit, from an amount per mL (0.05 EU/mL in 2 mL: 0.10 EU/dose). None where the unit counts
    no volume or something is not known: nothing is assumed."""
    if amount is None or volume is None or not unit.endswith(PER_ML) or unit == PER_ML:
        return None
    return amount * volume, unit.removesuffix(PER_ML) + "/dose"
