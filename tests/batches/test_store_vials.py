"""Vials get numbers and positions: never more than were made, never two in one place."""

from typing import Any

import pytest

from batches.domain.commands import STORE_VIALS
from batches.models import Container, ContainerMovement, Lot
from batches.selectors.bank_map import stock_of
from batches.selectors.vials import not_stored
from batches.services.vials import store_vials
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import BOX, bank, culture, disposed, sample, store
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("TRC-07", "EXE-17")
def test_vials_are_stored_row_by_row_by_two_persons() -> None:
    lot = bank(20, stored=0)
    with one_event(STORE_VIALS):
        store(lot, 12)
    vials = list(Container.objects.filter(lot=lot))
    assert [v.code for v in vials][::11] == [f"{lot.number}-V001", f"{lot.number}-V012"]
    assert [v.position for v in vials] == [f"A{n}" for n in range(1, 11)] + ["B1", "B2"]
    movements = ContainerMovement.objects.filter(container__lot=lot)
    assert [(m.kind, m.performed_by, m.witnessed_by) for m in movements] == [("stored", "A. Operator", "B. Operator")] * 12
    signatures = valid_signatures(movements[0])
    assert [(s.signer_id, s.meaning) for s in signatures] == [("a.operator", "performed"), ("b.operator", "verified")]
    # Every movement and every place is signed, not the first alone.
    assert all(len(s.covered) == 24 for s in signatures)


@pytest.mark.req("TRC-07")
def test_numbering_goes_on_in_another_box() -> None:
    lot = bank(20, stored=12)
    store(lot, 8, box="13", first="C9")
    last = Container.objects.filter(lot=lot).last()
    assert last is not None
    assert (last.code, last.box, last.position, not_stored(lot)) == (f"{lot.number}-V020", "13", "D6", 0)
    stock = stock_of(lot)
    assert (stock["free"], stock["total"], [box["free"] for box in stock["boxes"]]) == (20, 20, [12, 8])


@pytest.mark.req("TRC-07", "EXE-18", negative=True)
def test_no_more_than_were_made() -> None:
    lot = bank(20, stored=18)
    with refused("more_than_made", "2 vials"):
        store(lot, 3, box="13")
    store(lot, 2, box="13")
    with refused("all_stored"):
        store(lot, 1, box="14")


@pytest.mark.req("EXE-18", negative=True)
def test_samples_taken_before_storing_leave_fewer_to_store() -> None:
    lot = bank(20, stored=0)
    sample(lot, "3", "vials")
    with refused("more_than_made", "17 vials"):
        store(lot, 18)
    store(lot, 17)


@pytest.mark.req("EXE-25", negative=True)
def test_a_taken_place_is_named_with_its_vial() -> None:
    bank(20)
    other = bank(20, stored=0, number=2)
    with refused("position_taken", "A4 (IPSC-MCB-001-V004)"):
        store(other, 10, box="1", first="A4")
    assert not Container.objects.filter(lot=other).exists()


@pytest.mark.req("EXE-25")
def test_a_place_is_free_again_when_its_vial_left() -> None:
    first, other = bank(20), bank(20, stored=0, number=2)
    sample(first, "1", "vials", vials=[f"{first.number}-V001"])
    store(other, 1, box="1", first="A1")
    assert Container.objects.get(lot=other).position == "A1"


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("place", "key"),
    [
        ({"first": "K1"}, "position_impossible"),
        ({"first": "A11"}, "position_impossible"),
        ({"first": "1A"}, "position_impossible"),
        ({"first": "J5", "count": 7}, "position_impossible"),
        ({"count": 0}, "count_impossible"),
    ],
)
def test_places_that_do_not_exist(place: dict[str, Any], key: str) -> None:
    lot = bank(20, stored=0)
    with refused(key):
        store(lot, **{"count": 5, **place})


@pytest.mark.req("REL-01", negative=True)
def test_only_a_bank_that_is_not_rejected() -> None:
    flask = culture().lot
    with refused("not_a_bank"):
        store(flask, 1)
    lot = bank(20, stored=0, released=False)
    disposed(lot, "rejected")
    with refused("lot_rejected"):
        store(lot, 1)


@pytest.mark.req("EXE-17", "SIG-08", "REC-04", negative=True)
def test_two_persons_with_the_right_and_a_fresh_page() -> None:
    lot = bank(20, stored=0)
    with refused("not_permitted"):
        store_vials(Act(by=person("a.analyst")), lot.number, count=1, **BOX)
    with refused("signature_missing"):
        store_vials(Act(by=person("a.operator")), lot.number, count=1, **BOX)
    seen = str(Lot.objects.get(pk=lot.pk).revision)
    store(lot, 1)
    with refused("stale_page", "Vials stored"):
        store_vials(act(STORE_VIALS, "a.operator", witness="b.operator", seen=seen), lot.number, count=1, **{**BOX, "first": "B1"})
