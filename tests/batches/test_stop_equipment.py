"""Out of service at once, with a reason, by anybody who finds a unit unfit."""

import pytest

from batches.domain.commands import STOP_EQUIPMENT
from batches.selectors.equipment import equipment_state, unit_facts
from batches.services.equipment import stop_equipment
from evgmp.compliance import clock
from tests.batches.builders_uses import stopped, unit
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-14", "EXE-15")
def test_a_unit_is_stopped() -> None:
    found = unit()
    with one_event(STOP_EQUIPMENT):
        found = stopped(found)
    assert equipment_state(found, clock.now()) == "out_of_service"
    assert unit_facts(found).stopped == "The feed pump leaks at the inlet"


@pytest.mark.req("AUD-03", negative=True)
def test_not_twice_and_not_without_a_reason() -> None:
    found = unit()
    with refused("reason_missing"):
        stop_equipment(act(STOP_EQUIPMENT, "a.operator", reason=""), found.code)
    stopped(found)
    with refused("wrong_status", "out of service"):
        stopped(found)
