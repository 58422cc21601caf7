"""Clocks of a batch: computed from the record, counted down on the page, opening an exception of their own when outside (EXE-10)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from batches.documents.executed_record import executed_record
from batches.domain import commands as c
from batches.models import BatchRecord, ExceptionRecord, Step
from batches.selectors.clocks import clocks_of, faces
from batches.selectors.executed import executed
from batches.selectors.sheets import Sheet
from batches.services.clocks import WATCH, notice_clocks, watch_clocks
from batches.services.exceptions import close_exception
from evgmp.compliance import clock
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import corrected, recorded, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.batches.master_texts import TIMED
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import act

pytestmark = pytest.mark.django_db

BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


@contextmanager
def at(minute: float) -> Iterator[datetime]:
    instant = BEGIN + timedelta(minutes=minute)
    with clock.held_at(instant):
        yield instant


def thawed(batch: BatchRecord, minute: int = 0) -> None:
    """Taken out at `minute`, recorded and signed five minutes later."""
    with at(minute + 5):
        recorded(step_no(batch, 1), taken_out=BEGIN + timedelta(minutes=minute), cells="1000000")
        signed(step_no(batch, 1))


def plated(batch: BatchRecord, minute: int) -> None:
    with at(minute) as now:
        recorded(step_no(batch, 2), plated=now)
        signed(step_no(batch, 2))


def settled(batch: BatchRecord, begun: float, ended: float, sign: float | None = None) -> Step:
    with at(begun):
        recorded(step_no(batch, 3), begun="now")
    with at(ended):
        recorded(step_no(batch, 3), ended="now")
    with at(sign or ended):
        return signed(step_no(batch, 3))


def batch_begun() -> BatchRecord:
    with at(0):
        return started(TIMED)


def states(batch: BatchRecord, minute: float) -> dict[str, str]:
    with at(minute) as now:
        return {one.key: one.state(now).removeprefix("clock_") for one in clocks_of(Sheet(batch))}


def decided(number: str, minute: float) -> None:
    with at(minute):
        close_exception(act(c.CLOSE_EXCEPTION, "a.reviewer", reason="Viability was measured and is inside its limit"), number, decision="no_impact")


@pytest.mark.req("EXE-10")
def test_clocks_follow_from_the_record_and_add_up_over_segments() -> None:
    batch = batch_begun()
    assert states(batch, 1) == {"thaw_to_plate": "waiting", "handling": "waiting", "settle": "waiting"}
    thawed(batch)
    assert states(batch, 19) == {"thaw_to_plate": "running", "handling": "running", "settle": "waiting"}
    assert states(batch, 20)["thaw_to_plate"] == "near"
    plated(batch, 25)
    assert states(batch, 500) == {"thaw_to_plate": "kept", "handling": "resting", "settle": "waiting"}
    settled(batch, 30, 45)
    assert states(batch, 60) == {"thaw_to_plate": "kept", "handling": "running", "settle": "kept"}
    # 20 minutes from thaw to plate, then the bench is cleared 40 minutes after the hold: 60 together, which is still allowed.
    with at(85):
        signed(step_no(batch, 4))
    assert states(batch, 500)["handling"] == "kept"
    assert [f.taken for f in faces(Sheet(batch), BEGIN)] == ["25 min", "1 h", "15 min"]
    assert not ExceptionRecord.objects.exists()


@pytest.mark.req("EXE-10", "DEV-02")
def test_a_passed_clock_opens_one_exception_in_the_act_that_stops_it() -> None:
    batch = batch_begun()
    thawed(batch)
    with at(31) as now:
        with one_event(c.RECORD_ENTRY):
            recorded(step_no(batch, 2), plated=now)
        with one_event(c.SIGN_STEP):
            signed(step_no(batch, 2))
    found = ExceptionRecord.objects.get()
    assert (found.kind, found.status, found.step, found.lot) == ("time", "open", step_no(batch, 2), batch.lot)
    assert found.sentence == f"Thaw to plate has passed its limit of 30 min and still runs ({batch.lot.number} step 2)"


@pytest.mark.req("EXE-10", negative=True)
def test_after_a_passed_clock_qa_decides_before_the_batch_goes_on() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 31)
    number = ExceptionRecord.objects.get().number
    with at(32), refused("time_undecided", number, "QA decides on it first"):
        recorded(step_no(batch, 3), begun="now")
    decided(number, 33)
    with at(34):
        recorded(step_no(batch, 3), begun="now")
    assert ExceptionRecord.objects.count() == 1


@pytest.mark.req("EXE-10", "DEV-02")
def test_a_clock_that_passes_while_nobody_acts_is_found_by_the_watch_and_only_once() -> None:
    batch = batch_begun()
    thawed(batch)
    with at(30):
        assert not notice_clocks(batch), "the limit itself is allowed"
        with refused("no_clock_passed", batch.number):
            watch_clocks(Act(by=WATCH), batch.number)
    with at(31):
        said = StringIO()
        with one_event(c.WATCH_CLOCKS):
            call_command("watch_clocks", stdout=said)
        assert batch.number in said.getvalue()
        assert not notice_clocks(batch)
        call_command("watch_clocks", stdout=said)
        assert "No clock passed unnoticed." in said.getvalue()
    event = Event.objects.order_by("-seq")[0]
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("technical", "system:clock-watch", "clock-watch 1")
    found = ExceptionRecord.objects.get()
    assert found.opened_at == BEGIN + timedelta(minutes=31)
    # It is stopped later while the exception is open: the same exception stands for it.
    plated(batch, 40)
    assert ExceptionRecord.objects.count() == 1


@pytest.mark.req("EXE-10", "DEV-02")
def test_a_decision_covers_only_the_time_it_was_taken_on() -> None:
    batch = batch_begun()
    thawed(batch)
    with at(31):
        notice_clocks(batch)
    decided(ExceptionRecord.objects.get().number, 32)
    with at(33):
        assert not notice_clocks(batch), "decided, and it still runs"
    plated(batch, 40)
    second = ExceptionRecord.objects.get(status="open")
    assert second.sentence == f"Thaw to plate took 40 min, at most 30 min are allowed ({batch.lot.number} step 2)"
    decided(second.number, 41)
    settled(batch, 42, 55)
    assert ExceptionRecord.objects.count() == 2
    # A correction of an instant gives another time, on which nobody has decided.
    with at(56):
        corrected(step_no(batch, 1), "taken_out", BEGIN - timedelta(minutes=10))
    assert "took 50 min" in ExceptionRecord.objects.get(status="open").sentence


@pytest.mark.req("EXE-10")
def test_a_signature_that_fell_and_is_given_again_changes_no_clock() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    before = [f.taken for f in faces(Sheet(batch), BEGIN + timedelta(minutes=25))]
    with at(600):
        corrected(step_no(batch, 1), "cells", "1000001")
        signed(step_no(batch, 1))
    assert step_no(batch, 1).done_at == BEGIN + timedelta(minutes=5)
    assert [f.taken for f in faces(Sheet(batch), BEGIN + timedelta(minutes=700))] == before
    assert not ExceptionRecord.objects.exists()


@pytest.mark.req("EXE-10")
@pytest.mark.parametrize(
    ("ended", "words"),
    [(39, "Settling took 9 min, at least 10 min are needed"), (40, ""), (50, ""), (51, "Settling took 21 min, at most 20 min are allowed")],
)
def test_a_timer_is_pressed_and_judged_at_both_ends(ended: int, words: str) -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    settled(batch, 30, ended)
    assert [words in e.sentence for e in ExceptionRecord.objects.all()] == ([True] if words else [])


@pytest.mark.req("EXE-02", "EXE-10", negative=True)
def test_a_timer_takes_no_typed_time_and_no_stop_before_its_start() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    with at(30) as now:
        with refused("impossible_value", "The server sets the time of “Started”"):
            recorded(step_no(batch, 3), begun=now.isoformat())
        with refused("impossible_value", "never typed"):
            recorded(step_no(batch, 3), begun=now - timedelta(minutes=9))
        with refused("timer_order", "“Started” comes before “Stopped”"):
            recorded(step_no(batch, 3), ended="now")
        with refused("timer_order"):
            recorded(step_no(batch, 3), begun="now", ended="now")
        recorded(step_no(batch, 3), begun="now")
    with at(31), refused("recorded_already", "Started is recorded already"):
        recorded(step_no(batch, 3), begun="now")


@pytest.mark.req("EXE-10", "MST-04")
def test_an_instruction_step_is_done_and_signed() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    settled(batch, 21, 33)
    with at(34):
        assert signed(step_no(batch, 4)).status == "signed"


@pytest.mark.req("EXE-10")
def test_the_page_counts_down_and_raises_the_alarm() -> None:
    batch = batch_begun()
    thawed(batch)
    client, url = signed_in("a.operator"), step_no(batch, 2).get_absolute_url()
    with at(12):
        page = client.get(url)
    shown, source = text_of(page), page.content.decode()
    assert "Thaw to plate Running 18 min left At most 30 min, ends" in shown
    assert 'src="/static/web/clocks.js"' in source and "<script>" not in source
    assert source.count("data-clock=") == 2
    with at(33):
        page = client.get(url)
    shown = text_of(page)
    assert "Thaw to plate has passed its limit." in shown and "3 min over" in shown and 'role="alert"' in page.content.decode()
    assert ExceptionRecord.objects.get().opened_at == BEGIN + timedelta(minutes=33), "looking at the page opened it"
    # The sentence follows the rule: the step that stops the clock goes on, the one after it waits for QA.
    number = ExceptionRecord.objects.get().number
    assert f"{number} is open for QA. Tell the supervisor. Step 3 waits until QA has decided; this step goes on." in shown
    with at(34):
        shown = text_of(client.get(batch.get_absolute_url()))
    assert "Clocks Thaw to plate Passed" in shown and "Settling Not begun not begun" in shown


@pytest.mark.req("EXE-10")
def test_the_alarm_names_the_step_that_waits_for_qa_and_then_that_qa_decided() -> None:
    """A clock that runs on over several steps, its exception raised for the step that stops it: only what comes after that step waits."""
    batch = batch_begun()
    thawed(batch)
    plated(batch, 25)
    with at(30):
        recorded(step_no(batch, 3), begun="now")
    client = signed_in("a.operator")
    with at(55):
        client.get(step_no(batch, 3).get_absolute_url())
        shown = text_of(client.get(step_no(batch, 3).get_absolute_url()))
    number = ExceptionRecord.objects.get().number
    assert f"{number} is open for QA. Tell the supervisor. Step 4 waits until QA has decided; this step goes on." in shown
    with at(56):
        recorded(step_no(batch, 3), ended="now")
        signed(step_no(batch, 3))
    with at(57), refused("time_undecided", number):
        signed(step_no(batch, 4))
    with at(57):
        assert f"{number}: a time of this batch is outside its limits. QA decides on it first." in text_of(client.get(step_no(batch, 4).get_absolute_url()))
        assert "Step 4 waits until QA has decided." in text_of(client.get(step_no(batch, 3).get_absolute_url()))
    decided(number, 58)
    with at(59):
        shown = text_of(client.get(step_no(batch, 3).get_absolute_url()))
    assert f"QA has decided on {number} ." in shown and "waits until QA" not in shown


@pytest.mark.req("EXE-10", "EXE-27")
def test_a_timer_is_started_and_stopped_with_one_button_each() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    client, step = signed_in("a.operator"), step_no(batch, 3)
    source = client.get(step.get_absolute_url()).content.decode()
    assert '<button class="btn btn-primary btn-glove" type="submit" name="begun" value="now">' in source
    assert client.post(f"/record-entry/{step.number}/", {"begun": "now"}).status_code == 302
    wrong: Any = client.post(f"/record-entry/{step.number}/", {"ended": "10:30"})
    assert wrong.status_code == 422 and "The server sets the time of “Stopped”" in text_of(wrong)
    assert 'name="begun"' not in client.get(step.get_absolute_url()).content.decode()


@pytest.mark.req("EXE-10", negative=True)
def test_a_start_that_nobody_recorded_is_an_exception_and_never_in_time() -> None:
    unknown = TIMED.replace('since = "thaw.taken_out"', 'since = "@parent.hold.hold_started_at"').replace("MBR-TIMED", "MBR-LOST")
    with at(0):
        batch = started(unknown)
    thawed(batch)
    plated(batch, 20)
    assert "Thaw to plate can't be computed: its start is not recorded" in ExceptionRecord.objects.get().sentence


@pytest.mark.req("EXE-10", negative=True)
@pytest.mark.parametrize(("minute", "words"), [(31, "Thaw to plate has passed its limit of 30 min"), (30, "")])
def test_who_stops_a_clock_outside_its_limits_says_why(minute: int, words: str) -> None:
    batch = batch_begun()
    thawed(batch)
    step = step_no(batch, 2)
    with at(minute) as now:
        recorded(step, plated=now)
        page = signed_in("a.operator").get(f"/sign-step/{step.number}/")
        assert ("Why the time was not kept" in text_of(page)) is bool(words)
        if not words:
            signed(step_no(batch, 2), why="")
            return
        with refused("time_unexplained", "Thaw to plate took 31 min, at most 30 min are allowed", "Say why"):
            signed(step_no(batch, 2), why="  ")
        step = signed(step_no(batch, 2), why="The centrifuge stopped and was restarted")
    assert step.note == "The centrifuge stopped and was restarted"
    [signature] = valid_signatures(step)
    assert signature.covered[0]["fields"]["note"] == step.note
    assert "The centrifuge stopped and was restarted" in text_of(signed_in("i.inspector").get(batch.get_absolute_url()))
    assert executed_record(executed(batch)).steps[1].remark == "Why the time was not kept: The centrifuge stopped and was restarted"
    number = ExceptionRecord.objects.get().number
    assert "Said at the step The centrifuge stopped and was restarted" in text_of(signed_in("i.inspector").get(f"/exception/{number}/"))
    with at(40):
        # A correction of another value opens the step again; what was said stands.
        corrected(step_no(batch, 2), "plated", BEGIN + timedelta(minutes=32))
        assert signed(step_no(batch, 2), why="").note == "The centrifuge stopped and was restarted"


@pytest.mark.req("EXE-10", negative=True)
def test_a_hold_signed_too_early_is_explained_too() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    with at(21):
        recorded(step_no(batch, 3), begun="now")
    with at(25):
        recorded(step_no(batch, 3), ended="now")
        with refused("time_unexplained", "Settling took 4 min, at least 10 min are needed"):
            signed(step_no(batch, 3), why="")
        signed(step_no(batch, 3))
