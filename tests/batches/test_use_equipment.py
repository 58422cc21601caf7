"""Equipment and rooms scanned into a step: line clearance first, everything in date, in the log by itself."""

import datetime

import pytest

from batches.domain import commands as c
from batches.domain import master_defects
from batches.models import BatchRecord, EquipmentEntry, ExceptionRecord
from batches.selectors.equipment import lots_made_with, unit_of
from batches.selectors.uses import need_lines
from batches.services import equipment, interruptions, steps
from evgmp.compliance import clock
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import completed, corrected, recorded, signed, started, step_no
from tests.batches.builders_uses import (
    BALANCE,
    CLOSING,
    EQUIPMENT_STEPS,
    ROOM,
    SKID,
    cleared,
    cleared_after,
    kept,
    returned,
    stopped,
    struck,
    unit,
    used,
)
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import act

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-12", "EXE-13", "EXE-14", "TRC-02")
def test_a_cleared_room_and_fit_equipment_are_used_signed_and_logged() -> None:
    for code in (ROOM, SKID, BALANCE):
        unit(code)
    batch = started(EQUIPMENT_STEPS)
    with refused("wrong_item", "EQ-TFF-01 is TFF skid 1 (TFF skid)", "Room, grade C"):
        used(step_no(batch, 1), SKID)
    clearance = cleared(batch)
    line = EquipmentEntry.objects.get(kind="cleared")
    assert (line.lot, line.note, line.checked_by) == (batch.lot, "No earlier lot in this room", "B. Operator")
    assert line.until == line.at + datetime.timedelta(hours=24)
    assert "batches.equipmententry" in {cover["type"] for cover in valid_signatures(clearance)[0].covered}
    step = step_no(batch, 2)
    for code in (ROOM, SKID, BALANCE):
        used(step, code)
    assert all(line.done for line in need_lines(step))
    with refused("scanned_already"):
        used(step, SKID)
    signed(step)
    assert lots_made_with(unit_of(SKID)) == [batch.lot]
    assert not ExceptionRecord.objects.exists()


@pytest.mark.req("EXE-12", negative=True)
def test_the_next_lot_clears_anew_and_finds_the_previous_one() -> None:
    unit(ROOM)
    unit(SKID)
    first, second = started(EQUIPMENT_STEPS), started(EQUIPMENT_STEPS)
    cleared(first)
    # The first work never came: its clearance ended by the clock, and the second lot takes the room.
    with clock.held_at(clock.now() + datetime.timedelta(hours=25)):
        cleared(second)
        found = f"Previous product and lot: iMSC, {first.lot.number}, in process and not cleared after its end"
        assert EquipmentEntry.objects.filter(kind="cleared").last().note == found  # type: ignore[union-attr]
        with refused("room_not_cleared", second.lot.number):
            used(step_no(first, 2), ROOM)
        used(step_no(second, 2), ROOM)
        used(step_no(second, 2), SKID)
        # The skid is not clean for another lot any more.
        with refused("cleaning_overdue", second.lot.number, "not cleaned since"):
            used(step_no(first, 2), SKID)
        kept(unit_of(SKID), "cleaned")
        used(step_no(first, 2), SKID)


def emptied(batch: BatchRecord) -> None:
    """The work of a batch in a cleared room is done, and the room is cleared after the end."""
    for code in (ROOM, SKID):
        used(step_no(batch, 2), code)
    signed(step_no(batch, 2))
    recorded(step_no(batch, 3), harvested="1000000")
    signed(step_no(batch, 3))
    cleared_after(batch)


@pytest.mark.req("EXE-12", negative=True)
def test_a_room_that_a_running_batch_has_in_use_is_not_cleared_for_another() -> None:
    unit(ROOM)
    unit(SKID)
    first, second = started(EQUIPMENT_STEPS), started(EQUIPMENT_STEPS)
    cleared(first)
    scan = step_no(second, 1)
    said = (f"ROOM-C2 is in use by {first.number} (iMSC, lot {first.lot.number})", f"wait until {first.number} has signed its clearance after the end")
    with refused("room_in_use", *said):
        used(scan, ROOM)
    # A pause leaves everything where it is, and a checklist that is being corrected empties no room.
    interruptions.pause_batch(act(c.PAUSE_BATCH, "a.operator", reason="The incubator is being repaired"), first.number)
    with refused("room_in_use", *said):
        used(scan, ROOM)
    interruptions.resume_batch(act(c.RESUME_BATCH, "a.operator", reason="The incubator is repaired"), first.number)
    corrected(step_no(first, 1), "area", "not clear", reason="A pipette of the last lot was found")
    with refused("room_in_use", *said):
        used(scan, ROOM)
    corrected(step_no(first, 1), "area", "clear", reason="The pipette is this lot's own")
    signed(step_no(first, 1))
    assert not EquipmentEntry.objects.filter(step__batch=second).exists()
    emptied(first)
    cleared(second)
    assert EquipmentEntry.objects.filter(kind="cleared").latest("pk").note == f"Previous product and lot: iMSC, {first.lot.number}"


