"""Exceptions: opened by the system where something leaves its limits, closed by QA."""

from batches.domain.commands import CLOSE_EXCEPTION, RAISE_DEVIATION, REPORT_EXCEPTION
from batches.domain.lifecycle import CLASSES, EXCEPTION, EXCEPTION_DECISIONS
from batches.models import Entry, ExceptionRecord, Lot, Step
from batches.selectors.exceptions import closing_blockers, deviation_blockers
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse

LONGEST_SENTENCE = 300


def open_exception(
    rec: Recording, *, lot: Lot, kind: str, sentence: str, step: Step | None = None, entry: Entry | None = None, subject: str = ""
) -> ExceptionRecord:
    """One exception inside the recording of the act that caused it; an entry has one at most, a subject too (DEV-02)."""
    number = rec.next_number(f"EXC-{rec.at.year}")
    row = ExceptionRecord(
        number=number, lot=lot, step=step, entry=entry, kind=kind, subject=subject, sentence=sentence[:LONGEST_SENTENCE], opened_at=rec.at
    )
    row.save()
    return row


def report_exception(act: Act, on: str, *, what: str) -> ExceptionRecord:
    """Anybody who works with a lot says that something was not as it should be, at a step or about the lot (DEV-01)."""
    with recording(REPORT_EXCEPTION, act) as rec:
        step = Step.objects.filter(number=on).select_related("batch__lot").first()
        lot = step.batch.lot if step else Lot.objects.get(number=on)
        row = open_exception(rec, lot=lot, step=step, kind="reported", sentence=what.strip())
        rec.about(row, lot=lot.number, step=step.number if step else "")
    return row


def raise_deviation(act: Act, on: str, *, classification: str) -> ExceptionRecord:
    """QA makes an exception a deviation: the same record, with its class and the reason (DEV-02)."""
    with recording(RAISE_DEVIATION, act) as rec:
        exception = ExceptionRecord.locked(number=on)
        fresh(exception, act)
        if blockers := deviation_blockers(exception):
            raise RuleBroken(*blockers)
        if classification not in CLASSES:
            raise refuse("unknown_class", f"Choose one of: {', '.join(CLASSES.values())}.", "classification")
        exception.classification, exception.deviation_at = classification, rec.at
        exception.save()
        rec.about(exception, lot=exception.lot.number, classification=CLASSES[classification])
    return exception


def close_exception(act: Act, on: str, *, decision: str) -> ExceptionRecord:
    """QA decides what an exception means for the lot, with a reason and a signature (DEV-03)."""
    with recording(CLOSE_EXCEPTION, act) as rec:
        exception = ExceptionRecord.locked(number=on)
        fresh(exception, act)
        if blockers := closing_blockers(exception, act.by.user_id):
            raise RuleBroken(*blockers)
        if decision not in EXCEPTION_DECISIONS:
            raise refuse("unknown_decision", f"Choose one of: {', '.join(EXCEPTION_DECISIONS.values())}.", "decision")
        exception.status = EXCEPTION.target(CLOSE_EXCEPTION, status=exception.status)
        exception.decision, exception.decision_reason = decision, act.reason
        exception.closed_at, exception.closed_by = rec.at, act.by.printed_name
        exception.save()
        rec.about(exception, lot=exception.lot.number, decision=EXCEPTION_DECISIONS[decision])
    return exception
