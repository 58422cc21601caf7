"""The start of work in a cleared room: refused without a line clearance in force (EXE-12)."""

from datetime import datetime

from batches.domain.equipment import clearance_blockers
from batches.models import EquipmentEntry, EquipmentUnit, Step
from batches.selectors.equipment import unit_facts, units
from batches.selectors.sheets import Sheet
from batches.selectors.uses import equipment_needs, rows_signed

# Steps in which somebody decides: nothing is handled in the room.
NO_WORK = ("clearance", "hold_point", "branch")


def rooms_uncleared(sheet: Sheet, step: Step, at: datetime) -> list[str]:
    """Why work may not begin with this step, a sentence about each room that the batch opened with a clearance and has not worked in yet.

    A room that the step scans itself is judged at the scan. Work that has begun goes on when its clearance ends.
    """
    cleared = [one.position for one in sheet.steps if _before(one, step)]
    if step.master_step.kind in NO_WORK or not cleared or _has_begun(sheet, cleared[-1]):
        return []
    own = {need.equipment_class for need in equipment_needs(step) if need.required}
    opened = [room for room, position in _opened(sheet, step) if room.equipment_class not in own and not _has_begun(sheet, position)]
    if not opened or rows_signed(step):
        return []
    lot = sheet.batch.lot
    judged = units().filter(pk__in=[room.pk for room in opened])
    return [blocker.message for room in judged for blocker in clearance_blockers(unit_facts(room, lot), at=at, lot=lot.number)]


def _before(one: Step, step: Step) -> bool:
    return one.position < step.position and one.master_step.kind == "clearance"


def _opened(sheet: Sheet, step: Step) -> list[tuple[EquipmentUnit, int]]:
    """Each room that one clearance before this step scanned, and its position. A room scanned by two is cleared after the end already."""
    rows = EquipmentEntry.objects.filter(step__in=[one for one in sheet.steps if _before(one, step)], kind="used", is_current=True)
    found: dict[EquipmentUnit, set[int]] = {}
    for row in rows.select_related("unit", "step"):
        if row.unit.kind.is_room and row.step is not None:
            found.setdefault(row.unit, set()).add(row.step.position)
    return [(room, min(positions)) for room, positions in found.items() if len(positions) == 1]


def _has_begun(sheet: Sheet, position: int) -> bool:
    """Whether work behind the clearance at this position was done or recorded already. What is computed follows from earlier values."""
    later = [one for one in sheet.steps if one.position > position and one.master_step.kind not in NO_WORK]
    return any(one.status == "signed" or any(entry.parameter.kind != "calculated" for entry in sheet.entries(one)) for one in later)
