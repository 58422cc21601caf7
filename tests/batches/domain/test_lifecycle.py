"""Which material may be used, which decision may follow which, and units that say the same."""

from decimal import Decimal

import pytest

from batches.domain.commands import HOLD_LOT, LIFT_HOLD, RELEASE_FOR_PROCESSING
from batches.domain.lifecycle import (
    DISPOSITION,
    DISPOSITION_WORDS,
    MAY_FOLLOW,
    PARENT_STAGES,
    amount_in,
    same_unit,
    standing,
    use_blocker,
)


@pytest.mark.req("REL-01", "REL-02", negative=True)
@pytest.mark.parametrize("decision", sorted(DISPOSITION_WORDS))
@pytest.mark.parametrize("stage", sorted(PARENT_STAGES))
def test_only_released_material_is_used(stage: str, decision: str) -> None:
    usable = {"cell_bank": {"released"}, "ev_lot": {"released"}, "drug_product": set[str]()}.get(stage, {"released", "released_for_processing"})
    blocker = use_blocker("X-1", stage, decision)
    assert (blocker is None) == (decision in usable)
    if blocker:
        assert "X-1" in blocker.message
        assert blocker.message.endswith(".")


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.parametrize("stage", sorted(PARENT_STAGES))
def test_a_decision_that_nobody_knows_releases_nothing(stage: str) -> None:
    blocker = use_blocker("X-1", stage, "something new")
    assert blocker is not None
    assert blocker.key == ("stage_order" if stage == "drug_product" else "lot_in_quarantine")


@pytest.mark.req("REL-01")
@pytest.mark.parametrize(
    ("making", "newest", "shown"),
    [
        ("in_process", "", "in_process"),
        ("in_process", "hold", "hold"),
        ("in_process", "quarantine", "in_process"),
        ("in_process", "released", "in_process"),
        ("aborted", "", "aborted"),
        ("aborted", "rejected", "rejected"),
        ("made", "", "quarantine"),
        ("made", "released", "released"),
    ],
)
def test_what_stands_by_default_is_quarantine(making: str, newest: str, shown: str) -> None:
    assert standing(making, newest) == shown


@pytest.mark.req("REL-01", negative=True)
def test_no_decision_follows_a_rejection_but_another_rejection() -> None:
    assert MAY_FOLLOW["rejected"] == ("rejected",)
    assert set(MAY_FOLLOW) == set(DISPOSITION_WORDS)
    assert all("certified" not in after for now, after in MAY_FOLLOW.items() if now not in ("approved_for_certification", "hold"))


@pytest.mark.req("REL-01")
def test_the_table_of_commands_agrees_with_the_table_of_decisions() -> None:
    for now in DISPOSITION_WORDS:
        may_hold = not DISPOSITION.blockers(HOLD_LOT, status=now)
        assert may_hold == ("hold" in MAY_FOLLOW[now])
    facts = {"stage": "passage", "unfinished": [], "open_exceptions": [], "affecting_exceptions": [], "fallen_ancestors": []}
    released = [now for now in DISPOSITION_WORDS if not DISPOSITION.blockers(RELEASE_FOR_PROCESSING, status=now, facts=facts)]
    assert released == ["quarantine"]
    assert [now for now in DISPOSITION_WORDS if not DISPOSITION.blockers(LIFT_HOLD, status=now)] == ["hold"]


@pytest.mark.req("REL-05", negative=True)
@pytest.mark.parametrize(
    ("fact", "key"),
    [
        ({"stage": "ev_lot"}, "not_an_intermediate"),
        ({"unfinished": ["BR-1 is not completed."]}, "batch_not_reviewed"),
        ({"open_exceptions": ["EXC-1"]}, "exceptions_open"),
        ({"affecting_exceptions": ["EXC-1"]}, "lot_affected"),
        ({"fallen_ancestors": ["P-1 is rejected"]}, "ancestor_rejected"),
    ],
)
def test_each_condition_has_a_blocker_of_its_own(fact: dict[str, object], key: str) -> None:
    facts = {"stage": "passage", "unfinished": [], "open_exceptions": [], "affecting_exceptions": [], "fallen_ancestors": [], **fact}
    assert [b.key for b in DISPOSITION.blockers(RELEASE_FOR_PROCESSING, status="quarantine", facts=facts)] == [key]


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "result"),
    [
        ("1.50", "mL", "L", "0.00150"),
        ("0.25", "L", "mL", "250"),
        ("500", "µL", "mL", "0.500"),
        ("3", "vial", "vials", "3"),
        ("7", "cells", "cells", "7"),
        ("7", "cells", "mL", None),
        ("7", "mL", "vials", None),
    ],
)
def test_units(amount: str, unit: str, wanted: str, result: str | None) -> None:
    assert amount_in(Decimal(amount), unit, wanted) == (None if result is None else Decimal(result))
    assert same_unit("vial", "vials")
    assert not same_unit("mL", "L")
