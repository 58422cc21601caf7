"""Status tables of the laboratory. The same `blockers()` bars the command and prints the reason beside its button."""

from batches.domain.lifecycle_records import not_written_by_you
from evgmp.rules.blocker import Blocker
from evgmp.rules.change_record import change_recorded, software_adopted
from evgmp.rules.lifecycle import Facts, Lifecycle, Move
from qc.domain import oos
from qc.domain.commands import (
    APPROVE_METHODS,
    APPROVE_OOS_PLAN,
    APPROVE_SPECIFICATION,
    AUTHORISE_RESAMPLE,
    CONFIRM_OOS,
    CORRECT_RESULT,
    DRAW_RESAMPLE,
    INVALIDATE_OOS,
    PLAN_OOS,
    READ_RESULT,
    RECEIVE_SAMPLE,
    RECORD_RETEST,
    REPEAT_EXTRACTION,
    REVIEW_METHODS,
    REVIEW_RESULT,
    REVIEW_SPECIFICATION,
)


def newer_than_the_effective_one(facts: Facts) -> Blocker | None:
    """facts: version; effective_version, None when there is none."""
    effective = facts.get("effective_version")
    if effective is None or facts["version"] > effective:
        return None
    return Blocker("older_version", f"Version {effective} is effective already and is newer. Author a new version instead.")


def second_person_reviews(facts: Facts) -> Blocker | None:
    """facts: reviewer, analyst, run_analyst (user IDs). Checked when the person is known (LAB-11, SIG-08)."""
    reviewer = facts.get("reviewer")
    if reviewer and reviewer == facts.get("analyst"):
        return Blocker("self_review", "You recorded this result, so another person has to review it.")
    if reviewer and reviewer == facts.get("run_analyst"):
        return Blocker("self_review", "You recorded the run of this result, so another person has to review it.")
    return None


def current_result_only(facts: Facts) -> Blocker | None:
    """facts: is_current, superseded_by, invalidated_by (number of the OOS or empty)."""
    if facts["is_current"]:
        return None
    if facts.get("invalidated_by"):
        return Blocker("superseded", f"This result was invalidated by {facts['invalidated_by']}. It stays readable and counts no more.")
    return Blocker("superseded", f"This result was superseded by {facts['superseded_by']}. Open that one.")


def repeat_is_due(facts: Facts) -> Blocker | None:
    """facts: repeat_rule of the row, wells_positive, is_repeat, verdict, run_valid. The one repeat that the row fixed beforehand, and only that."""
    if not facts["repeat_rule"]:
        return Blocker("no_repeat_rule", "The specification fixes no repeat extraction for this test. The result stands as it is.")
    if facts["is_repeat"]:
        return Blocker("repeated_already", "The repeat extraction was done. It is allowed once; its result stands.")
    if facts["wells_positive"] != 1 or facts["verdict"] != "no_verdict" or not facts["run_valid"]:
        return Blocker("repeat_not_due", "A repeat extraction follows only when exactly one well of a valid first extraction was positive.")
    return None


def extraction_stands(facts: Facts) -> Blocker | None:
    """facts as for `repeat_is_due`. An extraction with a positive well is never written over; it is repeated as fixed beforehand."""
    if facts["wells_positive"] and facts["verdict"] == "no_verdict" and facts["run_valid"] and not facts["is_repeat"]:
        return Blocker("extraction_stands", "One well was positive: this extraction stays. Record the repeat extraction, as the specification fixes it.")
    return None


def oos_stands(facts: Facts) -> Blocker | None:
    """facts: oos (its number or empty), verdict, purpose of the row. A valid out-of-limit result of a release test is never
    replaced by a repeat (LAB-13); a reference test has no limit that decides."""
    if facts.get("oos"):
        return Blocker("oos_stands", f"This result is the subject of {facts['oos']}. It can't be corrected or replaced; QA decides on it.")
    if facts["verdict"] == "does_not_conform" and facts["purpose"] == "release":
        return Blocker(
            "oos_stands",
            "This result is valid and out of its limit. It can't be corrected or replaced; its review opens an OOS, on which QA decides.",
        )
    return None


def two_readers_asked(facts: Facts) -> Blocker | None:
    """facts: two_readers, reading (none, agrees or differs)."""
    if not facts["two_readers"]:
        return Blocker("one_reader", "The specification asks for no second reader of this result. Review it.")
    if facts["reading"] != "none":
        return Blocker("read_already", "The second reading is signed. It is given once, and can't be taken back.")
    return None


