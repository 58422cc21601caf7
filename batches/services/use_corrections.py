"""Corrections of what a step used: the first line stays, struck, with a reason and signatures beside it."""

from decimal import Decimal

from batches.domain.commands import CORRECT_USE
from batches.domain.lifecycle_records import BATCH, STEP
from batches.domain.materials import quantity_blockers
from batches.models import EquipmentEntry, EquipmentUnit, MaterialLot, MaterialMovement, Step, StepAttachment
from batches.selectors.materials import facts_of
from batches.selectors.records import step_facts, step_of
from batches.selectors.uses import correctable
from batches.services.steps import open_sheet
from evgmp.compliance.models import GmpModel
from evgmp.compliance.recording import Act, Recording, recording
from evgmp.rules.blocker import RuleBroken, refuse


def correct_use(act: Act, on: str, *, use: str, quantity: Decimal | None = None) -> Step:
    """Correct a use recorded wrongly. `use`: key of the line (`material-12`, `equipment-7`, `file-3`). quantity: the right one; none means
    that nothing was used.

    The first line stays, struck; the step opens again and its signatures fall; a completed or reviewed batch is in process again.
    """
    with recording(CORRECT_USE, act, witnessed=step_of(on).master_step.witness) as rec:
        sheet, step = open_sheet(on, act)
        if blockers := STEP.blockers(CORRECT_USE, status=step.status, facts=step_facts(sheet, step)):
            raise RuleBroken(*blockers)
        old = dict(correctable(step)).get(use)
        if old is None:
            raise refuse("no_such_use", "Nothing is recorded as this use in this step. Choose a recorded one.", "use")
        new: GmpModel
        if isinstance(old, MaterialMovement):
            new = _corrected_line(rec, old, quantity)
        else:
            new = _struck_file(old, quantity) if isinstance(old, StepAttachment) else _struck(old, quantity)
        if step.status == "signed":
            step.status, step.signed_at = "open", None
        step.save()
        batch = sheet.batch
        target = BATCH.target(CORRECT_USE, status=batch.status)
        if target != batch.status:
            batch.status, batch.completed_at = target, None
            batch.save()
        rec.about(new, step=step.number, corrected=use)
    return step


def _corrected_line(rec: Recording, old: MaterialMovement, quantity: Decimal | None) -> MaterialMovement:
    """The old line counts no more; a new one takes its place when something was used. Never below zero, under the lot's lock."""
    lot = MaterialLot.locked(pk=old.lot_id)
    if quantity is not None and quantity < 0:
        raise refuse("quantity_not_positive", "The quantity must be more than zero, or empty when nothing was used.", "quantity")
    if quantity is not None and quantity == -old.change:
        raise refuse("nothing_changed", f"{-old.change} is recorded already. Write the right quantity.", "quantity")
    old.is_current = False
    old.save()
    if quantity:
        facts = facts_of(lot, old.container)
        if blockers := quantity_blockers(facts, quantity):
            raise RuleBroken(*blockers)
        new = MaterialMovement(
            lot=lot, container=old.container, kind="used", change=-quantity, at=rec.at, step=old.step, need=old.need, purpose=old.purpose,
            performed_by=rec.act.by.printed_name, supersedes=old,
        )  # fmt: skip
        new.save()
        old = new
    lot.save()
    return old


def _struck_file(old: StepAttachment, quantity: Decimal | None) -> StepAttachment:
    """A file attached by mistake. It stays readable, with the reason beside it."""
    if quantity is not None:
        raise refuse("no_quantity", "A file has no quantity. Leave it empty: the file is struck.", "quantity")
    old.is_current = False
    old.save()
    return old


def _struck(old: EquipmentEntry, quantity: Decimal | None) -> EquipmentEntry:
    """A unit scanned by mistake. It stays readable in its log."""
    if quantity is not None:
        raise refuse("no_quantity", "Equipment has no quantity. Leave it empty: the scan is struck.", "quantity")
    unit = EquipmentUnit.locked(pk=old.unit_id)
    old.is_current = False
    old.save()
    unit.save()
    return old
