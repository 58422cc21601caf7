"""Phase I and the plan: every line answered, everything fixed before anything is measured again."""

from typing import Any

import pytest

from qc.domain import commands as c
from qc.domain.oos import CHECKS
from qc.models import OutOfSpecification
from qc.services.oos import plan_oos
from tests.builders import act
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import one_event, refused
from tests.qc.test_lab_pages import signed


@pytest.mark.req("LAB-14", "LAB-16")
def test_checklist_and_plan_are_kept_as_written(open_one: OutOfSpecification) -> None:
    with one_event(c.PLAN_OOS):
        plan = scene.planned(open_one)
    assert [check["key"] for check in plan.checks] == list(CHECKS)
    assert (plan.retests_planned, plan.analyst, plan.analyst_id, plan.evaluation) == (2, "B. Analyst", "b.analyst", "all_conform")
    assert plan.approved_at is None
    assert OutOfSpecification.objects.get(pk=open_one.pk).status == "open"


@pytest.mark.req("LAB-14", "LAB-16", "LAB-17", "LAB-18", negative=True)
@pytest.mark.parametrize(
    ("said", "key", "words"),
    [
        ({"checks": scene.checks()[1:]}, "check_missing", "Answer every line"),
        ({"checks": scene.checks(sample=("fine", ""))}, "check_missing", "Answer every line"),
        ({"checks": scene.checks(sample=("not_in_order", " "))}, "remark_missing", "say what was found"),
        ({"hypothesis": " "}, "hypothesis_missing", "may have caused"),
        ({"retests": 8}, "too_many_planned", "not repeated until it passes"),
        ({"retests": -1}, "too_many_planned", "0 to 7"),
        ({"evaluation": "mean"}, "averaging", "never averaged"),
        ({"analyst": ""}, "analyst_missing", "Choose the analyst"),
        ({"analyst": "a.analyst"}, "same_analyst", "only for a reason"),
        ({"analyst": "a.operator"}, "analyst_not_qualified", "may not re-measure"),
        ({"analyst": "nobody"}, "analyst_not_qualified", "no such person"),
    ],
)
def test_a_plan_with_a_hole_is_refused(open_one: OutOfSpecification, said: dict[str, Any], key: str, words: str) -> None:
    with refused(key, words):
        scene.planned(open_one, **said)


@pytest.mark.req("LAB-17")
def test_the_first_analyst_may_re_measure_for_a_reason(open_one: OutOfSpecification) -> None:
    plan = scene.planned(open_one, analyst="a.analyst", same_analyst_why="The only one trained for this assay.")
    assert plan.same_analyst_why == "The only one trained for this assay."


@pytest.mark.req("LAB-16", negative=True)
def test_a_plan_is_never_replaced(open_one: OutOfSpecification) -> None:
    scene.planned(open_one)
    with refused("plan_stands", "can't be replaced"):
        scene.planned(open_one, retests=5)


@pytest.mark.req("ACC-03", negative=True)
def test_qa_does_not_plan_for_the_laboratory(open_one: OutOfSpecification) -> None:
    with refused("not_permitted"):
        plan_oos(act(c.PLAN_OOS, "a.reviewer"), open_one.number, checks=[], hypothesis="", retests=0, analyst="", evaluation="all_conform")


@pytest.mark.req("LAB-14", "LAB-19")
def test_the_page_plans_and_shows_what_was_planned(open_one: OutOfSpecification, as_person: Any) -> None:
    client = as_person("a.analyst")
    form = client.get(f"/plan-oos/{open_one.number}/").content.decode()
    for question in CHECKS.values():
        assert question in form
    found = {f"finding_{key}": "in_order" for key in CHECKS} | {"finding_reagents": "not_in_order"}
    told = {**found, "hypothesis": "The dilution was wrong.", "retests": "2", "analyst": "b.analyst", "evaluation": "all_conform"}
    refused_page = signed(client, "a.analyst", f"/plan-oos/{open_one.number}/", told)
    assert refused_page.status_code == 422
    assert "say what was found" in refused_page.content.decode()
    told["remark_reagents"] = "The pipette of the dilution gave 131 µL for 100 µL."
    assert signed(client, "a.analyst", f"/plan-oos/{open_one.number}/", told).status_code == 302
    shown = client.get(f"/oos/{open_one.number}/").content.decode()
    assert "131 µL" in shown
    assert "Waits for QA" in shown
    assert "Other lots it may touch" in shown
    assert "The dilution was wrong." in as_person("a.reviewer").get(f"/approve-oos-plan/{open_one.number}/").content.decode()
