"""Pause, resume, hand-over and what an abort leaves unsigned (EXE-22, DEV-02)."""

import pytest

from batches.domain import commands as c
from batches.models import BatchRecord, ExceptionRecord, HandOver
from batches.selectors.records import unfinished
from batches.services import interruptions
from batches.services.records import abort_batch
from evgmp.compliance.models import Event, Signature
from tests.batches.builders_records import IN_LIMIT, completed, corrected, executed, recorded, set_up, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.batches.test_watch_clocks import at, batch_begun, thawed
from tests.builders import act

pytestmark = pytest.mark.django_db

WHY = "Fire alarm: everybody left the suite at 10:12"


def paused(batch: BatchRecord, by: str = "a.operator", reason: str = WHY) -> BatchRecord:
    return interruptions.pause_batch(act(c.PAUSE_BATCH, by, reason=reason), batch.number)


def resumed(batch: BatchRecord, by: str = "a.operator", reason: str = "The suite is cleared, pressures are as before") -> BatchRecord:
    return interruptions.resume_batch(act(c.RESUME_BATCH, by, reason=reason), batch.number)


def handed_over(batch: BatchRecord, by: str = "a.operator", to: str = "b.operator") -> BatchRecord:
    reason = "Membrane is set up; the pressure log begins after the break"
    return interruptions.hand_over_batch(act(c.HAND_OVER_BATCH, by, witness=to, reason=reason), batch.number)


@pytest.mark.req("EXE-22")
def test_a_paused_batch_takes_nothing_until_it_is_resumed() -> None:
    batch = started()
    recorded(step_no(batch, 1), area="0.115", integrity="pass")
    with one_event(c.PAUSE_BATCH):
        assert paused(batch).status == "paused"
    with refused("batch_paused", "is paused. Resume it first."):
        signed(step_no(batch, 1))
    with refused("batch_paused"):
        recorded(step_no(batch, 1), remark="seen")
    with refused("batch_paused"):
        corrected(step_no(batch, 1), "area", "0.116")
    told = unfinished(BatchRecord.objects.get(pk=batch.pk))
    assert f"{batch.number} is not completed." in told
    # One sentence for all the steps that wait, not one each.
    assert sum("not signed" in sentence for sentence in told) == 1
    shown = text_of(signed_in("a.operator").get(batch.get_absolute_url()))
    assert "Paused" in shown and "Resume the batch" in shown and "Pause the batch" not in shown and "Go to step" not in shown
    assert f"{batch.lot.number} is paused" in text_of(signed_in("a.verifier").get("/")), "it does not vanish from the work"
    step = signed_in("a.operator").get(step_no(batch, 1).get_absolute_url()).content.decode()
    assert f'href="/resume-batch/{batch.number}/">Resume the batch</a>' in step
    with one_event(c.RESUME_BATCH):
        assert resumed(batch, by="a.verifier").status == "in_process"
    assert signed(step_no(batch, 1)).status == "signed"


@pytest.mark.req("EXE-22", negative=True)
def test_only_what_runs_is_paused_with_a_reason_and_by_who_may() -> None:
    batch = started()
    with refused("wrong_status"):
        resumed(batch)
    with refused("reason_missing"):
        paused(batch, reason="")
    with refused("not_permitted"):
        paused(batch, by="a.analyst")
    paused(batch)
    with refused("wrong_status"):
        paused(batch)
    done = executed(started())
    paused(done)
    with refused("wrong_status"):
        completed(done)


@pytest.mark.req("EXE-22")
def test_a_hand_over_is_signed_by_both_and_says_how_it_stands() -> None:
    batch = started()
    recorded(step_no(batch, 1), area="0.115")
    with one_event(c.HAND_OVER_BATCH):
        handed_over(batch)
    given = Signature.objects.filter(record_type="batches.handover")
    assert sorted((s.meaning, s.signer_id) for s in given) == [("performed", "a.operator"), ("verified", "b.operator")]
    event = Event.objects.latest("seq")
    assert "Membrane is set up" in event.reason and "Set up the membrane" in event.payload
    assert HandOver.objects.get().at_step == "Step 1, “Set up the membrane”"
    recorded(step_no(batch, 1), by="b.operator", integrity="pass")
    handed_over(batch, by="b.operator", to="a.operator")
    assert "A. Operator" in text_of(signed_in("a.operator").get(batch.get_absolute_url()))


@pytest.mark.req("EXE-22", negative=True)
def test_nobody_hands_over_to_oneself_or_a_finished_batch() -> None:
    batch = started()
    with refused("same_person"):
        handed_over(batch, to="a.operator")
    abort_batch(act(c.ABORT_BATCH, "a.verifier"), batch.number)
    with refused("wrong_status"):
        handed_over(batch)


@pytest.mark.req("EXE-22", "DEV-02")
def test_an_aborted_batch_keeps_all_and_names_what_nobody_signed() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **IN_LIMIT)
    paused(batch)
    assert abort_batch(act(c.ABORT_BATCH, "a.verifier"), batch.number).status == "aborted"
    found = ExceptionRecord.objects.get()
    assert (found.kind, found.step) == ("signature", step_no(batch, 2))
    assert found.sentence == f"Step 2, “Pressure log” holds values that nobody signed before {batch.lot.number} was aborted"


@pytest.mark.req("EXE-10", "EXE-22")
def test_clocks_run_on_while_a_batch_is_paused() -> None:
    batch = batch_begun()
    thawed(batch)
    with at(10):
        paused(batch)
    with at(40):
        resumed(batch)
    assert ExceptionRecord.objects.get().kind == "time"
