"""Jobs: one request one job, one job one worker, and the job of a dead worker is done by the next."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from evgmp.compliance import clock, jobs
from evgmp.compliance.models import Job, WorkerSeen
from evgmp.people.models import Account
from evgmp.rules.blocker import refuse
from tests.builders import WHY, act, cast, person
from tests.support.races import together

ROOT = Path(__file__).resolve().parents[2]
KIND = "test.paper"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A kind of job for this test, and what it did."""
    did: list[str] = []

    def handler(job: Job, report: jobs.Report) -> jobs.Made:
        report(40, "Drawing")
        did.append(job.on)
        return jobs.Made(f"/record/{job.on}/", f"Paper of {job.on}")

    monkeypatch.setitem(jobs.HANDLERS, KIND, handler)
    return did


def asked(on: str = "EV-1") -> Job:
    return jobs.ask(KIND, on=on, title=f"Paper of {on}", by="a.operator")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def handler(job: Job, report: jobs.Report) -> jobs.Made:
        raise error

    monkeypatch.setitem(jobs.HANDLERS, KIND, handler)


@pytest.mark.django_db
def test_a_job_is_done_once_and_says_where_its_result_is(done: list[str]) -> None:
    first = asked()
    assert asked().pk == first.pk
    job = jobs.work_once("one")
    assert job is not None
    assert (job.state, job.percent, job.result_url, job.attempt) == (Job.DONE, 100, "/record/EV-1/", 1)
    assert jobs.work_once("one") is None
    assert asked().state == Job.DONE
    assert done == ["EV-1"]


@pytest.mark.django_db
def test_another_record_or_a_changed_one_is_another_job(done: list[str]) -> None:
    from evgmp.people import services
    from evgmp.people.commands import GRANT_ROLE

    cast()
    first = asked()
    assert asked("EV-2").pk != first.pk
    services.grant_role(act(GRANT_ROLE, "s.admin", reason=WHY), "i.inspector", role="operator")
    assert asked().pk != first.pk


@pytest.mark.django_db
def test_what_is_refused_is_told_and_may_be_asked_again(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, refuse("not_now", "The record is not finished."))
    failed = asked()
    jobs.work_once("one")
    failed.refresh_from_db()
    assert (failed.state, failed.problem) == (Job.FAILED, "The record is not finished.")
    assert asked().pk == failed.pk
    assert asked().state == Job.WAITING


