"""The alarms of a batch: what rang, and who acknowledged it with which comment (EXE-26)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from batches.domain.alarms import ALARM_KINDS, NEAR, near_sentence
from batches.domain.commands import ACKNOWLEDGE_ALARM
from batches.domain.lifecycle_records import BATCH
from batches.models import AlarmAcknowledgement, BatchRecord, Entry, ExceptionRecord, Step
from evgmp.compliance.site_time import site_time
from evgmp.rules.blocker import Blocker


@dataclass(frozen=True)
class Alarm:
    """An exception that the system raised, or a value beyond its alert limit. `row` is that record itself."""

    row: ExceptionRecord | Entry
    batch: BatchRecord

    @property
    def exception(self) -> ExceptionRecord | None:
        return self.row if isinstance(self.row, ExceptionRecord) else None

    @property
    def entry(self) -> Entry | None:
        return self.row if isinstance(self.row, Entry) else None

    @property
    def step(self) -> Step | None:
        return self.row.step

    @property
    def at(self) -> datetime:
        return self.row.opened_at if isinstance(self.row, ExceptionRecord) else self.row.recorded_at

    @property
    def sentence(self) -> str:
        if isinstance(self.row, ExceptionRecord):
            return self.row.sentence
        step = self.row.step
        row = f" row {self.row.row}" if step.master_step.kind == "log" else ""
        return near_sentence(self.row.parameter, self.row.text, f"{self.batch.lot.number} step {step.position}{row}")[:300]

    @property
    def acknowledged(self) -> AlarmAcknowledgement | None:
        return getattr(self.row, "acknowledgement", None)

    # --- as the target of a command ---

    @property
    def number(self) -> str:
        """How it is named in an address: by its exception, or by its step and value, `TFF-2026-001-08.p_feed:3`."""
        if isinstance(self.row, ExceptionRecord):
            return self.row.number
        return f"{self.row.step.number}.{self.row.parameter.key}:{self.row.row}"

    @property
    def revision(self) -> int:
        return self.row.revision

    def get_absolute_url(self) -> str:
        step = self.step
        return step.get_absolute_url() if step is not None else self.batch.get_absolute_url()

    def __str__(self) -> str:
        return f"Alarm of {self.batch.lot}"


ANSWERED_IN = ("in_process", "paused", "completed")
_OF_STEP = ("acknowledgement", "step__master_step", "step__batch__version__master", "step__batch__lot")
_EXCEPTIONS = ExceptionRecord.objects.filter(kind__in=ALARM_KINDS).select_related("lot", *_OF_STEP)
_ENTRIES = Entry.objects.filter(mark=NEAR).select_related("parameter", *_OF_STEP)


def alarms_of(batch: BatchRecord, step: Step | None = None) -> list[Alarm]:
    """Every alarm of a batch or of one step, in order of time. A value that was corrected before anybody acknowledged it has its
    reason and signature there."""
    exceptions, entries = _EXCEPTIONS.filter(lot=batch.lot_id), _ENTRIES.filter(step__batch=batch)
    if step is not None:
        exceptions, entries = exceptions.filter(step=step), entries.filter(step=step)
    rows: list[ExceptionRecord | Entry] = [*exceptions, *entries.filter(Q(is_current=True) | Q(acknowledgement__isnull=False))]
    return sorted((Alarm(row, batch) for row in rows), key=lambda alarm: (alarm.at, alarm.number))


def waiting_alarms(batch: BatchRecord, step: Step | None = None) -> list[Alarm]:
    """Those that nobody acknowledged yet."""
    return [alarm for alarm in alarms_of(batch, step) if alarm.acknowledged is None]


def alarms_unanswered() -> list[tuple[BatchRecord, list[Alarm]]]:
    """The alarms that nobody acknowledged yet, the newest last, of every batch in which that can be done."""
    batches = {batch.lot_id: batch for batch in BatchRecord.objects.filter(status__in=ANSWERED_IN).select_related("lot").order_by("pk")}
    found: dict[int, list[Alarm]] = {lot: [] for lot in batches}
    for exception in _EXCEPTIONS.filter(lot__in=batches, acknowledgement__isnull=True):
        if exception.lot_id is not None:
            found[exception.lot_id].append(Alarm(exception, batches[exception.lot_id]))
    for entry in _ENTRIES.filter(step__batch__lot__in=batches, is_current=True, acknowledgement__isnull=True):
        found[entry.step.batch.lot_id].append(Alarm(entry, entry.step.batch))
    return [(batches[lot], sorted(alarms, key=lambda alarm: (alarm.at, alarm.number))) for lot, alarms in found.items() if alarms]


def alarm_of(number: str) -> Alarm:
    """The alarm named by its exception, or by its step and value. Raises ObjectDoesNotExist where nothing of that name rang."""
    name = number.strip()
    if "." not in name:
        exception = _EXCEPTIONS.get(number=name.upper(), lot__batch__isnull=False)
        assert exception.lot is not None
        return Alarm(exception, BatchRecord.objects.select_related("lot", "version").get(lot=exception.lot))
    where, _, value = name.partition(".")
    key, _, row = value.partition(":")
    if not (row or "1").isdecimal() or len(row) > 6:
        raise Entry.DoesNotExist(f"Nothing is recorded as {name}.")
    of_step = {"step__number": where.upper(), "parameter__key": key, "row": int(row or "1"), "is_current": True}
    entry = _ENTRIES.get(**of_step)
    return Alarm(entry, entry.step.batch)


def acknowledging_blockers(alarm: Alarm) -> list[Blocker]:
    """Why this alarm can't be acknowledged now."""
    done = alarm.acknowledged
    facts: dict[str, Any] = {"acknowledged": f"by {done.acknowledged_by} at {site_time(done.at)}" if done else ""}
    return BATCH.blockers(ACKNOWLEDGE_ALARM, status=alarm.batch.status, facts=facts)
