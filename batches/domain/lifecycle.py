"""Life cycles of donors, vials, samples, dispositions and exceptions, and which stage is made from which. Knows no Django.

The records of making (master, batch, step) have theirs in `batches.domain.lifecycle_records`.
"""

from decimal import Decimal

from batches.domain import commands as c
from batches.domain.genealogy import SPLITTABLE
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move

# --- Donors ---

DONOR_WORDS = {"undecided": "undecided", "eligible": "eligible", "ineligible": "ineligible"}
DONOR = Lifecycle(
    "donor",
    DONOR_WORDS,
    [
        # A decision may be made again; the earlier one stays in the history. The form says which it is.
        Move(c.DECIDE_DONOR_ELIGIBILITY, tuple(DONOR_WORDS), "decided"),
        Move(c.REGISTER_CELL_LINE, ("undecided", "eligible"), "unchanged"),
    ],
)

# --- Vials (G8: each of these happens once in the life of a vial) ---

VIAL_WORDS = {
    "stored": "stored", "reserved": "reserved", "withdrawn": "withdrawn", "thawed": "thawed", "sampled": "taken as a sample",
    "destroyed": "destroyed",
}  # fmt: skip
VIAL = Lifecycle(
    "vial",
    VIAL_WORDS,
    [
        Move(c.RESERVE_VIAL, ("stored",), "reserved"),
        Move(c.WITHDRAW_VIAL, ("stored", "reserved"), "withdrawn"),
        Move(c.THAW_VIAL, ("withdrawn",), "thawed"),
        Move(c.DRAW_SAMPLE, ("stored",), "sampled"),
        Move(c.DESTROY_VIAL, ("stored", "reserved", "withdrawn"), "destroyed"),
    ],
)

# --- Samples ---

SAMPLE_WORDS = {"drawn": "drawn", "received": "received"}


def lot_can_be_sampled(facts: Facts) -> Blocker | None:
    """Fact: lot_disposition."""
    word = {"rejected": "rejected", "recalled": "recalled"}.get(facts.get("lot_disposition", ""))
    if word:
        return Blocker("lot_rejected", f"This lot is {word}. No sample is drawn from it any more.")
    return None


# The status asked for is the making-status of the lot: an aborted one is not sampled.
SAMPLE = Lifecycle(
    "lot",
    {"in_process": "in process", "made": "made", "aborted": "aborted"},
    [Move(c.DRAW_SAMPLE, ("in_process", "made"), "drawn", (lot_can_be_sampled,))],
)

# --- Dispositions ---

DISPOSITION_WORDS = {
    "in_process": "in process", "aborted": "aborted", "quarantine": "in quarantine", "hold": "on hold",
    "released_for_processing": "released for further processing", "approved_for_certification": "approved for certification",
    "certified": "certified", "released": "released", "rejected": "rejected", "recalled": "recalled",
}  # fmt: skip


def standing(making_status: str, newest_decision: str) -> str:
    """What may be done with a lot: how far it is made while that isn't finished, then the newest decision; quarantine when
    nobody decided yet (REL-01). A hold or a rejection shows at any time."""
    if making_status != "made" and newest_decision not in ("hold", "rejected"):
        return making_status
    return newest_decision or "quarantine"


INTERMEDIATES = ("passage", "conditioned_media", "isolation_run")


def intermediates_only(facts: Facts) -> Blocker | None:
    """Banks and EV lots have a release of their own. Fact: stage."""
    if facts["stage"] in INTERMEDIATES:
        return None
    return Blocker("not_an_intermediate", "Only passages, media lots and runs are released for processing. This lot has a release of its own.")


def record_reviewed(facts: Facts) -> Blocker | None:
    """Fact: unfinished, sentences about what the batch record lacks; empty when production has reviewed it."""
    if unfinished := facts["unfinished"]:
        return Blocker("batch_not_reviewed", " ".join(unfinished))
    return None


