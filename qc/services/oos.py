"""OOS records after they opened: phase I and plan, re-measurements, and QA's decision (LAB-13 to LAB-19)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from batches.models import Lot
from batches.services.dispositions import dispose
from batches.services.samples import drawn
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.command import Command
from qc.domain.commands import APPROVE_OOS_PLAN, AUTHORISE_RESAMPLE, CONFIRM_OOS, DRAW_RESAMPLE, INVALIDATE_OOS, PLAN_OOS, RECORD_RETEST
from qc.domain.lifecycle import OOS
from qc.domain.oos import CHECKS, plan_defects
from qc.models import OosPlan, OosResample, OosRetest, OutOfSpecification, Result
from qc.selectors.oos import analyst_named, oos_facts, samples_allowed
from qc.services.files import RawFile, attach
from qc.services.results import judged

COPIED = (
    "number", "sample", "run", "kind", "qualifier", "text", "amount", "term", "unit", "lod", "lod_unit", "loq", "rounded", "verdict", "why",
    "formula", "formula_version", "replicates", "inputs", "spread", "evaluations", "reason", "tested_on", "analyst", "analyst_id", "recorded_at",
)  # fmt: skip
# What QA's authorisation vouches for; the sample comes later and is signed for by whoever draws it.
AUTHORISED_FIELDS = ["oos_id", "justification", "authorised_why", "authorised_by", "authorised_by_id", "authorised_at"]


def _locked(act: Act, command: Command, number: str) -> tuple[OutOfSpecification, Lot]:
    """The OOS and its lot, locked, once no rule of its status table bars the command for this person."""
    lot = Lot.locked(pk=OutOfSpecification.objects.get(number=number).lot_id)
    oos = OutOfSpecification.locked(number=number)
    fresh(oos, act)
    facts = {**oos_facts(oos), "person": act.by.user_id}
    if blockers := OOS.blockers(command, status=oos.status, facts=facts):
        raise RuleBroken(*blockers)
    return oos, lot


def plan_oos(
    act: Act, on: str, *, checks: list[dict[str, str]], hypothesis: str, retests: int, analyst: str, evaluation: str, same_analyst_why: str = ""
) -> OosPlan:
    """Phase I and what will be re-measured, fixed before it is. checks: {key, finding, remark} each; analyst: user ID or empty."""
    with recording(PLAN_OOS, act) as rec:
        oos, lot = _locked(act, PLAN_OOS, on)
        defects = plan_defects(
            checks=checks, hypothesis=hypothesis, retests=retests, analyst_id=analyst, first_analyst_id=oos.result.analyst_id,
            same_analyst_why=same_analyst_why, evaluation=evaluation,
        )  # fmt: skip
        if defects:
            raise RuleBroken(*defects)
        person = analyst_named(analyst, rec.at) if retests else None
        if retests and person is None:
            raise refuse("analyst_not_qualified", f"{analyst[:40]} may not re-measure: no such person, no such role or no valid training.", "analyst")
        given = {check["key"]: check for check in checks}
        plan = OosPlan(
            oos=oos, hypothesis=hypothesis.strip(), retests_planned=retests, evaluation=evaluation, same_analyst_why=same_analyst_why.strip(),
            checks=[
                {"key": key, "question": question, "finding": given[key]["finding"], "remark": given[key]["remark"].strip()}
                for key, question in CHECKS.items()
            ],
            analyst=person.printed_name if person else "", analyst_id=person.user_id if person else "",
            proposed_by=act.by.printed_name, proposed_by_id=act.by.user_id, proposed_at=rec.at,
        )  # fmt: skip
        plan.save()
        oos.save()
        rec.about(plan, covers=[plan], oos=oos.number, lot=lot.number, retests=retests)
    return plan


def approve_oos_plan(act: Act, on: str) -> OosPlan:
    """QA approves checklist and plan. Nothing is measured again before that (LAB-14, LAB-16)."""
    with recording(APPROVE_OOS_PLAN, act) as rec:
        oos, lot = _locked(act, APPROVE_OOS_PLAN, on)
        plan = OosPlan.locked(oos=oos)
        plan.approved_by, plan.approved_by_id, plan.approved_at = act.by.printed_name, act.by.user_id, rec.at
        plan.save()
        oos.save()
        # About the plan: who approves it may still decide on the OOS, in another meaning.
        rec.about(plan, covers=[plan], oos=oos.number, lot=lot.number)
    return plan


def record_retest(act: Act, on: str, *, raw_file: RawFile | None = None, raw_data_location: str = "", **found: Any) -> OosRetest:
    """One re-measurement of the plan, judged by the same row, on the same sample. `found` as in `judged`."""
    with recording(RECORD_RETEST, act) as rec:
        oos, lot = _locked(act, RECORD_RETEST, on)
        if found["sample"] not in (allowed := samples_allowed(oos)):
            words = f"The plan is for {' and '.join(allowed)}. A new sample is a path of its own that QA authorises; choose this one."
            raise refuse("resampling", words, "sample")
        if oos.result.run is not None and found["run"] == oos.result.run.number:
            raise refuse("same_run", f"{oos.result.run} gave the failing result. A re-measurement has a run of its own.", "run")
        looked_at = judged(rec, lot, oos.row, series="RET", **found)
        retest = OosRetest(oos=oos, position=oos.retests.count() + 1, **{name: getattr(looked_at, name) for name in COPIED})
        retest.save()
        oos.save()
        file = attach(rec, retest, raw_file, raw_data_location=raw_data_location)
        rec.about(oos, covers=[retest, *([file] if file else [])], references=[oos.row.version], lot=lot.number, verdict=retest.verdict)
    return retest


def authorise_resample(act: Act, on: str, *, justification: str) -> OosResample:
    """QA allows one new sample. justification: what shows that the first one does not stand for the lot; that it failed is no such thing."""
    with recording(AUTHORISE_RESAMPLE, act) as rec:
        oos, lot = _locked(act, AUTHORISE_RESAMPLE, on)
        if not justification.strip():
            raise refuse("justification_missing", "Say what shows that the first sample does not stand for the lot.", "justification")
        resample = OosResample(
            oos=oos, justification=justification.strip(), authorised_why=act.reason.strip(), authorised_by=act.by.printed_name,
            authorised_by_id=act.by.user_id, authorised_at=rec.at,
        )  # fmt: skip
        resample.save()
        oos.save()
        rec.about(resample, covers=[(resample, AUTHORISED_FIELDS)], oos=oos.number, lot=lot.number)
    return resample


def draw_resample(
    act: Act, on: str, *, quantity: Decimal, unit: str, container: str, storage: str, vials: Sequence[str] = ()
) -> OosResample:
    """The one new sample, drawn from the same lot under QA's authorisation. It is received and measured as the plan says; the first stays."""
    with recording(DRAW_RESAMPLE, act) as rec:
        oos, lot = _locked(act, DRAW_RESAMPLE, on)
        resample = OosResample.locked(oos=oos)
        purpose = f"Resampling for {oos.number}"
        resample.sample, moved = drawn(rec, lot, purpose=purpose, quantity=quantity, unit=unit, container=container, storage=storage, vials=vials)
        resample.save()
        oos.save()
        rec.about(resample, covers=[resample, resample.sample, *moved], oos=oos.number, lot=lot.number, sample=resample.sample.number)
    return resample


