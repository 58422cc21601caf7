"""What waits in the laboratory, by role, and how a scanned ID finds its page."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from evgmp.compliance import clock
from evgmp.compliance.site_time import site_day
from evgmp.web.views import FINDERS, WORK
from qc.domain.commands import (
    APPROVE_MAPPING,
    APPROVE_METHODS,
    APPROVE_OOS_PLAN,
    APPROVE_SPECIFICATION,
    CONFIRM_OOS,
    DRAW_RESAMPLE,
    IMPORT_RESULTS,
    PLAN_OOS,
    QUALIFY_STANDARD,
    RECEIVE_SAMPLE,
    RECORD_CUSTODY,
    RECORD_RETEST,
    REVIEW_METHODS,
    REVIEW_RESULT,
    REVIEW_SPECIFICATION,
    SUBMIT_SPECIFICATION,
)
from qc.domain.custody import CHECK_AHEAD
from qc.selectors import custody, imports, methods, results, runs, specification_drafts, specifications, standards
from qc.selectors.oos import due_of, is_overdue, next_of
from qc.views import searching
from qc.views.custody import RecordCustody
from qc.views.imports import ApproveMapping
from qc.views.methods import ApproveMethods, ReviewMethods
from qc.views.oos import ApproveOosPlan, DrawResample, PlanOos, RecordRetest
from qc.views.readings import ReadResult
from qc.views.results import ReceiveSample, ReviewResult
from qc.views.specifications import ApproveSpecification, ReviewSpecification
from qc.views.standards import QualifyStandard

Items = list[dict[str, Any]]


def oos_to_decide(person: Any) -> Items:
    if not person.role_for(CONFIRM_OOS):
        return []
    return [_to_decide(oos) for oos in results.oos_list().filter(status="open")]


def _to_decide(oos: Any) -> dict[str, Any]:
    """An open OOS for QA: urgent once it is QA's turn or its last day is over; before that QA follows the laboratory."""
    following, overdue = next_of(oos), is_overdue(oos)
    verb = "Decide on" if following.is_decision else "Follow"
    why = f"{oos.result.row.name} of {oos.lot} is out of its limit. The lot is held. {following.sentence} QA decides until {due_of(oos)}."
    return {
        "urgency": 0 if overdue or following.is_decision else 2, "title": f"Overdue: {verb.lower()} {oos.number}" if overdue else f"{verb} {oos.number}",
        "record": oos, "url": oos.get_absolute_url(), "why": why,
    }  # fmt: skip


def oos_to_investigate(person: Any) -> Items:
    """Phase I that is not recorded, a plan that waits for QA, re-measurements that this analyst has to make."""
    if not any(person.role_for(command) for command in (PLAN_OOS, APPROVE_OOS_PLAN, RECORD_RETEST, DRAW_RESAMPLE)):
        return []
    return [
        {"urgency": 0, "title": f"{words} {oos.number}", "record": oos, "url": view.url(oos), "why": f"{oos.result.row.name} of {oos.lot}."}
        for oos in results.oos_list().filter(status="open")
        for words, view in (("Record phase I of", PlanOos), ("Approve the plan of", ApproveOosPlan), ("Re-measure for", RecordRetest),
                            ("Draw the new sample of", DrawResample))
        if person.role_for(view.command) and not view.barred_for(person, oos)
    ]


def reviews_of_results(person: Any) -> Items:
    """Results that this person may review: not their own, not those of their runs."""
    if not person.role_for(REVIEW_RESULT):
        return []
    mine = person.user_id
    waiting = [r for r in results.results_to_review() if r.analyst_id != mine and not (r.run and r.run.analyst_id == mine)]
    return [
        {
            "urgency": 0 if r.verdict == "does_not_conform" and not r.is_blind else 1, "record": r,
            "title": f"{'Read' if r.is_blind else 'Review'} {r.row.name} of {r.lot}", "url": (ReadResult if r.is_blind else ReviewResult).url(r),
            "why": f"Recorded by {r.analyst} on {r.tested_on}.",
        }
        for r in waiting
        if r.second_reading is None or r.second_reading.agrees
    ]  # fmt: skip


def samples_at_the_door(person: Any) -> Items:
    if not person.role_for(RECEIVE_SAMPLE):
        return []
    return [
        {
            "urgency": 1, "title": f"Receive {sample.number}", "record": sample, "url": ReceiveSample.url(sample),
            "why": f"Drawn from {sample.lot} for {sample.purpose}.",
        }
        for sample in results.samples_to_receive()
    ]  # fmt: skip


def reserves_to_look_at(person: Any) -> Items:
    """The yearly look at stored reserves, from thirty days before it is due."""
    if not person.role_for(RECORD_CUSTODY):
        return []
    today = site_day(clock.now())
    return [
        {
            "urgency": 0 if due < today else 1, "title": f"{'Overdue: look' if due < today else 'Look'} at the reserve {sample}", "record": sample,
            "url": RecordCustody.url(sample), "why": f"Reserve of {sample.lot}; the yearly look is due until {due}.",
        }
        for sample, due in custody.looks_due(today + CHECK_AHEAD)
    ]  # fmt: skip


