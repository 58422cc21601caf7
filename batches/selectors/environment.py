"""The environment in which a batch was made: what was monitored in its rooms while it used them, what lacks, what departed (EXE-19)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from batches.domain.commands import READ_MONITORING, REVIEW_MONITORING
from batches.domain.environment import INVALID, OUTSIDE, PENDING, monitoring, overlaps
from batches.domain.lifecycle_equipment import MONITORING
from batches.models import BatchRecord, EquipmentEntry, EquipmentUnit, ExceptionRecord, MonitoringRecord, Step
from evgmp.rules.blocker import Blocker
from evgmp.web.components import value_text

KIND = "environment"


@dataclass(frozen=True)
class RoomUse:
    """One step of a batch in a room or zone, from its scan until it was signed, with what the master asks to be monitored there."""

    step: Step
    unit: EquipmentUnit
    since: datetime
    asked: tuple[str, ...]
    records: list[MonitoringRecord] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Kinds that the master asks for and of which no valid session touches this use."""
        found = {record.kind for record in self.records if record.status != INVALID}
        return [kind for kind in self.asked if kind not in found]


def room_uses(batch: BatchRecord) -> list[RoomUse]:
    """Every use of something that is monitored, in the order of the record, with the sessions that touch it."""
    limits = monitoring().limits
    rows = EquipmentEntry.objects.filter(step__batch=batch, kind="used", is_current=True, unit__equipment_class__in=limits)
    rows = rows.select_related("unit", "step__master_step").order_by("pk")
    uses = [_use(row) for row in rows]
    by_unit: dict[int, list[MonitoringRecord]] = {}
    units = {use.unit.pk for use in uses}
    for record in MonitoringRecord.objects.filter(unit__in=units).select_related("unit").order_by("pk") if units else ():
        by_unit.setdefault(record.unit_id, []).append(record)
    for use in uses:
        use.records.extend(r for r in by_unit.get(use.unit.pk, []) if overlaps(r.began_at, r.ended_at, use.since, use.step.done_at))
    return uses


def _use(row: EquipmentEntry) -> RoomUse:
    assert row.step is not None
    need: dict[str, Any] = next((plain for plain in row.step.master_step.equipment if plain["key"] == row.need), {})
    return RoomUse(row.step, row.unit, row.at, tuple(need.get("monitoring", ())))


def records_once(uses: Iterable[RoomUse]) -> list[MonitoringRecord]:
    """Each session once, in order."""
    found = {record.pk: record for use in uses for record in use.records}
    return [found[pk] for pk in sorted(found)]


def batches_touched(record: MonitoringRecord) -> list[BatchRecord]:
    """Batches that used the unit during the session."""
    rows = EquipmentEntry.objects.filter(unit=record.unit_id, kind="used", is_current=True, step__isnull=False).select_related("step")
    keys = {row.step.batch_id for row in rows if row.step and overlaps(record.began_at, record.ended_at, row.at, row.step.done_at)}
    return list(BatchRecord.objects.filter(pk__in=keys).exclude(status="aborted").select_related("lot").order_by("pk"))


def unopened(batch: BatchRecord, uses: Iterable[RoomUse]) -> list[tuple[Step, str, str]]:
    """(step, subject, sentence) of each missing link and each departure for which no exception of the lot stands yet."""
    known = set(ExceptionRecord.objects.filter(lot=batch.lot_id, kind=KIND).values_list("subject", flat=True))
    found: dict[str, tuple[Step, str, str]] = {}
    for use in uses:
        where = f"{batch.lot.number} step {use.step.position}"
        for kind in use.missing:
            title = monitoring().kinds[kind].title if kind in monitoring().kinds else kind
            subject = f"{use.unit.code} {kind} step {use.step.position}"
            found.setdefault(subject, (use.step, subject, f"{title} of {use.unit.code}: no monitoring is recorded for its use in {where}"))
        for record in use.records:
            if record.status == OUTSIDE:
                found.setdefault(record.number, (use.step, record.number, outside_sentence(record, where)))
    return [one for subject, one in found.items() if subject not in known]


def outside_sentence(record: MonitoringRecord, where: str) -> str:
    value = value_text(record.value, record.counted_in)
    return f"{record.title} in {record.unit.code}, {record.place}: {value}, limit {record.limit} ({record.number}; {where})"


def environment_open(batch: BatchRecord) -> list[str]:
    """What bars the review: results that are not there or not reviewed, and exceptions that QA has not decided."""
    uses = room_uses(batch)
    if not uses:
        return []
    found = []
    for record in records_once(uses):
        if record.status == PENDING:
            found.append(f"{record.number} ({record.title} of {record.unit.code}) has no result yet.")
        elif record.reviewed_at is None:
            found.append(f"{record.number} ({record.title} of {record.unit.code}) is not reviewed yet.")
    still = ExceptionRecord.objects.filter(lot=batch.lot_id, kind=KIND, status="open").order_by("pk")
    found += [f"{exception.number} about the environment is not decided yet." for exception in still]
    return found + [f"{sentence}." for _, _, sentence in unopened(batch, uses)]


def monitoring_of(number: str) -> MonitoringRecord:
    return MonitoringRecord.objects.select_related("unit").get(number=number.strip().upper())


def monitoring_of_unit(unit: EquipmentUnit) -> list[MonitoringRecord]:
    """Newest first."""
    return list(unit.monitoring.select_related("unit").order_by("-pk"))


def kinds_of_unit(unit: EquipmentUnit) -> list[tuple[str, str]]:
    """Kinds for which this unit's class has a limit, with their titles."""
    known = monitoring()
    return [(kind, f"{known.kinds[kind].title} ({known.kinds[kind].unit})") for kind in known.limits.get(unit.equipment_class, {})]


def monitoring_blockers(command: Any, record: MonitoringRecord, user_id: str = "") -> list[Blocker]:
    """Why a result can't be recorded or reviewed now; with `user_id`, by this person."""
    facts = {"has_value": record.value is not None, "reviewer": user_id, "took_part": {record.recorder_id, record.reader_id} - {""}}
    state = "reviewed" if record.reviewed_at else "open" if record.value is None else "read"
    assert command in (READ_MONITORING, REVIEW_MONITORING)
    return MONITORING.blockers(command, status=state, facts=facts)


def monitoring_titles() -> dict[str, str]:
    return {key: kind.title for key, kind in monitoring().kinds.items()}
