"""One value of a batch record: read as typed, judged by the limits of its parameter, computed by its formula.

Refused is only what can't be the value: no number, too many decimals, outside the plausible range, in the future. Outside
its limits a value is a fact: it is recorded, marked and opens an exception. Knows no Django.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

import batches.domain.calculations  # noqa: F401  enters the formulas in the BOOK
from evgmp.rules.calculation import BOOK
from evgmp.rules.instants import in_own_zone
from evgmp.rules.limits import mark_reading
from evgmp.rules.reading import UnreadableNumber, display_number, parse_number
from evgmp.rules.rounding import round_to_place

LONGEST_ENTRY = 500
# An instant further back than this is no record of the moment any more: it is a late entry (EXE-04).
LATE_AFTER = timedelta(hours=1)
# What a press on a timer's button sends: the server sets the time.
PRESSED = "now"
ACCEPTED, NOT_ACCEPTED = "accepted", "not_accepted"
# Marks that open an exception.
OUTSIDE = ("above_limit", "below_limit", NOT_ACCEPTED)


class Asked(Protocol):
    """What a master parameter says about its value."""

    key: str
    label: str
    kind: str
    unit: str
    decimals: int | None
    choices: Any
    accepted: Any
    plausible_low: Decimal | None
    plausible_high: Decimal | None
    alert_low: Decimal | None
    alert_high: Decimal | None
    action_low: Decimal | None
    action_high: Decimal | None
    formula: str
    formula_version: int | None
    inputs: Any


class Refused(ValueError):
    """This can't be the value. The message says why and states what can be."""


@dataclass(frozen=True)
class Value:
    """One value: the text as typed and, for a number, its exact amount."""

    text: str
    amount: Decimal | None = None


def read_value(asked: Asked, given: object, *, now: datetime | None = None) -> Value:
    """The value of a parameter from what a person gave: typed text, or an instant. Raises Refused with a sentence.

    now: instants after it are refused.
    """
    if asked.kind == "calculated":
        raise Refused(f"{asked.label} is computed from the recorded values. It is never typed.")
    if asked.kind == "instant":
        return _instant(asked, given, now)
    if not isinstance(given, str):
        raise TypeError(f"{asked.key} is read from typed text, not from {type(given).__name__}.")
    text = given.strip()
    if not text:
        raise Refused("Nothing was entered. Write what was read or seen.")
    if len(text) > LONGEST_ENTRY:
        raise Refused(f"This entry has {len(text)} characters. Write at most {LONGEST_ENTRY}.")
    if asked.kind == "number":
        return _number(asked, text)
    if asked.kind == "choice" and text not in asked.choices:
        raise Refused(f"“{text[:40]}” is not among the choices. Choose one of: {', '.join(asked.choices)}.")
    return Value(text)


def pressed_value(asked: Asked, given: object, now: datetime) -> Value:
    """The instant of a timer: pressed, never typed, so it is the server's own time. Raises Refused with a sentence."""
    if given != PRESSED:
        raise Refused(f"The server sets the time of “{asked.label}” when the button is pressed. It is never typed.")
    return Value(now.isoformat(timespec="seconds"))


def recorded_late(asked: Asked, given: object, now: datetime) -> str:
    """Why an instant can't be recorded as made at the moment; empty when it can (EXE-02)."""
    if isinstance(given, datetime) and now - given > LATE_AFTER:
        return f"{asked.label} lies more than {LATE_AFTER // timedelta(minutes=1)} min back. Record it as a late entry, with its reason and a second person."
    return ""


def out_of_order(label: str, instant: datetime, before: datetime, earlier: str, where: str) -> str:
    """The sentence about a claimed instant that lies before an earlier step was done; empty when the order is kept. Minutes
    decide, because claimed instants are told in minutes."""
    if instant >= before.replace(second=0, microsecond=0):
        return ""
    return f"{label} is said to be of {in_own_zone(instant)}, before {earlier} was done at {in_own_zone(before)} ({where})"


def _number(asked: Asked, text: str) -> Value:
    try:
        reading = parse_number(text)
    except UnreadableNumber as error:
        raise Refused(error.sentence) from error
    amount = reading.amount
    if amount is None or reading.qualifier:
        raise Refused(f"Write the plain number that was read, without “{reading.qualifier}”.")
    low, high = asked.plausible_low, asked.plausible_high
    if (low is not None and amount < low) or (high is not None and amount > high):
        raise Refused(
            f"{text} {asked.unit} can't be: plausible for {asked.label} is {range_in_words(low, high)} {asked.unit}. Check the reading and the unit."
        )
    if asked.decimals is not None and amount != round_to_place(amount, -asked.decimals):
        most = "a whole number" if asked.decimals == 0 else f"at most {asked.decimals} decimals"
        raise Refused(f"{text} is more precise than this reading can be. {asked.label} is {most}.")
    return Value(text, amount)


