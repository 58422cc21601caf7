"""A vial leaves its bank once, by two persons, for a lot in process, and only from a released bank."""

from datetime import timedelta
from decimal import Decimal

import pytest

from batches.domain.commands import RESERVE_VIAL, WITHDRAW_VIAL
from batches.forms.vials import WithdrawVialForm
from batches.models import LotInput
from batches.selectors.lots import remaining
from batches.services.vials import reserve_vial, withdraw_vial
from evgmp.compliance import clock
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import bank, culture, decide, disposed, passage, run, vial, withdrawn
from tests.batches.builders_records import PASSAGE, started
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("TRC-01", "TRC-07", "EXE-17")
def test_a_vial_goes_into_a_culture_and_the_bank_counts_down() -> None:
    lot, child = bank(20), culture().lot
    with one_event(WITHDRAW_VIAL):
        found = withdrawn(vial(lot), child)
    assert found.state == "withdrawn"
    edge = LotInput.objects.get(child=child)
    assert (edge.parent, edge.container, edge.quantity, edge.unit) == (lot, found, Decimal(1), "vial")
    assert remaining(lot) == Decimal(19)
    movement = found.movements.get(kind="withdrawn")
    assert movement.destination == child
    signatures = valid_signatures(movement)
    assert [(s.signer_id, s.meaning) for s in signatures] == [("a.operator", "performed"), ("b.operator", "verified")]
    assert [cover["type"] for cover in signatures[0].covered] == ["batches.containermovement", "batches.lotinput", "batches.container"]


@pytest.mark.req("TRC-07")
def test_a_reserved_vial_carries_its_purpose() -> None:
    found = vial(bank())
    reserve_vial(act(RESERVE_VIAL, "a.verifier"), found.code, purpose="Campaign of spring")
    withdrawn(found, culture().lot)
    assert found.movements.get(kind="withdrawn").purpose == "Campaign of spring"


@pytest.mark.req("TRC-07", negative=True)
def test_a_vial_leaves_once() -> None:
    found, child = vial(bank()), culture().lot
    withdrawn(found, child)
    with refused("wrong_status", "withdrawn"):
        withdrawn(found, child)
    assert LotInput.objects.count() == 1


@pytest.mark.req("TRC-07", "REL-01", "REL-02", negative=True)
@pytest.mark.parametrize(
    ("decision", "key", "word"),
    [
        ("", "lot_in_quarantine", "quarantine"),
        ("hold", "lot_on_hold", "on hold"),
        ("rejected", "lot_rejected", "rejected"),
        ("approved_for_certification", "lot_in_quarantine", "quarantine"),
        ("released_for_processing", "lot_in_quarantine", "not released"),
    ],
)
def test_an_unreleased_bank_keeps_its_vials(decision: str, key: str, word: str) -> None:
    lot, child = bank(released=False), culture().lot
    if decision:
        disposed(lot, decision)
    with refused(key, word):
        withdrawn(vial(lot), child)
    assert not LotInput.objects.exists()
    assert vial(lot).state == "stored"


@pytest.mark.req("TRC-04", negative=True)
def test_a_donor_found_ineligible_later_stops_the_vials() -> None:
    lot, child = bank(), culture().lot
    decide(lot.cellbank.line.donor, "ineligible")
    with refused("donor_ineligible"):
        withdrawn(vial(lot), child)


@pytest.mark.req("TRC-01", "TRC-12", negative=True)
def test_the_destination_must_be_a_fitting_lot_in_process() -> None:
    lot = bank()
    found = vial(lot)
    signing = act(WITHDRAW_VIAL, "a.operator", witness="b.operator")
    with refused("unknown_lot", "IMSC-P-1999-001"):
        withdraw_vial(signing, found.code, destination="IMSC-P-1999-001")
    target = run().lot
    with refused("stage_order", "cell bank", "TFF isolation run"):
        withdrawn(found, target)
    made = passage(lot)
    with refused("child_not_in_process"):
        withdrawn(vial(lot, 5), made)
    held = culture().lot
    disposed(held, "hold")
    with refused("child_stopped", "on hold"):
        withdrawn(vial(lot, 5), held)


@pytest.mark.req("EXE-17", "SIG-08", "REC-04", negative=True)
def test_two_persons_with_the_right_and_a_fresh_page() -> None:
    found, child = vial(bank()), culture().lot
    with refused("not_permitted"):
        withdraw_vial(Act(by=person("a.analyst")), found.code, destination=child.number)
    with refused("same_person"):
        withdraw_vial(act(WITHDRAW_VIAL, "a.operator", witness="a.operator"), found.code, destination=child.number)
    seen = str(found.revision)
    reserve_vial(act(RESERVE_VIAL, "a.verifier"), found.code, purpose="Campaign of spring")
    with refused("stale_page", "Vial reserved"):
        withdraw_vial(act(WITHDRAW_VIAL, "a.operator", witness="b.operator", seen=seen), found.code, destination=child.number)


@pytest.mark.req("REC-01", negative=True)
def test_a_double_click_withdraws_once() -> None:
    found, child = vial(bank()), culture().lot
    once = act(WITHDRAW_VIAL, "a.operator", witness="b.operator", once="7" * 32)
    withdraw_vial(once, found.code, destination=child.number)
    with refused("already_recorded"):
        withdraw_vial(once, found.code, destination=child.number)


@pytest.mark.req("REC-03", negative=True)
def test_a_destination_is_an_identifier() -> None:
    assert not WithdrawVialForm({"destination": "the flask over there"}).is_valid()


@pytest.mark.req("EXE-11", negative=True)
def test_a_vial_of_a_bank_that_is_too_old_does_not_begin_a_culture() -> None:
    young = PASSAGE.replace("MBR-SHORTPASSAGE", "MBR-YOUNG").replace('batch_size = "1 flask"', 'batch_size = "1 flask"\noldest_bank_days = 30')
    lot = bank()
    assert lot.made_on is not None
    for days, refusal in ((30, ""), (31, "bank_too_old")):
        with clock.held_at(lot.made_on + timedelta(days=days, minutes=5)):
            child = started(young, is_commitment=True).lot
            if not refusal:
                assert withdrawn(vial(lot), child).state == "withdrawn"
                continue
            with refused(refusal, "is 31 days old; MBR-YOUNG allows 30"):
                withdrawn(vial(lot, 2), child)