def exceptions_closed(facts: Facts) -> Blocker | None:
    """Fact: open_exceptions, their numbers (DEV-04)."""
    if numbers := facts.get("open_exceptions"):
        return Blocker("exceptions_open", f"Not decided yet: {', '.join(numbers)}. QA closes every exception first.")
    return None


def lot_not_affected(facts: Facts) -> Blocker | None:
    """Fact: affecting_exceptions, numbers of exceptions that were closed as affecting the lot."""
    if numbers := facts.get("affecting_exceptions"):
        return Blocker("lot_affected", f"{', '.join(numbers)} affects this lot, by QA's decision. Reject the lot.")
    return None


def ancestors_usable(facts: Facts) -> Blocker | None:
    """No lot stands higher than what it was made from (G4, G5). Facts: fallen_ancestors, sentences about rejected and recalled
    lots; waiting_ancestors, about those on hold or not released."""
    if fallen := facts.get("fallen_ancestors"):
        return Blocker("ancestor_rejected", f"{'; '.join(fallen)}. A lot made from it can't be released; QA decides on this lot.")
    if waiting := facts.get("waiting_ancestors"):
        return Blocker("ancestor_not_released", f"{'; '.join(waiting)}. A lot stands no higher than what it was made from: QA decides there first.")
    return None


def labels_reconciled(facts: Facts) -> Blocker | None:
    """Every label issued for a lot is counted before the lot is released (LBL-02). Fact: open_labels, sentences."""
    if open_labels := facts.get("open_labels"):
        return Blocker("labels_open", f"{'; '.join(open_labels)}. Reconcile the labels first.")
    return None


def can_be_split(facts: Facts) -> Blocker | None:
    """Liquids are split; cells are passaged, vials are single already. Facts: stage, making_status."""
    if facts["stage"] not in SPLITTABLE:
        return Blocker("not_splittable", "Only media lots and runs are split into sub-lots. Cells are split by passaging them.")
    if facts["making_status"] != "made":
        return Blocker("lot_not_made", "The lot is not made yet. It can be split when its batch is completed.")
    return None


# What any release of a lot rests on. A hold is lifted towards a release only while these don't object.
RECORD_RULES = (record_reviewed, exceptions_closed, lot_not_affected, labels_reconciled, ancestors_usable)
_HOLDABLE = ("in_process", "quarantine", "released_for_processing", "approved_for_certification", "certified", "released")

DISPOSITION = Lifecycle(
    "lot",
    DISPOSITION_WORDS,
    [
        Move(c.RELEASE_FOR_PROCESSING, ("quarantine",), "released_for_processing", (intermediates_only, *RECORD_RULES)),
        Move(c.HOLD_LOT, _HOLDABLE, "hold"),
        Move(c.SPLIT_LOT, ("quarantine", "released_for_processing"), "quarantine", (can_be_split,)),
        Move(c.LIFT_HOLD, ("hold",), "before"),
    ],
)

# Which decision may follow which, whoever decides: the last check before a row is written (REL-01). A rejected or
# recalled lot never comes back; it can be rejected for a further reason.
MAY_FOLLOW: dict[str, tuple[str, ...]] = {
    "in_process": ("hold", "rejected"),
    "aborted": ("rejected",),
    "quarantine": ("hold", "released_for_processing", "approved_for_certification", "released", "rejected"),
    "released_for_processing": ("hold", "rejected", "recalled"),
    "approved_for_certification": ("hold", "quarantine", "certified", "rejected"),
    "certified": ("hold", "released", "rejected"),
    "released": ("hold", "rejected", "recalled"),
    "hold": ("quarantine", "released_for_processing", "approved_for_certification", "certified", "released", "rejected", "recalled"),
    "rejected": ("rejected",),
    "recalled": ("rejected",),
}

# --- Exceptions ---

EXCEPTION_DECISIONS = {"no_impact": "No impact", "impact_accepted": "Impact accepted", "lot_affected": "Lot affected"}


def performer_does_not_close(facts: Facts) -> Blocker | None:
    """Who performed, witnessed or recorded it can't judge it (SIG-08, AUD-12). Facts: closer, took_part (user IDs)."""
    if facts.get("closer") and facts["closer"] in facts.get("took_part", ()):
        return Blocker("took_part", "You took part in what this exception is about. Another QA reviewer closes it.")
    return None


