"""Phase I of an OOS investigation: what is checked, what a plan may say, and when a result may be invalidated.

Sources: 21 CFR 211.192 and 211.194; FDA, Investigating Out-of-Specification Test Results (2022), III and IV.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from batches.domain.data_file import DataFileError, Table, document
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts

CHECKS = {
    "method": "The method and version in force were followed",
    "raw_data": "Raw data, units, calculation and transcription are right",
    "instrument": "The instrument was in calibration and suitable, and behaved as usual",
    "reagents": "Reference standards, reagents and dilutions were right and in date",
    "sample": "The sample was the right one, stored and prepared as the method says",
    "retained": "Retained preparations were examined",
    "analyst": "The analyst was interviewed and trained for this method",
}
FINDINGS = {"in_order": "In order", "not_in_order": "Not in order", "not_possible": "Can't be told any more"}
EVALUATIONS = {"all_conform": "Every re-measurement conforms by itself. None is averaged and none is left out."}
# An example of the software's own: a site that wants more writes it into its procedure and asks for a change here.
MOST_RETESTS = 7


LABORATORY, ANALYST, QA = "QC analyst or Head of Quality Control", "QC analyst", "QA reviewer"
DECIDE = "decide on the result"


@dataclass(frozen=True)
class NextAct:
    """What an open OOS waits for. waits: the role or the person who acts next; does: the act, as an order without its subject."""

    waits: str
    does: str

    @property
    def sentence(self) -> str:
        return f"Next, {self.waits}: {self.does}."

    @property
    def is_of_qa(self) -> bool:
        return self.waits == QA

    @property
    def is_decision(self) -> bool:
        return self.is_of_qa and self.does == DECIDE


def next_act(facts: Facts) -> NextAct:
    """Who acts next on an open OOS, and how: the one answer that every page and every queue gives.

    facts: has_plan, plan_approved, resample (none, authorised, drawn), planned, done, planned_analyst_name. QA may confirm an OOS at any
    time; what is next is what the investigation needs before that.
    """
    if not facts["has_plan"]:
        return NextAct(LABORATORY, "record phase I and propose the plan")
    if not facts["plan_approved"]:
        return NextAct(QA, "approve the plan")
    if facts["resample"] == "authorised":
        return NextAct(ANALYST, "draw the new sample")
    if facts["done"] < facts["planned"]:
        return NextAct(facts["planned_analyst_name"], f"re-measure as the plan says, {facts['done']} of {facts['planned']} done")
    return NextAct(QA, DECIDE)


def days_to_decide(text: str) -> int:
    """Calendar days from the opening of an OOS to its decision, from the site's own file. Raises DataFileError when they are not one or more."""
    table = Table(document(text), "The file")
    days = table.whole("days_to_decide")
    table.finish()
    if days is None or days < 1:
        raise DataFileError("The file says in how many days an OOS is decided, one or more. Write days_to_decide = 30.")
    return days


def due_on(opened: date, days: int) -> date:
    """The last day for the decision. It is overdue from the day after."""
    return opened + timedelta(days=days)


def plan_defects(
    *, checks: list[dict[str, str]], hypothesis: str, retests: int, analyst_id: str, first_analyst_id: str, same_analyst_why: str, evaluation: str
) -> list[Blocker]:
    """What is wrong with a checklist and plan. checks: list of {key, finding, remark}, each of CHECKS once."""
    found = []
    given = {check["key"]: check for check in checks}
    for key, question in CHECKS.items():
        check = given.get(key)
        if check is None or check["finding"] not in FINDINGS:
            found.append(Blocker("check_missing", f"“{question}” has no finding. Answer every line of the checklist.", f"finding_{key}"))
        elif check["finding"] != "in_order" and not check["remark"].strip():
            found.append(Blocker("remark_missing", f"“{question}” is not in order or can't be told: say what was found.", f"remark_{key}"))
    if not hypothesis.strip():
        found.append(Blocker("hypothesis_missing", "Say what may have caused the result, or that no cause is suspected.", "hypothesis"))
    if not 0 <= retests <= MOST_RETESTS:
        found.append(Blocker("too_many_planned", f"A plan names 0 to {MOST_RETESTS} re-measurements. Testing is not repeated until it passes.", "retests"))
    if evaluation not in EVALUATIONS:
        found.append(
            Blocker("averaging", "A failing result is never averaged with others, and none is left out. Each re-measurement is judged alone.", "evaluation")
        )
    if retests and not analyst_id:
        found.append(Blocker("analyst_missing", "Choose the analyst who will re-measure.", "analyst"))
    if retests and analyst_id == first_analyst_id and not same_analyst_why.strip():
        found.append(
            Blocker("same_analyst", "The first analyst re-measures only for a reason that QA approves with the plan. Choose another or say why.", "analyst")
        )
    return found


