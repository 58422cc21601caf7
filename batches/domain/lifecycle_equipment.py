"""Life cycle of equipment and rooms, and the rules that bar their moves. Knows no Django."""

from batches.domain import commands as c
from batches.domain.environment import result_not_recorded_yet, reviewer_is_another
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move


def checks_done(facts: Facts) -> Blocker | None:
    """Back into service only after every check that its class needs (EXE-15). Fact: checks_missing, their words."""
    if missing := facts.get("checks_missing"):
        return Blocker("checks_missing", f"Not renewed since it was stopped: {', '.join(missing)}. Record it, then return the equipment to service.")
    return None


EQUIPMENT_WORDS = {"in_service": "in service", "out_of_service": "out of service"}
EQUIPMENT = Lifecycle(
    "equipment",
    EQUIPMENT_WORDS,
    [
        Move(c.RECORD_UPKEEP, ("in_service", "out_of_service"), "unchanged"),
        Move(c.STOP_EQUIPMENT, ("in_service",), "out_of_service"),
        Move(c.RETURN_EQUIPMENT, ("out_of_service",), "in_service", (checks_done,)),
    ],
)

# A session of environmental monitoring: its result may come days later, then somebody else reviews it.
MONITORING_WORDS = {"open": "waiting for its result", "read": "waiting for its review", "reviewed": "reviewed"}
MONITORING = Lifecycle(
    "monitoring",
    MONITORING_WORDS,
    [
        Move(c.READ_MONITORING, ("open",), "read", (result_not_recorded_yet,)),
        Move(c.REVIEW_MONITORING, ("open", "read"), "reviewed", (reviewer_is_another,)),
    ],
)
