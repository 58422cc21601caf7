"""A vial is set aside once, for a purpose."""

import pytest

from batches.domain.commands import RESERVE_VIAL
from batches.services.vials import reserve_vial
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import bank, culture, disposed, vial, withdrawn
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("TRC-07")
def test_a_vial_is_reserved_and_says_for_what() -> None:
    found = vial(bank())
    with one_event(RESERVE_VIAL):
        found = reserve_vial(act(RESERVE_VIAL, "a.verifier"), found.code, purpose="Campaign of spring")
    assert (found.state, found.reserved_for) == ("reserved", "Campaign of spring")
    movement = found.movements.get(kind="reserved")
    assert [s.signer_id for s in valid_signatures(movement)] == ["a.verifier"]


@pytest.mark.req("TRC-07", negative=True)
def test_a_vial_is_reserved_once_and_not_after_it_left() -> None:
    lot = bank()
    reserve_vial(act(RESERVE_VIAL, "a.verifier"), vial(lot).code, purpose="Campaign of spring")
    with refused("wrong_status", "reserved"):
        reserve_vial(act(RESERVE_VIAL, "a.operator"), vial(lot).code, purpose="Another campaign")
    withdrawn(vial(lot, 2), culture().lot)
    with refused("wrong_status", "withdrawn"):
        reserve_vial(act(RESERVE_VIAL, "a.operator"), vial(lot, 2).code, purpose="Another campaign")


@pytest.mark.req("REL-01", negative=True)
def test_no_vial_of_a_rejected_bank() -> None:
    lot = bank()
    disposed(lot, "rejected")
    with refused("lot_rejected"):
        reserve_vial(act(RESERVE_VIAL, "a.verifier"), vial(lot).code, purpose="Campaign of spring")


@pytest.mark.req("ACC-03", "REC-04", negative=True)
def test_wrong_role_and_stale_page() -> None:
    found = vial(bank())
    with refused("not_permitted"):
        reserve_vial(Act(by=person("a.analyst")), found.code, purpose="Campaign of spring")
    seen = str(found.revision)
    withdrawn(found, culture().lot)
    with refused("stale_page", "Vial withdrawn"):
        reserve_vial(act(RESERVE_VIAL, "a.verifier", seen=seen), found.code, purpose="Campaign of spring")
