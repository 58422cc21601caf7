"""Trail rows for reading: an act that wrote very much shows its beginning and leads to the whole.

A changed value is never left out, and every entry can be read in full at its own address (`?entry=<number>`).
"""

from dataclasses import replace
from itertools import takewhile

from django.utils.html import format_html
from django.utils.text import Truncator

from evgmp.compliance.trail import Change, TrailRow

MOST_VALUES = 24
LONGEST_VALUE = 300


def shortened(rows: list[TrailRow]) -> list[TrailRow]:
    """The rows with at most MOST_VALUES first entries each, and long texts cut; a link shows what is left out."""
    for row in rows:
        changed = [change for change in row.changes if not change.first]
        first = [change for change in row.changes if change.first]
        kept = [*changed, *first[:MOST_VALUES]]
        shown = [_cut(change) for change in kept]
        more = len(row.changes) - len(kept)
        if more or shown != kept:
            words = f"and {more} more" if more else "shortened"
            link = format_html('<a href="?entry={}">Show all of entry {}</a>', row.event.seq, row.event.seq)
            shown.append(Change("", "", "", words, "", link, first=True))
        row.changes = shown
    return rows


def _cut(change: Change) -> Change:
    old, new = _differing(change.old, change.new) if change.old and max(len(change.old), len(change.new)) > LONGEST_VALUE else (change.old, change.new)
    cut = Truncator(new).chars(LONGEST_VALUE), Truncator(old).chars(LONGEST_VALUE)
    return change if cut == (change.new, change.old) else replace(change, new=cut[0], old=cut[1])


def _differing(old: str, new: str) -> tuple[str, str]:
    """The lines of two long texts in which they differ: what is alike before and after them is left out."""
    before, after = old.splitlines(), new.splitlines()
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    parts = [lines[max(head - 1, 0) : len(lines) - tail] for lines in (before, after)]
    shown = ["\n".join([*["…"] * (head > 1), *part, *["…"] * (tail > 0)]) for part in parts]
    return shown[0], shown[1]


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines are the same from the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
