"""Boundaries of materials: the last day, the last minute after opening, the last millilitre; codes as scanners send them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from batches.domain.commands import DECIDE_MATERIAL
from batches.domain.lifecycle_materials import MATERIAL
from batches.domain.master_parts import MaterialNeed
from batches.domain.materials import (
    LotFacts,
    container_of,
    first_out,
    outside_tolerance,
    plain_code,
    quantity_blockers,
    use_blockers,
)

NOON = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
LOT = LotFacts(
    number="ML-2026-0001", item="MAT-0077", item_name="Medium", unit="mL", status="released", expires_on=date(2026, 5, 31),
    ends=datetime(2026, 6, 1, tzinfo=UTC), by_container=False,
    opens=False, container=None, containers=4, opened=False, opened_until=None, left=Decimal("5.5"), left_there=None,
)  # fmt: skip
BOTTLE = replace(LOT, by_container=True, opens=True, container=2, opened=True, opened_until=NOON, left_there=Decimal(2), expires_on=None, ends=None)


def keys(lot: LotFacts, at: datetime = NOON) -> list[str]:
    return [blocker.key for blocker in use_blockers(lot, at=at)]


@pytest.mark.req("EXE-16")
def test_the_last_day_counts_and_the_next_does_not() -> None:
    assert keys(LOT, datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)) == []
    assert keys(LOT, datetime(2026, 6, 1, tzinfo=UTC)) == ["expired"]


@pytest.mark.req("EXE-16")
def test_after_opening_the_end_itself_is_too_late() -> None:
    assert keys(BOTTLE, NOON - timedelta(microseconds=1)) == []
    assert keys(BOTTLE, NOON) == ["expired_after_opening"]


@pytest.mark.req("EXE-16", negative=True)
@pytest.mark.parametrize(
    ("lot", "key"),
    [
        (replace(BOTTLE, container=None, left_there=None, opened=False), "scan_the_container"),
        (replace(BOTTLE, container=5), "unknown_code"),
        (replace(BOTTLE, container=0), "unknown_code"),
        (replace(BOTTLE, opened=False, opened_until=None), "not_opened"),
        (replace(BOTTLE, left_there=Decimal(0), opened_until=None), "used_up"),
        (replace(LOT, left=Decimal(0)), "used_up"),
        (replace(LOT, status="something new"), "quarantined"),
        (replace(LOT, reserved=Decimal("5.5"), reserved_by="IMSC-P-1"), "wrong_lot"),
        (replace(LOT, reserved_here=("ML-2026-0009",)), "wrong_lot"),
    ],
)
def test_what_may_not_be_used(lot: LotFacts, key: str) -> None:
    assert key in keys(lot, NOON - timedelta(hours=1))


@pytest.mark.req("EXE-18")
def test_the_last_of_a_lot_and_not_a_drop_more() -> None:
    assert quantity_blockers(LOT, Decimal("5.5")) == []
    assert [b.key for b in quantity_blockers(LOT, Decimal("5.50000000000000001"))] == ["overdraw"]
    assert [b.key for b in quantity_blockers(BOTTLE, Decimal("2.1"))] == ["overdraw"]
    assert [b.key for b in quantity_blockers(replace(LOT, reserved=Decimal(5)), Decimal(1))] == ["reserved"]
    assert [b.key for b in quantity_blockers(LOT, None)] == ["quantity_missing"]


@pytest.mark.req("EXE-17")
def test_tolerance_is_inclusive_and_exact() -> None:
    need = MaterialNeed("m", "MAT-0077", Decimal("100"), "mL", Decimal("2"))
    assert [bool(outside_tolerance(need, Decimal(used))) for used in ("98", "102", "97.999999999999999999", "102.00000000000000001")] == [
        False, False, True, True,
    ]  # fmt: skip
    assert outside_tolerance(replace(need, quantity=None, tolerance_pct=None), Decimal(7)) == ""


@pytest.mark.req("EXE-16")
def test_first_expired_first_out() -> None:
    late, early = replace(LOT, number="ML-2026-0002"), replace(LOT, number="ML-2026-0003")
    never = replace(LOT, number="ML-2026-0001", expires_on=None, ends=None)
    opened = replace(early, number="ML-2026-0009", opened=True)
    assert first_out([(never, None), (late, NOON + timedelta(days=1)), (early, NOON)]) == early
    assert first_out([(early, NOON), (opened, NOON)]) == opened
    assert first_out([]) is None


@pytest.mark.parametrize(
    ("sent", "code"),
    [(" ml-2026-0001\r\n", "ML-2026-0001"), ("]d2ML-2026-0001-C03", "ML-2026-0001-C03"), ("]C1\x1dROOM-C2", "ROOM-C2"), ("]x", "]X")],
)
def test_codes_as_scanners_send_them(sent: str, code: str) -> None:
    assert plain_code(sent) == code


def test_a_container_is_named_by_its_lot() -> None:
    assert container_of("ML-2026-0001-C03") == ("ML-2026-0001", 3)
    assert container_of("ML-2026-0001") is None
    assert container_of("ML-2026-0001-C") is None


@pytest.mark.req("EXE-16", "SIG-08", negative=True)
@pytest.mark.parametrize(
    ("changed", "key", "said"),
    [
        ({"has_certificate": False}, "certificate_missing", "No certificate of analysis is kept with this lot"),
        ({"expired_on": date(2026, 5, 31)}, "expired", "This lot expired on 2026-05-31. It can't be released; reject it."),
        ({"decider": "a.operator"}, "took_part", "You received this lot, so you can't decide on it. Another person of quality decides."),
    ],
)
def test_what_bars_the_release_of_a_material(changed: dict[str, object], key: str, said: str) -> None:
    facts = {"decision": "released", "has_certificate": True, "decider": "q.reviewer", "received_by": "a.operator"}
    assert MATERIAL.blockers(DECIDE_MATERIAL, status="quarantine", facts=facts) == []
    (blocker,) = MATERIAL.blockers(DECIDE_MATERIAL, status="quarantine", facts={**facts, **changed})
    assert (blocker.key, blocker.message[: len(said)]) == (key, said)


@pytest.mark.req("EXE-16")
@pytest.mark.parametrize("decision", ["hold", "rejected"])
def test_what_is_expired_or_without_certificate_can_still_be_held_or_rejected(decision: str) -> None:
    facts = {
        "decision": decision,
        "has_certificate": False,
        "expired_on": date(2026, 5, 31),
        "decider": "q.reviewer",
        "received_by": "a.operator",
    }
    assert MATERIAL.blockers(DECIDE_MATERIAL, status="quarantine", facts=facts) == []
