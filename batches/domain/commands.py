"""What people do on the shop floor. One line a command; roles are in `evgmp/people/masterdata/roles.toml`."""

from evgmp.rules.command import REGISTER, Command, Meaning

P, V, R, A = Meaning.PERFORMED, Meaning.VERIFIED, Meaning.REVIEWED, Meaning.APPROVED
FLOOR, BANKING, QUALITY, MASTER = "batch_execution", "cell_banking", "quality_review", "master_data"


def _add(
    name: str, sentence: str, label: str, *signs: Meaning,
    witness: bool = False, reason: bool = False, training: str = "", automatic: bool = False,
) -> Command:  # fmt: skip
    return REGISTER.add(Command(f"batches.{name}", sentence, label, signs, witness, reason, training, automatic))


# Donors and lines
REGISTER_DONOR = _add("register_donor", "Donor registered", "Register the donor", P, training=BANKING)
DECIDE_DONOR_ELIGIBILITY = _add(
    "decide_donor_eligibility", "Donor eligibility decided", "Decide the eligibility", A, reason=True, training=QUALITY
)
REGISTER_CELL_LINE = _add("register_cell_line", "Cell line registered", "Register the line", P, training=BANKING)

# Bank vials
STORE_VIALS = _add("store_vials", "Vials stored", "Store the vials", P, V, training=BANKING)
RESERVE_VIAL = _add("reserve_vial", "Vial reserved", "Reserve the vial", P, training=BANKING)
WITHDRAW_VIAL = _add("withdraw_vial", "Vial withdrawn", "Withdraw the vial", P, V, training=BANKING)
THAW_VIAL = _add("thaw_vial", "Vial thawed", "Thaw the vial", P, V, training=BANKING)
DESTROY_VIAL = _add("destroy_vial", "Vial destroyed", "Destroy the vial", P, V, reason=True, training=BANKING)

# Master records
AUTHOR_MASTER = _add("author_master", "Master record authored", "Sign as author", P, reason=True, training=MASTER)
REVIEW_MASTER = _add("review_master", "Master record reviewed", "Sign as reviewer", R, training=FLOOR)
APPROVE_MASTER = _add("approve_master", "Master record approved", "Approve the master", A, training=QUALITY)

PRINT_MASTER = _add("print_master", "Uncontrolled print of a master drawn", "Print the blank record")

DRAFT_MASTER = _add("draft_master", "Draft of a master begun", "Begin a draft", training=MASTER)
EDIT_MASTER_PART = _add("edit_master_part", "Part of a master draft edited", "Save", training=MASTER)
ADD_MASTER_PART = _add("add_master_part", "Part added to a master draft", "Add", training=MASTER)
MOVE_MASTER_PART = _add("move_master_part", "Part of a master draft moved", "Move", training=MASTER)
REMOVE_MASTER_PART = _add("remove_master_part", "Part removed from a master draft", "Remove", training=MASTER)
SUBMIT_MASTER = _add("submit_master", "Master draft submitted", "Sign as author and submit", P, reason=True, training=MASTER)
DISCARD_MASTER_DRAFT = _add("discard_master_draft", "Master draft discarded", "Discard the draft", reason=True, training=MASTER)

# Batches
START_BATCH = _add("start_batch", "Batch record issued", "Issue the batch record", P, training=FLOOR)
CONSUME_LOT = _add("consume_lot", "Parent lot consumed", "Record the consumption", P, V, training=FLOOR)
RECORD_ENTRY = _add("record_entry", "Entry recorded", "Record", training=FLOOR)
SIGN_STEP = _add("sign_step", "Step signed", "Sign the step", P, witness=True, training=FLOOR)
SKIP_STEP = _add("skip_step", "Step marked not applicable", "Mark as not applicable", P, V, reason=True, training=FLOOR)
DECIDE_HOLD_POINT = _add("decide_hold_point", "Hold point decided", "Decide on the hold point", A, reason=True, training=QUALITY)
CORRECT_ENTRY = _add("correct_entry", "Entry corrected", "Correct the entry", P, witness=True, reason=True, training=FLOOR)
RECORD_LATE_ENTRY = _add("record_late_entry", "Late entry recorded", "Record the late entry", P, V, reason=True, training=FLOOR)
PAUSE_BATCH = _add("pause_batch", "Batch paused", "Pause the batch", P, reason=True, training=FLOOR)
RESUME_BATCH = _add("resume_batch", "Batch resumed", "Resume the batch", P, reason=True, training=FLOOR)
HAND_OVER_BATCH = _add("hand_over_batch", "Batch handed over", "Hand the batch over", P, V, reason=True, training=FLOOR)
ACKNOWLEDGE_ALARM = _add("acknowledge_alarm", "Alarm acknowledged", "Acknowledge the alarm", P, reason=True, training=FLOOR)
WATCH_CLOCKS = _add("watch_clocks", "Passed clock found", "Watch the clocks", automatic=True)
COMPLETE_BATCH = _add("complete_batch", "Batch completed", "Complete the batch", P, training=FLOOR)
ABORT_BATCH = _add("abort_batch", "Batch aborted", "Abort the batch", P, reason=True, training=FLOOR)
REVIEW_BATCH = _add("review_batch", "Batch record reviewed by production", "Sign the production review", R, training=FLOOR)
ISSUE_RECORD = _add("issue_record", "Executed batch record issued on paper", "Issue the record on paper")