def plan_missing(facts: Facts) -> Blocker | None:
    """facts: has_plan."""
    if facts["has_plan"]:
        return None
    return Blocker("no_plan", "Phase I is not recorded yet. The laboratory records its checklist and plan first.")


def plan_stands(facts: Facts) -> Blocker | None:
    """facts: has_plan. A plan is fixed once; no second one follows a re-measurement that did not please."""
    if not facts["has_plan"]:
        return None
    return Blocker("plan_stands", "Checklist and plan are recorded and fixed. They can't be replaced.")


def resample_stands(facts: Facts) -> Blocker | None:
    """facts: resample (none, authorised, drawn)."""
    if facts["resample"] == "none":
        return None
    return Blocker("resample_stands", "A new sample is authorised already. One is all that an OOS allows.")


def resample_missing(facts: Facts) -> Blocker | None:
    """facts: resample."""
    if facts["resample"] == "authorised":
        return None
    if facts["resample"] == "drawn":
        return Blocker("resample_drawn", "The new sample was drawn. No further one is allowed.")
    return Blocker("resample_missing", "QA has not authorised a new sample. Measure the first one again as the plan says, or ask QA.")


def plan_not_approved(facts: Facts) -> Blocker | None:
    """facts: plan_approved."""
    if facts["plan_approved"]:
        return None
    return Blocker("plan_not_approved", "QA has not approved the plan. Nothing is measured again, and nothing decided by it, before that.")


def plan_already_approved(facts: Facts) -> Blocker | None:
    """facts: plan_approved."""
    return Blocker("plan_approved", "The plan is approved already.") if facts["plan_approved"] else None


def another_approves(facts: Facts) -> Blocker | None:
    """facts: person (empty while unknown), analyst, planner (user IDs)."""
    if facts.get("person") and facts["person"] in (facts["analyst"], facts["planner"]):
        return Blocker("self_review", "You measured this result or wrote its plan, so another person of QA decides.")
    return None


def planned_number_only(facts: Facts) -> Blocker | None:
    """facts: planned, done."""
    if facts["done"] < facts["planned"]:
        return None
    return Blocker("over_retested", f"The approved plan names {facts['planned']} re-measurements and {facts['done']} are done. No further one is allowed.")


def planned_analyst_only(facts: Facts) -> Blocker | None:
    """facts: person (empty while unknown), planned_analyst (user ID), planned_analyst_name."""
    if not facts.get("person") or facts["person"] == facts["planned_analyst"]:
        return None
    return Blocker("other_analyst", f"The approved plan names {facts['planned_analyst_name']} for the re-measurements. Only this person records them.")


def cause_found(facts: Facts) -> Blocker | None:
    """facts: not_in_order, how many lines of the checklist."""
    if facts["not_in_order"]:
        return None
    return Blocker(
        "no_assignable_cause", "The checklist found everything in order, so there is no laboratory cause. The result stands; QA confirms the OOS."
    )


def plan_carried_out(facts: Facts) -> Blocker | None:
    """facts: planned, done, failing (numbers of re-measurements that do not conform)."""
    if facts["done"] < facts["planned"]:
        return Blocker("plan_unfinished", f"{facts['done']} of {facts['planned']} planned re-measurements are done. Finish the plan first.")
    if facts["failing"]:
        named = ", ".join(facts["failing"])
        return Blocker("retest_fails", f"{named} did not conform, so the plan does not bear out the hypothesis. The result stands; QA confirms the OOS.")
    return None
