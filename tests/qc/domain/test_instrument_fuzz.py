"""Damaged instrument files: each is refused in sentences with line and column, or says what it said before; never another error.

What "said before" means, value by value: the same sample, test, kind, number, qualifier, limits and unit, read from the same text of the
file. A damage that itself writes another well-formed number or name (one flipped bit of a digit) can't be seen by any reader; then the
value must be exactly what now stands at its place, and one cell only may differ.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from qc.domain.instrument_files.places import FileRefused
from qc.domain.instrument_files.values import FileReading, FoundValue, read_file
from tests.qc.domain.instrument_damage import KINDS, Kind
from tests.qc.domain.instrument_texts import TEXTS, mapping
from tests.support.campaign import cases, dice

EVIDENCE = Path(__file__).resolve().parents[2] / "evidence" / "damaged_instrument_files.md"
SEPARATORS = {"tab": "\t", "semicolon": ";", "comma": ","}


def said(value: FoundValue) -> tuple[object, ...]:
    reading = value.reading
    return (
        value.sample, value.tests, value.unit, value.kind, reading.amount if reading else None, reading.qualifier if reading else "", value.term,
        value.lod, value.loq,
    )  # fmt: skip


def stands_there(found: FileReading, data: bytes) -> bool:
    """Every value is, letter for letter, the cell at the place it names."""
    from qc.domain.instrument_files.grids import delimited

    grid = delimited(data, found.delimiter, [])
    cells = {(cell.place.line, cell.place.column): cell.text for row in grid.rows for cell in row}
    # A value may follow its label in the same cell, after a colon.
    return all(cells[v.place.line, v.place.column].rpartition(":")[2].strip() == v.as_printed for v in found.values)


def outcome(name: str, kind: Kind, data: bytes, before: FileReading) -> str:
    """`refused`, `no sample of ours` (the import refuses it), `pointed out` (shown before anybody signs), `same`, `fewer` or
    `changed`; anything else raises."""
    try:
        found = read_file(data, mapping(name))
    except FileRefused as refusal:
        for problem in refusal.problems:
            text = str(problem)
            assert problem.place.line >= 1, text
            assert problem.place.column >= 1, text
            assert text.startswith(("Line ", "Sheet ")), text
            assert text.endswith("."), text
        return "refused"
    assert stands_there(found, data), f"{name}, {kind.name}: a value is not what stands at its place"
    known, now = Counter(map(said, before.values)), Counter(map(said, found.values))
    if {v.sample for v in found.values} - {v.sample for v in before.values}:
        return "no sample of ours"
    if any("again in every cell" in note for note in found.notes):
        return "pointed out"
    if now == known:
        return "same"
    if not now - known:
        return "fewer"
    return "changed"


@pytest.mark.sized
@pytest.mark.req("REC-10", negative=True)
def test_damaged_files_are_refused_or_say_what_they_said() -> None:
    chance, total = dice(), cases(360)
    counts: Counter[tuple[str, str]] = Counter()
    readings = {name: read_file(text.encode(), mapping(name)) for name, text in TEXTS.items()}
    wrong = []
    for number in range(total):
        kind = KINDS[number % len(KINDS)]
        name = chance.choice(list(TEXTS))
        data = kind.do(chance, TEXTS[name])
        result = outcome(name, kind, data, readings[name])
        counts[kind.name, result] += 1
        if result == "changed" and not kind.may_change:
            wrong.append(f"{number}: {name}, {kind.name}: {data[:400]!r}")
    assert not wrong, "\n".join(wrong[:20])
    assert sum(counts.values()) == total
    if os.environ.get("EVIDENCE"):
        EVIDENCE.write_text(evidence(total, counts))


def evidence(total: int, counts: Counter[tuple[str, str]]) -> str:
    """The table of the campaign, as it is kept."""
    columns = ("refused", "no sample of ours", "pointed out", "same", "fewer", "changed")
    lines = [
        f"# {total} damaged instrument files",
        "",
        f"`EVIDENCE=1 N={total} SEED={os.environ.get('SEED') or 1} pytest -m sized tests/qc/domain/test_instrument_fuzz.py`; every shipped mapping.",
        "",
        "| damage | " + " | ".join(columns) + " |",
        "|---|" + "---|" * len(columns),
        *(f"| {kind.name} | " + " | ".join(str(counts[kind.name, column]) for column in columns) + " |" for kind in KINDS),
        "| **all** | " + " | ".join(str(sum(n for (_, c), n in counts.items() if c == column)) for column in columns) + " |",
        "",
        "*refused*: in sentences, each with line and column. *no sample of ours*: a name changed; the import refuses it, naming the line.",
        "*pointed out*: a line repeats another cell by cell, and the preview says so.",
        "*same*: the same values. *fewer*: whole lines are gone and nothing else differs. *changed*:",
        "the damage itself wrote another well-formed number, name or heading into a cell, which no reader can see; the value is exactly what now stands there.",
        "No other error, and no value that does not stand at the place it names.",
        "",
    ]
    return "\n".join(lines)
