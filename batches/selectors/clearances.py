"""Line clearances of the rooms of a batch: before its start and after its end, with what was there before (EXE-12)."""

from datetime import datetime

from batches.domain.entry_rules import OUTSIDE
from batches.domain.equipment import room_in_use, scan_overtaken
from batches.models import BatchRecord, EquipmentEntry, EquipmentUnit, Step
from batches.selectors.equipment import previous_lot
from batches.selectors.sheets import Sheet
from evgmp.rules.blocker import Blocker

# A batch that holds its rooms: a pause leaves everything where it is.
RUNNING = ("in_process", "paused")


def is_closing(room: EquipmentUnit, step: Step) -> bool:
    """Whether a clearance in this step is the one after the end: an earlier step of the batch cleared the room already."""
    earlier = room.log.filter(kind="cleared", is_current=True, step__batch=step.batch_id, step__position__lt=step.position)
    return earlier.exists()


def before_clearance(room: EquipmentUnit, step: Step) -> str:
    """The product and batch that a clearance in this step removes everything of."""
    own = step.batch.lot
    if is_closing(room, step):
        return f"After {own.product}, lot {own}"
    before = previous_lot(room, own)
    if before is None:
        return "No earlier lot in this room"
    # Whose clearance ended by the clock does not hold the room any more, but may still have something in it.
    batch = BatchRecord.objects.filter(lot=before, status__in=RUNNING).first()
    left = ", in process and not cleared after its end" if batch and not _closed(_lines(batch, room)) else ""
    return f"Previous product and lot: {before.product}, {before}{left}"


# --- a room that another batch has in use ---


def in_use_by(room: EquipmentUnit, step: Step, at: datetime) -> list[Blocker]:
    """Why the room is not cleared in this step now: the batch that was in it last has its clearance in force, is running with steps
    to do, and has not cleared it after its end (EXE-12). At most one."""
    last = _last_clearance(room)
    other = last.step.batch if last is not None and last.step is not None else None
    if other is None or other.pk == step.batch_id or other.status not in RUNNING:
        return []
    lines = _lines(other, room)
    ends = [line.until for line in lines if line.kind == "cleared" and line.until is not None and line.until > at]
    if not ends or _closed(lines) or Sheet(other).first_open is None:
        return []
    return [room_in_use(room.code, batch=other.number, product=other.lot.product, lot=other.lot.number, until=max(ends))]


def scans_to_clear(sheet: Sheet, step: Step) -> list[EquipmentEntry]:
    """The scans of rooms that the signature of this clearance step turns into clearances: none while an answer is outside its limits,
    and a scan clears once."""
    if step.master_step.kind != "clearance" or any(entry.mark in OUTSIDE for entry in sheet.entries(step)):
        return []
    rows = list(EquipmentEntry.objects.filter(step=step, is_current=True).select_related("unit").order_by("pk"))
    given = {row.unit_id: row.pk for row in rows if row.kind == "cleared"}
    return [row for row in rows if row.kind == "used" and row.unit.kind.is_room and given.get(row.unit_id, 0) < row.pk]


def clearing_blockers(scan: EquipmentEntry, step: Step, at: datetime) -> list[Blocker]:
    """Why the clearance of a scanned room is not signed now: another batch has it in use, or another lot was in it since the scan, so
    that the points checked are not true any more."""
    if found := in_use_by(scan.unit, step, at):
        return found
    last = _last_clearance(scan.unit)
    if last is None or last.lot_id == scan.lot_id or last.pk < scan.pk:
        return []
    return [scan_overtaken(scan.unit.code, lot=str(last.lot))]


def rooms_taken(sheet: Sheet, step: Step, at: datetime) -> list[str]:
    """`clearing_blockers` of every room of the step, as sentences."""
    return [blocker.message for scan in scans_to_clear(sheet, step) for blocker in clearing_blockers(scan, step, at)]


def _last_clearance(room: EquipmentUnit) -> EquipmentEntry | None:
    """The newest clearance of the room: it names the lot that came in, or left, last."""
    rows = room.log.filter(kind="cleared", is_current=True)
    return rows.select_related("lot", "step__batch__lot").order_by("-pk").first()


def _lines(batch: BatchRecord, room: EquipmentUnit) -> list[EquipmentEntry]:
    """What a batch wrote into the log of a room, oldest first."""
    rows = room.log.filter(step__batch=batch, is_current=True, kind__in=("used", "cleared"))
    return list(rows.select_related("step__master_step").order_by("pk"))


# --- rooms left at the end ---


def rooms_left(batch: BatchRecord) -> list[str]:
    """Codes of the rooms that the batch used and that no signed clearance behind their last use has cleared. A master that was
    approved before both clearances were asked for names none there: its batches end as it says."""
    rows = EquipmentEntry.objects.filter(step__batch=batch, is_current=True, kind__in=("used", "cleared"))
    of_rooms: dict[EquipmentUnit, list[EquipmentEntry]] = {}
    for row in rows.select_related("unit", "step__master_step").order_by("pk"):
        if row.unit.kind.is_room:
            of_rooms.setdefault(row.unit, []).append(row)
    return sorted(room.code for room, lines in of_rooms.items() if _left(batch, room, lines))


def _left(batch: BatchRecord, room: EquipmentUnit, lines: list[EquipmentEntry]) -> bool:
    """The master has a clearance behind the last use of the room, and it is not signed."""
    if _closed(lines):
        return False
    behind = batch.steps.filter(master_step__kind="clearance", position__gt=_last_use(lines)).select_related("master_step")
    return any(need["equipment_class"] == room.equipment_class for step in behind for need in step.master_step.equipment)


def _last_use(lines: list[EquipmentEntry]) -> int:
    """Position of the last step in a room; the clearance that opens it counts, later ones don't."""
    steps = [line.step for line in lines if line.step is not None]
    return max([min(step.position for step in steps), *(step.position for step in steps if step.master_step.kind != "clearance")])


def _closed(lines: list[EquipmentEntry]) -> bool:
    """The first clearance opens; one that counts as closing stands behind it and behind every other step in the room."""
    if not lines:
        return False
    last = _last_use(lines)
    cleared = (line.step for line in lines if line.kind == "cleared")
    return any(step is not None and step.status == "signed" and step.position > last for step in cleared)