@pytest.mark.req("EXE-12", negative=True)
def test_of_two_batches_that_clear_one_room_at_the_same_time_one_gets_it() -> None:
    unit(ROOM)
    unit(SKID)
    first, second = started(EQUIPMENT_STEPS), started(EQUIPMENT_STEPS)
    for batch in (first, second):
        used(step_no(batch, 1), ROOM)
        recorded(step_no(batch, 1), area="clear")
    signed(step_no(first, 1))
    with refused("room_in_use", f"in use by {first.number}"):
        signed(step_no(second, 1))
    assert f"in use by {first.number}" in text_of(signed_in("a.operator").get(step_no(second, 1).get_absolute_url()))
    emptied(first)
    with refused("room_in_use", f"{first.lot.number} was in ROOM-C2 since it was scanned here", "scan it again"):
        signed(step_no(second, 1))
    scan = EquipmentEntry.objects.get(kind="used", step__batch=second)
    struck(step_no(second, 1), f"equipment-{scan.pk}")
    used(step_no(second, 1), ROOM)
    signed(step_no(second, 1))


@pytest.mark.req("EXE-12", negative=True)
def test_a_batch_whose_clearance_ended_clears_after_its_end_when_the_next_one_has_left() -> None:
    first = worked()
    with clock.held_at(clock.now() + datetime.timedelta(hours=25)):
        second = started(EQUIPMENT_STEPS)
        cleared(second)
        with refused("room_in_use", f"in use by {second.number}"):
            used(step_no(first, 4), ROOM)
        kept(unit_of(SKID), "cleaned")
        emptied(second)
        cleared_after(first)


@pytest.mark.req("EXE-12", negative=True)
def test_a_checklist_that_is_not_accepted_clears_nothing() -> None:
    unit(ROOM)
    batch = started(EQUIPMENT_STEPS)
    step = cleared(batch, "not clear")
    assert not EquipmentEntry.objects.filter(kind="cleared").exists()
    with refused("room_not_cleared", "no line clearance"):
        used(step_no(batch, 2), ROOM)
    corrected(step, "area", "clear")
    signed(step)
    used(step_no(batch, 2), ROOM)
    corrected(step, "area", "not clear")
    signed(step)
    assert not EquipmentEntry.objects.filter(kind="cleared", is_current=True).exists()


@pytest.mark.req("EXE-12", negative=True)
def test_a_clearance_signed_again_is_not_given_twice_and_not_prolonged() -> None:
    unit(ROOM)
    batch = started(EQUIPMENT_STEPS)
    step = cleared(batch)
    given = EquipmentEntry.objects.get(kind="cleared")
    corrected(step, "area", "not clear")
    corrected(step, "area", "clear", reason="The first answer was right after all")
    with clock.held_at(clock.now() + datetime.timedelta(hours=1)):
        signed(step)
    again = EquipmentEntry.objects.get(kind="cleared")
    assert (again.pk, again.at, again.until, again.is_current) == (given.pk, given.at, given.until, True)


@pytest.mark.req("EXE-12", "EXE-15", negative=True)
def test_clearance_and_cleaning_end_by_the_clock() -> None:
    unit(ROOM)
    batch = started(EQUIPMENT_STEPS)
    cleared(batch)
    with clock.held_at(clock.now() + datetime.timedelta(hours=25)), refused("room_not_cleared", "ended on"):
        used(step_no(batch, 2), ROOM)


# Work that scans no room itself: it is the clearance alone that keeps it from beginning.
PLAIN_WORK = EQUIPMENT_STEPS.replace(
    """[[step.equipment]]
key = "room"
class = "room_grade_c"

[[step.equipment]]
key = "skid"
""",
    """[[step.equipment]]
key = "skid"
""",
)


