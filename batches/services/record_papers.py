"""The executed batch record on paper: drawn before the door opens, issued when what was drawn still holds."""

import gc

from batches.documents.executed_record import KIND, TITLE, executed_record
from batches.documents.record_parts import ExecutedRecord
from batches.domain.commands import ISSUE_RECORD
from batches.domain.lifecycle_records import record_is_closed
from batches.models import BatchRecord
from batches.selectors.executed import executed
from batches.selectors.record_papers import paper_number
from batches.selectors.records import batch_of
from evgmp.compliance import clock, issuing, jobs
from evgmp.compliance.models import IssuedDocument, Job
from evgmp.compliance.recording import Act, recording, standing_blockers
from evgmp.people.models import Person
from evgmp.rules.blocker import RuleBroken, refuse

TRIES = 3


def gathered(batch: BatchRecord) -> ExecutedRecord:
    """The record as it stands now, as it is printed."""
    # All that is gathered is kept until it is printed: to look for rubbish meanwhile would cost a quarter of the time.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return executed_record(executed(batch))
    finally:
        if was_enabled:
            gc.enable()


def _silent(percent: int, stage: str) -> None:
    """Nobody watches."""


def issue_record(act: Act, on: str, *, report: jobs.Report = _silent) -> IssuedDocument:
    """Issue the executed record of a closed batch. Raises RuleBroken when its newest paper says the same already.

    Drawing 300 pages takes seconds, in which nobody may be kept from recording. So the record is gathered and drawn
    without a lock. Under it, it is gathered again when anything was recorded at this site since, and drawn anew when it differs.
    """
    if blockers := standing_blockers(ISSUE_RECORD, act.by, clock.now()):
        raise RuleBroken(*blockers)
    for _ in range(TRIES):
        report(5, "Gathering the record")
        seen = issuing.last_event()
        batch = batch_of(on)
        if blockers := record_is_closed(batch.status):
            raise RuleBroken(*blockers)
        content = gathered(batch)
        number = paper_number(batch)
        before = issuing.newest(number)
        if before is not None and issuing.same_content(before, content):
            raise refuse("paper_says_it_all", f"Nothing has changed since {before} was issued. Use that paper.")
        report(30, f"Drawing {len(content.steps)} steps with {content.values_counted} values")
        role = act.by.role_for(ISSUE_RECORD)
        prepared = issuing.prepare(kind=KIND, number=number, title=TITLE, record=batch.lot, content=content, by=act.by, role=role)
        report(90, "Comparing with the record as it is now")
        try:
            return _issued(act, batch, content, prepared, seen)
        except _Changed:
            continue
    raise refuse("record_moves", f"{on} was changed again and again while its paper was drawn. Try again when nobody works on it.")


class _Changed(Exception):
    """The record changed between drawing and issuing; nothing was written."""


def _issued(act: Act, batch: BatchRecord, content: ExecutedRecord, prepared: issuing.Prepared, seen: int) -> IssuedDocument:
    """`seen`: the last event before the record was gathered. Without a later one no GMP row was written, so it still holds."""
    with recording(ISSUE_RECORD, act) as rec:
        BatchRecord.locked(pk=batch.pk)
        if issuing.last_event() != seen and gathered(batch_of(batch.number)) != content:
            raise _Changed
        document = issuing.issue_prepared(rec, prepared, record=batch.lot)
        rec.about(document, batch=batch.number, lot=batch.lot.number, values=content.values_counted, sha256=document.data_sha256)
    return document


@jobs.handles(ISSUE_RECORD.key)
def issue_record_job(job: Job, report: jobs.Report) -> jobs.Made:
    """Issue the record for whoever asked, or find the paper that says the same already."""
    by = Person.objects.get(user_id=job.asked_by)
    try:
        document = issue_record(Act(by=by, once=f"job:{job.key[:50]}"), job.on, report=report)
    except RuleBroken as broken:
        found = issuing.newest(paper_number(batch_of(job.on)))
        if found is None or not {b.key for b in broken.blockers} <= {"paper_says_it_all", "already_recorded", "issued_meanwhile"}:
            raise
        document = found
    return jobs.Made(document.get_absolute_url(), str(document))
