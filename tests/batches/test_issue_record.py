"""The executed record on paper: issued once for what it says, anew when the record changed, off the request."""

import io
from typing import Any

import pypdf
import pytest
from django.test import Client

from batches.domain.commands import ABORT_BATCH, HOLD_LOT, ISSUE_RECORD, REVIEW_BATCH
from batches.models import BatchRecord
from batches.selectors import signatures
from batches.selectors.executed import executed as gathered
from batches.services import record_papers
from batches.services.dispositions import hold_lot
from batches.services.record_papers import issue_record
from batches.services.records import abort_batch, review_batch
from evgmp.compliance import jobs
from evgmp.compliance.models import Event, IssuedDocument, Job, Signature
from evgmp.people.models import Account
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_material import exception
from tests.batches.builders_records import ABOVE, IN_LIMIT, completed, corrected, executed, signed, started, step_no
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db
WHY = "The integrity report of the filter is awaited"


def reviewed() -> BatchRecord:
    """A short run with a value above its limit that was misread, corrected and signed again."""
    batch = executed(fed(started(), bank_lot()), rows=(ABOVE, IN_LIMIT))
    corrected(step_no(batch, 2), entry="p_feed:1", value="0.50")
    signed(step_no(batch, 2))
    signed(step_no(batch, 3)) if step_no(batch, 3).status == "open" else None
    completed(batch)
    return review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)


def held(batch: BatchRecord) -> None:
    hold_lot(act(HOLD_LOT, "a.reviewer", reason=WHY), batch.lot.number)


