"""The words a state has on screen and on paper, with the tone and the shape that go with them.

One table for every kind of record: a state is always a word, a shape and a colour. Passing states are quiet, states that need
a person are loud. A new state is added here and nowhere else.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateWord:
    """word: what people read. tone: ok, run, caution, stop or idle. icon: a symbol of the sprite. manner: quiet, soft or empty."""

    word: str
    tone: str
    icon: str
    manner: str = ""


def _quiet(word: str, icon: str = "check-circle") -> StateWord:
    return StateWord(word, "ok", icon, "quiet")


STATE_WORDS: dict[str, StateWord] = {
    # verdict on a result
    "pass": _quiet("Pass"),
    "conforms": _quiet("Pass"),
    "oos": StateWord("OOS", "stop", "x-octagon-fill"),
    "does_not_conform": StateWord("OOS", "stop", "x-octagon-fill"),
    "cannot_conclude": StateWord("Cannot conclude", "caution", "question-diamond"),
    "no_verdict": StateWord("Cannot conclude", "caution", "question-diamond"),
    "reported": _quiet("Reported", "dash-circle"),
    # work on a result
    "pending": StateWord("Pending", "idle", "hourglass"),
    "not_tested": StateWord("Not tested", "idle", "hourglass"),
    "awaiting_review": StateWord("Awaiting review", "caution", "eyeglasses"),
    "reviewed": _quiet("Reviewed", "check2-all"),
    "invalid": StateWord("Invalid", "stop", "x-circle", "soft"),
    "invalidated": StateWord("Invalidated", "idle", "slash-circle"),
    # a reading against its limits
    "in_limit": _quiet("In limit"),
    "near_limit": StateWord("Near limit", "caution", "exclamation-diamond"),
    "act_now": StateWord("Act now", "caution", "exclamation-triangle-fill"),
    "above_limit": StateWord("Above limit", "stop", "caret-up-square-fill"),
    "below_limit": StateWord("Below limit", "stop", "caret-down-square-fill"),
    "accepted": _quiet("Accepted"),
    "not_accepted": StateWord("Not accepted", "stop", "x-octagon-fill"),
    # a step that is left out
    "not_applicable": StateWord("Not applicable", "idle", "dash-circle"),
    # a clock of a batch record
    "clock_waiting": StateWord("Not begun", "idle", "hourglass"),
    "clock_running": StateWord("Running", "run", "clock"),
    "clock_resting": StateWord("Resting", "idle", "pause-circle"),
    "clock_near": StateWord("Near limit", "caution", "exclamation-diamond"),
    "clock_kept": _quiet("In time"),
    "clock_passed": StateWord("Passed", "stop", "clock-history"),
    "clock_too_short": StateWord("Too short", "stop", "clock-history"),
    "clock_unknown": StateWord("Not computable", "stop", "question-diamond"),
    # a lot: how far it is made, and what may be done with it
    "planned": StateWord("Planned", "idle", "calendar-event"),
    "in_process": StateWord("In process", "run", "circle-half"),
    "paused": StateWord("Paused", "caution", "pause-circle"),
    "made": _quiet("Made"),
    "completed": _quiet("Completed"),
    "aborted": StateWord("Aborted", "stop", "stop-circle", "soft"),
    "quarantine": StateWord("Quarantine", "caution", "lock-fill"),
    "hold": StateWord("On hold", "stop", "sign-stop", "soft"),
    "on_hold": StateWord("On hold", "stop", "sign-stop", "soft"),
    "approved_for_certification": StateWord("Approved for certification", "run", "clipboard-check"),
    "certified": StateWord("Certified", "ok", "patch-check-fill"),
    "released_for_processing": StateWord("Released for processing", "ok", "check-circle-fill"),
    "released": StateWord("Released", "ok", "patch-check-fill"),
    "rejected": StateWord("Rejected", "stop", "slash-circle"),
    "recalled": StateWord("Recalled", "stop", "arrow-return-left", "soft"),
    # a file of an instrument
    "handed_in": StateWord("Waits for import", "caution", "hourglass"),
    "imported": _quiet("Imported", "check2-all"),
    # a deviation, an investigation, an exception
    "open": StateWord("Open", "caution", "exclamation-diamond"),
    "closed": _quiet("Closed"),
    "undecided": StateWord("Undecided", "caution", "question-diamond"),
    "blocks_release": StateWord("Blocks release", "stop", "x-octagon-fill"),
    "needs_check": StateWord("Needs your check", "caution", "eyeglasses"),
    "acknowledged": _quiet("Acknowledged", "check2-all"),
    "em_pending": StateWord("Result pending", "idle", "hourglass"),
    "em_within": _quiet("Within limit"),
    "em_outside": StateWord("Outside limit", "stop", "x-octagon-fill"),
    "em_invalid": StateWord("Invalid", "stop", "x-circle", "soft"),
    "em_missing": StateWord("Not monitored", "stop", "exclamation-octagon-fill"),
    "not_acknowledged": StateWord("Not acknowledged", "stop", "exclamation-octagon-fill"),
    "late_entry": StateWord("Late entry", "caution", "clock-history"),
    "due_today": StateWord("Due today", "caution", "clock"),
    "due": StateWord("Due", "caution", "clock"),
    "overdue": StateWord("Overdue", "stop", "clock-history"),
    "critical": StateWord("Critical", "stop", "exclamation-octagon-fill"),
    "major": StateWord("Major", "caution", "exclamation-diamond-fill"),
    "minor": StateWord("Minor", "idle", "info-circle"),
    # a master record or a specification
    "draft": StateWord("Draft", "idle", "pencil"),
    "submitted": _quiet("Submitted", "check2-all"),
    "in_review": StateWord("In review", "run", "eyeglasses"),
    "approved": _quiet("Approved", "check2-all"),
    "effective": StateWord("Effective", "ok", "check-circle-fill"),
    "superseded": StateWord("Superseded", "idle", "clock-history"),
    "retired": StateWord("Retired", "idle", "slash-circle"),
    # a vial, a bag, a tube, a sample
    "stored": _quiet("Stored", "snow"),
    "reserved": StateWord("Reserved", "caution", "bookmark-plus"),
    "withdrawn": StateWord("Withdrawn", "idle", "box-arrow-right"),
    "thawed": StateWord("Thawed", "idle", "droplet-half"),
    "moved": StateWord("Moved", "idle", "truck"),
    "sampled": StateWord("Used for QC", "idle", "droplet-half"),
    "used": StateWord("Used", "idle", "droplet-half"),
    "shipped": StateWord("Shipped", "idle", "truck"),
    "destroyed": StateWord("Destroyed", "stop", "trash", "soft"),
    "drawn": StateWord("Drawn", "idle", "droplet-half"),
    "received": _quiet("Received", "inbox"),
    "discarded": StateWord("Discarded", "idle", "trash"),
    # a donor, a person, an instrument
    "eligible": _quiet("Eligible"),
    "ineligible": StateWord("Ineligible", "stop", "slash-circle"),
    "active": _quiet("Active"),
    "inactive": StateWord("Inactive", "idle", "slash-circle"),
    "locked": StateWord("Locked", "caution", "lock"),
    "in_date": _quiet("In date"),
    "expired": StateWord("Expired", "stop", "x-circle", "soft"),
    "ready": _quiet("Ready"),
    "not_ready": StateWord("Not ready", "stop", "x-circle", "soft"),
    "in_use": StateWord("In use", "run", "circle-half"),
    "out_of_service": StateWord("Out of service", "stop", "tools"),
    "stopped": StateWord("Out of service", "stop", "tools", "soft"),
    "returned": _quiet("Returned to service", "tools"),
    "calibrated": _quiet("Calibrated"),
    "qualified": _quiet("Qualified"),
    "unqualified": StateWord("Not qualified", "caution", "hourglass"),
    "cleaned": _quiet("Cleaned"),
    "maintained": _quiet("Maintained", "tools"),
    "cleared": _quiet("Line cleared", "clipboard-check"),
    # a step, a signature
    "not_started": StateWord("Not started", "idle", "circle"),
    "in_progress": StateWord("In progress", "run", "circle-half"),
    "done": _quiet("Done"),
    "recorded": _quiet("Recorded"),
    "performed": _quiet("Performed", "pen"),
    "verified": _quiet("Verified", "check2-all"),
    "skipped": StateWord("Not applicable", "idle", "dash-circle"),
    "signed": _quiet("Signed", "pen"),
    "not_signed": StateWord("Not signed", "idle", "pen"),
    "signature_withdrawn": StateWord("Signature withdrawn", "caution", "pen"),
}


def state_word(state: str) -> StateWord:
    """The word, tone and shape of `state`. A state that is not in the table is shown by its own name in a neutral tone."""
    known = STATE_WORDS.get(state)
    return known or StateWord(sentence_case(state), "idle", "info-circle")


def sentence_case(key: str) -> str:
    """`in_process` -> `In process`."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class LotLabel:
    """The sticker known from the shelf: word, colour scheme (a CSS modifier) and symbol."""

    word: str
    scheme: str
    icon: str


LOT_LABELS: dict[str, LotLabel] = {
    "in_process": LotLabel("In process", "process", "circle-half"),
    "quarantine": LotLabel("Quarantine", "quarantine", "lock-fill"),
    "hold": LotLabel("On hold", "hold", "sign-stop"),
    "on_hold": LotLabel("On hold", "hold", "sign-stop"),
    "approved_for_certification": LotLabel("Approved for certification", "approved", "clipboard-check"),
    "certified": LotLabel("Certified", "released", "patch-check-fill"),
    "released_for_processing": LotLabel("Released for processing", "released", "check-circle-fill"),
    "released": LotLabel("Released", "released", "patch-check-fill"),
    "rejected": LotLabel("Rejected", "rejected", "slash-circle"),
    "recalled": LotLabel("Recalled", "recalled", "arrow-return-left"),
}


def lot_label_of(disposition: str) -> LotLabel:
    """The sticker for `disposition`; an unknown one gets the plain sticker with its own name, never a released one."""
    return LOT_LABELS.get(disposition) or LotLabel(sentence_case(disposition), "process", "info-circle")
