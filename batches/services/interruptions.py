"""Controlled interruption of a batch: pause, resume, hand-over between people (EXE-22). Clocks run on meanwhile."""

from batches.domain.commands import HAND_OVER_BATCH, PAUSE_BATCH, RESUME_BATCH
from batches.domain.lifecycle_records import BATCH
from batches.models import BatchRecord, HandOver
from batches.selectors.sheets import Sheet, step_name
from batches.services.clocks import raise_for_clocks
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.command import Command


def pause_batch(act: Act, on: str) -> BatchRecord:
    """Nothing is recorded in the batch until it is resumed. The reason says why."""
    with recording(PAUSE_BATCH, act) as rec:
        batch = _moved(rec, PAUSE_BATCH, on, act)
        rec.about(batch, open_steps=_unsigned_values(Sheet(batch)))
    return batch


def resume_batch(act: Act, on: str) -> BatchRecord:
    """The batch goes on where it was paused. The reason says what was checked."""
    with recording(RESUME_BATCH, act) as rec:
        batch = _moved(rec, RESUME_BATCH, on, act)
        rec.about(batch)
    return batch


def hand_over_batch(act: Act, on: str) -> BatchRecord:
    """One person hands the batch to another; both sign. The reason says how it stands."""
    with recording(HAND_OVER_BATCH, act) as rec:
        batch = BatchRecord.locked(number=on)
        fresh(batch, act)
        BATCH.target(HAND_OVER_BATCH, status=batch.status)
        sheet = Sheet(batch)
        raise_for_clocks(rec, sheet)
        now = sheet.first_open
        row = HandOver(
            batch=batch, at=rec.at, given_by=act.signings[0].printed_name, taken_by=act.signings[1].printed_name,
            at_step=step_name(now)[:200] if now else "", note=act.reason.strip(),
        )  # fmt: skip
        row.save()
        rec.about(row, covers=[row], references=[batch.version], open_steps=_unsigned_values(sheet))
    return batch


def _moved(rec: Recording, command: Command, on: str, act: Act) -> BatchRecord:
    batch = BatchRecord.locked(number=on)
    fresh(batch, act)
    batch.status = BATCH.target(command, status=batch.status)
    batch.save()
    raise_for_clocks(rec, Sheet(batch))
    return batch


def _unsigned_values(sheet: Sheet) -> list[str]:
    """Steps that hold values which nobody signed yet."""
    return [step_name(step) for step in sheet.steps if step.status == "open" and sheet.entries(step)]