def invalidate_oos(act: Act, on: str, *, cause: str, evidence: RawFile | None, impact: str) -> OutOfSpecification:
    """QA closes the OOS: a laboratory cause is proved, the result counts no more and stays on the record; its test is open again (LAB-15).

    cause: what went wrong in the laboratory; evidence: a file that shows it; impact: on other lots (LAB-19).
    """
    with recording(INVALIDATE_OOS, act) as rec:
        oos, lot = _locked(act, INVALIDATE_OOS, on)
        if not cause.strip():
            raise refuse("no_assignable_cause", "Say which laboratory cause was found. Without one the result stands.", "cause")
        if evidence is None:
            raise refuse("no_evidence", "Attach the evidence of the cause. Without it the result stands.", "evidence")
        _impact_said(oos, impact)
        result = Result.locked(pk=oos.result_id)
        result.is_current = False
        result.save()
        _closed(oos, "invalidated", f"{cause.strip()} {act.reason.strip()}", impact, act, rec.at)
        file = attach(rec, oos, evidence)
        rec.about(oos, covers=[oos, oos.plan, result, *([file] if file else [])], lot=lot.number, result=result.number)
    return oos


def confirm_oos(act: Act, on: str, *, impact: str) -> OutOfSpecification:
    """QA confirms the result as true of the lot; the lot is rejected in the same recording. The reason is the decision's."""
    with recording(CONFIRM_OOS, act) as rec:
        oos, lot = _locked(act, CONFIRM_OOS, on)
        _impact_said(oos, impact)
        _closed(oos, OOS.target(CONFIRM_OOS, status=oos.status), act.reason.strip(), impact, act, rec.at)
        disposition = dispose(rec, lot, "rejected", act.reason.strip())
        rec.about(oos, covers=[oos, disposition], lot=lot.number, result=oos.result.number)
    return oos


def _impact_said(oos: OutOfSpecification, impact: str) -> None:
    if not impact.strip():
        raise refuse("impact_missing", "Say what this means for other lots: those listed, or why none is touched.", "impact")


def _closed(oos: OutOfSpecification, status: str, why: str, impact: str, act: Act, at: Any) -> None:
    oos.status, oos.decision_reason, oos.impact = status, why, impact.strip()
    oos.closed_at, oos.closed_by = at, act.by.printed_name
    oos.save()
