"""Samples that the master plans at a step (EXE-21)."""

from decimal import Decimal

from batches.domain.commands import TAKE_SAMPLE
from batches.domain.lifecycle_records import STEP
from batches.models import Lot, Step
from batches.selectors.records import step_facts
from batches.selectors.uses import sample_needs, samples_taken
from batches.services.exceptions import open_exception
from batches.services.samples import new_sample
from batches.services.steps import open_sheet
from evgmp.compliance.recording import Act, recording
from evgmp.rules.blocker import RuleBroken, refuse


def take_sample(act: Act, on: str, *, need: str, quantity: Decimal, container: str, storage: str) -> Step:
    """A sample of the step's plan is drawn from the lot being made: a number of its own, who, when and how much (EXE-21). Another
    quantity than planned is a fact that opens an exception."""
    with recording(TAKE_SAMPLE, act) as rec:
        sheet, step = open_sheet(on, act)
        if blockers := STEP.blockers(TAKE_SAMPLE, status=step.status, facts=step_facts(sheet, step, act.by, rec.at)):
            raise RuleBroken(*blockers)
        plan = next((one for one in sample_needs(step) if one.key == need), None)
        if plan is None:
            raise refuse("not_planned", "This step plans no such sample. Choose one of its plan.", "need")
        if taken := next((row for row in samples_taken(step) if row.need == need), None):
            raise refuse("taken_already", f"{taken.number} was drawn for this already, by {taken.drawn_by}.", "need")
        if quantity <= 0:
            raise refuse("quantity_not_positive", "The quantity must be more than zero.", "quantity")
        lot = Lot.locked(pk=sheet.batch.lot_id)
        sample = new_sample(
            rec, lot, purpose=plan.purpose, quantity=quantity, unit=plan.unit, container=container, storage=storage, step=step, need=need
        )
        lot.save()
        step.save()
        if quantity != plan.quantity:
            sentence = f"{sample.number}: {quantity} {plan.unit} drawn for “{plan.purpose}”, the plan says {plan.quantity} {plan.unit}"
            open_exception(rec, lot=lot, step=step, kind="sample", sentence=sentence)
        rec.about(sample, step=step.number, purpose=plan.purpose)
    return step
