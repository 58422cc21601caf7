"""Life cycles of master records, batch records and steps, and the rules that bar their moves. Knows no Django.

Facts come from `batches.selectors.records` and `batches.selectors.masters`; each rule reads its own and nothing else.
"""

from batches.domain import commands as c
from batches.domain.alarms import alarm_stands, alarms_acknowledged
from batches.domain.environment import environment_settled
from evgmp.rules.blocker import Blocker
from evgmp.rules.change_record import change_recorded, software_adopted
from evgmp.rules.lifecycle import Facts, Lifecycle, Move


def no_newer_version(facts: Facts) -> Blocker | None:
    """A version that was overtaken never becomes effective again. Fact: overtaken_by, the number of the newer one."""
    if newer := facts.get("overtaken_by"):
        return Blocker("overtaken", f"{newer} is newer and was approved already. Author a new version instead.")
    return None


def batch_runs(facts: Facts) -> Blocker | None:
    """Nothing is recorded in a batch that is not in process. Facts: batch, batch_status."""
    status = facts["batch_status"]
    if status == "in_process":
        return None
    word = BATCH_WORDS.get(status, status)
    if status == "paused":
        return Blocker("batch_paused", f"{facts['batch']} is paused. Resume it first.")
    return Blocker("batch_closed", f"{facts['batch']} is {word}. Nothing more is recorded in it; a correction opens it again.")


def batch_can_be_corrected(facts: Facts) -> Blocker | None:
    """An aborted record stays as it is, and a decided lot is opened by QA first. Facts: batch, batch_status, decided."""
    if facts["batch_status"] == "aborted":
        return Blocker("batch_closed", f"{facts['batch']} is aborted. Its record stays as it is.")
    if facts["batch_status"] == "paused":
        return Blocker("batch_paused", f"{facts['batch']} is paused. Resume it first.")
    if decided := facts.get("decided"):
        return Blocker(
            "lot_decided",
            f"{decided}, on the basis of this record. QA puts the lot on hold first, then the record can be corrected.",
        )
    return None


def earlier_steps_first(facts: Facts) -> Blocker | None:
    """Steps are done in the order of the master (EXE-01). Fact: waits_for, the name of the first unsigned earlier step."""
    if earlier := facts.get("waits_for"):
        return Blocker("earlier_steps_first", f"{earlier} is not signed yet. Do and sign it first.")
    return None


def step_applies(facts: Facts) -> Blocker | None:
    """A step whose condition does not hold is passed over. Fact: applies, True, False, or None while it can't be told."""
    if facts.get("applies") is False:
        return Blocker("step_passed_over", "This step does not apply to this batch, by the value it depends on. Go on with the next step.")
    if facts.get("applies") is None and "applies" in facts:
        return Blocker("condition_open", "Whether this step applies depends on a value that is not recorded yet. Record it first.")
    return None


def role_of_the_step(facts: Facts) -> Blocker | None:
    """A step is done by the role that its master names. Fact: other_role, a sentence; absent or empty when the role is held."""
    return Blocker("other_role", facts["other_role"]) if facts.get("other_role") else None


def trained_in_the_step(facts: Facts) -> Blocker | None:
    """A step may ask for training beside that of the command (ACC-14). Fact: untrained, a sentence; absent or empty when it is in date."""
    return Blocker("not_trained", facts["untrained"]) if facts.get("untrained") else None


def takes_files(facts: Facts) -> Blocker | None:
    """Fact: takes_files, whether the master allows or asks for a file."""
    return None if facts.get("takes_files") else Blocker("no_file_asked", "The master asks for no file in this step. Attach it where the master asks for it.")


def no_hold_point(facts: Facts) -> Blocker | None:
    """At a hold point QC or QA decides; nobody else signs it. Fact: is_hold_point."""
    if facts.get("is_hold_point"):
        return Blocker("hold_point", "The batch is held here until QC or QA decides. Ask them to decide on this hold point.")
    return None


