"""Boundaries of equipment and rooms: the end of a validity is too late, and what is not recorded is not in date."""

from datetime import UTC, datetime, timedelta

import pytest

from batches.domain.equipment import CLASSES, UnitFacts, checks_missing, ended_meanwhile, unit_blockers

NOON = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


def unit(equipment_class: str = "tff_skid", **changed: object) -> UnitFacts:
    given = {"stopped": "", "ends": dict.fromkeys(CLASSES[equipment_class].needs, LATER), "cleared_until": LATER}
    return UnitFacts(code="EQ-1", name="Unit", equipment_class=equipment_class, **{**given, **changed})  # type: ignore[arg-type]


def keys(facts: UnitFacts, at: datetime = NOON, *, clearing: bool = False) -> list[str]:
    return [blocker.key for blocker in unit_blockers(facts, at=at, lot="LOT-1", clearing=clearing)]


@pytest.mark.req("EXE-13", "EXE-15")
@pytest.mark.parametrize("equipment_class", CLASSES)
def test_a_unit_of_each_class_is_usable_until_its_validities_end(equipment_class: str) -> None:
    facts = unit(equipment_class)
    assert keys(facts, LATER - timedelta(microseconds=1)) == []
    assert len(keys(facts, LATER)) == len(facts.kind.needs) + facts.kind.is_room
    nothing = unit(equipment_class, ends={})
    assert len(keys(nothing)) == len(facts.kind.needs)


@pytest.mark.req("EXE-12", "EXE-13", negative=True)
def test_stopped_dirty_and_not_cleared() -> None:
    assert keys(unit(stopped="leaks")) == ["out_of_service"]
    assert keys(unit(dirtied_by="LOT-0")) == ["cleaning_overdue"]
    assert keys(unit("room_grade_c", cleared_until=None)) == ["room_not_cleared"]
    assert keys(unit("room_grade_c", taken_by="LOT-0")) == ["room_not_cleared"]
    assert keys(unit("room_grade_c", cleared_until=None), clearing=True) == []


@pytest.mark.req("EXE-15", negative=True)
def test_what_ended_meanwhile_is_said_once_each() -> None:
    assert ended_meanwhile(unit(), at=NOON) == []
    found = ended_meanwhile(unit(stopped="leaks"), at=LATER)
    assert len(found) == 1 + len(CLASSES["tff_skid"].needs)


def test_checks_of_the_class_before_the_return() -> None:
    assert checks_missing("tff_skid", {"calibration"}) == ["qualification", "cleaning"]
    assert checks_missing("balance", {"calibration", "cleaning"}) == []
