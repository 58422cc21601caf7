"""Life cycle of an authorisation of reprocessing or rework, and what bars it (EXE-23). Knows no Django."""

from collections.abc import Collection

from batches.domain.rework import REWORKABLE, STATES
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move
from qc.domain import commands as c

DECISIONS = {"authorised": "Authorise it", "refused": "Refuse it"}


def can_be_processed_again(facts: Facts) -> Blocker | None:
    """A lot that is made, in quarantine, and of a stage that can. Facts: lot, stage, disposition."""
    if facts["stage"] not in REWORKABLE:
        return Blocker("not_reworkable", f"{facts['lot']} is of a stage that is made anew, not processed again.")
    if facts["disposition"] != "quarantine":
        return Blocker("not_in_quarantine", f"{facts['lot']} is not in quarantine. What is decided, on hold or in process is not processed again.")
    return None


def no_other_rework(facts: Facts) -> Blocker | None:
    """Fact: other, the number of an authorisation of the same lot that has not ended."""
    return Blocker("rework_open", f"{facts['other']} of this lot is not finished. One at a time.") if facts.get("other") else None


def procedure_in_force(facts: Facts) -> Blocker | None:
    """Fact: procedure_overtaken, a sentence."""
    return Blocker("procedure_not_effective", facts["procedure_overtaken"]) if facts.get("procedure_overtaken") else None


def no_open_oos(facts: Facts) -> Blocker | None:
    """Fact: open_oos, their numbers: a result out of specification is decided on, not processed away."""
    if numbers := facts.get("open_oos"):
        return Blocker("oos_open", f"{', '.join(numbers)} of this lot is open. It is decided on before the lot is processed again.")
    return None


def decided_by_another(facts: Facts) -> Blocker | None:
    """Facts: decider, requester (user IDs)."""
    if facts.get("decider") and facts["decider"] == facts.get("requester"):
        return Blocker("asked_for_it", "You asked for it. Another person decides.")
    return None


REWORK_REQUEST = Lifecycle(
    "lot", {"made": "made"}, [Move(c.REQUEST_REWORK, ("made",), "requested", (can_be_processed_again, no_other_rework))]
)
REWORK = Lifecycle(
    "rework", STATES, [Move(c.DECIDE_REWORK, ("requested",), "decided", (can_be_processed_again, procedure_in_force, no_open_oos, decided_by_another))]
)


def objections_to(asked: Collection[str], judged: Collection[str], mandatory: Collection[str]) -> list[Blocker]:
    """Why these tests can't be the added ones. judged: codes of rows with a criterion; mandatory: those that decide the release anyway."""
    unknown = sorted(set(asked) - set(judged))
    if unknown:
        said = f"Not a test with a criterion of the release specification: {', '.join(unknown)}. Choose from the list."
        return [Blocker("unknown_test", said, "tests")]
    if not set(asked) - set(mandatory):
        return [Blocker("no_added_test", "Every test named is demanded anyway. Add at least one that is not.", "tests")]
    return []