def _instant(asked: Asked, given: object, now: datetime | None) -> Value:
    if not isinstance(given, datetime) or given.tzinfo is None:
        raise TypeError(f"{asked.key} is an instant with its offset.")
    if now is not None and given > now:
        raise Refused(f"{asked.label} lies in the future. Record it when it has happened.")
    return Value(given.isoformat(timespec="minutes" if not given.second else "seconds"))


def range_in_words(low: Decimal | None, high: Decimal | None) -> str:
    """“0.20 to 0.40”, “at least 5”, “at most 0.80”; empty when neither end is set."""
    if low is not None and high is not None:
        return f"{display_number(low)} to {display_number(high)}"
    if low is not None:
        return f"at least {display_number(low)}"
    return f"at most {display_number(high)}" if high is not None else ""


def limits_in_words(asked: Asked) -> str:
    """“Limit 0.20 to 0.40 bar”, or the accepted choices; empty without limits."""
    if asked.kind == "choice":
        return f"Accepted: {' or '.join(asked.accepted)}"
    low, high = asked.action_low, asked.action_high
    return f"Limit {range_in_words(low, high)} {asked.unit}" if low is not None or high is not None else ""


def shown_limits(asked: Asked) -> str:
    """The limits without the word, as a column of a table shows them; empty without limits."""
    return limits_in_words(asked).removeprefix("Limit ").removeprefix("Accepted: ")


def mark_of(asked: Asked, value: Value) -> str:
    """How a value stands: the mark of a number against its limits, accepted or not for a choice, no_limit for the rest."""
    if value.amount is not None:
        return str(
            mark_reading(
                value.amount,
                alert_low=asked.alert_low,
                alert_high=asked.alert_high,
                action_low=asked.action_low,
                action_high=asked.action_high,
            )
        )
    if asked.kind == "choice":
        return ACCEPTED if value.text in asked.accepted else NOT_ACCEPTED
    return "no_limit"


def outside_sentence(asked: Asked, value: Value, mark: str, where: str) -> str:
    """“TMP 0.43 bar is above its limit 0.40 bar (TFF-2026-001 step 8)”; empty when the value is not outside."""
    if mark == NOT_ACCEPTED:
        return f"{asked.label} is “{value.text}”, accepted is “{' or '.join(asked.accepted)}” ({where})"
    limit = {"above_limit": asked.action_high, "below_limit": asked.action_low}.get(mark)
    if limit is None:
        return ""
    side = mark.removesuffix("_limit")
    return f"{asked.label} {value.text} {asked.unit} is {side} its limit {display_number(limit)} {asked.unit} ({where})"


Found = Decimal | Sequence[Decimal] | None


def computed_value(asked: Asked, find: Callable[[str], Found]) -> Value:
    """The value of a calculated parameter. `find` gives what a reference stands for, None when it is not recorded.

    Raises CalculationRefused with a sentence when an input is absent or gives no result. The amount stays unrounded;
    the text is rounded half up to the decimals of the parameter, for reading.
    """
    inputs: dict[str, object] = {}
    for argument, reference in _references(asked.inputs):
        if isinstance(reference, str):
            inputs[argument] = find(reference)
        else:
            values = [find(one) for one in reference]
            inputs[argument] = None if any(value is None for value in values) else tuple(values)
    amount = BOOK.get(asked.formula, asked.formula_version or 0).compute(**inputs)
    return Value(shown_amount(amount, asked.decimals), amount)


def shown_amount(amount: Decimal, decimals: int | None) -> str:
    """A computed amount as text: rounded half up to `decimals`, or to three decimals of its mantissa from a million up."""
    if decimals is None:
        return display_number(amount)
    rounded = round_to_place(amount, -decimals)
    if abs(rounded) >= Decimal("1E+6"):
        rounded = round_to_place(amount, max(-decimals, amount.adjusted() - 3))
    if rounded.is_zero():
        rounded = abs(rounded)
    # Without an exponent of its own a whole number shows no zeros that nobody measured.
    return display_number(Decimal(format(rounded, "f")))


def _references(inputs: Mapping[str, Any]) -> list[tuple[str, str | Sequence[str]]]:
    return [(argument, reference) for argument, reference in inputs.items()]
