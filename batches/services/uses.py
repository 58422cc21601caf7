"""What a step uses, scanned: the server resolves the code and judges it at the moment of the entry (EXE-13, EXE-16, pitfall 22).

A refused scan writes nothing but an Attempt.
"""

from decimal import Decimal

from batches.domain.commands import RECORD_USE
from batches.domain.equipment import unit_blockers
from batches.domain.lifecycle_records import STEP
from batches.domain.master_parts import EquipmentNeed, MaterialNeed
from batches.domain.materials import quantity_blockers, use_blockers, wrong_item
from batches.models import EquipmentEntry, EquipmentUnit, MaterialLot, MaterialMovement, Step
from batches.selectors.clearances import in_use_by, is_closing
from batches.selectors.equipment import unit_facts
from batches.selectors.materials import facts_of
from batches.selectors.records import step_facts
from batches.selectors.scanning import Found, found_by
from batches.selectors.sheets import Sheet
from batches.selectors.uses import (
    equipment_needs,
    equipment_used,
    material_needs,
    need_lines,
    uses_something,
)
from batches.services.steps import open_sheet
from evgmp.compliance.attempting import refusals_kept
from evgmp.compliance.recording import Act, Recording, recording
from evgmp.rules.blocker import Blocker, RuleBroken


def record_use(act: Act, on: str, *, code: str, quantity: Decimal | None = None) -> Step:
    """Something is scanned into a step: it is what the step needs, it may be used now, and there is enough of it.

    Several scans for one need add up. The step's signatures vouch for all of them; its witness is the second person who
    verifies each addition (EXE-17).
    """
    with refusals_kept(RECORD_USE, act, f"{on} {code}", kind="scan"), recording(RECORD_USE, act) as rec:
        sheet, step = open_sheet(on, act)
        if blockers := STEP.blockers(RECORD_USE, status=step.status, facts=step_facts(sheet, step, act.by, rec.at)):
            raise RuleBroken(*blockers)
        if not uses_something(step):
            raise RuleBroken(Blocker("nothing_needed", "This step needs nothing to be scanned.", "code"))
        found = found_by(code)
        need = _need_of(step, found)
        if isinstance(need, MaterialNeed):
            line = _add(rec, sheet, step, need, found, quantity)
            used = {line.code: f"{line.amount} {need.unit} of {need.item}"}
        else:
            used = {_use(rec, sheet, step, need, found).unit.code: need.equipment_class}
        step.save()
        rec.about(step, used=used)
    return step


def _need_of(step: Step, found: Found) -> MaterialNeed | EquipmentNeed:
    """The need that the scanned thing answers, by its item or class; of several alike the first that is still open."""
    lines = need_lines(step)
    needs: list[MaterialNeed | EquipmentNeed] = []
    if found.kind == "material":
        needs = [need for need in material_needs(step) if need.item == found.what]
    elif found.kind == "equipment":
        needs = [need for need in equipment_needs(step) if need.equipment_class == found.what]
    if not needs:
        raise RuleBroken(wrong_item(found.sentence, [line.named for line in lines]))
    done = {(line.kind, line.key) for line in lines if line.done}
    return next((need for need in needs if (found.kind, need.key) not in done), needs[-1])


def _add(rec: Recording, sheet: Sheet, step: Step, need: MaterialNeed, found: Found, quantity: Decimal | None) -> MaterialMovement:
    """One line of the ledger, written under the lot's lock."""
    lot = MaterialLot.locked(pk=found.record.pk)
    facts = facts_of(lot, found.container, sheet.batch)
    if blockers := use_blockers(facts, at=rec.at):
        raise RuleBroken(*blockers)
    taken = Decimal(1) if lot.item.single_use and quantity is None else quantity
    if taken is None or (blockers := quantity_blockers(facts, taken)):
        raise RuleBroken(*(quantity_blockers(facts, None) if taken is None else blockers))
    line = MaterialMovement(
        lot=lot, container=found.container, kind="used", change=-taken, at=rec.at, step=step, need=need.key,
        purpose=f"{sheet.batch.lot.number} step {step.position}", performed_by=rec.act.by.printed_name,
    )  # fmt: skip
    line.save()
    lot.save()
    return line


def _use(rec: Recording, sheet: Sheet, step: Step, need: EquipmentNeed, found: Found) -> EquipmentEntry:
    """One line of the unit's log, written under the unit's lock (EXE-13, EXE-14)."""
    unit = EquipmentUnit.locked(pk=found.record.pk)
    lot = sheet.batch.lot
    clearing = step.master_step.kind == "clearance" and unit.kind.is_room
    closing = clearing and is_closing(unit, step)
    blockers = unit_blockers(unit_facts(unit, lot), at=rec.at, lot=lot.number, clearing=clearing, closing=closing)
    if clearing:
        blockers += in_use_by(unit, step, rec.at)
    if blockers:
        raise RuleBroken(*blockers)
    if any(row.kind == "used" and row.unit_id == unit.pk and row.need == need.key for row in equipment_used(step)):
        raise RuleBroken(Blocker("scanned_already", f"{unit.code} is scanned in this step already.", "code"))
    line = EquipmentEntry(
        unit=unit, kind="used", at=rec.at, lot=lot, step=step, need=need.key, note=f"{step.master_step.title}"[:300],
        performed_by=rec.act.by.printed_name,
    )  # fmt: skip
    line.save()
    unit.save()
    return line
