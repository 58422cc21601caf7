"""Numbered copies of issued papers (PRT-03, AUD-13)."""

from evgmp.compliance import clock, issuing, jobs
from evgmp.compliance.models import DocumentCopy, Event, IssuedDocument, Job
from evgmp.compliance.recording import Act, Recording, fresh, recording, standing_blockers
from evgmp.people.models import Person
from evgmp.rules.blocker import RuleBroken, refuse
from qc.domain.commands import TAKE_COPY
from qc.selectors import papers

TRIES = 3


def _silent(percent: int, stage: str) -> None:
    """Nobody watches."""


def take_copy(act: Act, on: str, *, report: jobs.Report = _silent) -> DocumentCopy:
    """The next numbered copy of a paper, watermarked with who took it, when, and how paper and lot stood then.

    A long paper is drawn before the door opens, because nobody may be kept waiting while it is; it is drawn anew when another
    copy was taken or the lot changed meanwhile.
    """
    document = papers.paper_of(on)
    if papers.is_long(document):
        return _long_copy(act, document, report)
    with recording(TAKE_COPY, act) as rec:
        document = IssuedDocument.locked(pk=document.pk)
        fresh(document, act)
        return _about(rec, issuing.take_copy(rec, document, status=papers.standing_of(document)))


def _about(rec: Recording, copy: DocumentCopy) -> DocumentCopy:
    rec.about(copy, document=str(copy.document), copy=copy.copy_number)
    return copy


def _long_copy(act: Act, document: IssuedDocument, report: jobs.Report) -> DocumentCopy:
    if blockers := standing_blockers(TAKE_COPY, act.by, clock.now()):
        raise RuleBroken(*blockers)
    fresh(document, act)
    for _ in range(TRIES):
        report(10, f"Drawing a copy of {document}")
        prepared = issuing.prepare_copy(document, by=act.by, at=clock.now(), status=papers.standing_of(document))
        report(90, "Keeping the copy")
        try:
            with recording(TAKE_COPY, act) as rec:
                document = IssuedDocument.locked(pk=document.pk)
                if (issuing.next_copy_number(document), papers.standing_of(document)) != (prepared.mark.copy_number, prepared.mark.status):
                    raise _Overtaken
                return _about(rec, issuing.store_copy(rec, document, prepared))
        except _Overtaken:
            continue
    raise refuse("copies_taken", f"Copies of {document} were taken again and again while this one was drawn. Try again in a moment.")


class _Overtaken(Exception):
    """Another copy was taken, or the lot changed, while this one was drawn; nothing was written."""


@jobs.handles(TAKE_COPY.key)
def take_copy_job(job: Job, report: jobs.Report) -> jobs.Made:
    """Take the copy for whoever asked; a job done twice finds the copy that it took."""
    by, once = Person.objects.get(user_id=job.asked_by), f"job:{job.key[:50]}"
    try:
        copy = take_copy(Act(by=by, once=once), job.on, report=report)
    except RuleBroken as broken:
        before = Event.objects.filter(once=once).first()
        if before is None or {blocker.key for blocker in broken.blockers} != {"already_recorded"}:
            raise
        copy = DocumentCopy.objects.get(pk=before.record_key)
    return jobs.Made(copy.get_absolute_url(), str(copy))
