"""Rules of an OOS over plain facts."""

import pytest

from qc.domain.commands import APPROVE_OOS_PLAN, CONFIRM_OOS, INVALIDATE_OOS, PLAN_OOS, RECORD_RETEST
from qc.domain.lifecycle import OOS
from qc.domain.oos import NextAct, another_approves, next_act

FACTS = {
    "has_plan": True, "plan_approved": True, "planned": 2, "planned_analyst": "b.analyst", "planned_analyst_name": "B. Analyst",
    "planner": "a.analyst", "analyst": "a.analyst", "done": 2, "failing": [], "not_in_order": 1,
}  # fmt: skip


@pytest.mark.req("LAB-15", negative=True)
@pytest.mark.parametrize("person", ["x.analyst", "x.planner"])
def test_who_measured_or_planned_does_not_decide(person: str) -> None:
    found = another_approves({"person": person, "analyst": "x.analyst", "planner": "x.planner"})
    assert found is not None
    assert "another person of QA decides" in found.message


@pytest.mark.req("LAB-15")
def test_a_third_person_decides() -> None:
    assert another_approves({"person": "a.reviewer", "analyst": "x.analyst", "planner": "x.planner"}) is None
    assert OOS.blockers(INVALIDATE_OOS, status="open", facts={**FACTS, "person": "a.reviewer"}) == []


@pytest.mark.req("LAB-13", negative=True)
@pytest.mark.parametrize("status", ["confirmed", "invalidated"])
@pytest.mark.parametrize("command", [PLAN_OOS, APPROVE_OOS_PLAN, RECORD_RETEST, INVALIDATE_OOS, CONFIRM_OOS], ids=lambda c: c.name)
def test_nothing_happens_to_a_closed_oos(status: str, command: object) -> None:
    assert "wrong_status" in [b.key for b in OOS.blockers(command, status=status, facts=FACTS)]  # type: ignore[arg-type]


@pytest.mark.req("LAB-14")
@pytest.mark.parametrize(
    ("now", "waits", "does"),
    [
        ({"has_plan": False, "plan_approved": False}, "QC analyst or Head of Quality Control", "record phase I and propose the plan"),
        ({"plan_approved": False}, "QA reviewer", "approve the plan"),
        ({"resample": "authorised", "done": 0}, "QC analyst", "draw the new sample"),
        ({"done": 1}, "B. Analyst", "re-measure as the plan says, 1 of 2 done"),
        ({"resample": "drawn"}, "QA reviewer", "decide on the result"),
    ],
)
def test_one_answer_says_who_acts_next(now: dict[str, object], waits: str, does: str) -> None:
    found = next_act({**FACTS, "resample": "none", **now})
    assert found == NextAct(waits, does)
    assert found.sentence == f"Next, {waits}: {does}."
    assert found.is_of_qa == (waits == "QA reviewer")
