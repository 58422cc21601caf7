"""The life of the draft of a specification, and why it can't be submitted. Knows no Django."""

from batches.domain.lifecycle_records import draft_still_newest
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move
from qc.domain import commands as c


def draft_without_defects(facts: Facts) -> Blocker | None:
    """Fact: defects, how many the validator finds."""
    if number := facts.get("defects"):
        what = "One defect is" if number == 1 else f"{number} defects are"
        return Blocker("draft_has_defects", f"{what} still in this draft. The page of the draft names each beside its test.")
    return None


SPECIFICATION_DRAFT = Lifecycle(
    "specification draft",
    {"open": "open", "submitted": "submitted", "discarded": "discarded"},
    [
        *(
            Move(command, ("open",), "open")
            for command in (c.EDIT_SPECIFICATION_PART, c.ADD_SPECIFICATION_PART, c.MOVE_SPECIFICATION_ROW, c.REMOVE_SPECIFICATION_PART)
        ),
        Move(c.SUBMIT_SPECIFICATION, ("open",), "submitted", (draft_without_defects, draft_still_newest)),
        Move(c.DISCARD_SPECIFICATION_DRAFT, ("open",), "discarded"),
    ],
)
