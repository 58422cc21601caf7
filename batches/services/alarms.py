"""Acknowledging alarms: who took notice, when, and what they say about it, signed (EXE-26)."""

from batches.domain.commands import ACKNOWLEDGE_ALARM
from batches.models import AlarmAcknowledgement, BatchRecord
from batches.selectors.alarms import acknowledging_blockers, alarm_of
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import RuleBroken


def acknowledge_alarm(act: Act, on: str) -> AlarmAcknowledgement:
    """One alarm, once, with the reason given as the comment. It decides nothing: QA closes the exception, if there is one."""
    with recording(ACKNOWLEDGE_ALARM, act) as rec:
        BatchRecord.locked(pk=alarm_of(on).batch.pk)
        alarm = alarm_of(on)
        fresh(alarm.row, act)
        if blockers := acknowledging_blockers(alarm):
            raise RuleBroken(*blockers)
        row = AlarmAcknowledgement(
            batch=alarm.batch, exception=alarm.exception, entry=alarm.entry, sentence=alarm.sentence,
            comment=act.reason.strip(), at=rec.at, acknowledged_by=act.by.printed_name,
        )  # fmt: skip
        row.save()
        rec.about(row, covers=[row], references=[alarm.row], lot=alarm.batch.lot.number, alarm=alarm.number)
    return row