# Exceptions, samples, dispositions of intermediates
REPORT_EXCEPTION = _add("report_exception", "Exception reported", "Report an exception", P)
RAISE_DEVIATION = _add("raise_deviation", "Exception made a deviation", "Make it a deviation", A, reason=True, training=QUALITY)
CLOSE_EXCEPTION = _add("close_exception", "Exception closed", "Close the exception", A, reason=True, training=QUALITY)
DRAW_SAMPLE = _add("draw_sample", "Sample drawn", "Draw the sample", P)
RELEASE_FOR_PROCESSING = _add(
    "release_for_processing", "Lot released for further processing", "Release for processing", A, training=QUALITY
)
HOLD_LOT = _add("hold_lot", "Lot put on hold", "Put the lot on hold", A, reason=True, training=QUALITY)
SPLIT_LOT = _add("split_lot", "Lot split into sub-lots", "Split the lot", P, V, training=FLOOR)
LIFT_HOLD = _add("lift_hold", "Hold lifted", "Lift the hold", A, reason=True, training=QUALITY)

# Materials
REGISTER_ITEM = _add("register_item", "Material item registered", "Register the item", P, training=MASTER)
RECEIVE_MATERIAL = _add("receive_material", "Material lot received", "Receive the lot", P, training=FLOOR)
DECIDE_MATERIAL = _add("decide_material", "Material lot decided on", "Decide on the lot", A, reason=True)
OPEN_MATERIAL = _add("open_material", "Material container opened", "Open the container", P, training=FLOOR)
DISCARD_MATERIAL = _add("discard_material", "Material discarded", "Discard material", P, V, reason=True, training=FLOOR)
RESERVE_MATERIAL = _add("reserve_material", "Material reserved", "Reserve for a batch", P, training=FLOOR)
RECORD_USE = _add("record_use", "Material or equipment used", "Record the use", training=FLOOR)
CORRECT_USE = _add("correct_use", "Use corrected", "Correct a use", P, witness=True, reason=True, training=FLOOR)
ATTACH_FILE = _add("attach_file", "File attached to a step", "Attach a file or photo", training=FLOOR)
TAKE_SAMPLE = _add("take_sample", "Planned sample taken", "Take the sample", P, training=FLOOR)

# Storage
MOVE_LOT = _add("move_lot", "Lot moved in storage", "Move the lot", P, training=FLOOR)
RECORD_EXCURSION = _add("record_excursion", "Temperature excursion recorded", "Record an excursion", P, training=FLOOR)

# Equipment and rooms
REGISTER_EQUIPMENT = _add("register_equipment", "Equipment registered", "Register the equipment", P, training=FLOOR)
RECORD_UPKEEP = _add("record_upkeep", "Upkeep of equipment recorded", "Record the upkeep", P, V, training=FLOOR)
RECORD_MONITORING = _add("record_monitoring", "Environmental monitoring recorded", "Record monitoring", P)
READ_MONITORING = _add("read_monitoring", "Result of a monitoring recorded", "Record the result", P)
REVIEW_MONITORING = _add("review_monitoring", "Environmental monitoring reviewed", "Review the monitoring", R, reason=True)
STOP_EQUIPMENT = _add("stop_equipment", "Equipment put out of service", "Put out of service", P, reason=True)
RETURN_EQUIPMENT = _add("return_equipment", "Equipment returned to service", "Return to service", A, reason=True, training=QUALITY)
