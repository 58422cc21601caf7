"""What the columns of a record are called for people, where the name of the column says too little. One table for every record.

A column that is not in the table is called by its verbose name, with units written as units and user IDs as such.
"""

import re

FIELD_WORDS = {
    "alert high": "upper alert limit",
    "alert low": "lower alert limit",
    "action high": "upper action limit",
    "action low": "lower action limit",
    "amount": "exact number",
    "child": "lot made",
    "content": "stored file",
    "due on": "to be decided until",
    "found": "what was found",
    "impact": "impact on other lots",
    "is current": "is the current entry",
    "is repeat": "is a repeat extraction",
    "kind": "kind of entry",
    "lod": "LOD",
    "lod unit": "unit of the LOD",
    "loq": "LOQ",
    "mark": "judged against the limits",
    "parent": "lot it was made from",
    "row": "row",
    "result row": "test",
    "sha256": "SHA-256",
    "supersedes": "replaces",
    "text": "value as entered",
    "verdict": "outcome",
    "wells": "wells of one extraction",
    "why": "why this outcome",
}

# The last words of a column that stand for a unit.
UNITS = {
    "ug per ml": "µg/mL", "per ml": "per mL", "cm2": "cm²", "m2": "m²", "ml": "mL", "um": "µm", "pct": "%", "lmh": "LMH",
    "bar": "bar", "kda": "kDa", "c": "°C", "h": "h",
}  # fmt: skip
_UNIT = re.compile(rf"^(?P<what>.+?) (?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})$")
_ID = re.compile(r"^(?P<who>.+) id$")


def field_words(verbose_name: str, record_type: str = "") -> str:
    """`volume ml` as `volume, mL`; `analyst id` as `user ID of analyst`; `text` as `value as entered`. record_type: where a column means
    something of its own in one kind of record."""
    if words := FIELD_WORDS.get(f"{record_type} {verbose_name}") or FIELD_WORDS.get(verbose_name):
        return words
    if unit := _UNIT.match(verbose_name):
        return f"{unit['what']}, {UNITS[unit['unit']]}"
    if person := _ID.match(verbose_name):
        return f"user ID of {person['who']}"
    return verbose_name
