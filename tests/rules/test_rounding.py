"""Rounding rules, by the worked cases of the compendia."""

from decimal import Decimal

import pytest

from evgmp.rules.rounding import ROUNDING, last_place, round_for_limit, round_to_figures, round_to_place


@pytest.mark.req("LAB-07")
@pytest.mark.parametrize(
    ("amount", "limit", "rounded"),
    [
        ("97.96", "98.0", "98.0"),
        ("97.92", "98.0", "97.9"),
        ("97.95", "98.0", "98.0"),
        ("101.55", "101.5", "101.6"),
        ("101.46", "101.5", "101.5"),
        ("101.45", "101.5", "101.5"),
        ("0.025", "0.02", "0.03"),
        ("0.015", "0.02", "0.02"),
        ("0.027", "0.02", "0.03"),
        ("0.00035", "0.0003", "0.0004"),
        ("0.00025", "0.0003", "0.0003"),
        ("0.00028", "0.0003", "0.0003"),
        ("0.5", "1", "1"),
        ("5.9999999999999999", "6", "6"),
        ("-30.5", "-30", "-31"),
        ("9.995E+7", "1.00E+8", "1.00E+8"),
        ("9.949E+7", "1.00E+8", "9.9E+7"),
    ],
)
def test_usp_rounds_half_up_to_the_decimals_of_the_limit(amount: str, limit: str, rounded: str) -> None:
    result = round_for_limit(Decimal(amount), "usp_7_20", Decimal(limit))
    assert result == Decimal(rounded)
    assert result.as_tuple().exponent == Decimal(limit).as_tuple().exponent


@pytest.mark.req("LAB-08")
@pytest.mark.parametrize(
    ("amount", "limit", "rounded"),
    [
        ("139.5", "140", "140"),
        ("139.49", "140", "139"),
        ("98.28568", "100.0", "98.29"),
        ("99.96", "100", "100"),
        ("0.0099951", "0.010", "0.010"),
        ("1.049E+8", "1.0E+8", "1.0E+8"),
        ("1.05E+8", "1.0E+8", "1.1E+8"),
        ("0.004", "0.00", "0.00"),
        ("0", "0.10", "0.00"),
    ],
)
def test_ph_eur_rounds_half_up_to_the_figures_of_the_limit(amount: str, limit: str, rounded: str) -> None:
    result = round_for_limit(Decimal(amount), "ph_eur_significant", Decimal(limit))
    assert result.as_tuple() == Decimal(rounded).as_tuple()


@pytest.mark.req("LAB-06")
def test_the_rule_none_changes_nothing() -> None:
    amount = Decimal("5.9999999999999999")
    assert round_for_limit(amount, "none", Decimal("6")) is amount


@pytest.mark.req("LAB-07")
@pytest.mark.parametrize(
    ("limit", "decimals", "place"),
    [
        ("98.0", None, -1),
        ("140", None, 0),
        ("1.0E+8", None, 7),
        ("98.0", 2, -2),
        ("98.0", 1, -1),
        ("0.250", 3, -3),
        # Decimals count in the mantissa, at the limit's own exponent, also when a database returned the plain digits.
        ("1.0E+8", 2, 6),
        ("100000000", 2, 6),
        ("1E+6", 0, 6),
        ("0.00005", 1, -6),
        # A plain million with no decimals is a plain million: rounding it to one figure would pass 1 400 000.
        ("1000000", 0, 0),
        ("6000", 0, 0),
        ("0", 2, -2),
        # Limits are exact: the place is never coarser than their own digits.
        ("0.125", 2, -3),
        ("98.0", 0, -1),
        ("255000000", 1, 6),
        ("1.25E+8", 1, 6),
    ],
)
def test_the_last_place_that_counts(limit: str, decimals: int | None, place: int) -> None:
    assert last_place(Decimal(limit), decimals) == place


@pytest.mark.req("LAB-07")
def test_decimals_of_the_row_rule_the_mantissa_of_a_large_limit() -> None:
    as_stored = Decimal("10000000000")
    assert round_for_limit(Decimal("9.996E+9"), "usp_7_20", as_stored, 2) == Decimal("1.000E+10")
    assert round_for_limit(Decimal("9.949E+9"), "usp_7_20", as_stored, 2) == Decimal("9.9E+9")
    assert round_for_limit(Decimal("1.0549E+10"), "ph_eur_significant", as_stored, 1) == Decimal("1.1E+10")


@pytest.mark.req("LAB-07")
def test_rounding_reaches_over_the_widest_numbers() -> None:
    widest = Decimal("1" * 31 + "." + "5" * 60)
    assert round_to_place(widest, -50) == Decimal("1" * 31 + "." + "5" * 49 + "6")
    assert round_to_place(Decimal("4"), 1) == 0
    assert round_to_place(Decimal("5"), 1) == 10


@pytest.mark.req("LAB-08")
def test_figures_grow_and_shrink_with_the_number() -> None:
    assert str(round_to_figures(Decimal("99.96"), 3)) == "100"
    assert str(round_to_figures(Decimal("-0.012345"), 2)) == "-0.012"
    assert str(round_to_figures(Decimal("0.00"), 2)) == "0.00"


def test_every_rule_has_a_sentence_for_paper() -> None:
    assert list(ROUNDING) == ["none", "usp_7_20", "ph_eur_significant"]
    for key, rule in ROUNDING.items():
        assert rule.key == key
        assert rule.sentence.endswith(".")


@pytest.mark.req("LAB-07", "LAB-08", negative=True)
def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"There is no rounding rule “bankers”\. Use one of: none, usp_7_20"):
        round_for_limit(Decimal(1), "bankers", Decimal(1))


@pytest.mark.req("LAB-06", negative=True)
def test_floats_and_impossible_places_are_refused() -> None:
    with pytest.raises(TypeError):
        round_for_limit(101.55, "usp_7_20", Decimal("101.5"))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        round_for_limit(Decimal("101.55"), "usp_7_20", 101.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        round_to_place(1.5, 0)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        round_to_figures(1.5, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one significant figure"):
        round_to_figures(Decimal(1), 0)
    with pytest.raises(ValueError, match="can't be negative"):
        last_place(Decimal(1), -1)