def words_of(paper: IssuedDocument) -> str:
    pages = pypdf.PdfReader(io.BytesIO(bytes(paper.content.data))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_however_many_rows_are_signed_the_same_signatures_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = reviewed()
    few = record_papers.gathered(batch)
    monkeypatch.setattr(signatures, "MANY", 1)
    assert record_papers.gathered(batch) == few
    assert {bool(signature.withdrawn) for step in few.steps for signature in step.signatures} == {True, False}


@pytest.mark.parametrize(("witnessed", "shared"), [("1", True), ("2", False)])
def test_rows_of_two_signatures_are_read_once_only_when_their_texts_agree(witnessed: str, shared: bool) -> None:
    text = '{"command":"c","covers":[{"history_id":%s,"fields":{"text":",\\"meaning\\":"}}],"meaning":"%s","signer":"x"}'
    performer = Signature(event_id=1, content=text % ("1", "performed"))
    witness = Signature(event_id=1, content=text % (witnessed, "verified"))
    signatures._read_once([performer, witness])
    assert (witness.covered is performer.covered) is shared
    assert witness.covered[0]["history_id"] == int(witnessed)


@pytest.mark.req("PRT-01", "PRT-02")
def test_the_paper_says_what_the_record_says() -> None:
    batch = reviewed()
    with one_event(ISSUE_RECORD):
        paper = issue_record(act(ISSUE_RECORD, "a.reviewer"), batch.number)
    assert (paper.key, paper.kind, paper.issued_by) == (f"EBR-{batch.lot.number}-V1", "executed_record", "A. Reviewer")
    text = words_of(paper)
    exception = batch.lot.exceptions.get()
    for words in (
        batch.number, batch.version.number, exception.number, exception.sentence, "0.700.50c1", "The gauge was misread by one division.",
        "1 value was changed after first entry, ", "Withdrawn: A. Operator: Entry corrected",
        "I watched this and checked the values" if batch.steps.filter(master_step__witness=True).exists() else "I performed this",
        "I reviewed this: Batch record reviewed by production", "Flush the membrane.", "Reviewed by production", "Page1of",
    ):  # fmt: skip
        assert "".join(words.split()) in text, words


@pytest.mark.req("PRT-02", negative=True)
def test_an_unchanged_record_is_not_issued_twice_and_a_changed_one_supersedes() -> None:
    batch = reviewed()
    first = issue_record(act(ISSUE_RECORD, "a.reviewer"), batch.number)
    with refused("paper_says_it_all"):
        issue_record(act(ISSUE_RECORD, "q.person"), batch.number)
    held(batch)
    second = issue_record(act(ISSUE_RECORD, "q.person"), batch.number)
    assert (second.version, second.supersedes) == (2, first)
    assert "".join(WHY.split()) in words_of(second)
    assert "".join(WHY.split()) not in words_of(first)


@pytest.mark.req("PRT-01", negative=True)
def test_a_running_batch_has_no_paper() -> None:
    batch = executed(fed(started(), bank_lot()))
    with refused("batch_in_process"):
        issue_record(act(ISSUE_RECORD, "a.reviewer"), batch.number)


@pytest.mark.req("ACC-03", negative=True)
def test_an_operator_issues_no_paper() -> None:
    batch = reviewed()
    with refused("not_permitted"):
        issue_record(act(ISSUE_RECORD, "a.operator"), batch.number)


def test_a_record_that_changes_while_it_is_drawn_is_drawn_anew() -> None:
    batch, seen = reviewed(), []

    def report(percent: int, stage: str) -> None:
        seen.append(stage)
        if len(seen) == 3:
            held(batch)

    paper = issue_record(act(ISSUE_RECORD, "a.reviewer"), batch.number, report=report)
    assert seen[0] == seen[3] == "Gathering the record"
    assert paper.version == 1
    assert "".join(WHY.split()) in words_of(paper)


def test_the_record_is_gathered_with_few_queries(django_assert_max_num_queries: Any) -> None:
    batch = reviewed()
    with django_assert_max_num_queries(60):
        gathered(BatchRecord.objects.select_related("lot", "version__master").get(pk=batch.pk))


# --- off the request ----------------------------------------------------------------------------------------------------


def client_of(user_id: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(user_id=user_id))
    return client


def test_asking_twice_gives_one_job_and_one_paper() -> None:
    batch = reviewed()
    client, address = client_of("a.reviewer"), f"/issue-record/{batch.number}/"
    assert "Issue the record on paper" in client.get(f"/batch/{batch.number}/").content.decode()
    before = Event.objects.count()
    first = client.post(address)
    assert first.status_code == 302
    assert client.post(address).headers["Location"] == first.headers["Location"]
    assert Event.objects.count() == before
    job = jobs.work_once("one")
    assert job is not None
    assert (job.state, job.result_name) == (Job.DONE, f"EBR-{batch.lot.number} version 1")
    again = client_of("q.person").post(address)
    assert again.headers["Location"] != first.headers["Location"]
    found = jobs.work_once("one")
    assert found is not None
    assert found.result_url == job.result_url
    assert IssuedDocument.objects.filter(kind="executed_record").count() == 1
    shown = client.get(job.result_url)
    assert shown.status_code == 200
    assert f"EBR-{batch.lot.number}" in client.get(f"/batch/{batch.number}/").content.decode()


def test_a_worker_that_died_after_issuing_issues_nothing_twice() -> None:
    batch = reviewed()
    client_of("a.reviewer").post(f"/issue-record/{batch.number}/")
    job = jobs.take("doomed")
    assert job is not None
    jobs.HANDLERS[job.kind](job, lambda percent, stage: None)
    Job.objects.update(seen_at=None)
    done = jobs.work_once("next")
    assert done is not None
    assert (done.state, done.attempt, done.problem) == (Job.DONE, 2, "")
    assert IssuedDocument.objects.filter(kind="executed_record").count() == 1


def test_a_batch_in_process_is_told_at_once() -> None:
    batch = executed(fed(started(), bank_lot()))
    answer = client_of("a.reviewer").post(f"/issue-record/{batch.number}/")
    assert answer.status_code == 422
    assert "still in process" in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.req("PRT-02", negative=True)
def test_a_record_that_never_stands_still_is_refused_and_the_worker_gives_no_older_paper_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evgmp.compliance.issuing.paper_pdf", lambda *paper: b"%PDF drawn by nobody")
    batch = abort_batch(act(ABORT_BATCH, "a.verifier"), started().number)
    old = issue_record(act(ISSUE_RECORD, "a.reviewer"), batch.number)
    exception(batch.lot)
    client_of("a.reviewer").post(f"/issue-record/{batch.number}/")
    job = jobs.take("one")
    assert job is not None

    def report(percent: int, stage: str) -> None:
        if stage.startswith("Comparing"):
            exception(batch.lot)

    with pytest.raises(RuleBroken, match=f"{batch.number} was changed again and again while its paper was drawn") as broken:
        jobs.HANDLERS[job.kind](job, report)
    assert [blocker.key for blocker in broken.value.blockers] == ["record_moves"]
    assert list(IssuedDocument.objects.filter(kind="executed_record")) == [old]
