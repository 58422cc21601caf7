"""Expiry is computed from the day of manufacture, never typed."""

from datetime import date

import pytest

from batches.domain.storage import Storage, condition_of, storage_of


@pytest.mark.req("LBL-06")
@pytest.mark.parametrize(
    ("made", "months", "expires"),
    [
        (date(2026, 9, 2), 12, date(2027, 9, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 120, date(2036, 11, 30)),
    ],
)
def test_expiry(made: date, months: int, expires: date) -> None:
    assert Storage("cold", months).expiry(made) == expires


def test_a_dosage_form_may_have_a_condition_of_its_own() -> None:
    liquid, dried = storage_of("drug_product", "liquid"), storage_of("drug_product", "lyophilised")
    assert liquid == storage_of("drug_product")
    assert dried is not None
    assert (dried.condition, dried.months) == ("2 to 8 °C", 6)
    assert dried != liquid


def test_only_stored_stages_have_a_shelf_life() -> None:
    assert storage_of("passage") is None
    found = storage_of("ev_lot")
    assert found is not None
    assert found.condition
    assert found.months > 0


@pytest.mark.req("LBL-07", negative=True)
def test_the_condition_on_a_label_waits_for_the_dosage_form_that_decides_it() -> None:
    assert condition_of("passage") == "In culture, 37 °C"
    assert condition_of("drug_product") == condition_of("nothing") == ""
    assert condition_of("drug_product", "lyophilised") == "2 to 8 °C"
    assert condition_of("drug_product", "frozen") == "Below -70 °C"
