"""Environmental monitoring for tests: a batch whose room has to be monitored, and sessions recorded, read and reviewed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from batches.domain import commands as c
from batches.models import BatchRecord, MonitoringRecord
from batches.services import environment, records
from evgmp.compliance import clock
from tests.batches.builders_records import completed, recorded, signed, started, step_no
from tests.batches.builders_uses import EQUIPMENT_STEPS, ROOM, SKID, cleared, cleared_after, unit, used
from tests.batches.chain import bank_lot, fed
from tests.builders import act

# The step in the room asks for settle plates and for the pressure.
MONITORED = EQUIPMENT_STEPS.replace("MBR-EQ", "MBR-EM").replace(
    'key = "room"\nclass = "room_grade_c"\n\n[[step.equipment]]\nkey = "skid"',
    'key = "room"\nclass = "room_grade_c"\nmonitoring = ["settle_plates", "pressure"]\n\n[[step.equipment]]\nkey = "skid"',
)
PLACE = "P3, beside the cabinet"


def in_the_room() -> BatchRecord:
    """A batch that has worked in the room; everything is signed but the end."""
    unit(ROOM)
    unit(SKID)
    batch = fed(started(MONITORED), bank_lot())
    cleared(batch)
    for code in (ROOM, SKID):
        used(step_no(batch, 2), code)
    signed(step_no(batch, 2))
    return batch


def ended(batch: BatchRecord) -> BatchRecord:
    """Harvested, cleared after the end and completed."""
    recorded(step_no(batch, 3), harvested="7.2E+8")
    signed(step_no(batch, 3))
    cleared_after(batch)
    return completed(BatchRecord.objects.get(pk=batch.pk))


def session(
    kind: str = "settle_plates", value: str | None = None, *, ago: int = 30, minutes: int = 30, by: str = "a.analyst", room: str = ROOM
) -> MonitoringRecord:
    """A session that began `ago` minutes back and took `minutes`."""
    began = clock.now() - timedelta(minutes=ago)
    data: dict[str, Any] = {"kind": kind, "place": PLACE, "began_at": began, "ended_at": began + timedelta(minutes=minutes)}
    result = Decimal(value) if value is not None else None
    return environment.record_monitoring(act(c.RECORD_MONITORING, by), room, value=result, **data)


def read(record: MonitoringRecord, value: str, by: str = "a.analyst") -> MonitoringRecord:
    return environment.read_monitoring(act(c.READ_MONITORING, by), record.number, value=Decimal(value))


def em_reviewed(record: MonitoringRecord, decision: str = "valid", by: str = "a.labhead") -> MonitoringRecord:
    signing = act(c.REVIEW_MONITORING, by, reason="Plates and sheet seen, incubation in its limits")
    return environment.review_monitoring(signing, record.number, decision=decision)


def reviewed_batch(batch: BatchRecord) -> BatchRecord:
    return records.review_batch(act(c.REVIEW_BATCH, "b.verifier"), batch.number)
