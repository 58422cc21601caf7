"""Which departures ring an alarm, and when an alarm may be acknowledged. Knows no Django."""

from batches.domain.entry_rules import Asked, range_in_words
from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts

# Kinds of exceptions that the system raised by itself about the running process: a value or an order of times, a passed clock, a
# material outside its tolerance, equipment out of date, a balance. What people report or record late is said with its reason already.
ALARM_KINDS = ("limit", "order", "time", "material", "equipment", "balance")
# The mark of a value inside its limits but beyond its alert limit: it opens no exception, and rings nevertheless.
NEAR = "near_limit"
SHOWN = 3


def near_sentence(asked: Asked, text: str, where: str) -> str:
    """“TRA-1-60 positive 1.2 % is near its limit: alert at most 1 % (IMSC-P-2026-001 step 9)”."""
    alert = range_in_words(asked.alert_low, asked.alert_high)
    return f"{asked.label} {text} {asked.unit}".rstrip() + f" is near its limit: alert {alert} {asked.unit}".rstrip() + f" ({where})"


def alarms_acknowledged(facts: Facts) -> Blocker | None:
    """Nothing is completed or reviewed while an alarm waits for its signed comment (EXE-26). Fact: unacknowledged, sentences."""
    waiting = facts.get("unacknowledged")
    if not waiting:
        return None
    more = f"; and {len(waiting) - SHOWN} more" if len(waiting) > SHOWN else ""
    said = "; ".join(waiting[:SHOWN])
    return Blocker("alarms_unacknowledged", f"Not acknowledged: {said}{more}. Acknowledge each alarm with a comment; the batch record lists them.")


def alarm_stands(facts: Facts) -> Blocker | None:
    """An alarm is acknowledged once, and its comment is never written over. Fact: acknowledged, who did and when."""
    if done := facts.get("acknowledged"):
        return Blocker("acknowledged_already", f"This alarm is acknowledged already, {done}. Its comment stays as it is.")
    return None
