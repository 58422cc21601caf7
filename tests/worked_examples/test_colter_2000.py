"""A published expansion, computed again: Colter et al. 2000, Table 2. Two of its totals contradict its own counts."""

import tomllib
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import batches.domain.calculations
from batches.domain.calculations.transcription import total_disagreement, transcribed_total_agrees
from evgmp.rules.calculation import BOOK
from evgmp.rules.reading import parse_number
from evgmp.rules.rounding import round_to_place

TABLE = tomllib.loads(Path(__file__).with_name("colter_2000.toml").read_text(encoding="utf-8"))
PASSAGES: list[dict[str, Any]] = TABLE["passage"]
LOTS = {lot: list(passages) for lot, passages in groupby(PASSAGES, key=lambda passage: passage["lot"])}
# Totals are printed to two figures; all that agree do so within 4 %.
TOLERANCE = Decimal("0.05")


def number(text: str) -> Decimal:
    """A figure of the table, read as an operator's entry would be."""
    amount = parse_number(text).amount
    assert amount is not None
    return amount


def doublings(passage: dict[str, Any]) -> Decimal:
    return BOOK.latest("culture.population_doublings").compute(
        viable_harvested=number(passage["harvested"]), viable_seeded=number(TABLE["plated"])
    )


def computed_totals(passages: list[dict[str, Any]]) -> list[Decimal]:
    """The first total as printed (its start is not in the table), each later one previous x harvested / plated."""
    totals = [number(passages[0]["total"])]
    for passage in passages[1:]:
        totals.append(totals[-1] * number(passage["harvested"]) / number(TABLE["plated"]))
    return totals


def test_the_table_is_whole() -> None:
    assert "culture" in batches.domain.calculations.__all__
    assert [(lot, len(passages)) for lot, passages in LOTS.items()] == [("58R", 3), ("58L", 3), ("59R", 3), ("59L", 3)]


@pytest.mark.req("EXE-11", "LAB-06")
@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: f"{passage['lot']}-{passage['number']}")
def test_doublings_and_doubling_time_of_every_passage(passage: dict[str, Any]) -> None:
    assert round_to_place(doublings(passage), -3) == number(passage["doublings"])
    hours = BOOK.latest("culture.doubling_time").compute(
        hours=number(TABLE["hours_per_passage"]),
        viable_harvested=number(passage["harvested"]),
        viable_seeded=number(TABLE["plated"]),
    )
    assert round_to_place(hours, -1) == number(passage["doubling_time"])


@pytest.mark.req("EXE-11", "LAB-06")
@pytest.mark.parametrize("lot", LOTS)
def test_the_cumulative_level_of_every_lot(lot: str) -> None:
    level = Decimal(0)
    for passage in LOTS[lot]:
        level = BOOK.latest("culture.cumulative_pdl").compute(parent_pdl=level, population_doublings=doublings(passage))
    assert round_to_place(level, -3) == number(TABLE["cumulative_level"][lot])


@pytest.mark.req("LAB-05", negative=True)
def test_exactly_the_two_contradictory_totals_are_flagged() -> None:
    flagged = [
        (lot, passage["number"], passage["total"])
        for lot, passages in LOTS.items()
        for passage, computed in zip(passages, computed_totals(passages), strict=True)
        if not transcribed_total_agrees(computed, number(passage["total"]), TOLERANCE)
    ]
    assert flagged == [("58R", 2, "1.5E+10"), ("58L", 2, "1.1E+10")]


@pytest.mark.req("LAB-05")
@pytest.mark.parametrize(("lot", "computed"), [("58R", "1.45 × 10¹¹"), ("58L", "8.72 × 10¹⁰")])
def test_a_flag_shows_what_the_counts_give(lot: str, computed: str) -> None:
    passage = LOTS[lot][1]
    sentence = total_disagreement(computed_totals(LOTS[lot])[1], number(passage["total"]), TOLERANCE)
    assert f"does not agree with {computed}, computed from the counts" in sentence
