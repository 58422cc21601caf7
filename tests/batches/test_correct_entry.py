"""Corrections: the first entry stays, what depends on it is computed again, signatures and reviews fall."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from batches.domain.commands import CORRECT_ENTRY, REVIEW_BATCH
from batches.forms.records import CorrectEntryForm
from batches.models import BatchRecord, Entry, ExceptionRecord, FiltrationStage
from batches.selectors.record_lines import step_sheets
from batches.selectors.records import unfinished
from batches.services.entries import correct_entry
from batches.services.records import review_batch
from evgmp.compliance import wall
from evgmp.compliance.recording import Act, recording
from evgmp.compliance.validity import signatures_of, valid_signatures
from tests.batches.builders_records import (
    ABOVE,
    IN_LIMIT,
    completed,
    corrected,
    executed,
    logged,
    recorded,
    set_up,
    signed,
    started,
    step_no,
)
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.batches.master_texts import TIMED_PASSAGE
from tests.builders import act, person

pytestmark = pytest.mark.django_db

REASON = "The gauge was misread by one division"


def current(batch: BatchRecord, key: str, row: int = 1) -> Entry:
    return Entry.objects.get(step__batch=batch, parameter__key=key, row=row, is_current=True)


@pytest.mark.req("AUD-04", "SIG-05", "SIG-06", "EXE-08", "REC-02")
def test_one_corrected_pressure_changes_the_tmp_opens_the_steps_it_touched_and_withdraws_their_signatures() -> None:
    batch = executed(started())
    stage = FiltrationStage.objects.get(position=1)
    assert stage.tmp_mean_bar == Decimal("0.30")
    untouched = valid_signatures(step_no(batch, 1))
    with one_event(CORRECT_ENTRY):
        corrected(step_no(batch, 2), "p_feed:1", "0.65", reason=REASON)
    # The value and everything computed from it, in this step and in a later one.
    assert (current(batch, "p_feed").text, current(batch, "tmp").amount) == ("0.65", Decimal("0.35"))
    assert current(batch, "tmp_mean").amount == Decimal("0.325")
    stage.refresh_from_db()
    assert stage.tmp_mean_bar == Decimal("0.325")
    # The steps it touched are open, their signatures fallen with the reason, all still readable.
    assert [s.status for s in batch.steps.all()] == ["signed", "open", "open"]
    for position, given in ((2, 1), (3, 2)):
        step = step_no(batch, position)
        assert valid_signatures(step) == []
        assert len(signatures_of(step)) == given
        assert all("A. Operator: Entry corrected" in s.withdrawn_why and REASON in s.withdrawn_why for s in signatures_of(step))
    assert valid_signatures(step_no(batch, 1)) == untouched
    # The first entry stays, and the new one says why.
    old, new = Entry.objects.filter(parameter__key="p_feed", row=1).order_by("pk")
    assert (old.text, old.is_current, new.supersedes, new.reason, new.recorded_by) == ("0.55", False, old, REASON, "A. Operator")


@pytest.mark.req("SIG-06", "EXE-01")
def test_the_signature_cycle_starts_again_in_order() -> None:
    batch = executed(started())
    corrected(step_no(batch, 2), "p_feed:1", "0.65")
    with refused("earlier_steps_first", "Step 2"):
        signed(step_no(batch, 3))
    signed(step_no(batch, 2))
    signed(step_no(batch, 3))
    assert unfinished(batch) == [f"{batch.number} is not completed.", f"{batch.number} has no valid production review."]


@pytest.mark.req("AUD-04")
def test_all_four_values_of_three_corrections_stay_readable() -> None:
    batch = started()
    set_up(batch)
    for value in ("0.116", "0.117", "0.118"):
        corrected(step_no(batch, 1), "area", value)
    sheet = step_sheets(batch)[0]
    line = next(line for line in sheet.lines if line.parameter.key == "area")
    assert [(c.old, c.new) for c in line.corrections] == [("0.115", "0.116"), ("0.116", "0.117"), ("0.117", "0.118")]
    assert line.entry is not None and line.entry.text == "0.118"
    assert len(line.signatures) == 3


@pytest.mark.req("AUD-05", negative=True)
def test_a_recorded_value_never_changes_in_the_database() -> None:
    batch = started()
    recorded(step_no(batch, 1), area="0.115")
    for column, value in (("text", "0.2"), ("amount", "0.2"), ("mark", "in_limit"), ("recorded_by", "Nobody")):
        with pytest.raises(DatabaseError), transaction.atomic(), wall.door(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE batches_entry SET {column} = %s", [value])
    with pytest.raises(DatabaseError), transaction.atomic(), wall.door(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM batches_entry")


@pytest.mark.req("EXE-03", "EXE-04", "SIG-08")
def test_a_correction_in_a_witnessed_step_needs_the_witness() -> None:
    batch = executed(started())
    with refused("signature_missing"):
        corrected(step_no(batch, 3), "volume", "601.0", witness="")
    corrected(step_no(batch, 3), "volume", "601.0")
    assert [(s.signer_id, s.meaning) for s in valid_signatures(current(batch, "volume"))] == [
        ("a.operator", "performed"), ("b.operator", "verified"),
    ]  # fmt: skip
    assert BatchRecord.objects.get(pk=batch.pk).lot.quantity_made == Decimal("601.0")


@pytest.mark.req("EXE-06", "DEV-02")
def test_a_corrected_value_is_judged_anew_and_old_exceptions_stay() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **ABOVE)
    corrected(step_no(batch, 2), "p_feed:1", "0.55")
    assert current(batch, "tmp").mark == "in_limit"
    assert ExceptionRecord.objects.get().status == "open", "QA closes what was opened"
    corrected(step_no(batch, 2), "p_feed:1", "0.95")
    assert current(batch, "tmp").mark == "above_limit"
    assert ExceptionRecord.objects.count() == 2


@pytest.mark.req("EXE-08")
def test_a_value_that_can_no_longer_be_computed_is_withdrawn_not_kept() -> None:
    batch = started(TIMED_PASSAGE, is_commitment=True)
    step = step_no(batch, 1)
    recorded(step, seeded="9.0E+7", harvested="6.3E+8", hours="96.0")
    assert current(batch, "pdt").text == "34.2"
    corrected(step, "harvested", "8.0E+7")
    assert not Entry.objects.filter(parameter__key="pdt", is_current=True).exists()
    assert BatchRecord.objects.get(pk=batch.pk).lot.typed.doubling_time_h is None
    line = next(line for line in step_sheets(batch)[0].lines if line.parameter.key == "pdt")
    assert [e.text for e in line.withdrawn] == ["34.2"], "still readable"


@pytest.mark.req("SIG-06")
def test_a_correction_reopens_a_reviewed_record_and_its_review_falls() -> None:
    batch = completed(executed(fed(started(), bank_lot())))
    batch = review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)
    assert unfinished(batch) == []
    corrected(step_no(batch, 3), "volume", "601.0")
    batch.refresh_from_db()
    assert (batch.status, batch.completed_at, batch.lot.making_status) == ("in_process", None, "made")
    assert [s.meaning for s in valid_signatures(batch)] == ["performed"], "the issue stands; completion and review fell"
    assert unfinished(batch)[0].startswith(f"{batch.number}: Step 3")
    signed(step_no(batch, 3))
    completed(batch)
    assert review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number).status == "reviewed"


@pytest.mark.req("REL-01", negative=True)
def test_the_record_of_a_decided_lot_is_not_corrected() -> None:
    from batches.domain.commands import HOLD_LOT
    from batches.services.dispositions import dispose

    batch = completed(executed(fed(started(), bank_lot())))
    with recording(HOLD_LOT, act(HOLD_LOT, "a.reviewer")) as rec:
        rec.about(dispose(rec, batch.lot, "rejected", "Mass balance not understood"))
    with refused("lot_decided", "rejected"):
        corrected(step_no(batch, 3), "volume", "601.0")


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize("reason", ["", "  ", ".", "typo", "correction", "xxxxxxxxxxx"])
def test_a_correction_says_why(reason: str) -> None:
    batch = started()
    set_up(batch)
    key = "reason_missing" if not reason.strip(" .") else "reason_says_nothing"
    with refused(key):
        corrected(step_no(batch, 1), "area", "0.116", reason=reason)


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("entry", "value", "key"),
    [
        ("area", "25", "impossible_value"),
        ("area", "0,2", "impossible_value"),
        ("area", "0.115", "nothing_changed"),
        ("integrity", "perhaps", "impossible_value"),
        ("remark", "never recorded", "no_such_entry"),
        ("area:2", "0.2", "no_such_entry"),
        ("area:x", "0.2", "no_such_entry"),
        ("nothing", "1", "no_such_entry"),
    ],
)
def test_what_cannot_be_corrected(entry: str, value: str, key: str) -> None:
    batch = started()
    set_up(batch)
    with refused(key):
        corrected(step_no(batch, 1), entry, value)


@pytest.mark.req("EXE-08", negative=True)
def test_a_computed_value_is_corrected_at_its_source() -> None:
    batch = started()
    set_up(batch)
    logged(batch)
    with refused("computed_value"):
        corrected(step_no(batch, 2), "tmp:1", "0.31")


@pytest.mark.req("SIG-06", negative=True)
def test_roles_stale_and_twice() -> None:
    batch = started()
    set_up(batch)
    step = step_no(batch, 1)
    with refused("not_permitted"):
        correct_entry(Act(by=person("a.reviewer"), reason=REASON), step.number, entry="area", value="0.2")
    seen = str(step.revision)
    correct_entry(act(CORRECT_ENTRY, "a.operator", reason=REASON, seen=seen, once="b" * 32), step.number, entry="area", value="0.116")
    with refused("already_recorded"):
        correct_entry(act(CORRECT_ENTRY, "a.operator", reason=REASON, once="b" * 32), step.number, entry="area", value="0.117")
    with refused("stale_page", "A. Operator"):
        correct_entry(act(CORRECT_ENTRY, "b.operator", reason=REASON, seen=seen), step.number, entry="area", value="0.118")


def test_a_row_added_to_a_reopened_log_changes_the_mean_too() -> None:
    batch = executed(started())
    corrected(step_no(batch, 2), "p_feed:1", "0.65")
    recorded(step_no(batch, 2), **IN_LIMIT)
    assert current(batch, "tmp_mean").amount == Decimal("0.3166666666666666666666666666666667")


def test_the_form_offers_what_was_typed_and_reads_it_by_its_own_rule() -> None:
    batch = started()
    set_up(batch)
    logged(batch)
    step = step_no(batch, 2)
    offered = [name for name, _ in CorrectEntryForm(target=step).fields["entry"].choices]  # type: ignore[attr-defined]
    assert offered == ["", "p_feed:2", "p_retentate:2", "p_permeate:2", "p_feed:1", "p_retentate:1", "p_permeate:1"], "the newest row first"
    assert CorrectEntryForm({"entry": "p_feed:1", "value": "0.65"}, target=step).is_valid()
    assert "at most 2 decimals" in str(CorrectEntryForm({"entry": "p_feed:1", "value": "0.655"}, target=step).errors["value"])
    assert not CorrectEntryForm({"entry": "tmp:1", "value": "0.3"}, target=step).is_valid()
    last = step_no(batch, 3)
    recorded(last, weighed_at=datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0))
    form = CorrectEntryForm({"entry": "weighed_at", "value": "2026-01-02 05:06"}, target=last)
    assert form.is_valid() and isinstance(form.cleaned_data["value"], datetime.datetime)
