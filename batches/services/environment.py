"""Environmental monitoring: recorded by session, read when the plates are counted, reviewed by another person (EXE-19).

What departs opens an exception on every batch that used the unit during the session, and on the unit where none did.
"""

from datetime import datetime
from decimal import Decimal

from batches.domain.commands import READ_MONITORING, RECORD_MONITORING, REVIEW_MONITORING
from batches.domain.environment import INVALID, OUTSIDE, PENDING, judged, monitoring
from batches.models import BatchRecord, MonitoringRecord
from batches.selectors.environment import (
    KIND,
    batches_touched,
    monitoring_blockers,
    monitoring_of,
    outside_sentence,
    room_uses,
    unopened,
)
from batches.selectors.equipment import unit_of
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.command import Command

REVIEWS = {"valid": "The result is valid", "invalid": "The result is invalid; it counts for no batch"}


def record_monitoring(
    act: Act, on: str, *, kind: str, place: str, began_at: datetime, ended_at: datetime, value: Decimal | None = None
) -> MonitoringRecord:
    """One session in a room or zone. Without a value its result is pending: plates are counted days later."""
    with recording(RECORD_MONITORING, act) as rec:
        # The unit is not locked: who signs a line clearance takes its lock after the batch's, and a result may need the batch's here.
        unit = unit_of(on)
        limit = monitoring().limits.get(unit.equipment_class, {}).get(kind)
        if limit is None:
            raise refuse("no_limit", f"No limit of {unit.kind.title.lower()} is set for this kind of monitoring. Choose one of those offered.", "kind")
        if ended_at < began_at:
            raise refuse("times_swapped", "The end lies before the beginning. Check both times.", "ended_at")
        if ended_at > rec.at:
            raise refuse("in_future", "The end lies in the future. Record the session when it is over.", "ended_at")
        row = MonitoringRecord(
            number=rec.next_number(f"EM-{rec.at.year}", 4), unit=unit, kind=kind, place=place.strip(), began_at=began_at, ended_at=ended_at,
            counted_in=monitoring().kinds[kind].unit, lowest=limit.lowest, highest=limit.highest, recorded_at=rec.at,
            recorded_by=act.by.printed_name, recorder_id=act.by.user_id, status=PENDING,
        )  # fmt: skip
        if value is not None:
            _read(rec, row, value)
        row.save()
        rec.about(row, unit=unit.code, kind=row.title, result=_result(row), exceptions=_raise(rec, row))
    return row


def read_monitoring(act: Act, on: str, *, value: Decimal) -> MonitoringRecord:
    """The result of a session that was pending, once."""
    with recording(READ_MONITORING, act) as rec:
        row = _locked(READ_MONITORING, act, on)
        _read(rec, row, value)
        row.save()
        rec.about(row, unit=row.unit.code, kind=row.title, result=_result(row), exceptions=_raise(rec, row))
    return row


def review_monitoring(act: Act, on: str, *, decision: str) -> MonitoringRecord:
    """Another person reviews a session. Declared invalid it covers no use, and what it covered alone lacks its link again."""
    with recording(REVIEW_MONITORING, act) as rec:
        row = _locked(REVIEW_MONITORING, act, on)
        if decision not in REVIEWS:
            raise refuse("unknown_decision", f"Choose one of: {', '.join(REVIEWS.values())}.", "decision")
        if decision == "valid" and row.value is None:
            raise refuse("no_result", "Its result is not recorded yet. Record it first, or declare the session invalid.", "decision")
        touched = batches_touched(row)
        if decision == "invalid":
            row.status = INVALID
        row.reviewed_at, row.reviewed_by, row.review_reason = rec.at, act.by.printed_name, act.reason.strip()
        row.save()
        opened = [number for batch in touched if batch.status in ("completed", "reviewed") for number in raise_for_environment(rec, batch)]
        rec.about(row, unit=row.unit.code, kind=row.title, decision=REVIEWS[decision], exceptions=opened)
    return row


def raise_for_environment(rec: Recording, batch: BatchRecord) -> list[str]:
    """One exception for each link that lacks and each departure that has none yet, inside an open recording."""
    return [
        open_exception(rec, lot=batch.lot, step=step, kind=KIND, subject=subject, sentence=sentence).number
        for step, subject, sentence in unopened(batch, room_uses(batch))
    ]


def _locked(command: Command, act: Act, on: str) -> MonitoringRecord:
    """The record under its own lock, as the page must have shown it, with nothing against `command` by this person."""
    row = MonitoringRecord.locked(pk=monitoring_of(on).pk)
    fresh(row, act)
    if blockers := monitoring_blockers(command, row, act.by.user_id):
        raise RuleBroken(*blockers)
    return row


def _read(rec: Recording, row: MonitoringRecord, value: Decimal) -> None:
    kind = monitoring().kinds.get(row.kind)
    if value < 0 and not (kind and kind.negative):
        raise refuse("impossible_value", f"{value} {row.counted_in} can't be: a count is zero or more. Check the sheet.", "value")
    row.value, row.status = value, judged(value, row.lowest, row.highest)
    row.read_at, row.read_by, row.reader_id = rec.at, rec.act.by.printed_name, rec.act.by.user_id


def _raise(rec: Recording, row: MonitoringRecord) -> list[str]:
    """Exceptions of a result outside its limit: on each lot whose batch it touches, else on the unit."""
    if row.status != OUTSIDE:
        return []
    touched = list(BatchRecord.objects.select_for_update(of=("self",)).filter(pk__in=[b.pk for b in batches_touched(row)]).select_related("lot").order_by("pk"))
    if not touched:
        return [open_exception(rec, equipment=row.unit, kind=KIND, subject=row.number, sentence=outside_sentence(row, "no batch")).number]
    return [number for batch in touched for number in raise_for_environment(rec, batch)]


def _result(row: MonitoringRecord) -> str:
    return "pending" if row.value is None else f"{row.value} {row.counted_in}"
