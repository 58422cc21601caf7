"""The register of standards: what an entry needs, when a lot may be used, what rests on a lot that is not trusted (LAB-21)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from qc.domain.standards import Former, StandardFacts, bridging_defects, distrust, registration_defects, share_of, use_blockers

TODAY = date(2026, 11, 27)
AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
LOT = StandardFacts(
    "STD-2026-0001", "reference_standard", "EV reference standard", "RS-1", "qualified", date(2027, 3, 31), "98 %", datetime(2026, 11, 1, 8, tzinfo=UTC)
)


def keys(blockers: list[Any]) -> list[str]:
    assert all(one.message.endswith(".") for one in blockers)
    return [one.key for one in blockers]


def registered(**said: Any) -> list[str]:
    fields: dict[str, Any] = {
        "kind": "reference_standard", "name": "EV reference standard", "lot": "RS-1", "expires_on": date(2027, 3, 31), "today": TODAY,
        "assigned": Decimal(98), "unit": "%", "twin": "", **said,
    }  # fmt: skip
    return keys(registration_defects(**fields))


@pytest.mark.req("LAB-21")
def test_a_complete_entry_has_no_defect() -> None:
    assert registered() == []
    assert registered(expires_on=TODAY) == []
    assert registered(kind="control", assigned=None, unit="") == []


@pytest.mark.req("LAB-21", negative=True)
@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"kind": "other"}, "unknown_kind"), ({"name": " "}, "name_missing"), ({"lot": ""}, "lot_missing"), ({"lot": "RS;1"}, "lot_missing"),
        ({"twin": "STD-2026-0007"}, "registered_already"), ({"expires_on": date(2026, 11, 26)}, "standard_expired"),
        ({"assigned": None, "unit": ""}, "value_unassigned"), ({"assigned": Decimal(0)}, "value_impossible"), ({"assigned": Decimal(-1)}, "value_impossible"),
        ({"unit": " "}, "unit_missing"), ({"kind": "control", "assigned": None}, "unit_missing"),
    ],
)  # fmt: skip
def test_an_entry_that_lacks_something_is_refused(said: dict[str, Any], key: str) -> None:
    assert registered(**said) == [key]


def bridged(formers: list[Former], **said: Any) -> list[str]:
    return keys(bridging_defects(formers, **{"former": "", "ratio": None, "report": "", "why_not": "", "unit": "%", **said}))


@pytest.mark.req("LAB-21")
def test_a_new_lot_is_bridged_to_a_former_one_or_says_why_not() -> None:
    former = [Former("STD-2026-0001", "RS-1", "%")]
    assert bridged([]) == []
    assert bridged(former, former="STD-2026-0001", ratio=Decimal("1.02"), report="BR-1") == []
    assert bridged(former, why_not="Compendial standard, assigned by its maker") == []


@pytest.mark.req("LAB-21", negative=True)
@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({}, "bridging_missing"), ({"former": "STD-2026-0001", "report": "BR-1"}, "bridging_missing"),
        ({"former": "STD-2026-0001", "ratio": Decimal(1)}, "bridging_missing"),
        ({"former": "STD-2026-0001", "ratio": Decimal(0), "report": "BR-1"}, "bridging_missing"),
        ({"former": "STD-2026-0009", "ratio": Decimal(1), "report": "BR-1"}, "bridging_missing"),
        ({"ratio": Decimal(1), "why_not": "None"}, "bridging_missing"),
        ({"former": "STD-2026-0001", "ratio": Decimal(1), "report": "BR-1", "why_not": "None"}, "bridging_both"),
        ({"former": "STD-2026-0001", "ratio": Decimal(1), "report": "BR-1", "unit": "mg"}, "bridging_unit"),
    ],
)  # fmt: skip
def test_a_bridging_that_is_half_given_is_refused(said: dict[str, Any], key: str) -> None:
    assert bridged([Former("STD-2026-0001", "RS-1", "%")], **said) == [key]
    assert bridged([], former="STD-2026-0001") == ["nothing_to_bridge"]


@pytest.mark.req("LAB-21")
def test_a_qualified_lot_in_date_may_be_used_on_its_last_day_too() -> None:
    assert use_blockers(LOT, at=AT, on=TODAY) == []
    assert use_blockers(LOT, at=AT, on=date(2027, 3, 31)) == []


@pytest.mark.req("LAB-21", negative=True)
@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"status": "unqualified", "qualified_at": None}, "standard_unqualified"), ({"qualified_at": None}, "standard_unqualified"),
        ({"qualified_at": datetime(2026, 11, 27, 9, 1, tzinfo=UTC)}, "standard_unqualified"),
        ({"status": "withdrawn", "why": "Degraded"}, "standard_withdrawn"), ({"expires_on": date(2026, 11, 26)}, "standard_expired"),
    ],
)  # fmt: skip
def test_any_other_lot_gives_no_run(changed: dict[str, Any], key: str) -> None:
    (blocker,) = use_blockers(replace(LOT, **changed), at=AT, on=TODAY)
    assert (blocker.key, blocker.field) == (key, "reagents")
    assert "STD-2026-0001 (EV reference standard, lot RS-1)" in blocker.message


@pytest.mark.req("LAB-21")
def test_runs_before_the_day_of_distrust_stand_and_runs_without_cited_lots_are_not_asked() -> None:
    unfit = {LOT.number: replace(LOT, status="withdrawn", unfit_from=TODAY, why="Degraded.")}
    assert distrust([LOT.line], unfit, date(2026, 11, 26)) == []
    assert distrust([{"name": "LAL", "lot": "1", "expires_on": "2027-01-01", "assigned_value": ""}], unfit, TODAY) == []


@pytest.mark.req("LAB-21", negative=True)
def test_a_run_from_the_day_of_distrust_on_gives_no_result() -> None:
    unfit = {LOT.number: replace(LOT, status="withdrawn", unfit_from=TODAY, why="Degraded.")}
    (blocker,) = distrust([LOT.line], unfit, TODAY)
    assert (blocker.key, blocker.field) == ("standard_unfit", "run")
    assert "(Degraded)" in blocker.message


@pytest.mark.req("LAB-21", "LAB-22")
def test_a_potency_is_told_on_the_scale_of_the_assigned_value() -> None:
    assert share_of(LOT.line) == Decimal("0.98")
    assert share_of({"name": "EV standard", "lot": "1", "assigned_value": "95 %"}) == 1


@pytest.mark.req("LAB-21", "LAB-22", negative=True)
@pytest.mark.parametrize("assigned", ["", "98", "10 EU/mL", "0 %", "high %"])
def test_a_value_that_is_no_share_gives_no_potency(assigned: str) -> None:
    with pytest.raises(ValueError, match=f"^{assigned}$"):
        share_of(replace(LOT, assigned=assigned).line)
