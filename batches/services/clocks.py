"""Clocks outside their limits open an exception by themselves: in the next act on the batch, or when somebody looks (EXE-10)."""

from batches.domain.commands import WATCH_CLOCKS
from batches.models import BatchRecord, ExceptionRecord
from batches.selectors.clocks import unnoticed
from batches.selectors.sheets import Sheet
from batches.services.exceptions import open_exception
from evgmp.compliance import clock as time
from evgmp.compliance.actor import TechnicalActor
from evgmp.compliance.recording import Act, Recording, recording
from evgmp.rules.blocker import RuleBroken, refuse

WATCH = TechnicalActor("clock-watch", "1")
NOTHING_PASSED = "no_clock_passed"


def raise_for_clocks(rec: Recording, sheet: Sheet) -> list[ExceptionRecord]:
    """One exception for each clock outside its limits that has none yet, inside an open recording (DEV-02)."""
    return [
        open_exception(
            rec, lot=sheet.batch.lot, step=step, kind="time", subject=clock.subject(),
            sentence=clock.sentence(rec.at, f"{sheet.batch.lot.number} step {step.position}"),
        )
        for clock, step in unnoticed(sheet, rec.at)
    ]  # fmt: skip


def watch_clocks(act: Act, on: str) -> BatchRecord:
    """Open the exceptions of the clocks of a batch that passed while nobody acted on it. Refused when there is none."""
    with recording(WATCH_CLOCKS, act) as rec:
        batch = BatchRecord.locked(number=on)
        raised = raise_for_clocks(rec, Sheet(batch))
        if not raised:
            raise refuse(NOTHING_PASSED, f"No clock of {batch.number} is outside its limits without an exception.")
        rec.about(batch, exceptions=[exception.number for exception in raised])
    return batch


def notice_clocks(batch: BatchRecord) -> bool:
    """Whether a look at this batch found a clock outside its limits, and opened its exception."""
    if batch.status not in ("in_process", "paused") or not unnoticed(Sheet(batch), time.now()):
        return False
    try:
        watch_clocks(Act(by=WATCH), batch.number)
    except RuleBroken as broken:
        # Somebody else looked a moment earlier: then the exception is there, which is all that was wanted.
        if broken.blockers[0].key != NOTHING_PASSED:
            raise
        return False
    return True
