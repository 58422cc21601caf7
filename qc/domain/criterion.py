"""A criterion written in one line, as certificates print it: “NLT 98.0”, “≤ 10”, “80 to 120”, “100 ± 20”, “FIO”. Knows no Django.

Nothing is guessed: a line that is not one of these forms is refused with a sentence.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from evgmp.rules.reading import Reading, UnreadableNumber, parse_number

FOR_INFORMATION = ("fio", "for information only", "for information", "report", "report result", "report value")
_LOWER = ("≥", ">=", "nlt", "not less than", "at least", "min.", "minimum")
_UPPER = ("≤", "<=", "nmt", "not more than", "at most", "max.", "maximum")
_WORDS = {
    **dict.fromkeys(_LOWER, ("lower", True)), **dict.fromkeys(_UPPER, ("upper", True)),
    **dict.fromkeys((">", "more than", "above"), ("lower", False)), **dict.fromkeys(("<", "less than", "below"), ("upper", False)),
}  # fmt: skip
_SPLIT = re.compile(r"\s+(?:to|and|bis)\s+|\s*[–—]\s*|\s+-\s+|(?<=[0-9])-(?=[0-9])")


@dataclass(frozen=True)
class Criterion:
    """Limits with their inclusiveness; none at all for a test that is only reported."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_inclusive: bool = True
    upper_inclusive: bool = True


def read_criterion(text: str) -> Criterion:
    """The criterion in `text`. Raises ValueError with a sentence when it is not one of the known forms."""
    line = " ".join(text.split())
    if line.casefold() in FOR_INFORMATION:
        return Criterion()
    if "±" in line or "+/-" in line:
        middle, _, margin = line.replace("+/-", "±").partition("±")
        centre, width = _figure(middle, text), _figure(margin, text)
        return Criterion(lower=centre - width, upper=centre + width)
    side, inclusive, rest = _one_sided(line)
    if side:
        amount = _figure(rest, text)
        if side == "lower":
            return Criterion(lower=amount, lower_inclusive=inclusive)
        return Criterion(upper=amount, upper_inclusive=inclusive)
    parts = _SPLIT.split(line)
    if len(parts) == 2:
        return _range(parts[0], parts[1], text)
    raise _unread(text)


def _one_sided(line: str) -> tuple[str, bool, str]:
    """Which side the line limits, and what follows the words; nothing for a range, whose second half may have words of its own."""
    if len(_SPLIT.split(line)) != 1:
        return "", True, line
    lowered = line.casefold()
    for words in sorted(_WORDS, key=len, reverse=True):
        if lowered.startswith(words):
            return (*_WORDS[words], line[len(words) :])
    return "", True, line


def _range(first: str, second: str, text: str) -> Criterion:
    """“80 to 120”, “> 5 and ≤ 9”."""
    found = Criterion()
    for part, side in ((first, "lower"), (second, "upper")):
        named, inclusive, rest = _one_sided(part)
        if named not in ("", side):
            raise _unread(text)
        amount = _figure(rest, text)
        found = (
            Criterion(amount, found.upper, inclusive, found.upper_inclusive)
            if side == "lower"
            else Criterion(found.lower, amount, found.lower_inclusive, inclusive)
        )
    return found


def _figure(text: str, whole: str) -> Decimal:
    try:
        reading: Reading = parse_number(text)
    except UnreadableNumber as error:
        raise ValueError(f"The criterion “{whole}” can't be read: {error.sentence}") from error
    if reading.amount is None or reading.qualifier:
        raise _unread(whole)
    return reading.amount


def _unread(text: str) -> ValueError:
    return ValueError(f"The criterion “{text}” can't be read. Write it as ≥ 30, < 5.00, NMT 10, 80 to 120, 100 ± 20 or FIO.")
