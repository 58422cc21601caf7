"""Late entries: both times, the reason, two signatures, an exception of their own (EXE-04); and claimed times against the order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batches.domain import commands as c
from batches.forms.records import RecordLateEntryForm
from batches.models import BatchRecord, Entry, ExceptionRecord, Step
from batches.services.late import record_late_entry
from evgmp.compliance import clock
from evgmp.compliance.models import Signature
from evgmp.compliance.site_time import site_time
from tests.batches.builders_records import ABOVE, IN_LIMIT, completed, executed, logged, recorded, set_up, signed, started, step_no
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import hidden, signed_in, text_of
from tests.batches.test_skip_step import begun, skipped
from tests.batches.test_skip_step import fed as fed_stacks
from tests.batches.test_watch_clocks import at, batch_begun, plated, thawed
from tests.builders import PASSWORD, act

pytestmark = pytest.mark.django_db

WHY = "The tablet of this room was without power for a while"


def late(step: Step, happened_at: datetime, *, by: str = "a.operator", witness: str = "b.operator", reason: str = WHY, **given: Any) -> Step:
    return record_late_entry(act(c.RECORD_LATE_ENTRY, by, witness=witness, reason=reason), step.number, happened_at=happened_at, **given)


def earlier() -> tuple[BatchRecord, datetime]:
    """A batch issued three hours ago, its first step done then; and a moment two hours ago."""
    now = datetime.now(UTC).replace(microsecond=0)
    with clock.held_at(now - timedelta(hours=3)):
        batch = started()
        set_up(batch)
    return batch, now - timedelta(hours=2)


@pytest.mark.req("EXE-04", "DEV-02")
def test_both_times_the_reason_and_two_signatures_are_kept_and_an_exception_opens() -> None:
    batch, moment = earlier()
    with one_event(c.RECORD_LATE_ENTRY):
        late(step_no(batch, 2), moment, **IN_LIMIT)
    entry = Entry.objects.get(parameter__key="p_feed")
    assert (entry.claimed_at, entry.reason, entry.text, entry.is_current) == (moment, WHY, "0.55", True)
    assert entry.recorded_at > moment + timedelta(minutes=119)
    given = Signature.objects.filter(record_type="batches.entry")
    assert sorted((s.meaning, s.signer_id) for s in given) == [("performed", "a.operator"), ("verified", "b.operator")]
    found = ExceptionRecord.objects.get()
    assert (found.kind, found.step) == ("late", step_no(batch, 2))
    assert f"recorded late, said to be of {site_time(moment)} ({batch.lot.number} step 2)" in found.sentence
    shown = text_of(signed_in("a.operator").get(batch.get_absolute_url()))
    assert found.number in shown


@pytest.mark.req("EXE-04", "EXE-06", negative=True)
def test_a_late_row_of_an_earlier_time_does_not_say_that_the_process_is_back() -> None:
    batch, moment = earlier()
    with clock.held_at(moment + timedelta(minutes=30)):
        recorded(step_no(batch, 2), **ABOVE)
    client, url = signed_in("a.operator"), step_no(batch, 2).get_absolute_url()
    late(step_no(batch, 2), moment, **IN_LIMIT)
    shown = text_of(client.get(url))
    assert "TMP 0.43 bar is above its limit." in shown and "is back" not in shown
    assert "Late entry said to be of" in shown and WHY in shown, "the row of the log says what it is"
    late(step_no(batch, 2), moment + timedelta(minutes=45), **IN_LIMIT)
    assert "TMP 0.43 bar was above its limit in row 1 and is back." in text_of(client.get(url))


@pytest.mark.req("EXE-02", "EXE-04", negative=True)
def test_a_back_dated_instant_is_refused_as_an_ordinary_entry() -> None:
    batch, moment = earlier()
    logged(batch)
    with refused("recorded_late", "Weighed at lies more than 60 min back", "late entry"):
        recorded(step_no(batch, 3), weighed_at=moment)
    assert not Entry.objects.filter(parameter__key="weighed_at").exists()


@pytest.mark.req("EXE-04")
def test_a_row_that_was_forgotten_in_a_signed_log_opens_the_step_again() -> None:
    batch = executed(fed(started(), bank_lot()))
    completed(batch)
    late(step_no(batch, 2), datetime.now(UTC), p_feed="0.65", p_retentate="0.15", p_permeate="0.05")
    assert [s.status for s in batch.steps.all()] == ["signed", "open", "open"], "the mean of the log follows"
    assert BatchRecord.objects.get(pk=batch.pk).status == "in_process"
    assert Entry.objects.filter(step=step_no(batch, 2), parameter__key="p_feed", is_current=True).count() == 3
    assert signed(step_no(batch, 2)).status == "signed"


@pytest.mark.req("EXE-04", "EXE-06")
def test_a_late_value_is_judged_like_any_other() -> None:
    batch, moment = earlier()
    late(step_no(batch, 2), moment, **ABOVE)
    assert sorted(ExceptionRecord.objects.values_list("kind", flat=True)) == ["late", "limit"]


@pytest.mark.req("EXE-04", negative=True)
def test_what_is_refused() -> None:
    batch, moment = earlier()
    step = step_no(batch, 2)
    with refused("claimed_future"):
        late(step, datetime.now(UTC) + timedelta(minutes=5), **IN_LIMIT)
    with refused("claimed_too_early", f"{batch.number} was issued later than that"):
        late(step, moment - timedelta(hours=2), **IN_LIMIT)
    with refused("same_person"):
        late(step, moment, witness="a.operator", **IN_LIMIT)
    with refused("reason_missing"):
        late(step, moment, reason=" ", **IN_LIMIT)
    with refused("not_permitted"):
        late(step, moment, by="a.reviewer", **IN_LIMIT)
    with refused("row_incomplete"):
        late(step, moment)
    with refused("row_incomplete"):
        late(step, moment, p_feed="0.5")
    with refused("recorded_already", "Membrane area is recorded already"):
        late(step_no(batch, 1), moment, area="0.2")
    with refused("earlier_steps_first"):
        late(step_no(batch, 3), moment, volume="600.0")
    assert not ExceptionRecord.objects.exists()


@pytest.mark.req("DEV-02", "EXE-01")
def test_a_claimed_time_before_an_earlier_step_was_done_opens_an_exception_about_the_order() -> None:
    batch, moment = earlier()
    with clock.held_at(moment + timedelta(minutes=30)):
        logged(batch)
    late(step_no(batch, 3), moment, volume="600.0")
    order = ExceptionRecord.objects.get(kind="order")
    assert "before Step 2, “Pressure log” was done" in order.sentence
    with clock.held_at(moment + timedelta(minutes=50)):
        recorded(step_no(batch, 3), weighed_at=moment + timedelta(minutes=10))
    again = ExceptionRecord.objects.filter(kind="order").latest("pk")
    assert again.sentence.startswith("Weighed at is said to be of") and again.entry == Entry.objects.get(parameter__key="weighed_at")
    assert ExceptionRecord.objects.filter(kind="order").count() == 2


@pytest.mark.req("EXE-04", "EXE-10")
def test_the_instants_of_a_timer_that_nobody_pressed_are_told_late() -> None:
    batch = batch_begun()
    thawed(batch)
    plated(batch, 20)
    with at(50) as now:
        late(step_no(batch, 3), now, begun=now - timedelta(minutes=25), ended=now - timedelta(minutes=10))
        signed(step_no(batch, 3))
    assert sorted(ExceptionRecord.objects.values_list("kind", flat=True)) == ["late"]


@pytest.mark.req("EXE-04", "EXE-05")
def test_a_step_that_was_left_out_by_mistake_comes_back() -> None:
    batch = begun()
    fed_stacks(batch)
    skipped(step_no(batch, 5))
    late(step_no(batch, 5), datetime.now(UTC), image_file="a.tif")
    assert (step_no(batch, 5).status, step_no(batch, 5).note) == ("open", "")
    assert signed(step_no(batch, 5)).status == "signed"


@pytest.mark.req("EXE-04")
def test_it_is_recorded_from_its_page() -> None:
    batch, moment = earlier()
    step, client = step_no(batch, 2), signed_in("a.operator")
    assert f'href="/record-late-entry/{step.number}/"' in client.get(step.get_absolute_url()).content.decode()
    page = client.get(f"/record-late-entry/{step.number}/")
    both = {"user_id": "a.operator", "password": PASSWORD, "witness_user_id": "b.operator", "witness_password": PASSWORD}
    said = {**both, **IN_LIMIT, "reason": WHY, "seen": hidden(page, "seen"), "happened_at": moment.isoformat()}
    assert client.post(f"/record-late-entry/{step.number}/", said).status_code == 302
    assert "Late entry" in text_of(client.get(step.get_absolute_url()))
    assert not RecordLateEntryForm({"happened_at": moment.isoformat()}, target=step_no(batch, 1)).is_valid()
