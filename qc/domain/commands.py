"""What people do in the laboratory and at release. Roles are in `evgmp/people/masterdata/roles.toml`."""

from evgmp.rules.command import REGISTER, Command, Meaning

P, R, A = Meaning.PERFORMED, Meaning.REVIEWED, Meaning.APPROVED
LAB, QUALITY, MASTER, QP = "qc_testing", "quality_review", "master_data", "certification"


def _add(name: str, sentence: str, label: str, *signs: Meaning, reason: bool = False, training: str = "") -> Command:
    return REGISTER.add(Command(f"qc.{name}", sentence, label, signs, False, reason, training))


# Specifications
AUTHOR_SPECIFICATION = _add("author_specification", "Specification authored", "Import a specification", P, reason=True, training=MASTER)
REVIEW_SPECIFICATION = _add("review_specification", "Specification reviewed", "Review the specification", R, training=LAB)
APPROVE_SPECIFICATION = _add("approve_specification", "Specification approved", "Approve the specification", A, training=QUALITY)
DRAFT_SPECIFICATION = _add("draft_specification", "Draft of a specification begun", "Draft a specification", training=MASTER)
EDIT_SPECIFICATION_PART = _add("edit_specification_part", "Part of a specification draft edited", "Save", training=MASTER)
ADD_SPECIFICATION_PART = _add("add_specification_part", "Part added to a specification draft", "Add", training=MASTER)
MOVE_SPECIFICATION_ROW = _add("move_specification_row", "Test of a specification draft moved", "Move", training=MASTER)
REMOVE_SPECIFICATION_PART = _add("remove_specification_part", "Part removed from a specification draft", "Remove", training=MASTER)
SUBMIT_SPECIFICATION = _add("submit_specification", "Specification draft submitted", "Sign as author and submit", P, reason=True, training=MASTER)
DISCARD_SPECIFICATION_DRAFT = _add(
    "discard_specification_draft", "Specification draft discarded", "Discard the draft", reason=True, training=MASTER
)

# Test methods
AUTHOR_METHODS = _add("author_methods", "Method list authored", "Sign as author of the method list", P, reason=True, training=MASTER)
REVIEW_METHODS = _add("review_methods", "Method list reviewed", "Sign as reviewer of the method list", R, training=LAB)
APPROVE_METHODS = _add("approve_methods", "Method list approved", "Approve the method list", A, training=QUALITY)

# Files of instruments
AUTHOR_MAPPING = _add("author_mapping", "Mapping of an instrument file authored", "Sign as author of the mapping", P, reason=True, training=MASTER)
APPROVE_MAPPING = _add("approve_mapping", "Mapping of an instrument file approved", "Approve the mapping", A, training=QUALITY)
HAND_IN_FILE = _add("hand_in_file", "Instrument file handed in", "Hand in an instrument file", training=LAB)
IMPORT_RESULTS = _add("import_results", "Results imported from an instrument file", "Import the results", P, training=LAB)
DISCARD_FILE = _add("discard_file", "Instrument file discarded, nothing imported", "Discard the file", P, reason=True, training=LAB)

# Testing
RECEIVE_SAMPLE = _add("receive_sample", "Sample received", "Receive the sample", P, training=LAB)
RECORD_CUSTODY = _add("record_custody", "Custody of a sample recorded", "Record what happened to the sample", P, training=LAB)
DESTROY_SAMPLE = _add("destroy_sample", "Sample destroyed", "Record the destruction", P, reason=True, training=LAB)
APPROVE_LABORATORY = _add("approve_laboratory", "Contract laboratory approved", "Approve the contract laboratory", A, reason=True, training=QUALITY)
REGISTER_STANDARD = _add("register_standard", "Standard or critical reagent registered", "Register a lot", P, training=LAB)
QUALIFY_STANDARD = _add("qualify_standard", "Standard or critical reagent qualified", "Qualify the lot", A, training=QUALITY)
WITHDRAW_STANDARD = _add("withdraw_standard", "Standard or critical reagent withdrawn", "Withdraw the lot", A, reason=True, training=QUALITY)
RECORD_RUN = _add("record_run", "Assay run recorded", "Record the run", P, training=LAB)
RECORD_POTENCY = _add("record_potency", "Relative potency evaluated", "Record the readings", P, training=LAB)
ISSUE_POTENCY_REPORT = _add("issue_potency_report", "Report of a relative potency issued", "Issue the report", A, training=LAB)
RECORD_RESULT = _add("record_result", "Result recorded", "Record the result", P, training=LAB)
CORRECT_RESULT = _add("correct_result", "Result corrected", "Correct the result", P, reason=True, training=LAB)
REPEAT_EXTRACTION = _add("repeat_extraction", "Repeat extraction recorded", "Record the repeat extraction", P, training=LAB)
READ_RESULT = _add("read_result", "Second reading recorded", "Sign the second reading", P, training=LAB)
REVIEW_RESULT = _add("review_result", "Result reviewed", "Sign the second-person review", R, training=LAB)
PLAN_OOS = _add("plan_oos", "OOS phase I recorded, plan proposed", "Record phase I and propose the plan", P, training=LAB)
APPROVE_OOS_PLAN = _add("approve_oos_plan", "OOS plan approved", "Approve the plan", A, training=QUALITY)
RECORD_RETEST = _add("record_retest", "Re-measurement recorded", "Record a re-measurement", P, training=LAB)
AUTHORISE_RESAMPLE = _add("authorise_resample", "Resampling authorised", "Authorise a new sample", A, reason=True, training=QUALITY)
DRAW_RESAMPLE = _add("draw_resample", "New sample drawn under an OOS", "Draw the new sample", P, training=LAB)
INVALIDATE_OOS = _add("invalidate_oos", "Result invalidated, OOS closed", "Invalidate the result", A, reason=True, training=QUALITY)
CONFIRM_OOS = _add("confirm_oos", "OOS confirmed, lot rejected", "Confirm the OOS and reject the lot", Meaning.REJECTED, reason=True, training=QUALITY)

# Release, in this order
APPROVE_QC = _add("approve_qc", "QC approved, certificate of analysis issued", "Approve and issue the certificate of analysis", A, training=LAB)
APPROVE_FOR_CERTIFICATION = _add(
    "approve_for_certification", "Lot approved for certification", "Approve for certification", A, training=QUALITY
)
CERTIFY_LOT = _add("certify_lot", "Lot certified by the Qualified Person", "Certify the lot", Meaning.CERTIFIED, training=QP)
RELEASE_TO_STOCK = _add("release_to_stock", "Lot released to stock", "Release to stock", A, training=QUALITY)
RELEASE_BANK = _add("release_bank", "Bank released", "Release the bank", A, training=QUALITY)
REJECT_LOT = _add("reject_lot", "Lot rejected", "Reject the lot", Meaning.REJECTED, reason=True, training=QUALITY)

# Processing a lot again
REQUEST_REWORK = _add("request_rework", "Reprocessing or rework asked for", "Ask for reprocessing or rework", P, reason=True)
DECIDE_REWORK = _add("decide_rework", "Reprocessing or rework decided", "Decide on the rework", A, reason=True, training=QUALITY)

# Papers
TAKE_COPY = _add("take_copy", "Copy of an issued paper taken", "Take a numbered copy")