def a_hold_point(facts: Facts) -> Blocker | None:
    """Fact: is_hold_point."""
    return None if facts.get("is_hold_point") else Blocker("no_hold_point", "This step is no hold point. The operator signs it.")


def decider_took_no_part(facts: Facts) -> Blocker | None:
    """Who made or witnessed the batch doesn't let it go on (SIG-08). Fact: took_part, sentences."""
    if took_part := facts.get("took_part"):
        return Blocker("took_part", f"You {took_part[0]}, so you can't decide on this hold point. Another person decides.")
    return None


def may_be_skipped(facts: Facts) -> Blocker | None:
    """Only where the master allows it (EXE-05). Facts: may_skip; values, how many the step holds."""
    if not facts.get("may_skip"):
        return Blocker("not_skippable", "The master does not allow this step to be left out. Do it, or tell QA why it can't be done.")
    if facts.get("values"):
        return Blocker("step_begun", "Something is recorded in this step already, so it was begun. Finish it, or correct what is wrong.")
    return None


def rooms_cleared_before(facts: Facts) -> Blocker | None:
    """The work of a batch begins in a room whose line clearance is in force (EXE-12). Fact: rooms_uncleared, a sentence about each room."""
    if said := facts.get("rooms_uncleared"):
        return Blocker("room_not_cleared", " ".join(said))
    return None


def rooms_free(facts: Facts) -> Blocker | None:
    """A room that another batch has in use is not cleared (EXE-12). Fact: rooms_taken, a sentence about each room of a clearance."""
    if said := facts.get("rooms_taken"):
        return Blocker("room_in_use", " ".join(said))
    return None


def times_decided(facts: Facts) -> Blocker | None:
    """After a clock outside its limits QA says whether the batch goes on (EXE-10). Fact: undecided_times, exception numbers."""
    if numbers := facts.get("undecided_times"):
        return Blocker("time_undecided", f"{', '.join(numbers)}: a time of this batch is outside its limits. QA decides on it first.")
    return None


def times_explained(facts: Facts) -> Blocker | None:
    """Who stops a clock outside its limits says why (EXE-10). Fact: unexplained_times, a sentence about each such clock."""
    if said := facts.get("unexplained_times"):
        return Blocker("time_unexplained", f"{'; '.join(said)}. Say why, then sign.", "why")
    return None


def entries_complete(facts: Facts) -> Blocker | None:
    """A step is signed when every required value is there (EXE-05). Fact: missing, their labels or reasons."""
    if missing := facts.get("missing"):
        return Blocker("entries_missing", f"Not recorded yet: {'; '.join(missing)}. Record it, then sign.")
    return None


def gates_passed(facts: Facts) -> Blocker | None:
    """A gate outside its limits holds the step until QA accepts it, or the value is corrected (EXE-08, LBL-02).

    Fact: held_gates, sentences about each."""
    if held := facts.get("held_gates"):
        return Blocker("gate_held", f"{'; '.join(held)}. Find the cause and correct the value, or have QA decide on the exception.")
    return None


def all_steps_signed(facts: Facts) -> Blocker | None:
    """Fact: unsigned, the names of the steps whose signatures are absent or fell."""
    if unsigned := facts.get("unsigned"):
        return Blocker("steps_unsigned", f"Not signed: {'; '.join(unsigned)}. Sign these steps first.")
    return None


def quantity_known(facts: Facts) -> Blocker | None:
    """A made lot has a quantity. Fact: quantity_made."""
    if facts.get("quantity_made") is None:
        return Blocker("quantity_missing", "The quantity made is not recorded yet. The step that measures it records it.")
    return None


def origin_known(facts: Facts) -> Blocker | None:
    """Every lot comes from somewhere. Fact: origin, empty when neither a parent lot nor a cell line is recorded."""
    if not facts.get("origin"):
        return Blocker("origin_missing", "No parent lot is recorded for this lot. Record what it was made from first.")
    return None


