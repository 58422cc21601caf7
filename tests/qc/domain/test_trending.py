"""Individuals chart: limits from the first released lots, run rules, a drift told at the lot where a rule first breaks (LAB-20)."""

from decimal import Decimal
from random import Random

import pytest

from qc.domain.trending import LEAST, MOST, RULES, limits_of, signals

# Ten lots in control: mean 100, moving ranges 2, so one standard deviation is 2 / 1.128 = 1.773.
STEADY = [Decimal(text) for text in ("99", "101", "99", "101", "99", "101", "99", "101", "99", "101")]


def first_signal(values: list[Decimal]) -> tuple[int, list[str]]:
    """Number of the first value, counted from one, that breaks a rule with those before it, and the rules; limits from the ten steady ones."""
    limits = limits_of(values[:LEAST])
    for number in range(LEAST + 1, len(values) + 1):
        if broken := signals(values[:number], limits):
            return number, broken
    return 0, []


@pytest.mark.req("LAB-20")
def test_limits_are_mean_and_mean_moving_range() -> None:
    limits = limits_of(STEADY)
    assert limits is not None
    assert (limits.mean, limits.count) == (100, 10)
    assert limits.deviation.quantize(Decimal("0.0001")) == Decimal("1.7730")
    assert [limits.at(sigmas).quantize(Decimal("0.01")) for sigmas in (-3, 3)] == [Decimal("94.68"), Decimal("105.32")]


@pytest.mark.req("LAB-20", negative=True)
def test_nine_lots_give_no_limits_and_later_ones_do_not_move_them() -> None:
    assert limits_of(STEADY[:9]) is None
    assert signals([*STEADY[:9], Decimal(500)], limits_of(STEADY[:9])) == []
    many = STEADY * 3
    assert limits_of([*many, Decimal(900)]) == limits_of(many)
    assert len(many) == MOST


@pytest.mark.req("LAB-20")
@pytest.mark.parametrize(
    ("further", "lot", "rule"),
    [
        (["100", "105.4"], 12, "beyond three standard deviations"), (["94.6"], 11, "beyond three standard deviations"),
        (["103.6", "100", "103.6"], 13, "two of three lots beyond two standard deviations on one side"),
        (["101.8", "101.8", "100", "101.8", "101.8"], 15, "four of five lots beyond one standard deviation on one side"),
        (["100.1"] * 8, 17, "eight lots in a row on one side of the mean"),
        (["98.6", "99.0", "99.4", "99.8", "100.2", "100.6", "101.0"], 17, "six lots in a row rising or falling"),
        (["101.4", "101.0", "100.6", "100.2", "99.8", "99.4", "99.0"], 17, "six lots in a row rising or falling"),
    ],
)  # fmt: skip
def test_each_rule_breaks_at_its_lot(further: list[str], lot: int, rule: str) -> None:
    """The tenth steady value stands above the mean, so a run of eight above it counts from there."""
    values = [*STEADY, *(Decimal(text) for text in further)]
    if rule.startswith("eight"):
        values[LEAST - 1] = Decimal(99)
        values[LEAST - 2] = Decimal(101)
        lot += 1
    number, broken = first_signal(values)
    assert (number, broken) == (lot, [rule])


@pytest.mark.req("LAB-20", negative=True)
@pytest.mark.parametrize("further", [["105.3"], ["103.6", "100", "96.4"], ["101.8", "101.8", "100", "100", "101.8"], ["100"] * 12])
def test_within_every_rule_nothing_is_told(further: list[str]) -> None:
    assert first_signal([*STEADY, *(Decimal(text) for text in further)]) == (0, [])


@pytest.mark.req("LAB-20")
def test_a_seeded_drift_is_told_at_the_lot_expected() -> None:
    """Half a standard deviation more with each lot from the eleventh: 0.9, 1.8, 2.7, 3.5, 4.4 above the mean. Two of three beyond two
    standard deviations (3.55) need the fourth and fifth of them, four of five beyond one (1.77) the fifth: the fifteenth lot tells it."""
    drift = [Decimal(100) + Decimal("0.89") * step for step in range(1, 8)]
    number, broken = first_signal([*STEADY, *drift])
    assert number == 15
    assert broken == [
        "two of three lots beyond two standard deviations on one side", "four of five lots beyond one standard deviation on one side",
    ]  # fmt: skip


@pytest.mark.req("LAB-20", negative=True)
def test_chance_alone_is_told_seldom() -> None:
    """A hundred series in control, seeded: a lot in a hundred may break a rule by chance, not one in ten."""
    chance = Random(20)
    told = lots = 0
    for _ in range(100):
        values = [Decimal(chance.randint(9000, 11000)) / 100 for _ in range(40)]
        limits = limits_of(values[:30])
        for number in range(31, 41):
            lots, told = lots + 1, told + bool(signals(values[:number], limits))
    assert told / lots < 0.1
    assert len(RULES) == 5
