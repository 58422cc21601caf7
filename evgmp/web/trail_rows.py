"""Trail rows for reading: an act that wrote very much shows its beginning and leads to the whole.

A changed value is never left out, and every entry can be read in full at its own address (`?entry=<number>`).
"""

from dataclasses import replace

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
    cut = Truncator(change.new).chars(LONGEST_VALUE), Truncator(change.old).chars(LONGEST_VALUE)
    return change if cut == (change.new, change.old) else replace(change, new=cut[0], old=cut[1])
