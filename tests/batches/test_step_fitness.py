"""Who may do a step: the role its master names, trained in its topic, performer and witness alike (ACC-14)."""

import datetime

import pytest

from batches.domain.commands import ATTACH_FILE, RECORD_ENTRY, SIGN_STEP
from batches.domain.lifecycle_records import STEP
from batches.models import MasterStep, Step
from batches.selectors.records import fitness
from evgmp.compliance import clock
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.batches.expecting import refused
from tests.batches.test_attach_file import PHOTOGRAPHED, attached
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import person, train

pytestmark = pytest.mark.django_db

TOPIC = "certification"
ASKING = PHOTOGRAPHED.replace("MBR-PHOTO", "MBR-TRAINED").replace(
    'attachment = "required"', f'attachment = "required"\nwitness = true\ntraining = "{TOPIC}"\nperformer = "operator"'
)
LAPSED = datetime.date(2021, 1, 1)


@pytest.mark.req("ACC-14", negative=True)
def test_no_act_in_a_step_without_its_training() -> None:
    step = step_no(started(ASKING), 1)
    train("b.operator", (TOPIC,), LAPSED)
    with refused("not_trained", "B. Operator has no valid training in “Certification by the Qualified Person”, which this step asks for"):
        attached(step, by="b.operator")
    shown = text_of(signed_in("b.operator").get(step.get_absolute_url()))
    assert "B. Operator has no valid training" in shown, "the page says it before anything is tried"
    attached(step)
    with refused("not_trained", "B. Operator"):
        signed(step_no(step.batch, 1), by="b.operator", witness="a.operator")
    with refused("not_trained", "B. Operator"):
        signed(step_no(step.batch, 1))
    train("b.operator", (TOPIC,))
    assert signed(step_no(step.batch, 1)).status == "signed"
    # The next step asks for no training of its own.
    train("b.operator", (TOPIC,), LAPSED)
    recorded(step_no(step.batch, 2), harvested="8E+6", by="b.operator")


@pytest.mark.req("ACC-14", negative=True)
@pytest.mark.parametrize(("who", "performer", "barred"), [("a.operator", "operator", False), ("a.operator", "", False), ("a.reviewer", "operator", True)])
def test_a_step_is_done_by_the_role_that_its_master_names(who: str, performer: str, barred: bool) -> None:
    step = Step(master_step=MasterStep(performer=performer, training=""))
    facts = {**fitness(step, person(who), clock.now()), "batch_status": "in_process"}
    for command in (RECORD_ENTRY, SIGN_STEP):
        assert ("other_role" in [blocker.key for blocker in STEP.blockers(command, status="open", facts=facts)]) is barred
    if barred:
        assert [b.key for b in STEP.blockers(ATTACH_FILE, status="open", facts={**facts, "takes_files": True})] == ["other_role"]
