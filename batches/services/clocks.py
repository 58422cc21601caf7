"""Clocks outside their limits open an exception by themselves: in the next act on the batch, or when somebody looks (EXE-10)."""

from batches.domain.commands import WATCH_CLOCKS
from batches.models import BatchRecord, ExceptionRecord, Lot
from batches.selectors.clocks import HELD, unnoticed
from batches.selectors.pools import undecided_holds
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


def notice_holds(parent: Lot, taker: BatchRecord) -> list[str]:
    """A lot was refused because its hold is passed: one exception about each such hold, by which QA decides whether it may still be
    used. Returns the numbers of those that wait for QA."""
    for key, sentence, known in undecided_holds(parent, taker, time.now()):
        if known is None:
            _open_for_hold(parent, HELD + key, f"{sentence} It was to go into {taker.lot}")
    return [known.number for _, _, known in undecided_holds(parent, taker, time.now()) if known is not None and known.status == "open"]


def _open_for_hold(parent: Lot, subject: str, sentence: str) -> None:
    try:
        with recording(WATCH_CLOCKS, Act(by=WATCH)) as rec:
            lot = Lot.locked(pk=parent.pk)
            if lot.exceptions.filter(kind="time", subject=subject).exists():
                raise refuse(NOTHING_PASSED, f"The passed hold of {lot} has its exception already.")
            rec.about(lot, exceptions=[open_exception(rec, lot=lot, kind="time", subject=subject, sentence=sentence).number])
    except RuleBroken as broken:
        # Somebody else was refused a moment earlier: then the exception is there.
        if broken.blockers[0].key != NOTHING_PASSED:
            raise
