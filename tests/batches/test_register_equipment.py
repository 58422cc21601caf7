"""A unit or room is registered once, and is not fit for use before its checks are recorded."""

import pytest

from batches.domain.commands import REGISTER_EQUIPMENT
from batches.domain.equipment import CLASSES, unit_blockers
from batches.forms.equipment import RegisterEquipmentForm
from batches.selectors.equipment import unit_facts
from batches.services.equipment import register_equipment
from evgmp.compliance import clock
from evgmp.compliance.recording import Act
from tests.batches.builders_uses import SKID, unit
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-13", negative=True)
def test_a_new_unit_lacks_every_check() -> None:
    with one_event(REGISTER_EQUIPMENT):
        found = unit(fit=False)
    keys = [b.key for b in unit_blockers(unit_facts(found), at=clock.now(), lot="")]
    assert keys == ["calibration_overdue", "qualification_overdue", "cleaning_overdue"]


@pytest.mark.req("TRC-12", "ACC-03", negative=True)
def test_once_of_a_known_class_by_those_who_may() -> None:
    unit()
    data = {"code": SKID, "name": "Skid", "place": "Suite 2"}
    with refused("code_taken", SKID):
        register_equipment(act(REGISTER_EQUIPMENT, "a.verifier"), equipment_class="tff_skid", **data)
    with refused("unknown_class"):
        register_equipment(act(REGISTER_EQUIPMENT, "a.verifier"), equipment_class="spaceship", **{**data, "code": "EQ-9"})
    with refused("not_permitted"):
        register_equipment(Act(by=person("a.operator")), equipment_class="tff_skid", **{**data, "code": "EQ-9"})
    assert not RegisterEquipmentForm({**data, "equipment_class": "spaceship"}).is_valid()


def test_every_room_has_a_clearance_that_ends() -> None:
    assert all(kind.clearance_hours for kind in CLASSES.values() if kind.is_room)
    assert all(kind.cleaning_hours for kind in CLASSES.values() if "cleaning" in kind.needs)
