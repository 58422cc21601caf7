"""Where the order of a batch is not simply the next step: a step left out, and a hold point that QC or QA decides."""

from batches.domain.commands import DECIDE_HOLD_POINT, SKIP_STEP
from batches.domain.lifecycle_records import STEP
from batches.models import Step
from batches.selectors.records import EARLIER_PART, performers_of, step_facts
from batches.services.dispositions import dispose
from batches.services.exceptions import open_exception
from batches.services.steps import open_sheet
from batches.services.writing import Writer
from evgmp.compliance.recording import Act, recording
from evgmp.rules.blocker import RuleBroken, refuse

GO_ON, REJECT = "go_on", "reject"
HOLD_POINT_DECISIONS = {GO_ON: "The batch goes on", REJECT: "Rejected in process: the lot is put on hold"}


def skip_step(act: Act, on: str) -> Step:
    """Mark a step as not applicable, where the master allows it: with a reason and two signatures (EXE-05)."""
    with recording(SKIP_STEP, act) as rec:
        sheet, step = open_sheet(on, act)
        step.status = STEP.target(SKIP_STEP, status=step.status, facts=step_facts(sheet, step, act.by, rec.at))
        step.signed_at, step.done_at, step.note = rec.at, rec.at, act.reason.strip()
        step.save()
        Writer(rec, sheet).finish()
        rec.about(step, covers=[step], references=[step.batch.version])
    return step


def decide_hold_point(act: Act, on: str, *, decision: str) -> Step:
    """QC or QA lets the batch go on, or rejects it in process: then the step stays open and the lot is on hold (EXE-07)."""
    with recording(DECIDE_HOLD_POINT, act) as rec:
        sheet, step = open_sheet(on, act)
        took_part = performers_of(sheet.batch.lot, meanings=EARLIER_PART).get(act.by.user_id, [])
        facts = step_facts(sheet, step, act.by, rec.at) | {"took_part": took_part}
        if blockers := STEP.blockers(DECIDE_HOLD_POINT, status=step.status, facts=facts):
            raise RuleBroken(*blockers)
        if decision not in HOLD_POINT_DECISIONS:
            raise refuse("unknown_decision", f"Choose one of: {', '.join(HOLD_POINT_DECISIONS.values())}.", "decision")
        lot = sheet.batch.lot
        if decision == GO_ON:
            step.status, step.signed_at, step.done_at = "signed", rec.at, step.done_at or rec.at
        else:
            dispose(rec, lot, "hold", act.reason)
            sentence = f"{lot.number} was rejected in process at step {step.position}, {step.master_step.title}"
            open_exception(rec, lot=lot, step=step, kind="hold_point", sentence=sentence)
        step.note = f"{HOLD_POINT_DECISIONS[decision]}. {act.reason.strip()}"
        step.save()
        Writer(rec, sheet).finish()
        rec.about(step, covers=[step, *sheet.all_entries()], references=[step.batch.version], decision=decision)
    return step
