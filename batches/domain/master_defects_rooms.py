"""Rooms that a master scans are cleared before their first use and again after their last (EXE-12, MST-09). Knows no Django."""

from collections.abc import Iterator

from batches.domain.equipment import CLASSES
from batches.domain.master_parts import MasterFile, StepFile


def room_defects(master: MasterFile) -> Iterator[str]:
    """Every defect of the clearances of each room class that the master names."""
    named = {need.equipment_class: None for step in master.steps for need in step.equipment}
    for room in named:
        if room in CLASSES and CLASSES[room].is_room:
            yield from _room(master, room)


def _room(master: MasterFile, room: str) -> Iterator[str]:
    title = CLASSES[room].title
    scanned = [place for place, step in enumerate(master.steps) if any(need.equipment_class == room for need in step.equipment)]
    clearances = [place for place in scanned if master.steps[place].kind == "clearance"]
    uses = [place for place in scanned if place not in clearances]
    opening = next((place for place in clearances if not uses or place < uses[0]), None)
    if opening is None:
        yield f"Step {master.steps[uses[0]].key}: It uses “{title}” before a line clearance of it. Put a clearance step of this class before it."
    closing = next((place for place in reversed(clearances) if place != opening and place > max(uses, default=-1)), None)
    if closing is None:
        yield f"“{title}” is not cleared after its last use. Put a second clearance step of this class at the end."
    elif later := next((step for step in master.steps[closing + 1 :] if _is_work(step)), None):
        yield f"Step {later.key}: It comes after the last line clearance of “{title}”. Move that clearance behind it."


def _is_work(step: StepFile) -> bool:
    """Whether things are handled in the area in this step: it uses or draws something, fills, or watches a run."""
    if step.kind == "clearance":
        return False
    return bool(step.materials or step.equipment or step.samples) or step.kind in ("fill", "log")
