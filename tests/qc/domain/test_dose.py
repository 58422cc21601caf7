"""What a dose holds follows from the fill; what is not known gives nothing."""

from decimal import Decimal

import pytest

from evgmp.rules.calculation import CalculationRefused
from qc.domain.dose import dose_volume, per_dose


@pytest.mark.parametrize(
    ("fill", "doses", "volume"), [("1.05", 1, "1.05"), ("2.00", 4, "0.50"), (None, 1, None), ("1.00", None, None)]
)
def test_volume_of_a_dose(fill: str | None, doses: int | None, volume: str | None) -> None:
    found = dose_volume(Decimal(fill) if fill else None, doses)
    assert found == (Decimal(volume) if volume else None)


@pytest.mark.parametrize(("fill", "doses"), [("0", 1), ("-1.0", 1), ("1.0", 0)])
def test_an_impossible_fill_gives_no_dose(fill: str, doses: int) -> None:
    with pytest.raises(CalculationRefused):
        dose_volume(Decimal(fill), doses)


@pytest.mark.parametrize(
    ("amount", "unit", "volume", "found"),
    [
        ("0.079", "EU/mL", "2.00", (Decimal("0.158"), "EU/dose")),
        ("0.8", "ng/mL", "10", (Decimal("8"), "ng/dose")),
        ("2.31", "ng/dose", "2.00", None),
        ("0.079", "EU/mL", None, None),
        (None, "EU/mL", "2.00", None),
        ("7.2", "pH", "2.00", None),
        ("7.2", "/mL", "2.00", None),
    ],
)
def test_an_amount_per_millilitre_is_told_per_dose(
    amount: str | None, unit: str, volume: str | None, found: tuple[Decimal, str] | None
) -> None:
    assert per_dose(Decimal(amount) if amount else None, unit, Decimal(volume) if volume else None) == found
