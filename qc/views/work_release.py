"""What waits at the release, by role, and how the number of a paper finds its page."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from evgmp.web.views import FINDERS, TO_READ, WORK
from qc.selectors import papers, review
from qc.selectors.reading import lots_to_read
from qc.selectors.release_state import state_of
from qc.views.release import VIEWS_BY_COMMAND, review_url

Items = list[dict[str, Any]]


def gates_to_sign(person: Any) -> Items:
    """The next gate of every lot under review that this person's role may sign, with what still stops it."""
    if not any(person.role_for(view.command) for view in VIEWS_BY_COMMAND.values()):
        return []
    return [item for lot in review.lots_under_review() for item in _items(person, lot)]


def _items(person: Any, lot: Any) -> Items:
    state = state_of(lot)
    found = []
    for gate in state.gates:
        if gate.passed:
            continue
        if person.role_for(gate.command) and state.may_be_signed(gate.command):
            found.append(
                {
                    "urgency": 2 if gate.optional else 1, "title": f"{gate.command.label}: {lot.number}", "record": lot, "url": review_url(lot),
                    "why": "Optional for a bank." if gate.optional else f"Nothing stops {lot.number}. It waits for you.",
                }
            )  # fmt: skip
        if not gate.optional:
            break
    return found


def paper_address(text: str) -> str:
    """The page of a paper, by its number with or without its version."""
    asked = text.strip().upper()
    if not asked.startswith(("COA-", "BC-")):
        return ""
    try:
        found = papers.paper_of(asked) if "-V" in asked else papers.papers(asked=asked).filter(number=asked)[0]
    except (ObjectDoesNotExist, ValueError, IndexError):
        return ""
    return str(found.get_absolute_url())


def hang_in() -> None:
    """Add the release to everybody's work list, papers to the search and lots to what inspectors read, once."""
    if gates_to_sign not in WORK:
        WORK.append(gates_to_sign)
    if paper_address not in FINDERS:
        FINDERS.append(paper_address)
    if lots_to_read not in TO_READ:
        TO_READ.append(lots_to_read)
