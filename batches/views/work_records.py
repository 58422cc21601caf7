"""What waits for whom in masters and batch records, and how a scanned ID finds its page."""

from collections.abc import Callable
from typing import Any

from batches.domain.commands import (
    ACKNOWLEDGE_ALARM,
    APPROVE_MASTER,
    RECORD_ENTRY,
    RESUME_BATCH,
    REVIEW_BATCH,
    REVIEW_MASTER,
    SUBMIT_MASTER,
)
from batches.selectors.alarms import alarms_unanswered
from batches.selectors.master_drafts import draft_facts, open_drafts
from batches.selectors.masters import version_of, versions_waiting
from batches.selectors.records import batch_of, batches_by_status, open_steps, performers_of, step_of
from evgmp.web.views import FINDERS, WORK

Item = dict[str, Any]


def steps_in_progress(person: Any) -> list[Item]:
    """The step whose turn it is, in every batch in process."""
    if not person.role_for(RECORD_ENTRY):
        return []
    return [
        {
            "urgency": 0 if outside else 1,
            "title": f"Step {step.position} of {step.batch.lot.number}: {step.master_step.title}",
            "why": "A value is outside its limits." if outside else "It is the next step of a batch in process.",
            "url": step.get_absolute_url(),
            "record": step.batch.lot,
        }
        for step, outside in open_steps()
    ]


def alarms_waiting(person: Any) -> list[Item]:
    """Alarms that nobody acknowledged, one line a batch: whoever is told of one finds it here."""
    if not person.role_for(ACKNOWLEDGE_ALARM):
        return []
    return [
        {
            "urgency": 0,
            "title": f"An alarm of {batch.lot} waits to be acknowledged"
            if len(alarms) == 1
            else f"{len(alarms)} alarms of {batch.lot} wait to be acknowledged",
            "why": alarms[-1].sentence,
            "url": alarms[0].get_absolute_url() if len(alarms) == 1 else f"{batch.get_absolute_url()}#alarms",
            "record": batch.lot,
        }
        for batch, alarms in alarms_unanswered()
    ]


def batches_paused(person: Any) -> list[Item]:
    """A paused batch shows no step whose turn it is: it waits for whoever may resume it."""
    if not person.role_for(RESUME_BATCH):
        return []
    return [
        {
            "urgency": 1,
            "title": f"{batch.lot} is paused",
            "why": "Nothing is recorded before somebody resumes it. Its clocks run on.",
            "url": batch.get_absolute_url(),
            "record": batch.lot,
        }
        for batch in batches_by_status("paused")
    ]


def masters_waiting(person: Any) -> list[Item]:
    """Drafts for the reviewer, reviewed versions for QA."""
    found = []
    for status, command, why in (("draft", REVIEW_MASTER, "waits for its review"), ("reviewed", APPROVE_MASTER, "waits for QA's approval")):
        if person.role_for(command):
            found += [
                {
                    "urgency": 2,
                    "title": f"{version.number} {why}",
                    "why": version.change_reason,
                    "url": version.get_absolute_url(),
                    "record": version,
                }
                for version in versions_waiting(status)
            ]
    return found


def drafts_in_hand(person: Any) -> list[Item]:
    """Drafts of masters that are still written, each with how many defects keep it from being submitted."""
    if not person.role_for(SUBMIT_MASTER):
        return []
    return [_draft_item(draft, draft_facts(draft)["defects"]) for draft in open_drafts()]


def _draft_item(draft: Any, defects: int) -> Item:
    what = "1 defect" if defects == 1 else f"{defects} defects"
    return {
        "urgency": 1 if defects else 2,
        "title": f"Draft {draft.number}: {what} to mend" if defects else f"Draft {draft.number} can be submitted",
        "why": "Each defect is named beside its step. Nothing is submitted before all are mended." if defects else "No defect was found.",
        "url": draft.get_absolute_url(),
        "record": draft,
    }


def batches_to_review(person: Any) -> list[Item]:
    """Completed records, for those who took no part in them."""
    if not person.role_for(REVIEW_BATCH):
        return []
    return [
        {
            "urgency": 1,
            "title": f"{batch.number} waits for the production review",
            "why": "Every step is signed and the lot is made.",
            "url": batch.get_absolute_url(),
            "record": batch,
        }
        for batch in batches_by_status("completed")
        if person.user_id not in performers_of(batch.lot, meanings=("performed", "verified"))
    ]


def _finder(find: Callable[[str], Any]) -> Callable[[str], str]:
    from django.core.exceptions import ObjectDoesNotExist

    def url_of(text: str) -> str:
        try:
            return str(find(text).get_absolute_url())
        except (ObjectDoesNotExist, ValueError):
            return ""

    return url_of


WORK += [steps_in_progress, alarms_waiting, batches_paused, masters_waiting, drafts_in_hand, batches_to_review]
FINDERS += [_finder(step_of), _finder(batch_of), _finder(version_of)]
