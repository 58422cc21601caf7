"""A criterion written in one line, as certificates print it: “NLT 98.0”, “≤ 10 %”, “80 to 120”, “100 ± 20”, “FIO”. Knows no Django.

Nothing is guessed: a line that is not one of these forms, or that can be read in two ways, is refused with a sentence.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from evgmp.rules.reading import UnreadableNumber, parse_number
from qc.domain.figures import spelled_out, unit_behind, without_unit

# No limit at all. A release row without a limit passes nothing, so none of these can let a lot through.
FOR_INFORMATION = (
    "fio", "for information only", "for information", "information only", "informative", "report", "reported", "report result", "report results",
    "report value", "report only", "record", "record result", "monitor", "no limit", "no criterion", "no specification", "none", "not specified",
    "not applicable", "n/a", "na", "tbd", "to be determined", "-", "–", "—",
)  # fmt: skip
ABSENT = (
    "absent", "absence", "negative", "not detected", "not detectable", "undetectable", "none detected", "must be absent", "must not be detected", "not present",
)  # fmt: skip
PRESENT = ("present", "presence", "positive", "detected", "detectable", "must be present", "must be detected")

_LOWER = (
    "≥", "nlt", "not less than", "no less than", "not fewer than", "not below", "not lower than", "at least", "min.", "min", "minimum",
    "minimum of",
)  # fmt: skip
_UPPER = (
    "≤", "nmt", "not more than", "no more than", "not greater than", "not above", "not higher than", "not exceeding", "must not exceed", "at most",
    "max.", "max", "maximum", "maximum of",
)  # fmt: skip
_ABOVE = (">", "more than", "greater than", "higher than", "larger than", "above", "over", "exceeding")
_BELOW = ("<", "less than", "fewer than", "lower than", "smaller than", "below", "under")
_WORDS = {
    **dict.fromkeys(_LOWER, ("lower", True)), **dict.fromkeys(_UPPER, ("upper", True)),
    **dict.fromkeys(_ABOVE, ("lower", False)), **dict.fromkeys(_BELOW, ("upper", False)),
}  # fmt: skip
_BEHIND = {
    **dict.fromkeys(("or more", "or greater", "or higher", "or above"), ("lower", True)),
    **dict.fromkeys(("or less", "or fewer", "or lower", "or below"), ("upper", True)),
}  # fmt: skip
# One sign each, however keyboards and Asian fonts write it.
# They are read and never written, so the fonts need no glyph for them.
_LESS, _GREATER = "\N{FULLWIDTH LESS-THAN SIGN}", "\N{FULLWIDTH GREATER-THAN SIGN}"
_AT_MOST = "\N{LESS-THAN OVER EQUAL TO}\N{LESS-THAN OR SLANTED EQUAL TO}"
_AT_LEAST = "\N{GREATER-THAN OVER EQUAL TO}\N{GREATER-THAN OR SLANTED EQUAL TO}"
_SIGNS = re.compile(rf"(?P<le><\s?/?\s?=|=<|<\s?or\s?=|[{_AT_MOST}{_LESS}]=?)|(?P<ge>>\s?/?\s?=|=>|>\s?or\s?=|[{_AT_LEAST}{_GREATER}]=?)")
# Phrases with a “to” that names no range.
_PHRASES = (
    (re.compile(r"(?:(?:greater|more|higher) than or equal to|equal to or (?:greater|more|higher) than)\s+", re.IGNORECASE), "≥ "),
    (re.compile(r"(?:(?:less|fewer|lower) than or equal to|equal to or (?:less|fewer|lower) than|up to)\s+", re.IGNORECASE), "≤ "),
    (re.compile(r"equal to\s+", re.IGNORECASE), "= "),
)  # fmt: skip
_SPLIT = re.compile(r"\s+(?:to|and|bis|through)\s+|\s*[–—…]\s*|\s+-\s+|(?<=[0-9%])-(?=[0-9])|\s*[,;]\s+(?=[<>≤≥]|max|min|nmt|nlt|not )", re.IGNORECASE)
_FRAME = re.compile(r"(?:between|from|within|in the range of|range of|range)\s+", re.IGNORECASE)
_CHAIN = re.compile(r"(?P<low>[^<>≤≥]+)(?P<first>[<≤])\s*[^\W\d_]*\s*(?P<second>[<≤])(?P<high>[^<>≤≥]+)")
_POWER_BEHIND = re.compile(r"\((?P<inner>[^()]+)\)\s*(?P<power>[x×X*·]\s*10\s*(?:\^[+-]?[0-9]+|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?\s*(?P<rest>.*)")
_HAS_POWER = re.compile(r"[0-9][eE][+-]?[0-9]|10\s*(?:\^|[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
_WIDE = Context(prec=200, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Criterion:
    """Limits with their inclusiveness; none at all for a test that is only reported."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_inclusive: bool = True
    upper_inclusive: bool = True


