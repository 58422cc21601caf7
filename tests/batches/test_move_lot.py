"""Lots are moved from place to place: each move is recorded with who carried it, out of the temperature class with a reason (EXE-25)."""

from typing import Any

import pytest
from django.urls import reverse

from batches.domain.commands import MOVE_LOT
from batches.models import Container, ExceptionRecord, Lot, StorageMove
from batches.selectors.bank_map import stock_of
from batches.selectors.storage import boxes, place_of, storage_course
from batches.services.storage import move_lot
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import bank, culture, passage, store
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.batches.test_record_excursion import excursion
from tests.builders import act, person

pytestmark = pytest.mark.django_db


def moved(lot: Lot, place: str, temperature_class: str, **data: Any) -> Lot:
    return move_lot(act(MOVE_LOT, "a.operator"), lot.number, place=place, temperature_class=temperature_class, **data)


@pytest.mark.req("EXE-25")
def test_each_move_of_an_intermediate_stands_in_its_order_on_the_page_of_the_lot() -> None:
    lot = passage(None)
    with one_event(MOVE_LOT):
        moved(lot, "INC-03", "culture")
    moved(lot, "INC-04", "culture", part="Flasks 1 to 4")
    excursion(lot, "-20", place="INC-04")
    first, second = StorageMove.objects.all()
    assert (first.from_place, first.to_place, first.moved_by) == ("", "INC-03", "A. Operator")
    assert (second.part, second.from_place) == ("Flasks 1 to 4", "INC-03")
    assert (place_of(lot), place_of(lot, "Flasks 1 to 4")) == ("INC-03", "INC-04")
    [signature] = valid_signatures(first)
    assert (signature.signer_id, signature.meaning) == ("a.operator", "performed")
    course = storage_course(lot)
    assert [line.at for line in course] == sorted(line.at for line in course)
    assert {(line.what, line.warns) for line in course} == {("Moved", False), ("Moved: Flasks 1 to 4", False), ("Temperature excursion", True)}
    shown = text_of(signed_in("i.inspector").get(lot.get_absolute_url()))
    for words in ("INC-03 → INC-04", "Moved: Flasks 1 to 4", "Incubator, 37 °C", "Temperature excursion"):
        assert words in shown
    # Above the limit of the excursion the lot is on hold.
    assert Lot.objects.get(pk=lot.pk).disposition == "hold"


@pytest.mark.req("EXE-25")
@pytest.mark.req("EXE-25", negative=True)
def test_out_of_its_temperature_class_a_lot_goes_with_a_reason_and_an_exception() -> None:
    lot = passage(None)
    with refused("reason_missing", "kept in: Incubator, 37 °C", "Say why it goes to 2 to 8 °C"):
        moved(lot, "Cold room 2", "cold")
    moved(lot, "Cold room 2", "cold", why="The incubator alarmed and no other was free")
    exception = ExceptionRecord.objects.get()
    assert (exception.kind, exception.lot) == ("storage", lot)
    assert f"{lot.number} was moved to Cold room 2, 2 to 8 °C: The incubator alarmed" in exception.sentence
    assert [line.warns for line in storage_course(lot)] == [True]


@pytest.mark.req("EXE-25")
@pytest.mark.req("EXE-25", negative=True)
def test_the_vials_of_a_box_keep_their_positions_and_the_map_shows_the_new_place() -> None:
    lot, other = bank(20), bank(20, stored=0, number=2)
    (place,) = boxes(lot)
    store(other, 1, box="14", first="A1")
    with refused("position_taken", "A1 (IPSC-MCB-002-V001)"):
        moved(lot, "LN2-01", "nitrogen", part=place, rack="3", box="14")
    with refused("no_such_box"):
        moved(lot, "LN2-01", "nitrogen", part="nowhere", rack="3", box="14")
    with refused("position_missing"):
        moved(lot, "EQ-LN2-02", "nitrogen", part=place, rack="3")
    standing = Container.objects.filter(lot=lot)[0]
    with refused("same_place", f"stand in {place} already"):
        moved(lot, standing.tank, "nitrogen", part=place, rack=standing.rack, box=standing.box)
    with one_event(MOVE_LOT):
        moved(lot, "EQ-LN2-02", "nitrogen", part=place, rack="3", box="14")
    assert set(Container.objects.filter(lot=lot).values_list("tank", "rack", "box")) == {("EQ-LN2-02", "3", "14")}
    assert [vial.position for vial in Container.objects.filter(lot=lot)][::11] == ["A1", "B2"]
    (box,) = stock_of(lot)["boxes"]
    assert (box["title"], box["place"]) == ("Box 14", "Tank EQ-LN2-02, rack 3")
    assert [line.what for line in storage_course(lot)] == ["20 vials stored", f"Moved: 20 vials of {place}"]
    vial = Container.objects.filter(lot=lot).first()
    assert vial is not None
    assert [movement.kind for movement in vial.movements.all()] == ["stored", "moved"]
    assert "EQ-LN2-02, rack 3, box 14, A1" in text_of(signed_in("i.inspector").get(vial.get_absolute_url()))


@pytest.mark.req("EXE-25", negative=True)
def test_what_is_no_move_is_refused() -> None:
    lot, running, loose = passage(None), culture().lot, bank(20, stored=0, number=2)
    moved(lot, "INC-03", "culture")
    with refused("same_place", "INC-03 already"):
        moved(lot, "inc-03", "culture")
    with refused("unknown_class", "Incubator, 37 °C"):
        moved(lot, "INC-04", "moon")
    with refused("lot_not_made"):
        moved(running, "INC-04", "culture")
    with refused("no_vial_stored"):
        moved(loose, "EQ-LN2-01", "nitrogen", part="x", rack="1", box="1")
    with refused("not_permitted"):
        move_lot(Act(by=person("i.inspector")), lot.number, place="INC-04", temperature_class="culture")


@pytest.mark.req("EXE-25", "REC-03", negative=True)
def test_the_form_asks_where_it_goes_and_keeps_what_was_typed() -> None:
    page = signed_in("a.operator").post(reverse("batches:move_lot", args=[passage(None).number]), {"part": "Flask 1", "place": ""})
    assert "Flask 1" in page.content.decode()
    assert "It is empty. Fill it in." in text_of(page)
    assert not StorageMove.objects.exists()
    shown = signed_in("a.operator").get(reverse("batches:move_lot", args=[bank(20, number=2).number])).content.decode()
    assert "Box to move" in shown and "rack" in shown.lower()
