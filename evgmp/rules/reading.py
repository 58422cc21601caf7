"""Numbers as people type them.

A reading keeps the text as typed (1.20 stays 1.20) and beside it the exact Decimal. Nothing is guessed: text that can
be read in two ways, or that is more than one number, is refused with a sentence that says what to write instead.
Not tested, invalid, not detected, detected below LOQ, a number and a term are six different states, never one number.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

LONGEST_TEXT = 60
MOST_DIGITS = 40
# Beyond these powers of ten no measured quantity of this process lies.
SMALLEST_EXPONENT, LARGEST_EXPONENT = -30, 30
# From here on a number is written as 2.14 × 10¹¹, on screen and on paper.
LARGE, SMALL = Decimal("1E+6"), Decimal("1E-4")

QUALIFIERS = ("", "<", "≤", ">", "≥")
# Those that leave the value open towards small ones.
BELOW = ("<", "≤")

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_TO_SUPERSCRIPT = str.maketrans("0123456789+-", _SUPERSCRIPTS)
_FROM_SUPERSCRIPT = str.maketrans(_SUPERSCRIPTS, "0123456789+-")

_NUMBER = re.compile(
    rf"""(?P<mantissa>[+-]?[0-9]+(?:\.[0-9]+)?)
    (?: [eE](?P<e>[+-]?[0-9]+)
      | \s*[x×X*·]\s*10(?: \^(?P<caret>[+-]?[0-9]+) | (?P<raised>[⁺⁻]?[{_SUPERSCRIPTS[:10]}]+) ) )?""",
    re.VERBOSE,
)
_COMMA = re.compile(r"(?P<before>[+-]?[0-9]+),(?P<after>[0-9]+)")
_NAKED_POINT = re.compile(r"[+-]?(?:[0-9]+\.|\.[0-9]+)")
_FLAT_POWER = re.compile(r"[+-]?[0-9.]+\s*[x×X*·]\s*10.*")
_UNIT = re.compile(r"\s*(?![eE]$)(?:%|‰|°|[^\W\d_])\S*(?:\s+[^\W\d_]\S*)*")


class ResultKind(StrEnum):
    """What was found. Only NUMBER has an amount, only TERM has a word."""

    NOT_TESTED = "not_tested"
    INVALID = "invalid"
    NOT_DETECTED = "not_detected"
    BELOW_LOQ = "below_loq"
    NUMBER = "number"
    TERM = "term"


class UnreadableNumber(ValueError):
    """The text is not one number. The message is a sentence for the person who typed it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def exact(amount: object, what: str) -> Decimal:
    """`amount` itself, if it is a finite Decimal. TypeError for a float or other type, ValueError for NaN."""
    if not isinstance(amount, Decimal):
        raise TypeError(f"{what} must be a Decimal made from the typed text, not {type(amount).__name__}.")
    if not amount.is_finite():
        raise ValueError(f"{what} must be a finite number, not {amount}.")
    return amount


@dataclass(frozen=True)
class Reading:
    """One value: the text as typed, the exact amount, and `<`, `≤`, `>` or `≥` when only a bound is known.

    A kind other than NUMBER carries no amount and no qualifier: nothing can be compared with a limit by accident.
    """

    text: str
    amount: Decimal | None = None
    qualifier: str = ""
    kind: ResultKind = ResultKind.NUMBER

    def __post_init__(self) -> None:
        if self.qualifier not in QUALIFIERS:
            raise ValueError(f"A reading is qualified by <, ≤, >, ≥ or nothing, not by {self.qualifier!r}.")
        if ResultKind(self.kind) is ResultKind.NUMBER:
            exact(self.amount, "The amount of a reading")
        elif self.amount is not None or self.qualifier:
            raise ValueError(f"A reading of kind {self.kind} has no amount and no qualifier.")

    @classmethod
    def of(cls, amount: Decimal, qualifier: str = "") -> Self:
        """The reading of an amount that nobody typed, such as a calculated one."""
        return cls(f"{qualifier} {amount}".strip(), amount, qualifier)


