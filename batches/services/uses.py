"""What a step uses, scanned: the server resolves the code and judges it at the moment of the entry (EXE-13, EXE-16, pitfall 22).

A refused scan writes nothing but an Attempt.
"""

from decimal import Decimal

from batches.domain.commands import RECORD_USE
from batches.domain.lifecycle_records import STEP
from batches.domain.master_parts import MaterialNeed
from batches.domain.materials import quantity_blockers, use_blockers, wrong_item
from batches.models import MaterialLot, MaterialMovement, Step
from batches.selectors.materials import facts_of
from batches.selectors.records import step_facts
from batches.selectors.scanning import Found, found_by
from batches.selectors.sheets import Sheet
from batches.selectors.uses import material_needs, need_lines, uses_something
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
        if blockers := STEP.blockers(RECORD_USE, status=step.status, facts=step_facts(sheet, step)):
            raise RuleBroken(*blockers)
        if not uses_something(step):
            raise RuleBroken(Blocker("nothing_needed", "This step needs nothing to be scanned.", "code"))
        found = found_by(code)
        need = _material_need(step, found)
        line = _add(rec, sheet, step, need, found, quantity)
        step.save()
        rec.about(step, used={line.code: f"{line.amount} {need.unit}"}, item=need.item)
    return step


def _material_need(step: Step, found: Found) -> MaterialNeed:
    """The need that the scanned thing answers: by its item; of several needs of one item the first that is still open."""
    needs = material_needs(step)
    fitting = [need for need in needs if found.kind == "material" and need.item == found.what]
    if not fitting:
        named = [f"{line.label} ({line.what})" for line in need_lines(step)]
        raise RuleBroken(wrong_item(found.sentence, named))
    done = {line.key for line in need_lines(step) if line.done}
    return next((need for need in fitting if need.key not in done), fitting[-1])


def _add(rec: Recording, sheet: Sheet, step: Step, need: MaterialNeed, found: Found, quantity: Decimal | None) -> MaterialMovement:
    """One line of the ledger, written under the lot's lock."""
    lot = MaterialLot.locked(pk=found.record.pk)
    facts = facts_of(lot, found.container)
    if blockers := use_blockers(facts, at=rec.at):
        raise RuleBroken(*blockers)
    if lot.item.single_use and quantity is None:
        quantity = Decimal(1)
    if blockers := quantity_blockers(facts, quantity):
        raise RuleBroken(*blockers)
    assert quantity is not None
    line = MaterialMovement(
        lot=lot, container=found.container, kind="used", change=-quantity, at=rec.at, step=step, need=need.key,
        purpose=f"{sheet.batch.lot.number} step {step.position}", performed_by=rec.act.by.printed_name,
    )  # fmt: skip
    line.save()
    lot.save()
    return line
