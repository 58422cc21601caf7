"""Batch records for tests, built by running the commands as the cast would."""

from collections.abc import Iterable
from typing import Any

from batches.domain import commands as c
from batches.models import AlarmAcknowledgement, BatchRecord, MasterVersion, Step
from batches.selectors.alarms import waiting_alarms
from batches.selectors.masters import shipped_text
from batches.services import alarms, entries, masters, records, steps
from evgmp.rules.blocker import RuleBroken
from tests.batches.master_contents import complete
from tests.batches.master_texts import BANK, PASSAGE, RUN
from tests.builders import CHANGE, act
from tests.furnishing import standing_master

IN_LIMIT = {"p_feed": "0.55", "p_retentate": "0.15", "p_permeate": "0.05"}  # TMP 0.30
ABOVE = {"p_feed": "0.70", "p_retentate": "0.26", "p_permeate": "0.05"}  # TMP 0.43

WHAT_WAS_DONE = "Seen at the gauge, the pump was slowed and the supervisor told"
WHY_LATE = "The centrifuge was not free in time"


def authored(text: str = RUN, *, by: str = "m.author", reason: str = "First version for the campaign of this quarter") -> MasterVersion:
    """A draft. What its text leaves out beside the steps is added, so that it can be approved."""
    return masters.author_master(act(c.AUTHOR_MASTER, by, reason=reason), text=complete(text), **CHANGE)


def effective(text: str = RUN) -> MasterVersion:
    """A master authored, reviewed and approved by three persons, unless it is effective already."""
    if standing := standing_master(complete(text)):
        return standing
    number = authored(text).number
    masters.review_master(act(c.REVIEW_MASTER, "a.verifier"), number)
    return masters.approve_master(act(c.APPROVE_MASTER, "a.reviewer"), number)


def shipped(name: str) -> MasterVersion:
    """A master shipped with the software, made effective."""
    return effective(shipped_text(name))


def started(text: str = RUN, **data: Any) -> BatchRecord:
    """A batch of the master of this text, or of the later version that a test made effective; issued by the supervisor."""
    code = text.split('code = "', 1)[1].split('"', 1)[0]
    later = MasterVersion.objects.filter(master__code=code, status="effective", version__gt=1).first()
    return records.start_batch(act(c.START_BATCH, "a.verifier"), (later or effective(text)).number, **data)


def step_no(batch: BatchRecord, position: int) -> Step:
    return batch.steps.get(position=position)


def recorded(step: Step, *, by: str = "a.operator", seen: str = "", once: str = "", **values: Any) -> Step:
    return steps.record_entry(act(c.RECORD_ENTRY, by, seen=seen, once=once), step.number, **values)


def signed(step: Step, *, by: str = "a.operator", witness: str = "b.operator", why: str = WHY_LATE) -> Step:
    """Signed by the performer, and by a witness where the master asks for one. why: said where a clock was not kept."""
    witness = witness if step.master_step.witness else ""
    return steps.sign_step(act(c.SIGN_STEP, by, witness=witness), step.number, why=why)


def corrected(
    step: Step,
    entry: str,
    value: Any,
    *,
    by: str = "a.operator",
    witness: str = "b.operator",
    reason: str = "The gauge was misread by one division",
) -> Step:
    witness = witness if step.master_step.witness else ""
    return entries.correct_entry(act(c.CORRECT_ENTRY, by, witness=witness, reason=reason), step.number, entry=entry, value=value)


def set_up(batch: BatchRecord) -> Step:
    """The first step of the short run, done and signed."""
    recorded(step_no(batch, 1), area="0.115", integrity="pass")
    return signed(step_no(batch, 1))


def logged(batch: BatchRecord, rows: Iterable[dict[str, str]] = (IN_LIMIT, IN_LIMIT)) -> Step:
    """The log of the short run, done and signed."""
    for row in rows:
        recorded(step_no(batch, 2), **row)
    return signed(step_no(batch, 2))


def executed(batch: BatchRecord, rows: Iterable[dict[str, str]] = (IN_LIMIT, IN_LIMIT), volume: str = "600.0") -> BatchRecord:
    """Every step of the short run done and signed."""
    set_up(batch)
    logged(batch, rows)
    recorded(step_no(batch, 3), volume=volume)
    signed(step_no(batch, 3))
    return BatchRecord.objects.get(pk=batch.pk)


def acknowledged(number: str, *, by: str = "a.operator", comment: str = WHAT_WAS_DONE) -> AlarmAcknowledgement:
    return alarms.acknowledge_alarm(act(c.ACKNOWLEDGE_ALARM, by, reason=comment), number)


def completed(batch: BatchRecord) -> BatchRecord:
    """Completed by the operator, who acknowledges the alarms where they are all that it waits for."""
    try:
        return records.complete_batch(act(c.COMPLETE_BATCH, "a.operator"), batch.number)
    except RuleBroken as broken:
        if {blocker.key for blocker in broken.blockers} != {"alarms_unacknowledged"}:
            raise
    for alarm in waiting_alarms(batch):
        acknowledged(alarm.number)
    return records.complete_batch(act(c.COMPLETE_BATCH, "a.operator"), batch.number)


__all__ = [
    "ABOVE", "BANK", "IN_LIMIT", "PASSAGE", "RUN", "acknowledged", "authored", "completed", "corrected", "effective", "executed", "logged", "recorded",
    "set_up", "shipped", "signed", "started", "step_no",
]  # fmt: skip