CLASSES = {"minor": "Minor", "major": "Major", "critical": "Critical"}


def no_deviation_yet(facts: Facts) -> Blocker | None:
    """Fact: deviation_since, the text of the instant at which it became one."""
    if since := facts.get("deviation_since"):
        return Blocker("deviation_already", f"This exception is a deviation since {since}. It is decided when it is closed.")
    return None


EXCEPTION = Lifecycle(
    "exception",
    {"open": "open", "closed": "closed"},
    [
        Move(c.CLOSE_EXCEPTION, ("open",), "closed", (performer_does_not_close,)),
        Move(c.RAISE_DEVIATION, ("open",), "open", (no_deviation_yet,)),
    ],
)

# --- What is made from what ---

PARENT_STAGES: dict[str, tuple[str, ...]] = {
    "cell_bank": ("cell_bank", "passage"),
    "passage": ("cell_bank", "passage"),
    "conditioned_media": ("passage",),
    "isolation_run": ("conditioned_media",),
    "ev_lot": ("isolation_run",),
    "drug_product": ("ev_lot",),
}

# What a decision says about using a lot as material: key and sentence of the refusal. Absent: it may be used.
_WAIT = "QA releases it first."
UNUSABLE: dict[str, tuple[str, str]] = {
    "in_process": ("lot_not_made", "{lot} is still in process. It can be used when it is made and released."),
    "aborted": ("lot_not_made", "{lot} was aborted. It can't be used."),
    "quarantine": ("lot_in_quarantine", "{lot} is in quarantine. " + _WAIT),
    "approved_for_certification": ("lot_in_quarantine", "{lot} is in quarantine. " + _WAIT),
    "certified": ("lot_in_quarantine", "{lot} is certified but not released to stock. " + _WAIT),
    "hold": ("lot_on_hold", "{lot} is on hold. QA lifts the hold or rejects it."),
    "rejected": ("lot_rejected", "{lot} is rejected. It can't be used; take another lot."),
    "recalled": ("lot_rejected", "{lot} is recalled. It can't be used; take another lot."),
}


def use_blocker(lot: str, stage: str, disposition: str) -> Blocker | None:
    """Why a lot may not be used as material now, or None. Banks and EV lots need their own release; an
    intermediate is released for processing."""
    if disposition in UNUSABLE:
        key, sentence = UNUSABLE[disposition]
        return Blocker(key, sentence.format(lot=lot))
    if stage == "drug_product":
        return Blocker("stage_order", f"{lot} is a drug product. Nothing is made from it.")
    if stage in ("cell_bank", "ev_lot") and disposition != "released":
        return Blocker("lot_in_quarantine", f"{'The bank' if stage == 'cell_bank' else 'The EV lot'} {lot} is not released. {_WAIT}")
    if disposition not in ("released", "released_for_processing"):
        return Blocker("lot_in_quarantine", f"{lot} is not released. {_WAIT}")
    return None


# --- Units ---

# Dimension and power of ten. A unit that is not here converts to nothing but itself.
_UNITS: dict[str, tuple[str, int]] = {
    "vial": ("vials", 0), "vials": ("vials", 0), "µL": ("volume", -3), "uL": ("volume", -3), "mL": ("volume", 0), "L": ("volume", 3),
}  # fmt: skip


def amount_in(quantity: Decimal, unit: str, wanted: str) -> Decimal | None:
    """`quantity` counted in `wanted`, exactly; None when the two units measure different things."""
    if unit == wanted:
        return quantity
    one, other = _UNITS.get(unit), _UNITS.get(wanted)
    if one is None or other is None or one[0] != other[0]:
        return None
    return quantity.scaleb(one[1] - other[1])


def same_unit(one: str, other: str) -> bool:
    """True for the same unit, however it is spelled (`vial` and `vials`)."""
    return one == other or (one in _UNITS and _UNITS[one] == _UNITS.get(other))
