"""QA approves the plan before anything is measured again."""

import pytest

from evgmp.compliance.models import Signature
from qc.domain import commands as c
from qc.models import OutOfSpecification
from qc.services.oos import approve_oos_plan
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import one_event, refused


@pytest.mark.req("LAB-14", "LAB-16")
def test_the_approval_covers_the_plan(open_one: OutOfSpecification) -> None:
    scene.planned(open_one)
    with one_event(c.APPROVE_OOS_PLAN):
        plan = approve_oos_plan(act(c.APPROVE_OOS_PLAN, "a.reviewer"), open_one.number)
    assert plan.approved_by_id == "a.reviewer"
    signature = Signature.objects.order_by("pk").last()
    assert signature is not None
    assert {cover["type"] for cover in signature.covered} == {"qc.oosplan"}


@pytest.mark.req("LAB-14", negative=True)
def test_without_a_plan_there_is_nothing_to_approve(open_one: OutOfSpecification) -> None:
    with refused("no_plan", "records its checklist"):
        scene.approved(open_one)


@pytest.mark.req("LAB-16", negative=True)
def test_it_is_approved_once(open_one: OutOfSpecification) -> None:
    scene.planned(open_one)
    scene.approved(open_one)
    with refused("plan_approved"):
        scene.approved(open_one, by="b.reviewer")


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.analyst", "a.labhead", "q.person"])
def test_only_qa_approves(open_one: OutOfSpecification, by: str) -> None:
    scene.planned(open_one)
    with refused("not_permitted"):
        scene.approved(open_one, by=by)


@pytest.mark.req("LAB-13", "LAB-16")
def test_who_approved_the_plan_may_still_confirm_the_oos(open_one: OutOfSpecification) -> None:
    scene.planned(open_one)
    scene.approved(open_one)
    assert lab.confirmed(open_one.number).status == "confirmed"