def labels_accounted_for(facts: Facts) -> Blocker | None:
    """Nothing is completed, reviewed or released while labels are unaccounted for (LBL-02, EXE-20). Fact: open_labels, sentences."""
    if open_labels := facts.get("open_labels"):
        return Blocker("labels_open", f"{'; '.join(open_labels)}. Reconcile the labels, and have QA decide where some are missing.")
    return None


def rooms_cleared_after(facts: Facts) -> Blocker | None:
    """A batch ends when every room it used is cleared again (EXE-12). Fact: rooms_left, their codes."""
    if rooms := facts.get("rooms_left"):
        said = f"Not cleared after the end: {', '.join(rooms)}. Do and sign the closing line clearance, every point of it accepted."
        return Blocker("room_not_cleared_after", said)
    return None


def lot_not_made_yet(facts: Facts) -> Blocker | None:
    """A made lot is rejected, not aborted. Fact: lot_made."""
    if facts.get("lot_made"):
        return Blocker("lot_made", "This lot is made already, so it can't be aborted. QA rejects it instead.")
    return None


def reviewer_took_no_part(facts: Facts) -> Blocker | None:
    """Who did, witnessed or recorded anything in a batch doesn't review it (AUD-12, SIG-08). Fact: took_part, sentences."""
    if took_part := facts.get("took_part"):
        return Blocker("took_part", f"You {took_part[0]}, so you can't review this batch record. Another person reviews it.")
    return None


def record_is_closed(status: str) -> list[Blocker]:
    """A paper is issued of a record that nobody writes into any more: completed, reviewed or aborted."""
    if status in ("completed", "reviewed", "aborted"):
        return []
    word = "paused" if status == "paused" else "still in process"
    return [Blocker("batch_in_process", f"This batch is {word}, so its record is not issued on paper. Complete or abort it first.")]


def not_written_by_you(facts: Facts) -> Blocker | None:
    """Who wrote any part of a version neither reviews nor approves it (MST-02). Facts: written_by (user IDs), by."""
    if facts.get("by") and facts["by"] in facts.get("written_by", ()):
        return Blocker("wrote_it", "You wrote a part of this version. Another person has to check it.")
    return None


def master_holds_all(facts: Facts) -> Blocker | None:
    """A master is approved with all that it has to hold (MST-03). Fact: absent, a sentence for each element that it lacks."""
    if absent := facts.get("absent"):
        return Blocker("master_incomplete", f"{' '.join(absent)} Then submit a new version: this one can't be changed any more.")
    return None


def draft_without_defects(facts: Facts) -> Blocker | None:
    """Fact: defects, how many the validator finds."""
    if number := facts.get("defects"):
        what = "One defect is" if number == 1 else f"{number} defects are"
        return Blocker("draft_has_defects", f"{what} still in this draft. The page of the draft names each beside its step.")
    return None


def draft_still_newest(facts: Facts) -> Blocker | None:
    """A draft may not undo what somebody else submitted meanwhile. Fact: written_meanwhile, the number of that version."""
    if newer := facts.get("written_meanwhile"):
        return Blocker("written_meanwhile", f"{newer} was written since this draft began. Begin a draft from it and bring your changes in.")
    return None


MASTER_WORDS = {"draft": "a draft", "reviewed": "reviewed", "effective": "effective", "superseded": "superseded"}
MASTER = Lifecycle(
    "master version",
    MASTER_WORDS,
    [
        Move(c.REVIEW_MASTER, ("draft",), "reviewed", (change_recorded, not_written_by_you)),
        Move(c.APPROVE_MASTER, ("reviewed",), "effective", (no_newer_version, change_recorded, not_written_by_you, master_holds_all, software_adopted)),
        Move(c.START_BATCH, ("effective",), "effective"),
    ],
)

