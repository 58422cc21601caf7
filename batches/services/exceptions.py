"""Exceptions: opened by the system where something leaves its limits, reported by people, closed by QA."""

from typing import Any

from batches.domain.commands import CLOSE_EXCEPTION, RAISE_DEVIATION, REPORT_EXCEPTION
from batches.domain.lifecycle import CLASSES, EXCEPTION, EXCEPTION_DECISIONS
from batches.models import Entry, ExceptionRecord, Lot, Step
from batches.selectors.exception_contexts import context_of, reportable
from batches.selectors.exceptions import closing_blockers, deviation_blockers
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse

LONGEST_SENTENCE = 300
NO_LOT = "This exception is about no lot. Put each lot it touches on hold and report it there, then choose another decision."


def open_exception(
    rec: Recording, *, kind: str, sentence: str, lot: Lot | None = None, step: Step | None = None, entry: Entry | None = None,
    subject: str = "", **about: Any,
) -> ExceptionRecord:  # fmt: skip
    """One exception inside the recording of the act that caused it; an entry has one at most, a subject too (DEV-02).
    `about`: sample, label_issue, equipment or material_lot, where it is about one."""
    number = rec.next_number(f"EXC-{rec.at.year}")
    row = ExceptionRecord(
        number=number, lot=lot, step=step, entry=entry, kind=kind, subject=subject, sentence=sentence[:LONGEST_SENTENCE],
        opened_at=rec.at, **about,
    )  # fmt: skip
    row.save()
    return row


def report_exception(act: Act, on: str, *, what: str) -> ExceptionRecord:
    """Anybody says that something was not as it should be: at a step, about a lot, a sample, printed labels, a unit of
    equipment or a material lot (DEV-01)."""
    with recording(REPORT_EXCEPTION, act) as rec:
        about = context_of(reportable(on))
        row = open_exception(rec, kind="reported", sentence=what.strip(), **about)
        rec.about(row, **_named(row))
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
        rec.about(exception, **_named(exception), classification=CLASSES[classification])
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
        if decision == "lot_affected" and exception.lot is None:
            raise refuse("no_lot_to_affect", NO_LOT, "decision")
        exception.status = EXCEPTION.target(CLOSE_EXCEPTION, status=exception.status)
        exception.decision, exception.decision_reason = decision, act.reason
        exception.closed_at, exception.closed_by = rec.at, act.by.printed_name
        exception.save()
        rec.about(exception, **_named(exception), decision=EXCEPTION_DECISIONS[decision])
    return exception


def _named(exception: ExceptionRecord) -> dict[str, Any]:
    """What it is about, for the audit trail."""
    lot, about = exception.lot, exception.about
    return {"lot": lot.number if lot else "", "about": str(getattr(about, "number", about))}
