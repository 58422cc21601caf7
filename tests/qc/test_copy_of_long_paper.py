"""A copy of an executed record is drawn by a worker, outside the lock, and is numbered and marked like any other (PRT-03)."""

from typing import Any

import pytest
from django.urls import reverse

from batches.domain.commands import ISSUE_RECORD
from batches.services.record_papers import issue_record
from evgmp.compliance import jobs
from evgmp.compliance.files import bytes_of
from evgmp.compliance.models import DocumentCopy, Event, IssuedDocument, Job
from evgmp.compliance.verifying import findings
from evgmp.rules.blocker import RuleBroken
from qc.domain import commands as c
from qc.services import copies
from tests.batches.expecting import one_event, refused
from tests.batches.test_issue_record import client_of, held, reviewed
from tests.builders import act
from tests.documents.test_certificates import pages_of, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> IssuedDocument:
    return issue_record(act(ISSUE_RECORD, "a.reviewer"), reviewed().number)


def marked(copy: DocumentCopy, words: str) -> bool:
    return all(says(page, words) for page in pages_of(bytes_of(copy.content)))


@pytest.mark.req("PRT-03", "AUD-13")
def test_each_person_who_asks_gets_a_copy_of_their_own_from_the_worker(paper: IssuedDocument) -> None:
    address = reverse("qc:take_copy", args=[paper.key])
    before = Event.objects.count()
    first = client_of("a.reviewer").post(address)
    assert client_of("a.reviewer").post(address).headers["Location"] == first.headers["Location"], "A double click asks once."
    second = client_of("q.person").post(address)
    assert first.status_code == second.status_code == 302
    assert second.headers["Location"] != first.headers["Location"]
    assert (Event.objects.count(), DocumentCopy.objects.count()) == (before, 0), "Nothing is drawn within the request."
    done = [jobs.work_once("one"), jobs.work_once("one")]
    assert [job and (job.state, job.result_name, job.result_url) for job in done] == [
        (Job.DONE, f"{paper} copy {n}", paper.get_absolute_url()) for n in (1, 2)
    ]
    one, other = DocumentCopy.objects.order_by("copy_number")
    assert marked(one, "Copy 1 taken by A. Reviewer (a.reviewer)")
    assert marked(other, "Copy 2 taken by Q. Person (q.person)")
    assert not findings()


@pytest.mark.req("PRT-03", negative=True)
def test_a_copy_overtaken_while_it_is_drawn_is_drawn_anew(paper: IssuedDocument) -> None:
    """Another copy takes the number, then the lot goes on hold: neither number nor status on the page is ever out of date."""
    turns: list[str] = []

    def report(percent: int, stage: str) -> None:
        turns.append(stage)
        if turns.count("Keeping the copy") == 1 and stage == "Keeping the copy":
            copies.take_copy(act(c.TAKE_COPY, "q.person"), paper.key)
        if turns.count("Keeping the copy") == 2 and stage == "Keeping the copy":
            held(paper_batch(paper))

    copy = copies.take_copy(act(c.TAKE_COPY, "a.reviewer"), paper.key, report=report)
    assert copy.copy_number == 2
    assert turns.count("Keeping the copy") == 3
    assert marked(copy, "Copy 2 taken by A. Reviewer") and marked(copy, "On hold")


def paper_batch(paper: IssuedDocument) -> Any:
    from batches.models import BatchRecord

    return BatchRecord.objects.get(lot__pk=paper.record_key)


@pytest.mark.req("PRT-03", "ACC-03", negative=True)
def test_who_may_not_gets_no_copy_and_a_worker_that_died_takes_none_twice(paper: IssuedDocument) -> None:
    with refused("not_permitted"):
        copies.take_copy(act(c.TAKE_COPY, "a.operator"), paper.key)
    client_of("a.reviewer").post(reverse("qc:take_copy", args=[paper.key]))
    job = jobs.take("doomed")
    assert job is not None
    with one_event(c.TAKE_COPY):
        jobs.HANDLERS[job.kind](job, lambda percent, stage: None)
    Job.objects.update(seen_at=None)
    done = jobs.work_once("next")
    assert done is not None
    assert (done.state, done.attempt, done.result_name) == (Job.DONE, 2, f"{paper} copy 1")
    assert DocumentCopy.objects.count() == 1


@pytest.mark.req("PRT-03", negative=True)
def test_a_copy_overtaken_every_time_is_refused_and_the_worker_passes_off_no_other_copy_for_it(
    paper: IssuedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evgmp.compliance.issuing.paper_pdf", lambda *copy: b"%PDF drawn by nobody")
    client_of("a.reviewer").post(reverse("qc:take_copy", args=[paper.key]))
    job = jobs.take("one")
    assert job is not None

    def report(percent: int, stage: str) -> None:
        if stage == "Keeping the copy":
            copies.take_copy(act(c.TAKE_COPY, "q.person"), paper.key)

    with pytest.raises(RuleBroken, match=f"Copies of {paper} were taken again and again while this one was drawn") as broken:
        jobs.HANDLERS[job.kind](job, report)
    assert [blocker.key for blocker in broken.value.blockers] == ["copies_taken"]
    assert {copy.taken_by for copy in DocumentCopy.objects.all()} == {"Q. Person"}