def specifications_to_sign(person: Any) -> Items:
    found = []
    for command, view, status, task in (
        (REVIEW_SPECIFICATION, ReviewSpecification, "draft", "Review"),
        (APPROVE_SPECIFICATION, ApproveSpecification, "reviewed", "Approve"),
    ):
        if person.role_for(command):
            found += [
                {
                    "urgency": 1, "title": f"{task} {version.number}", "record": version, "url": view.url(version),
                    "why": f"{version.spec.title}: {version.change_reason}",
                }
                for version in specifications.version_list().filter(status=status)
            ]  # fmt: skip
    return found


def drafts_of_specifications(person: Any) -> Items:
    """Drafts that are still written, each with how many defects keep it from being submitted."""
    if not person.role_for(SUBMIT_SPECIFICATION):
        return []
    found = []
    for draft in specification_drafts.open_drafts():
        defects = specification_drafts.draft_facts(draft)["defects"]
        what = "1 defect" if defects == 1 else f"{defects} defects"
        found.append({
            "urgency": 1 if defects else 2, "record": draft, "url": draft.get_absolute_url(),
            "title": f"Draft {draft.number}: {what} to mend" if defects else f"Draft {draft.number} can be submitted",
            "why": "Each defect is named beside its test. Nothing is submitted before all are mended." if defects else "No defect was found.",
        })  # fmt: skip
    return found


def method_lists_to_sign(person: Any) -> Items:
    return [
        {"urgency": 1, "title": f"{task} {version.number}", "record": version, "url": view.url(version), "why": f"Test methods: {version.change_reason}"}
        for command, view, status, task in (
            (REVIEW_METHODS, ReviewMethods, "draft", "Review"),
            (APPROVE_METHODS, ApproveMethods, "reviewed", "Approve"),
        )
        if person.role_for(command)
        for version in methods.version_list().filter(status=status)
    ]


def mappings_to_approve(person: Any) -> Items:
    if not person.role_for(APPROVE_MAPPING):
        return []
    return [
        {
            "urgency": 1, "title": f"Approve {version.number}", "record": version, "url": ApproveMapping.url(version),
            "why": f"{version.title}: {version.change_reason}",
        }
        for version in imports.mapping_list().filter(status="draft")
    ]  # fmt: skip


def standards_to_qualify(person: Any) -> Items:
    """Lots that somebody else registered and nobody has qualified."""
    if not person.role_for(QUALIFY_STANDARD):
        return []
    return [
        {
            "urgency": 1, "title": f"Qualify {one.name}, lot {one.lot}", "record": one, "url": QualifyStandard.url(one),
            "why": f"Registered by {one.registered_by}.",
        }
        for one in standards.to_qualify()
        if one.registered_by_id != person.user_id
    ]  # fmt: skip


def files_waiting(person: Any) -> Items:
    """Files this person handed in, or of whose run they are the analyst, that are neither imported nor discarded."""
    if not person.role_for(IMPORT_RESULTS):
        return []
    mine = person.user_id
    return [
        {"urgency": 1, "title": f"Import {f.file.name}", "record": f, "url": f.get_absolute_url(), "why": f"Handed in for {f.of}."}
        for f in imports.files_to_import()
        if mine in (f.handed_in_by_id, f.run.analyst_id if f.run else "")
    ]


def laboratory_address(text: str) -> str:
    """The page of a result, run, OOS, standard or specification version, by its number."""
    asked = text.strip().upper()
    finders: dict[str, Any] = {
        "RES-": results.result_of, "RUN-": runs.run_of, "OOS-": results.oos_of, "SPEC-": specifications.version_of, "IMP-": imports.import_of,
        "MAP-": imports.mapping_version_of, "ML-": methods.version_of, "STD-": standards.standard_of, "SD-": specification_drafts.draft_of,
    }  # fmt: skip
    for prefix, finder in finders.items():
        if asked.startswith(prefix):
            try:
                return str(finder(asked).get_absolute_url())
            except (ObjectDoesNotExist, ValueError):
                return ""
    return ""


def hang_in() -> None:
    """Add the laboratory to everybody's work list and to the search, once."""
    for source in (oos_to_decide, oos_to_investigate, reviews_of_results, samples_at_the_door, drafts_of_specifications, specifications_to_sign,
                   method_lists_to_sign, mappings_to_approve, files_waiting, standards_to_qualify, reserves_to_look_at):  # fmt: skip
        if source not in WORK:
            WORK.append(source)
    searching.hang_in()
    if laboratory_address not in FINDERS:
        FINDERS.append(laboratory_address)


