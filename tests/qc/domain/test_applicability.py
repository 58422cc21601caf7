"""Which rows apply. What is not known never makes a row “not applicable”."""

from typing import Any

import pytest

from qc.domain.applicability import Covering, LineContents, applies, not_covered

SENDAI = LineContents("LINE-S", "sendai", ["SEV", "OCT4", "KLF4"])


def row(code: str, covers: list[str], *, decides: bool = True, when: dict[str, list[Any]] | None = None) -> Covering:
    return Covering(code, decides, when or {}, covers)


@pytest.mark.req("LAB-24")
@pytest.mark.parametrize(
    ("when", "known", "expected"),
    [
        (None, {}, True),
        ({}, {}, True),
        ({"reprogramming_method": ["sendai"]}, {"reprogramming_method": "sendai"}, True),
        ({"reprogramming_method": ["sendai"]}, {"reprogramming_method": "episomal"}, False),
        ({"reprogramming_method": ["sendai"]}, {"reprogramming_method": ["episomal", "sendai"]}, True),
        ({"vector_carries": ["MYC"]}, {"vector_carries": ["OCT4", "MYC"]}, True),
        ({"vector_carries": ["MYC"]}, {"vector_carries": ["OCT4", "SOX2"]}, False),
        ({"bovine_material_used": [True]}, {"bovine_material_used": False}, False),
        ({"bovine_material_used": [True]}, {"bovine_material_used": True}, True),
        ({"vector_carries": ["MYC"], "reprogramming_method": ["mrna"]}, {"vector_carries": ["MYC"], "reprogramming_method": "sendai"}, False),
    ],
)
def test_a_row_applies_where_its_attribute_may_hold_a_listed_value(when: Any, known: dict[str, Any], expected: bool) -> None:
    assert applies(when, known) is expected


@pytest.mark.req("LAB-24", negative=True)
@pytest.mark.parametrize("unknown", [{}, {"vector_carries": None}, {"vector_carries": []}, {"vector_carries": ()}, {"vector_carries": ""}])
def test_an_unknown_or_empty_attribute_never_excuses_a_test(unknown: dict[str, Any]) -> None:
    assert applies({"vector_carries": ["MYC"]}, unknown)


@pytest.mark.req("LAB-23")
def test_every_item_covered_leaves_nothing() -> None:
    rows = [row("A", ["SEV"]), row("B", ["OCT4", "KLF4"])]
    assert not_covered(rows, SENDAI) == []


@pytest.mark.req("LAB-23", negative=True)
def test_an_uncovered_item_names_line_and_item() -> None:
    (blocker,) = not_covered([row("A", ["SEV"]), row("B", ["OCT4"])], SENDAI)
    assert blocker.key == "vector_item_uncovered"
    assert "LINE-S" in blocker.message
    assert "(KLF4)" in blocker.message


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize(
    "useless",
    [
        row("B", ["KLF4"], decides=False),
        row("B", ["KLF4"], when={"reprogramming_method": ["episomal"]}),
        row("B", ["KLF4"], when={"vector_carries": ["NANOG"]}),
    ],
)
def test_a_row_that_decides_nothing_or_does_not_apply_covers_nothing(useless: Covering) -> None:
    assert [b.key for b in not_covered([row("A", ["SEV", "OCT4"]), useless], SENDAI)] == ["vector_item_uncovered"]
