"""Removing a step or a value from a draft; its history stays readable."""

import pytest

from batches.domain.commands import REMOVE_MASTER_PART
from batches.services.master_drafts import remove_master_part
from evgmp.compliance.recording import Act
from tests.batches.builders_drafts import drafted
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("MST-01", "REC-02")
def test_a_value_and_a_step_go_and_history_keeps_them() -> None:
    draft = drafted()
    with one_event(REMOVE_MASTER_PART):
        place = remove_master_part(act(REMOVE_MASTER_PART, "m.author"), draft.number, part="setup.remark")
    assert [p.key for p in place.part.parameters] == ["area", "integrity"]
    place = remove_master_part(act(REMOVE_MASTER_PART, "m.author"), draft.number, part="log")
    assert [s.key for s in place.content.steps] == ["setup", "result"]
    assert "p_retentate" in draft.history.order_by("history_id")[0].content  # type: ignore[attr-defined]


@pytest.mark.req("MST-08", negative=True)
def test_what_is_not_there_and_who_may_not() -> None:
    draft = drafted()
    with refused("part_gone"):
        remove_master_part(act(REMOVE_MASTER_PART, "m.author"), draft.number, part="setup.nothing")
    with refused("not_permitted"):
        remove_master_part(Act(by=person("a.operator")), draft.number, part="setup")