def is_for_information(text: str) -> bool:
    """Whether the line sets no limit: FIO, report result, a dash."""
    return " ".join(text.split()).casefold() in FOR_INFORMATION


def state_of(words: str) -> str:
    """absent or present, for words that ask for the absence or the presence of something; empty for all others."""
    plain = " ".join(words.split()).casefold()
    return "absent" if plain in ABSENT else "present" if plain in PRESENT else ""


def read_criterion(text: str, unit: str = "") -> Criterion:
    """The criterion in `text`, for a row in `unit`, which may stand behind the figures.

    Raises ValueError with a sentence when it is not one of the known forms, is in another unit, or admits no value.
    """
    if is_for_information(text):
        return Criterion()
    lead = f"{unit.strip()} "
    text_read = text.strip()[len(lead) :] if lead.strip() and text.strip().startswith(lead) else text
    line = _SIGNS.sub(lambda sign: _one_sign(sign.group()), " ".join(text_read.split()))
    for phrase, sign in _PHRASES:
        line = phrase.sub(sign, line)
    found = _read(line, unit, text)
    if found.lower is not None and found.upper is not None:
        both = found.lower_inclusive and found.upper_inclusive
        if found.lower > found.upper or (found.lower == found.upper and not both):
            raise ValueError(f"The criterion “{text}” can't be read: no value lies between its limits. Write the lower one first.")
    return found


def _one_sign(written: str) -> str:
    strict = written in (_LESS, _GREATER)
    low = written[0] in f"<{_AT_MOST}{_LESS}" or written == "=<"
    return ("<" if low else ">") if strict else ("≤" if low else "≥")


def _read(line: str, unit: str, text: str) -> Criterion:
    if bracket := _POWER_BEHIND.fullmatch(line):
        return _in_brackets(bracket, unit, text)
    if "±" in line or "+/-" in line:
        return _tolerance(line, unit, text)
    if chain := _CHAIN.fullmatch(line):
        return Criterion(_figure(chain["low"], unit, text), _figure(chain["high"], unit, text), chain["first"] == "≤", chain["second"] == "≤")
    if line.startswith("=") and len(_SPLIT.split(line)) == 1:
        amount = _figure(line[1:], unit, text)
        return Criterion(amount, amount)
    side, inclusive, rest = _one_sided(line)
    if side:
        amount = _figure(rest, unit, text)
        return Criterion(lower=amount, lower_inclusive=inclusive) if side == "lower" else Criterion(upper=amount, upper_inclusive=inclusive)
    parts = _SPLIT.split(_FRAME.sub("", line, count=1) if _FRAME.match(line) else line)
    if len(parts) == 2:
        return _range(parts[0], parts[1], unit, text)
    try:
        figure = _figure(line, unit, text)
    except ValueError:
        raise _unread(text) from None
    raise ValueError(f"The criterion “{text}” can't be read: it names no side. Write ≥ {figure}, ≤ {figure} or = {figure}.")


def _in_brackets(bracket: re.Match[str], unit: str, text: str) -> Criterion:
    """“(4.5 to 6.0) × 10^7”, “(50 ± 10) %”: what stands behind holds for both figures."""
    rest = bracket["rest"].strip()
    if rest and without_unit(f"1 {rest}", unit)[0] != "1":
        raise _unread(text)
    inner = _read(bracket["inner"].strip(), "", text)
    if bracket["power"] is None:
        return inner
    power = int(parse_number("1" + bracket["power"].replace(" ", "")).amount.adjusted())  # type: ignore[union-attr]
    low, high = (None if limit is None else limit.scaleb(power, _WIDE) for limit in (inner.lower, inner.upper))
    return Criterion(low, high, inner.lower_inclusive, inner.upper_inclusive)


