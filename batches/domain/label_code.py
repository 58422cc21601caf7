"""The symbol of a label as a scanner hands it over, compared with what was printed and what the record says now. Knows no Django.

GS1 General Specifications 3 and 7.8: an application identifier (AI) and its value, one after the other; those of free length end with
a group separator. A scanner may put `]d2` in front; people type the brackets that stand under the symbol.
"""

import re
from collections.abc import Sequence

from batches.domain.check_character import is_intact
from evgmp.rules.blocker import Blocker

# AI -> how long its value is; None: free, up to 20 letters. These are the ones our labels use.
_LENGTHS: dict[str, int | None] = {"01": 14, "17": 6, "10": None, "21": None}
_WORDS = {"01": "product code (GTIN)", "17": "expiry", "10": "lot", "21": "number"}
_SEPARATOR = "\x1d"
_BRACKETED = re.compile(r"\((\d\d)\)([^()]*)")


def elements_of(scanned: str) -> dict[str, str]:
    """AI -> value. Raises ValueError when this is no symbol of our labels."""
    text = "".join(scanned.split(" ")).removeprefix("]d2")
    if text.startswith("("):
        pairs = _BRACKETED.findall(text)
        if "".join(f"({ai}){value}" for ai, value in pairs) != text:
            raise ValueError("brackets do not match")
    else:
        pairs = list(_plain(text.lstrip(_SEPARATOR)))
    found = dict(pairs)
    if len(found) != len(pairs) or not {"01", "10", "21"} <= set(found) or not set(found) <= set(_LENGTHS):
        raise ValueError("not the elements of a label")
    return found


def _plain(text: str) -> Sequence[tuple[str, str]]:
    pairs = []
    while text:
        ai, text = text[:2], text[2:]
        if ai not in _LENGTHS:
            raise ValueError(f"unknown AI {ai}")
        length = _LENGTHS[ai]
        value, text = (text[:length], text[length:]) if length else (text.partition(_SEPARATOR)[0], text.partition(_SEPARATOR)[2])
        pairs.append((ai, value))
    return pairs


def read_as(scanned: str, printed: Sequence[str]) -> dict[str, str]:
    """The elements of a scanned label. A keyboard scanner may leave the separators out: then the printed labels say where a value
    ends. Raises ValueError."""
    plain = "".join(scanned.split()).removeprefix("]d2")
    for one in printed:
        if plain == _BRACKETED.sub(r"\1\2", one):
            return elements_of(one)
    return elements_of(scanned)


def read_back_blockers(scanned: str, printed: Sequence[str], now: Sequence[str]) -> list[Blocker]:
    """Why a label may not be applied (LBL-04): it is none of those printed in this issue, or the record says something else now.

    printed, now: the element strings of the issue as printed, and as the record would have them now, label by label.
    """
    try:
        read = read_as(scanned, printed)
    except ValueError:
        return [Blocker("no_label_code", "This is not the code of a label. Scan the symbol on the label, or type the line under it.", "code")]
    if not is_intact(read["10"] + read["21"]) and not is_intact(read["21"]):
        return [Blocker("label_altered", "The check character of this label is wrong: it was altered or misread. Scan it again, or destroy it.", "code")]
    as_printed, as_now = [elements_of(one) for one in printed], [elements_of(one) for one in now]
    if read not in as_printed:
        same_number = [one for one in as_printed if one["21"] == read["21"]]
        nearest = (same_number or as_printed)[0]
        wrong = [f"{_WORDS[ai]} {read.get(ai) or 'absent'} instead of {nearest.get(ai) or 'none'}" for ai in _differing(read, nearest) if ai != "21"]
        wrong = wrong or [f"number {read['21']} was not printed in this issue"]
        return [Blocker("label_of_other", f"This label does not belong here: {'; '.join(wrong)}. Put it aside and call the supervisor.", "code")]
    mine = as_now[as_printed.index(read)]
    if changed := [f"{_WORDS[ai]} {mine.get(ai) or 'none'}" for ai in _differing(read, mine)]:
        return [Blocker("record_changed", f"The record says something else than this label now: {'; '.join(changed)}. Destroy it and print anew.", "code")]
    return []


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The AIs in which two labels differ, also where one of them lacks it."""
    return [ai for ai in _WORDS if one.get(ai) != other.get(ai)]