@pytest.mark.req("EXE-12", negative=True)
def test_work_does_not_begin_without_a_clearance_in_force() -> None:
    unit(ROOM)
    unit(SKID)
    batch = started(PLAIN_WORK)
    with refused("earlier_steps_first", "Line clearance"):
        used(step_no(batch, 2), SKID)
    clearance = cleared(batch, "not clear")
    with refused("room_not_cleared", "ROOM-C2 has no line clearance"):
        used(step_no(batch, 2), SKID)
    corrected(clearance, "area", "clear")
    signed(clearance)
    with clock.held_at(clock.now() + datetime.timedelta(hours=25)):
        other = started(PLAIN_WORK)
        cleared(other)
        with refused("room_not_cleared", f"{other.lot.number} was in ROOM-C2 since"):
            used(step_no(batch, 2), SKID)
        used(step_no(other, 2), SKID)


@pytest.mark.req("EXE-12", negative=True)
def test_a_clearance_older_than_its_limit_starts_nothing_until_the_room_is_cleared_again() -> None:
    unit(ROOM)
    unit(SKID)
    batch = started(PLAIN_WORK)
    clearance = cleared(batch)
    (scan,) = EquipmentEntry.objects.filter(kind="used")
    with clock.held_at(clock.now() + datetime.timedelta(hours=25)):
        with refused("room_not_cleared", "The line clearance of ROOM-C2 ended on", "scan it again"):
            used(step_no(batch, 2), SKID)
        assert "The line clearance of ROOM-C2 ended on" in text_of(signed_in("a.operator").get(step_no(batch, 2).get_absolute_url()))
        struck(clearance, f"equipment-{scan.pk}")
        used(step_no(batch, 1), ROOM)
        signed(step_no(batch, 1))
        used(step_no(batch, 2), SKID)
    # Work that has begun goes on: a clearance is asked for at the start and after the end.
    with clock.held_at(clock.now() + datetime.timedelta(hours=120)):
        signed(step_no(batch, 2))
        recorded(step_no(batch, 3), harvested="1000000")
    assert EquipmentEntry.objects.filter(kind="cleared", is_current=True).count() == 2


@pytest.mark.req("EXE-12", negative=True)
def test_a_room_scanned_by_mistake_is_not_cleared_when_the_scan_is_struck() -> None:
    unit(ROOM)
    batch = started(PLAIN_WORK)
    clearance = cleared(batch)
    (scan,) = EquipmentEntry.objects.filter(kind="used")
    struck(clearance, f"equipment-{scan.pk}")
    wrong = equipment.register_equipment(
        act(c.REGISTER_EQUIPMENT, "a.verifier"), code="ROOM-C3", name="Culture room C3", equipment_class="room_grade_c", place="Suite 3"
    )
    for kind in ("qualified", "cleaned"):
        kept(wrong, kind)
    used(step_no(batch, 1), "ROOM-C3")
    signed(step_no(batch, 1))
    assert [row.unit.code for row in EquipmentEntry.objects.filter(kind="cleared", is_current=True)] == ["ROOM-C3"]


@pytest.mark.req("EXE-15", negative=True)
def test_what_ends_while_the_step_runs_opens_an_exception() -> None:
    unit(ROOM)
    unit(SKID)
    batch = started(EQUIPMENT_STEPS)
    cleared(batch)
    step = step_no(batch, 2)
    used(step, ROOM)
    used(step, SKID)
    stopped(unit_of(SKID))
    with clock.held_at(clock.now() + datetime.timedelta(hours=169)):
        signed(step)
    found = sorted(ExceptionRecord.objects.values_list("kind", "sentence"))
    assert [kind for kind, _ in found] == ["equipment"] * 3
    sentences = " ".join(sentence for _, sentence in found)
    for words in ("EQ-TFF-01 was put out of service", "cleaning of EQ-TFF-01 ended", "cleaning of ROOM-C2 ended"):
        assert words in sentences


def worked(master: str = EQUIPMENT_STEPS) -> BatchRecord:
    """A batch in a cleared room, all its work done and signed."""
    unit(ROOM)
    unit(SKID)
    batch = fed(started(master), bank_lot())
    cleared(batch)
    for code in (ROOM, SKID):
        used(step_no(batch, 2), code)
    signed(step_no(batch, 2))
    recorded(step_no(batch, 3), harvested="1000000")
    signed(step_no(batch, 3))
    return batch


