"""Status table of the entries in the register of standards."""

from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move
from qc.domain.commands import QUALIFY_STANDARD, WITHDRAW_STANDARD


def another_qualifies(facts: Facts) -> Blocker | None:
    """facts: person, registered_by (user IDs). Checked when the person is known (LAB-21, SIG-08)."""
    if facts.get("person") and facts["person"] == facts.get("registered_by"):
        return Blocker("same_person", "You registered this lot, so another person qualifies it.")
    return None


def in_date(facts: Facts) -> Blocker | None:
    """facts: expires_on, today."""
    if facts["today"] > facts["expires_on"]:
        return Blocker("standard_expired", f"This lot expired on {facts['expires_on']}. It can't be qualified; withdraw it and register one in date.")
    return None


STANDARD = Lifecycle(
    "entry",
    {"unqualified": "not qualified", "qualified": "qualified", "withdrawn": "withdrawn"},
    [
        Move(QUALIFY_STANDARD, ("unqualified",), "qualified", (another_qualifies, in_date)),
        Move(WITHDRAW_STANDARD, ("unqualified", "qualified"), "withdrawn"),
    ],
)
