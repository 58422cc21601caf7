"""What the signature of a step settles about the things it used. Called by the command that signs, inside its recording."""

from datetime import datetime, timedelta

from batches.domain.entry_rules import OUTSIDE
from batches.models import EquipmentEntry, EquipmentUnit, Step
from batches.selectors.clearances import before_clearance, clearing_blockers, is_closing, scans_to_clear
from batches.selectors.equipment import lapses_of
from batches.selectors.sheets import Sheet, step_name
from batches.selectors.uses import equipment_used, need_lines, uses_something
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import Recording
from evgmp.rules.blocker import RuleBroken


def settle_uses(rec: Recording, sheet: Sheet, step: Step) -> None:
    """What was used outside its tolerance, or went out of date while the step ran, opens an exception (EXE-15, EXE-17); a line
    clearance whose every answer is accepted clears its room for this lot (EXE-12)."""
    if not uses_something(step):
        return
    known = set(step.exceptions.values_list("sentence", flat=True))
    for kind, sentence in _findings(step, rec.at):
        said = f"{sheet.batch.lot.number} {step_name(step)[:60]}: {sentence}"
        if said not in known:
            open_exception(rec, lot=sheet.batch.lot, step=step, kind=kind, sentence=said)
    if step.master_step.kind == "clearance":
        _clear(rec, sheet, step)


def _findings(step: Step, at: datetime) -> list[tuple[str, str]]:
    found = [("material", line.outside) for line in need_lines(step) if line.outside]
    for row in equipment_used(step):
        if row.kind == "used":
            closing = step.master_step.kind == "clearance" and is_closing(row.unit, step)
            found += [("equipment", sentence) for sentence in lapses_of(row.unit_id, row.lot, since=row.at, until=at, closing=closing)]
    return found


def _clear(rec: Recording, sheet: Sheet, step: Step) -> None:
    """One line in the room's log, with the product and lot that were there before. Nothing is cleared while an answer is outside its
    limits, a clearance given before is struck then, and so is that of a room whose scan was struck. A scan clears once: who clears the
    room again scans it again."""
    rows = equipment_used(step)
    scanned = {row.unit_id for row in rows if row.kind == "used" and row.unit.kind.is_room}
    refused = any(entry.mark in OUTSIDE for entry in sheet.entries(step))
    for row in (row for row in rows if row.kind == "cleared"):
        if refused or row.unit_id not in scanned:
            row.is_current = False
            row.save()
    for row in scans_to_clear(sheet, step):
        room = EquipmentUnit.locked(pk=row.unit_id)
        # Two batches may be clearing one room at the same time: the second finds the first under the lock of the room.
        if blockers := clearing_blockers(row, step, rec.at):
            raise RuleBroken(*blockers)
        witness = rec.act.signings[1].printed_name if len(rec.act.signings) > 1 else ""
        EquipmentEntry(
            unit=room, kind="cleared", at=rec.at, until=rec.at + timedelta(hours=room.kind.clearance_hours or 0), lot=sheet.batch.lot, step=step,
            need=row.need, note=before_clearance(room, step)[:300], performed_by=rec.act.by.printed_name,
            checked_by=witness,
        ).save()  # fmt: skip
        room.save()