def another_reads(facts: Facts) -> Blocker | None:
    """facts: reviewer (empty while unknown), analyst, run_analyst (user IDs)."""
    if facts.get("reviewer") and facts["reviewer"] in (facts.get("analyst"), facts.get("run_analyst")):
        return Blocker("self_review", "You recorded this result or its run, so another person reads it.")
    return None


def readers_agree(facts: Facts) -> Blocker | None:
    """facts: two_readers, reading. What two persons saw differently is never settled by a review."""
    if not facts["two_readers"] or facts["reading"] == "agrees":
        return None
    if facts["reading"] == "none":
        return Blocker("reading_missing", "This result is judged by two readers. Sign what you see yourself first; what the analyst saw is shown after that.")
    return Blocker("readers_differ", READERS_DIFFER)


# Stands wherever what the first reader saw would stand, as long as the second has not signed.
HIDDEN_UNTIL_READ = "Hidden until the second reader has signed"
READERS_DIFFER = (
    "The two readers saw different things, so the result has no verdict and can't be reviewed. Where one of them lies outside the limit, QA decides on the "
    "OOS; otherwise the test is repeated."
)

# Said to everybody but the first reader, whatever else bars a correction: the reason would tell what was seen.
CORRECTED_AFTER_READING = Blocker(
    "reading_missing", "This result waits for its second reader. Only its analyst corrects it before that; sign the second reading first."
)

SPECIFICATION = Lifecycle(
    "specification version",
    {"draft": "a draft", "reviewed": "reviewed", "effective": "effective", "superseded": "superseded"},
    [
        Move(REVIEW_SPECIFICATION, ("draft",), "reviewed", (change_recorded, not_written_by_you)),
        Move(APPROVE_SPECIFICATION, ("reviewed",), "effective", (newer_than_the_effective_one, change_recorded, not_written_by_you, software_adopted)),
    ],
)

METHOD_LIST = Lifecycle(
    "method list version",
    {"draft": "a draft", "reviewed": "reviewed", "effective": "effective", "superseded": "superseded"},
    [
        Move(REVIEW_METHODS, ("draft",), "reviewed", (change_recorded,)),
        Move(APPROVE_METHODS, ("reviewed",), "effective", (newer_than_the_effective_one, change_recorded)),
    ],
)

SAMPLE_RECEIPT = Lifecycle(
    "sample",
    {"drawn": "drawn", "received": "received"},
    [Move(RECEIVE_SAMPLE, ("drawn",), "received")],
)

RESULT = Lifecycle(
    "result",
    {"entered": "entered", "reviewed": "reviewed"},
    [
        Move(READ_RESULT, ("entered",), "entered", (current_result_only, two_readers_asked, another_reads)),
        Move(REVIEW_RESULT, ("entered",), "reviewed", (current_result_only, second_person_reviews, readers_agree)),
        Move(CORRECT_RESULT, ("entered", "reviewed"), "entered", (current_result_only, oos_stands, extraction_stands)),
        Move(REPEAT_EXTRACTION, ("entered", "reviewed"), "entered", (current_result_only, oos_stands, repeat_is_due)),
    ],
)

OOS = Lifecycle(
    "OOS",
    {"open": "open", "confirmed": "confirmed", "invalidated": "closed, its result invalidated"},
    [
        Move(PLAN_OOS, ("open",), "open", (oos.plan_stands,)),
        Move(APPROVE_OOS_PLAN, ("open",), "open", (oos.plan_missing, oos.plan_already_approved, oos.another_approves)),
        Move(RECORD_RETEST, ("open",), "open", (oos.plan_not_approved, oos.planned_number_only, oos.planned_analyst_only)),
        Move(AUTHORISE_RESAMPLE, ("open",), "open", (oos.plan_not_approved, oos.another_approves, oos.resample_stands)),
        Move(DRAW_RESAMPLE, ("open",), "open", (oos.resample_missing,)),
        Move(
            INVALIDATE_OOS,
            ("open",),
            "invalidated",
            (oos.plan_not_approved, oos.another_approves, oos.cause_found, oos.plan_carried_out),
        ),
        Move(CONFIRM_OOS, ("open",), "confirmed"),
    ],
)
