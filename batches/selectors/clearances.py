"""Line clearances of the rooms of a batch: before its start and after its end, with what was there before (EXE-12)."""

from batches.models import BatchRecord, EquipmentEntry, EquipmentUnit, Step
from batches.selectors.equipment import previous_lot


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
    return f"Previous product and lot: {before.product}, {before}" if before else "No earlier lot in this room"


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
    """The first clearance opens; one that counts as closing stands behind it and behind every other step in the room."""
    steps = [(line.kind, line.step) for line in lines if line.step is not None]
    last = min(step.position for _, step in steps)
    last = max([last, *(step.position for _, step in steps if step.master_step.kind != "clearance")])
    if any(kind == "cleared" and step.status == "signed" and step.position > last for kind, step in steps):
        return False
    behind = batch.steps.filter(master_step__kind="clearance", position__gt=last).select_related("master_step")
    return any(need["equipment_class"] == room.equipment_class for step in behind for need in step.master_step.equipment)
