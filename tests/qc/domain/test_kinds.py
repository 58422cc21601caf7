"""What each kind of result must carry, and what it can't have. No database."""

from decimal import Decimal
from typing import Any

import pytest

from evgmp.rules.reading import parse_number
from qc.domain.kinds import kinds_for, wells_defects, what_is_missing

NOTHING: dict[str, Any] = {"value": None, "term": "", "terms": ("clear", "turbid"), "lod": None, "loq": None}
WHOLE: dict[str, dict[str, Any]] = {
    "number": {"value": parse_number("5.0")}, "term": {"term": "clear"}, "not_detected": {"lod": Decimal("0.1")}, "below_loq": {"loq": Decimal("0.3")},
    "invalid": {},
}  # fmt: skip


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize("kind", WHOLE)
def test_a_result_with_all_that_its_kind_needs_lacks_nothing(kind: str) -> None:
    assert what_is_missing(kind, **{**NOTHING, **WHOLE[kind]}) == []


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("kind", "given", "key", "field"),
    [
        ("number", {"value": None}, "value_missing", "value"),
        ("term", {"value": parse_number("5.0")}, "value_not_wanted", "value"),
        ("not_detected", {"value": parse_number("0")}, "value_not_wanted", "value"),
        ("below_loq", {"value": parse_number("0")}, "value_not_wanted", "value"),
        ("invalid", {"value": parse_number("5.0")}, "value_not_wanted", "value"),
        ("term", {"term": ""}, "term_missing", "term"),
        ("term", {"term": "cloudy"}, "term_missing", "term"),
        ("number", {"term": "clear"}, "term_not_wanted", "term"),
        ("not_detected", {"lod": None}, "lod_missing", "lod"),
        ("not_detected", {"lod": Decimal(0)}, "not_above_zero", "lod"),
        ("below_loq", {"loq": None}, "loq_missing", "loq"),
        ("below_loq", {"loq": Decimal(-1)}, "not_above_zero", "loq"),
    ],
)
def test_what_a_kind_lacks_or_can_not_have_is_named_at_its_field(kind: str, given: dict[str, Any], key: str, field: str) -> None:
    (blocker,) = what_is_missing(kind, **{**NOTHING, **WHOLE[kind], **given})
    assert (blocker.key, blocker.field) == (key, field)


def test_a_row_reports_what_its_type_can_be() -> None:
    assert kinds_for("numeric", has_unit=False) == ("number", "below_loq", "not_detected", "invalid")
    assert kinds_for("presence_absence") == ("not_detected", "below_loq", "number", "term", "invalid")
    assert kinds_for("presence_absence", has_unit=False, has_terms=False) == ("not_detected", "below_loq", "invalid")
    assert kinds_for("text") == ("term", "invalid")


@pytest.mark.req("LAB-16", negative=True)
@pytest.mark.parametrize(
    ("kind", "asked", "positive", "key"),
    [
        ("number", 0, 1, "wells_not_wanted"),
        ("invalid", 3, 0, "wells_not_wanted"),
        ("not_detected", 3, None, "wells_missing"),
        ("number", 3, 4, "wells_impossible"),
        ("number", 3, -1, "wells_impossible"),
        ("not_detected", 3, 1, "wells_contradict"),
        ("below_loq", 3, 0, "wells_contradict"),
    ],
)
def test_a_count_of_wells_that_can_not_be_is_named(kind: str, asked: int, positive: int | None, key: str) -> None:
    (blocker,) = wells_defects(kind, asked=asked, positive=positive)
    assert (blocker.key, blocker.field) == (key, "wells_positive")


@pytest.mark.req("LAB-16")
@pytest.mark.parametrize(
    ("kind", "asked", "positive"),
    [("number", 0, None), ("invalid", 3, None), ("not_detected", 3, 0), ("number", 3, 3), ("below_loq", 3, 1)],
)
def test_a_count_of_wells_that_agrees_with_its_kind_is_taken(kind: str, asked: int, positive: int | None) -> None:
    assert wells_defects(kind, asked=asked, positive=positive) == []
