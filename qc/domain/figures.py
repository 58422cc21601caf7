"""A figure as certificates print it, with its unit behind: “0.25 EU/mL”, “23 %”, “4 of 5”, “pH 7.2”, “1:64”. Knows no Django.

The unit is taken off only when it is the one that was expected; anything else stays where it is, and is refused as no number.
"""

import re

from evgmp.rules.reading import Reading, UnreadableNumber, parse_number
from evgmp.rules.units import same_unit, total_of

_SHARE = re.compile(r"(?P<count>[<>≤≥]?\s*[0-9]+)\s*/\s*(?P<total>[0-9]+)")
_BARE_POWER = re.compile(r"10(?:\^[+-]?[0-9]+|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_UNIT_BEHIND = re.compile(r"\s*(?P<unit>(?:%|‰|°|[^\W\d_]).*)")
_SPREAD = re.compile(r"±|\+/-|\+-")
_BETWEEN = re.compile(r"[0-9]\s*%?\s*(?:[–—]|-|to)\s*[0-9]")
_VERDICT = re.compile(
    r"(?:pass(?:ed|es)?|fail(?:ed|s)?|conform(?:s|ed)?|compl(?:y|ies|ied)|(?:not )?met|ok|okay|acceptable|within (?:limits?|specification|range))",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"[^()]*[0-9][^()]*\([^()]*\)\s*")
_TITRE = re.compile(r"(?P<sign>[<>≤≥]?)\s*1\s*[:/]\s*(?P<n>[0-9]+)")
TITRES = ("titre", "titer", "1:n", "reciprocal titre", "reciprocal titer")
_ROUGHLY = re.compile(r"(?:~|≈|\N{TILDE OPERATOR}|ca\.?\s|about\s|approx|circa\s|around\s)", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """“10^6” and “10⁶”, which name no figure in front of the power, as “1 x 10^6”; everything else unchanged."""
    body = text.strip()
    return f"1 x {body}" if _BARE_POWER.fullmatch(body) else text


def unit_behind(text: str) -> str:
    """What stands behind the longest number at the begin of `text`, when it looks like a unit."""
    for end in range(len(text) - 1, 0, -1):
        if _is_number(text[:end]):
            found = _UNIT_BEHIND.fullmatch(text[end:])
            return found["unit"].strip() if found else ""
    return ""


def _is_number(text: str) -> bool:
    try:
        parse_number(spelled_out(text))
    except UnreadableNumber:
        return False
    return True


def without_unit(text: str, unit: str) -> tuple[str, bool]:
    """`text` without `unit` behind its number, and whether the unit stood there. 4/5 counts as 4 “of 5”, a titre by its reciprocal."""
    if not unit.strip():
        return text, False
    if unit.strip().casefold() in TITRES and (titre := _TITRE.fullmatch(text.strip())):
        return f"{titre['sign']} {titre['n']}".strip(), True
    if text.strip().casefold().startswith(f"{unit.strip().casefold()} ") and _is_number(text.strip()[len(unit.strip()) :]):
        return text.strip()[len(unit.strip()) :].strip(), True
    share = _SHARE.fullmatch(text.strip())
    if share and int(share["total"]) == total_of(unit):
        return share["count"], True
    # From the right, so that the longest number is kept: 1.2 x 10^6 before 1.2.
    for end in range(len(text) - 1, 0, -1):
        behind = text[end:].strip().removeprefix("out ")
        if same_unit(behind, unit) and _is_number(text[:end]):
            return spelled_out(text[:end].strip()), True
    return text, False


def read_result(text: str, unit: str) -> tuple[Reading, bool]:
    """The number in a result, and whether it was written with `unit`. Raises UnreadableNumber with a sentence that says what to write."""
    body, with_unit = without_unit(text, unit)
    try:
        reading = parse_number(body)
    except UnreadableNumber as error:
        raise UnreadableNumber(_no_single_result(text) or _sentence_about(text, unit) or error.sentence) from error
    return reading, with_unit


def _sentence_about(text: str, unit: str) -> str:
    """What is wrong with the figure alone, when the expected unit stands behind it: “76,7” of “76,7%”."""
    for end in range(1, len(text)):
        if unit.strip() and same_unit(text[end:], unit):
            try:
                parse_number(text[:end])
            except UnreadableNumber as error:
                return error.sentence
    return ""


def _no_single_result(text: str) -> str:
    """What is wrong with a result that speaks of several, which published tables often do."""
    if _SPREAD.search(text):
        return (
            f"“{text}” is a mean with its spread, not one result. Write the reportable value alone, or every determination "
            "in replicates, where the row says how they are combined."
        )
    if _VERDICT.fullmatch(text.strip()):
        return f"“{text}” is a verdict, not a result. Write the number that was found; the verdict follows from it."
    if _ROUGHLY.match(text.strip()):
        return f"“{text}” is only roughly known. Write the number as it was read, or < or > and the bound that is certain."
    if _BRACKET.fullmatch(text):
        return f"“{text}” is more than one result. Leave out what stands in brackets."
    if _BETWEEN.search(text):
        return f"“{text}” is a range, not one result. Write the reportable value; for several lots write one [[lot]] each."
    return ""