def _tolerance(line: str, unit: str, text: str) -> Criterion:
    """“100 ± 20” in the row's unit, “200 nm ± 10 %” in percent of the middle. With a percent row “50 % ± 10 %” can mean two things."""
    middle, _, margin = line.replace("+/-", "±").partition("±")
    if not middle.strip() or not re.search(r"[0-9]", middle):
        raise ValueError(f"The criterion “{text}” can't be read: its middle is no figure. Write 80 to 120 with the unit “% of label” or the like.")
    _same_power(middle, margin, text)
    centre = _figure(middle, unit, text)
    if not margin.strip().endswith("%"):
        width = _figure(margin, unit, text)
        return Criterion(lower=centre - width, upper=centre + width)
    width = _figure(margin, "%", text)
    if (not unit.strip() or unit.strip().startswith("%")) and centre != 100:
        raise ValueError(
            f"The criterion “{text}” can be read in two ways: {centre - width:f} to {centre + width:f}, or within {width:f} % of {centre:f}. Write the range."
        )
    share = _WIDE.divide(_WIDE.multiply(centre, width), Decimal(100))
    return Criterion(lower=centre - share, upper=centre + share)


def _one_sided(line: str) -> tuple[str, bool, str]:
    """Which side the line limits, and what follows the words; nothing for a range, whose second half may have words of its own."""
    if len(_SPLIT.split(line)) != 1:
        return "", True, line
    lowered = line.casefold()
    for words in sorted(_WORDS, key=len, reverse=True):
        if lowered.startswith(words) and not (words[-1].isalpha() and lowered[len(words) : len(words) + 1].isalpha()):
            return (*_WORDS[words], line[len(words) :])
    for words, (side, inclusive) in _BEHIND.items():
        if lowered.endswith(f" {words}"):
            return side, inclusive, line[: -len(words)]
    return "", True, line


def _range(first: str, second: str, unit: str, text: str) -> Criterion:
    """“80 to 120”, “> 5 and ≤ 9”."""
    if _one_sided(first)[0] == "upper" and _one_sided(second)[0] == "lower":
        first, second = second, first
    found = Criterion()
    _same_power(first, second, text)
    for part, side in ((first, "lower"), (second, "upper")):
        named, inclusive, rest = _one_sided(part)
        if named not in ("", side):
            raise _unread(text)
        amount = _figure(rest, unit, text)
        found = (
            Criterion(amount, found.upper, inclusive, found.upper_inclusive)
            if side == "lower"
            else Criterion(found.lower, amount, found.lower_inclusive, inclusive)
        )
    return found


def _same_power(first: str, second: str, text: str) -> None:
    """Refuses “4.5-6.0 × 10^7”: whether the power of ten holds for the first figure too, nobody can tell."""
    figure = re.search(r"[0-9]+(?:\.[0-9]+)?", first)
    if _HAS_POWER.search(second) and not _HAS_POWER.search(first) and figure and Decimal(figure.group()) != 0:
        power = second[_HAS_POWER.search(second).start() :]  # type: ignore[union-attr]
        raise ValueError(
            f"The criterion “{text}” can be read in two ways: the power of ten in “{power.strip()}” may hold for the first figure or not. "
            "Write it behind both, as in 4.5E+7 to 6.0E+7, or as (4.5 to 6.0) × 10^7."
        )


def _figure(text: str, unit: str, whole: str) -> Decimal:
    body = without_unit(text.strip(), unit)[0]
    try:
        reading = parse_number(spelled_out(body))
    except UnreadableNumber as error:
        raise ValueError(f"The criterion “{whole}” can't be read: {error.sentence}{_about_unit(body, unit)}") from error
    if reading.amount is None or reading.qualifier:
        raise _unread(whole)
    return reading.amount


def _about_unit(body: str, unit: str) -> str:
    """What to do about a unit behind a figure: the row says its unit, and the criterion may repeat that one only."""
    written = unit_behind(body)
    if not written:
        return ""
    if re.search(r",|;|\band\b", written):
        return " One row holds one test: write a row for each, with its name in “name”."
    return f" A unit may stand there only when it is the row's own, “{unit}”." if unit.strip() else f' Or say unit = "{written}" in the row.'


def _unread(text: str) -> ValueError:
    return ValueError(
        f"The criterion “{text}” can't be read. Write it as ≥ 30, < 5.00, NMT 10, 80 to 120, 100 ± 20, (4.5 to 6.0) × 10^7, ≥ 4 of 5 or FIO. "
        "Words such as “no growth” belong to a row of result_type “qualitative” or “presence_absence”."
    )
