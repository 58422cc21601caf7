"""Life cycle of material lots, and the rules that bar their moves. Knows no Django.

Facts come from `batches.selectors.materials`; each rule reads its own and nothing else.
"""

from batches.domain import commands as c
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move

MATERIAL_WORDS = {"quarantine": "in quarantine", "released": "released", "hold": "on hold", "rejected": "rejected"}
MATERIAL_DECISIONS = {"released": "Released", "hold": "On hold", "rejected": "Rejected"}


def certificate_there(facts: Facts) -> Blocker | None:
    """Nothing is released without the supplier's certificate of analysis (EXE-16). Facts: decision, has_certificate."""
    if facts.get("decision") == "released" and not facts["has_certificate"]:
        return Blocker(
            "certificate_missing",
            "No certificate of analysis is kept with this lot, so it can't be released. Receive it again with its certificate, or reject it.",
        )
    return None


def not_expired(facts: Facts) -> Blocker | None:
    """Facts: decision, expired_on, set when the expiry has passed."""
    if facts.get("decision") == "released" and (day := facts.get("expired_on")):
        return Blocker("expired", f"This lot expired on {day}. It can't be released; reject it.")
    return None


def receiver_does_not_decide(facts: Facts) -> Blocker | None:
    """Who received a lot does not decide on it (SIG-08). Facts: decider, received_by (user IDs)."""
    if facts.get("decider") and facts["decider"] == facts.get("received_by"):
        return Blocker("took_part", "You received this lot, so you can't decide on it. Another person of quality decides.")
    return None


MATERIAL = Lifecycle(
    "material lot",
    MATERIAL_WORDS,
    [
        Move(c.DECIDE_MATERIAL, ("quarantine", "released", "hold"), "decided", (certificate_there, not_expired, receiver_does_not_decide)),
        Move(c.OPEN_MATERIAL, ("released",), "released", ()),
        Move(c.RESERVE_MATERIAL, ("quarantine", "released"), "unchanged"),
        Move(c.DISCARD_MATERIAL, tuple(MATERIAL_WORDS), "unchanged"),
    ],
)