@pytest.mark.django_db
def test_a_fault_is_logged_and_not_shown(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    fail_with(monkeypatch, ZeroDivisionError("secret detail"))
    asked()
    job = jobs.work_once("one")
    assert job is not None
    assert job.state == Job.FAILED
    assert "secret" not in job.problem
    assert "secret detail" in caplog.text


@pytest.mark.django_db
def test_a_silent_worker_loses_its_job_and_can_not_end_it(done: list[str]) -> None:
    asked()
    lost = jobs.take("slow")
    assert lost is not None
    assert jobs.take("other") is None
    Job.objects.filter(pk=lost.pk).update(seen_at=clock.now() - jobs.LEASE - timedelta(seconds=1))
    taken = jobs.take("other")
    assert taken is not None
    assert (taken.pk, taken.attempt) == (lost.pk, 2)
    with pytest.raises(jobs.JobLost):
        jobs.run(lost)
    assert done == []
    jobs.run(taken)
    assert done == ["EV-1"]


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up(done: list[str]) -> None:
    job = asked()
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs.take("doomed") is not None
        Job.objects.filter(pk=job.pk).update(seen_at=clock.now() - jobs.LEASE - timedelta(seconds=1))
    assert jobs.take("doomed") is None
    job.refresh_from_db()
    assert job.state == Job.FAILED
    assert "workers stopped" in job.problem


def test_several_workers_share_the_jobs(any_database: str, monkeypatch: pytest.MonkeyPatch, done: list[str]) -> None:
    """Each job is taken by exactly one of four workers."""
    for number in range(12):
        asked(f"EV-{number}")

    def worker(name: str) -> Any:
        def work() -> None:
            while jobs.work_once(name) is not None:
                pass

        return work

    outcomes = together(*(worker(f"w{n}") for n in range(4)))
    assert [o.error for o in outcomes] == [None] * 4
    assert sorted(done) == sorted(f"EV-{n}" for n in range(12))
    assert set(Job.objects.values_list("state", "attempt")) == {(Job.DONE, 1)}


def test_two_requests_at_one_moment_are_one_job(any_database: str, done: list[str]) -> None:
    outcomes = together(*[asked] * 6)
    assert [o.error for o in outcomes] == [None] * 6
    assert len({o.result.pk for o in outcomes}) == 1


# --- a real worker ------------------------------------------------------------------------------------------------------

PROGRAM = """
import time, django; django.setup()
from datetime import timedelta
from evgmp.compliance import jobs
jobs.LEASE, jobs.BEAT_SECONDS = timedelta(seconds=2), 0.3
@jobs.handles("test.paper")
def paper(job, report):
    report(10, "Drawing")
    if job.attempt == 1:
        time.sleep(60)
    return jobs.Made("/record/", "Paper")
from django.core.management import call_command
call_command("worker", until_idle={until_idle})
"""


@pytest.fixture
def database_file(throwaway_database: Any) -> Iterator[str]:
    with throwaway_database("sqlite") as config:
        yield str(config["NAME"])


def worker_process(file: str, *, until_idle: bool) -> subprocess.Popen[str]:
    env = {
        "DJANGO_SETTINGS_MODULE": "evgmp.settings.dev", "EVGMP_SECRET_KEY": "only-for-this-test", "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{file}", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    program = PROGRAM.format(until_idle=until_idle)
    return subprocess.Popen([sys.executable, "-c", program], env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def wait_for(what: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "It did not come to that in time."
        time.sleep(0.1)


def test_the_job_of_a_killed_worker_is_done_by_the_next(database_file: str, done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked()
    doomed = worker_process(database_file, until_idle=False)
    wait_for(lambda: Job.objects.get().stage == "Drawing")
    seen = Job.objects.get().seen_at
    wait_for(lambda: Job.objects.get().seen_at > seen)
    assert jobs.take("other") is None, "A living worker keeps its job."
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=2))
    wait_for(lambda: not jobs.anybody_at_work())
    second = worker_process(database_file, until_idle=True)
    _, told = second.communicate(timeout=30)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result_url) == (Job.DONE, 2, "/record/"), told
    assert second.returncode == 0


def test_a_worker_stops_when_told(database_file: str) -> None:
    process = worker_process(database_file, until_idle=False)
    wait_for(WorkerSeen.objects.exists)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0


# --- its page -----------------------------------------------------------------------------------------------------------


def page(job: Job, **headers: str) -> str:
    client = Client()
    client.force_login(Account.objects.get(user_id="i.inspector"))
    answer = client.get(job.get_absolute_url(), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_the_page_shows_progress_then_the_result(done: list[str]) -> None:
    job = asked()
    first = page(job)
    assert "No worker is running." in first
    assert 'hx-trigger="every 1s"' in first
    jobs.beat("one", None)
    assert "No worker is running." not in page(job)
    taken = jobs.take("one")
    assert taken is not None
    Job.objects.filter(pk=job.pk).update(percent=40, stage="Drawing 300 pages")
    part = page(job, HX_Request="true")
    assert "Drawing 300 pages" in part
    assert 'value="40"' in part
    assert "<html" not in part
    jobs.run(taken)
    last = page(job, HX_Request="true")
    assert 'href="/record/EV-1/"' in last
    assert "hx-trigger" not in last


@pytest.mark.django_db
def test_the_page_of_a_failed_job_says_why(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, refuse("not_now", "The record is not finished."))
    job = asked()
    jobs.work_once("one")
    assert "The record is not finished." in page(job)
    assert person("i.inspector").reads_records
