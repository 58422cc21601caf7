"""A withdrawn vial is thawed once, by two persons."""

import pytest

from batches.domain.commands import THAW_VIAL
from batches.services.vials import thaw_vial
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import bank, culture, vial, withdrawn
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


def thaw(code: str, seen: str = "") -> None:
    thaw_vial(act(THAW_VIAL, "a.operator", witness="b.operator", seen=seen), code)


@pytest.mark.req("TRC-07", "EXE-17")
def test_a_withdrawn_vial_is_thawed_for_its_lot() -> None:
    lot, child = bank(), culture().lot
    withdrawn(vial(lot), child)
    with one_event(THAW_VIAL):
        thaw(vial(lot).code)
    assert vial(lot).state == "thawed"
    movement = vial(lot).movements.get(kind="thawed")
    assert (movement.destination, [s.signer_id for s in valid_signatures(movement)]) == (child, ["a.operator", "b.operator"])
    # The state went on; what was signed at the withdrawal did not change.
    assert len(valid_signatures(vial(lot).movements.get(kind="withdrawn"))) == 2


@pytest.mark.req("TRC-07", negative=True)
def test_only_once_and_only_after_the_withdrawal() -> None:
    lot, child = bank(), culture().lot
    with refused("wrong_status", "stored"):
        thaw(vial(lot).code)
    withdrawn(vial(lot), child)
    thaw(vial(lot).code)
    with refused("wrong_status", "thawed"):
        thaw(vial(lot).code)


@pytest.mark.req("EXE-17", "REC-04", negative=True)
def test_two_persons_with_the_right_and_a_fresh_page() -> None:
    lot, child = bank(), culture().lot
    seen = str(vial(lot).revision)
    withdrawn(vial(lot), child)
    with refused("not_permitted"):
        thaw_vial(Act(by=person("a.labhead")), vial(lot).code)
    with refused("signature_missing"):
        thaw_vial(Act(by=person("a.operator")), vial(lot).code)
    with refused("stale_page", "Vial withdrawn"):
        thaw(vial(lot).code, seen)
