"""Two people at the same moment on one record: one act is recorded, the other person is told. First the race is shown."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from batches.domain import commands as c
from batches.models import BatchRecord, Entry, MasterVersion
from batches.services import masters, records, steps
from evgmp.compliance.models import Event
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_records import IN_LIMIT, RUN, authored, recorded, set_up, started, step_no
from tests.builders import act
from tests.support.campaign import cases, dice
from tests.support.races import Meeting, Outcome, together


@pytest.fixture
def both_have_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each act waits, after it has read the step, until the other has read it too: for a second at most, because under
    the lock the other can't."""
    meeting = Meeting()
    really_fresh = steps.fresh

    def wait_then_fresh(record: Any, said: Any) -> None:
        meeting.wait()
        really_fresh(record, said)

    monkeypatch.setattr(steps, "fresh", wait_then_fresh)


@pytest.fixture
def lock_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchRecord, "locked", lambda **lookup: BatchRecord.objects.get(**lookup))


def outcome_of(outcome: Outcome) -> str:
    if outcome.error is None:
        return "done"
    if isinstance(outcome.error, RuleBroken):
        return outcome.error.blockers[0].key
    if isinstance(outcome.error, IntegrityError):
        return "database error"
    raise outcome.error


def race(*calls: Callable[[], Any]) -> list[str]:
    return sorted(outcome_of(outcome) for outcome in together(*calls))


def two_entries(batch: BatchRecord) -> list[Callable[[], Any]]:
    number = step_no(batch, 1).number
    said = [(act(c.RECORD_ENTRY, "a.operator"), "0.115"), (act(c.RECORD_ENTRY, "b.operator"), "0.116")]
    return [lambda one=one, area=area: steps.record_entry(one, number, area=area) for one, area in said]


def two_signatures(batch: BatchRecord) -> list[Callable[[], Any]]:
    step = step_no(batch, 1)
    recorded(step, area="0.115", integrity="pass")
    said = [act(c.SIGN_STEP, "a.operator"), act(c.SIGN_STEP, "b.operator")]
    return [lambda one=one: steps.sign_step(one, step.number) for one in said]


def two_rows(batch: BatchRecord) -> list[Callable[[], Any]]:
    set_up(batch)
    number = step_no(batch, 2).number
    said = [act(c.RECORD_ENTRY, "a.operator"), act(c.RECORD_ENTRY, "b.operator")]
    return [lambda one=one: steps.record_entry(one, number, **IN_LIMIT) for one in said]


@pytest.mark.req("EXE-01", "REC-01", negative=True)
def test_two_people_one_value(any_furnished: str, both_have_read: None) -> None:
    batch = started()
    before = Event.objects.count()
    assert race(*two_entries(batch)) == ["done", "recorded_already"]
    assert Entry.objects.filter(parameter__key="area").count() == 1
    assert Event.objects.count() == before + 1


def entered_after(seconds: float, one: Any, step: str, area: str) -> None:
    time.sleep(seconds)
    steps.record_entry(one, step, area=area)


@pytest.mark.sized
@pytest.mark.req("EXE-01", "REC-01", negative=True)
def test_races_at_random_moments(any_furnished: str) -> None:
    """N races for one value, the second person 0 to 20 ms after the first: one entry each, none lost, none doubled. In a
    third of them one person's request arrives twice with one key: the second is told that it is saved already."""
    chance = dice()
    for number in range(cases(3)):
        batch = started()
        step = step_no(batch, 1).number
        twice = chance.random() < 1 / 3
        key = f"race-{number}" if twice else ""
        said = [("a.operator", "0.115"), ("a.operator", "0.115") if twice else ("b.operator", "0.116")]
        entries = [(act(c.RECORD_ENTRY, by, once=key), area, chance.uniform(0, 0.02)) for by, area in said]
        calls = [partial(entered_after, wait, one, step, area) for one, area, wait in entries]
        assert race(*calls) == ["already_recorded" if twice else "done", "done" if twice else "recorded_already"]
        found = Entry.objects.filter(step__batch=batch, parameter__key="area")
        assert [entry.text for entry in found] in (["0.115"], ["0.116"])


@pytest.mark.req("EXE-01", negative=True)
@pytest.mark.usefixtures("lock_off", "both_have_read")
def test_without_the_lock_two_values_collide_in_the_database(postgres_furnished: str) -> None:
    assert race(*two_entries(started())) == ["database error", "done"]


@pytest.mark.req("EXE-03", negative=True)
def test_two_people_sign_one_step(any_furnished: str, both_have_read: None) -> None:
    batch = started()
    assert race(*two_signatures(batch)) == ["done", "wrong_status"]
    assert Event.objects.filter(verb=c.SIGN_STEP.key).count() == 1


@pytest.mark.req("EXE-03", negative=True)
@pytest.mark.usefixtures("lock_off", "both_have_read")
def test_without_the_lock_a_step_is_signed_twice(postgres_furnished: str) -> None:
    assert race(*two_signatures(started())) == ["done", "done"]
    assert Event.objects.filter(verb=c.SIGN_STEP.key).count() == 2


@pytest.mark.req("REC-01")
def test_two_rows_of_a_log_are_two_rows(any_furnished: str, both_have_read: None) -> None:
    batch = started()
    assert race(*two_rows(batch)) == ["done", "done"]
    assert sorted(Entry.objects.filter(parameter__key="tmp").values_list("row", flat=True)) == [1, 2]


@pytest.mark.req("MST-01", negative=True)
def test_two_approvals_leave_one_effective_version(any_furnished: str) -> None:
    numbers = []
    for limit in ("620.0", "610.0"):
        text = RUN.replace('action_high = "630.0"', f'action_high = "{limit}"')
        numbers.append(masters.review_master(act(c.REVIEW_MASTER, "a.verifier"), authored(text).number).number)
    said = [(act(c.APPROVE_MASTER, by), number) for by, number in zip(("a.reviewer", "b.reviewer"), numbers, strict=True)]
    found = race(*(lambda one=one, number=number: masters.approve_master(one, number) for one, number in said))
    assert found in (["done", "done"], ["done", "overtaken"])
    assert MasterVersion.objects.get(status="effective", master__code="MBR-RUN").number == "MBR-RUN-V3"


@pytest.mark.req("MST-04", "EXE-24")
def test_two_batches_started_at_once_get_two_numbers(any_furnished: str) -> None:
    from tests.batches.builders_records import effective

    version = effective()
    said = [act(c.START_BATCH, "a.verifier"), act(c.START_BATCH, "b.verifier")]
    assert race(*(lambda one=one: records.start_batch(one, version.number) for one in said)) == ["done", "done"]
    assert sorted(int(n[-3:]) for n in BatchRecord.objects.values_list("number", flat=True)) == [1, 2]


@pytest.fixture
def postgres_furnished(throwaway_database: Any, postgres_server: Any) -> Any:
    """The embedded database has one writer at a time by itself, so only PostgreSQL can show what the lock prevents."""
    with throwaway_database("postgresql", "furnished"):
        yield "postgresql"