MASTER_DRAFT_WORDS = {"open": "open", "submitted": "submitted", "discarded": "discarded"}
MASTER_DRAFT = Lifecycle(
    "master draft",
    MASTER_DRAFT_WORDS,
    [
        *(
            Move(command, ("open",), "open")
            for command in (c.EDIT_MASTER_PART, c.ADD_MASTER_PART, c.MOVE_MASTER_PART, c.REMOVE_MASTER_PART)
        ),
        Move(c.SUBMIT_MASTER, ("open",), "submitted", (draft_without_defects, draft_still_newest)),
        Move(c.DISCARD_MASTER_DRAFT, ("open",), "discarded"),
    ],
)

BATCH_WORDS = {"in_process": "in process", "paused": "paused", "completed": "completed", "reviewed": "reviewed by production", "aborted": "aborted"}
BATCH = Lifecycle(
    "batch record",
    BATCH_WORDS,
    [
        Move(c.CONSUME_LOT, ("in_process",), "in_process"),
        Move(c.COMPLETE_BATCH, ("in_process",), "completed", (
            all_steps_signed, rooms_cleared_after, quantity_known, origin_known, labels_accounted_for, alarms_acknowledged,
        )),
        Move(c.ABORT_BATCH, ("in_process", "paused"), "aborted", (lot_not_made_yet,)),
        Move(c.PAUSE_BATCH, ("in_process",), "paused"),
        Move(c.RESUME_BATCH, ("paused",), "in_process"),
        Move(c.HAND_OVER_BATCH, ("in_process", "paused"), "unchanged"),
        Move(c.ACKNOWLEDGE_ALARM, ("in_process", "paused", "completed"), "unchanged", (alarm_stands,)),
        Move(c.REVIEW_BATCH, ("completed",), "reviewed", (
            all_steps_signed, labels_accounted_for, alarms_acknowledged, environment_settled, reviewer_took_no_part,
        )),
        Move(c.CORRECT_ENTRY, ("in_process", "completed", "reviewed"), "in_process"),
        Move(c.CORRECT_USE, ("in_process", "completed", "reviewed"), "in_process"),
        Move(c.RECORD_LATE_ENTRY, ("in_process", "completed", "reviewed"), "in_process"),
    ],
)

STEP_WORDS = {"open": "open", "signed": "signed", "skipped": "not applicable"}
# A step that nothing waits for any more.
DONE = ("signed", "skipped")
_TURN = (batch_runs, earlier_steps_first, step_applies, rooms_cleared_before, times_decided)
_BY = (role_of_the_step, trained_in_the_step)
STEP = Lifecycle(
    "step",
    STEP_WORDS,
    [
        Move(c.RECORD_ENTRY, ("open",), "open", (*_TURN, *_BY)),
        Move(c.RECORD_USE, ("open",), "open", (*_TURN, *_BY)),
        Move(c.SIGN_STEP, ("open",), "signed", (*_TURN, *_BY, no_hold_point, rooms_free, entries_complete, gates_passed, times_explained)),
        Move(c.SKIP_STEP, ("open",), "skipped", (*_TURN, *_BY, no_hold_point, may_be_skipped)),
        Move(c.ATTACH_FILE, ("open",), "open", (*_TURN, *_BY, takes_files)),
        Move(c.DECIDE_HOLD_POINT, ("open",), "signed", (*_TURN, a_hold_point, decider_took_no_part, gates_passed)),
        Move(c.CORRECT_ENTRY, ("open", "signed"), "open", (batch_can_be_corrected,)),
        Move(c.TAKE_SAMPLE, ("open",), "open", (*_TURN, *_BY)),
        Move(c.CORRECT_USE, ("open", "signed"), "open", (batch_can_be_corrected,)),
        Move(c.RECORD_LATE_ENTRY, ("open", *DONE), "open", (batch_can_be_corrected, earlier_steps_first, step_applies, no_hold_point, *_BY)),
    ],
)