@pytest.mark.req("EXE-12")
def test_the_room_is_cleared_after_the_end_by_two_persons_who_see_what_was_in_it() -> None:
    batch = worked()
    step = step_no(batch, 4)
    with clock.held_at(clock.now() + datetime.timedelta(hours=169)):
        # Its cleaning ended meanwhile: it is cleared all the same, and cleaned before the next lot.
        used(step, ROOM)
        assert f"After iMSC, lot {batch.lot.number}" in text_of(signed_in("a.operator").get(step.get_absolute_url()))
        recorded(step, area_after="clear")
        signed(step)
        with one_event(c.COMPLETE_BATCH):
            completed(batch)
        assert not ExceptionRecord.objects.exists()
        after = EquipmentEntry.objects.filter(kind="cleared").latest("pk")
        assert (after.note, after.performed_by, after.checked_by) == (f"After iMSC, lot {batch.lot.number}", "A. Operator", "B. Operator")
        following = started(EQUIPMENT_STEPS)
        kept(unit_of(ROOM), "cleaned")
        used(step_no(following, 1), ROOM)
        shown = text_of(signed_in("a.operator").get(step_no(following, 1).get_absolute_url()))
        assert f"Previous product and lot: iMSC, {batch.lot.number}" in shown


@pytest.mark.req("EXE-12", negative=True)
def test_a_batch_is_not_completed_while_its_room_is_not_cleared_after_the_end() -> None:
    batch = worked()
    with refused("room_not_cleared_after", "Not cleared after the end: ROOM-C2"):
        completed(batch)
    used(step_no(batch, 4), ROOM)
    recorded(step_no(batch, 4), area_after="not clear")
    with refused("signature_missing"):
        steps.sign_step(act(c.SIGN_STEP, "a.operator"), step_no(batch, 4).number)
    signed(step_no(batch, 4))
    with refused("room_not_cleared_after", "every point of it accepted"):
        completed(batch)
    assert "Not cleared after the end: ROOM-C2" in text_of(signed_in("a.operator").get(batch.get_absolute_url()))
    corrected(step_no(batch, 4), "area_after", "clear")
    with refused("room_not_cleared_after"):
        completed(batch)
    signed(step_no(batch, 4))
    completed(batch)


@pytest.mark.req("EXE-15", negative=True)
def test_a_gap_that_was_closed_before_the_signature_opens_an_exception_too() -> None:
    unit(ROOM)
    unit(SKID)
    batch = started(EQUIPMENT_STEPS)
    cleared(batch)
    step = step_no(batch, 2)
    used(step, ROOM)
    used(step, SKID)
    for hours in (160, 170):
        with clock.held_at(clock.now() + datetime.timedelta(hours=hours)):
            kept(unit_of(ROOM if hours == 160 else SKID), "cleaned")
    with clock.held_at(clock.now() + datetime.timedelta(hours=171)):
        signed(step)
    # The room was cleaned in time, the skid two hours after its cleaning had ended.
    (found,) = ExceptionRecord.objects.all()
    assert found.kind == "equipment" and "The cleaning of EQ-TFF-01 ended on" in found.sentence


@pytest.mark.req("EXE-15", "EXE-14")
def test_what_is_in_date_to_the_end_opens_no_exception_and_who_was_out_of_service_for_an_hour_does() -> None:
    unit(ROOM)
    unit(SKID)
    first, second = started(EQUIPMENT_STEPS), started(EQUIPMENT_STEPS)
    cleared(first)
    emptied(first)
    assert not ExceptionRecord.objects.exists()
    cleared(second)
    kept(unit_of(SKID), "cleaned")
    used(step_no(second, 2), ROOM)
    used(step_no(second, 2), SKID)
    stopped(unit_of(SKID))
    for kind in ("calibrated", "qualified", "cleaned"):
        kept(unit_of(SKID), kind)
    returned(unit_of(SKID))
    signed(step_no(second, 2))
    assert ["EQ-TFF-01 was put out of service while the step ran" in found.sentence for found in ExceptionRecord.objects.all()] == [True]


def test_a_batch_of_a_master_from_before_the_closing_clearance_ends_as_that_master_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(master_defects, "room_defects", lambda master: ())
    batch = worked(EQUIPMENT_STEPS.removesuffix(CLOSING))
    with one_event(c.COMPLETE_BATCH):
        completed(batch)
