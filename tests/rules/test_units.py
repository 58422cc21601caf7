"""Spellings of one unit are alike; another unit never is."""

import pytest

from evgmp.rules.units import canonical, same_unit


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("EU/mL", "EU/ml"), ("EU mL−1", "EU/mL"), ("EU mL⁻¹", "EU/mL"), ("EU·mL^-1", "EU/mL"), ("EU per mL", "EU / ml"), ("µg/mL", "μg/mL"), ("ug/ml", "µg/mL"),
        ("µl", "uL"), (" cells / kg ", "cells/kg"), ("particles per ml", "particles/mL"), ("", " "),
    ],
)  # fmt: skip
def test_spellings_of_one_unit(first: str, second: str) -> None:
    assert same_unit(first, second)
    assert canonical(canonical(first)) == canonical(first)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("EU/mL", "eu/ml"), ("EU", "EU/mL"), ("EU/mL", "EU/L"), ("mM", "mm"), ("mg/mL", "Mg/mL"), ("EU/mL", ""), ("EU/kg", "EU/mL"), ("%", "% of label"),
        ("ng/mL", "mg/mL"), ("U/mL", "µ/mL"), ("mol", "moL"), ("of 5", "of 6"), ("EU/mL", "IU/mL"), ("cells", "cell"), ("10^6 cells", "cells"),
    ],
)  # fmt: skip
def test_other_units_stay_other_units(first: str, second: str) -> None:
    assert not same_unit(first, second)
