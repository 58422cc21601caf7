"""Late entries: what was not recorded at its moment, with the claimed time, the reason and a second signature (EXE-04)."""

from datetime import datetime
from typing import Any

from batches.domain.commands import RECORD_LATE_ENTRY
from batches.domain.lifecycle_records import BATCH, STEP
from batches.models import Step
from batches.selectors.records import step_facts
from batches.selectors.sheets import step_name
from batches.services.exceptions import open_exception
from batches.services.steps import open_sheet, read_all, taken_already
from batches.services.writing import Writer
from evgmp.compliance.recording import Act, recording
from evgmp.compliance.site_time import site_time
from evgmp.rules.blocker import RuleBroken, refuse


def record_late_entry(act: Act, on: str, *, happened_at: datetime, **given: Any) -> Step:
    """Record values of an open, signed or left-out step that nobody recorded when they were read.

    Each entry keeps the server's time beside the claimed one. The act opens an exception of its own; a signed step opens
    again, a completed or reviewed batch is in process again.
    """
    with recording(RECORD_LATE_ENTRY, act) as rec:
        sheet, step = open_sheet(on, act)
        batch = sheet.batch
        if blockers := STEP.blockers(RECORD_LATE_ENTRY, status=step.status, facts=step_facts(sheet, step, act.by, rec.at)):
            raise RuleBroken(*blockers)
        if taken := taken_already(sheet, step, given):
            raise RuleBroken(*taken)
        if happened_at > rec.at:
            raise refuse("claimed_future", "This time lies in the future. Write when it happened.", "happened_at")
        if happened_at < batch.issued_at.replace(second=0, microsecond=0):
            raise refuse("claimed_too_early", f"{batch.number} was issued later than that. Write when it happened.", "happened_at")
        row = (max(sheet.rows(step), default=0) + 1) if step.master_step.kind == "log" else 1
        writer = Writer(rec, sheet)
        entries = [
            writer.write(step, parameter, value, row=row, reason=act.reason.strip(), claimed_at=happened_at)
            for parameter, value in read_all(rec, step, given, late=True)
        ]
        where = f"{batch.lot.number} step {step.position}"
        labels = ", ".join(entry.parameter.label for entry in entries)
        open_exception(
            rec, lot=batch.lot, step=step, kind="late", subject=f"late {rec.id}",
            sentence=f"{labels}: recorded late, said to be of {site_time(happened_at)} ({where})",
        )  # fmt: skip
        if sentence := writer.out_of_order(step, labels, happened_at):
            open_exception(rec, lot=batch.lot, step=step, kind="order", subject=f"order {rec.id}", sentence=sentence)
        if step.status == "skipped":
            step.note = ""
        opened = writer.finish()
        target = BATCH.target(RECORD_LATE_ENTRY, status=batch.status)
        if target != batch.status:
            batch.status, batch.completed_at = target, None
            batch.save()
        rec.about(entries[0], covers=entries, step=step.number, claimed=happened_at, opened_again=[step_name(one) for one in opened])
    return step