def parse_number(text: str) -> Reading:
    """The one number in `text`, kept as typed.

    Read are 1.20, -3, 2.8E+10, 2.8 x 10^10, 2.8 × 10¹⁰, each with <, >, ≤ (<=) or ≥ (>=) in front, with either minus sign.
    Raises UnreadableNumber for everything else, TypeError when `text` is not text.
    """
    if not isinstance(text, str):
        raise TypeError(f"A number is read from typed text, not from {type(text).__name__}.")
    typed = text.strip()
    if not typed:
        raise UnreadableNumber("Nothing was entered. Write the number that was read.")
    if len(typed) > LONGEST_TEXT:
        raise UnreadableNumber(f"This entry has {len(typed)} characters. Write one number of at most {LONGEST_TEXT}.")
    qualifier, body = _split_qualifier(typed)
    match = _NUMBER.fullmatch(body)
    if match is None:
        raise UnreadableNumber(_why_unreadable(body, typed))
    power = match["e"] or match["caret"] or (match["raised"] or "0").translate(_FROM_SUPERSCRIPT)
    return Reading(typed, _amount(match["mantissa"], int(power), typed), qualifier)


def display_number(amount: Decimal) -> str:
    """`amount` as it is printed: 2.14 × 10¹¹ from a million up and below 0.0001, otherwise plain with its own decimals.

    Digits are kept, not rounded; zeros at the end of a large whole number are place holders and are left out.
    """
    exact(amount, "A number to print")
    if amount.is_zero():
        return f"{amount.copy_abs():f}"
    if not is_written_as_power(amount):
        return f"{amount:f}"
    sign, digits, exponent = amount.as_tuple()
    figures = "".join(map(str, digits))
    if exponent == 0:
        figures = figures.rstrip("0")
    mantissa = figures[0] + ("." + figures[1:] if len(figures) > 1 else "")
    return f"{'-' if sign else ''}{mantissa} × 10{str(amount.adjusted()).translate(_TO_SUPERSCRIPT)}"


def is_written_as_power(amount: Decimal) -> bool:
    """Whether `amount` is written with a power of ten."""
    return not amount.is_zero() and not SMALL <= amount.copy_abs() < LARGE


def _split_qualifier(typed: str) -> tuple[str, str]:
    body = typed.replace("−", "-")
    for written, qualifier in (("<=", "≤"), (">=", "≥")):
        if body.startswith(written):
            return qualifier, body[2:].strip()
    if body[0] in "=":
        raise UnreadableNumber(
            f"“{_shown(typed)}” does not start like a number. Write it alone, or after <, ≤, > or ≥ if only a bound is known."
        )
    if body[0] in QUALIFIERS:
        return body[0], body[1:].strip()
    return "", body


def _amount(mantissa: str, power: int, typed: str) -> Decimal:
    digits = sum(character.isdigit() for character in mantissa)
    if digits > MOST_DIGITS:
        raise UnreadableNumber(f"This number has {digits} digits. Write at most {MOST_DIGITS}.")
    # The power is checked before the Decimal is made: a Decimal with a power of many digits can't be built at all.
    if abs(power) <= 2 * MOST_DIGITS + LARGEST_EXPONENT:
        amount = Decimal(f"{mantissa}E{power}")
        if SMALLEST_EXPONENT <= amount.adjusted() <= LARGEST_EXPONENT:
            return amount
    raise UnreadableNumber(
        f"“{_shown(typed)}” is too large or too small for a measured value. "
        f"Check the power of ten: it lies between {SMALLEST_EXPONENT} and {LARGEST_EXPONENT}."
    )


def _why_unreadable(body: str, typed: str) -> str:
    shown = f"“{_shown(typed)}”"
    comma = _COMMA.fullmatch(body)
    if comma:
        before, after = comma["before"], comma["after"]
        if before.lstrip("+-").startswith("0"):
            return f"{shown} has a comma. Write it with a point: {before}.{after}."
        return f"{shown} can be read in two ways. Write {before}{after} or {before}.{after}."
    if "," in body:
        return f"{shown} has a comma. Write the number without it, with a point before the decimals."
    if _NAKED_POINT.fullmatch(body):
        return f"{shown} has no digit on one side of the point. Write it like 0.5 or 5.0."
    if _FLAT_POWER.fullmatch(body):
        return f"{shown} does not show its power of ten. Write it like 2.8E+10 or 2.8 x 10^10."
    number = _NUMBER.match(body)
    if number and _UNIT.fullmatch(body, number.end()):
        return f"Leave the unit out: {shown} is more than a number. Write {number[0]} alone."
    return f"{shown} is not one number. Write digits with a point before the decimals, like 1.20 or 2.8E+10."


def _shown(typed: str) -> str:
    """The typed text, short enough for a sentence and without characters that could disturb it."""
    readable = "".join(character if character.isprintable() else "?" for character in typed)
    return readable if len(readable) <= 30 else readable[:29] + "…"
