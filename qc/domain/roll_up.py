"""Absence of reprogramming factors over everything a lot was made from (G7). Knows no Django.

Nothing is absent by default. A lot is free of what reprogramming brought in only when each ancestor that could carry it was
tested, and every factor row of each of them conforms and was reviewed. One that is missing, detected, not sensitive enough,
invalid or unreviewed is named, with its ancestor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evgmp.rules.blocker import Blocker

# What a row that does not pass is called, and what to do about it; empty: the row's own reason says it.
WHAT_TO_DO = {
    "pending": ("result_missing", "No result yet. Test it, record the result and have it reviewed."),
    "awaiting_review": ("result_unreviewed", "Waits for the review by a second person."),
    "cannot_conclude": ("result_no_verdict", ""),
    "oos": ("result_oos", ""),
    "reported": ("result_no_verdict", ""),
}
# Kinds of ancestors, and what is said when a lot has none of a kind that has to be there.
NONE_OF = {
    "bank": ("no_bank", "No cell bank leads to {lot}, so nothing shows that it is free of reprogramming factors."),
    "culture": ("no_producing_culture", "No producing culture leads to {lot}, so nothing shows that it is free of reprogramming factors."),
    "cargo": ("no_cargo", "No EV lot leads to {lot}, so nothing shows that its cargo is free of reprogramming factors."),
}


@dataclass(frozen=True)
class FactorRow:
    """One factor row of one ancestor, with what can be said of it. decides: a mandatory release row. covers: the vector items
    whose absence it proves. recorded: it has a result."""

    code: str
    name: str
    verdict: str
    why: str
    passes: bool
    decides: bool
    recorded: bool
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Ancestor:
    """A lot whose factor rows count. name: as sentences begin with it, `Culture IMSC-P-2026-003`. specification: of its stage,
    in words; empty when it was not tested by one. contents: items that the vectors of its line carried."""

    name: str
    lot: str
    specification: str
    contents: tuple[str, ...]
    rows: tuple[FactorRow, ...]


def row_blocker(name: str, code: str, verdict: str, why: str, where: str = "") -> Blocker:
    """Why one row does not pass, as a sentence that begins with `where`. A word that is not known does not pass either."""
    key, sentence = WHAT_TO_DO.get(verdict, ("result_no_verdict", ""))
    return Blocker(key, f"{where}{name} ({code}): {sentence or why}")


def ancestor_blockers(one: Ancestor) -> list[Blocker]:
    """Everything that keeps one ancestor from being free of reprogramming factors. Empty is the only pass."""
    if not one.specification:
        return [
            Blocker(
                "factor_untested",
                f"{one.name}: not tested for reprogramming factors. Receive a sample of {one.lot} and test it against its specification.",
            )
        ]
    where = f"{one.name}: "
    found = [row_blocker(row.name, row.code, row.verdict, row.why, where) for row in one.rows if row.decides and not row.passes]
    found += [
        Blocker("reference_unreviewed", f"{where}{row.name} ({row.code}): recorded but not reviewed. Another person reviews it.")
        for row in one.rows
        if not row.decides and row.recorded and not row.passes
    ]
    if not one.contents:
        found.append(Blocker("vector_contents_unknown", f"{one.name}: the vector contents of its line are not recorded. Record them."))
    named = {item for row in one.rows if row.decides for item in row.covers}
    found += [
        Blocker("vector_item_unproved", f"{one.name}: the line carried {item}, and no test of {one.specification} proves its absence. Add the test.")
        for item in one.contents
        if item not in named
    ]
    return found


def roll_up(lot: str, ancestors: Mapping[str, Sequence[Ancestor]]) -> list[Blocker]:
    """Why a lot is not free of reprogramming factors, ancestor by ancestor; empty is the only pass.

    ancestors: by kind (bank, culture, cargo). Each kind named has to hold at least one.
    """
    found: list[Blocker] = []
    for kind, listed in ancestors.items():
        if not listed:
            key, sentence = NONE_OF[kind]
            found.append(Blocker(key, sentence.format(lot=lot)))
        for one in listed:
            found += ancestor_blockers(one)
    return found


def in_words(ancestors: Mapping[str, Sequence[Ancestor]]) -> str:
    """What a passing roll-up rests on: `Bank …, 7 tests; Culture …, 12 tests`."""
    listed = [one for group in ancestors.values() for one in group]
    counts = [(one.name, sum(row.decides for row in one.rows)) for one in listed]
    return "; ".join(f"{name}: {number} test{'' if number == 1 else 's'} conform{'s' if number == 1 else ''}" for name, number in counts)


def outcome(blockers: Sequence[Blocker]) -> str:
    """The word of a roll-up that these blockers stop: out of specification when a factor was found, else no conclusion."""
    if not blockers:
        return "pass"
    return "oos" if any(blocker.key == "result_oos" for blocker in blockers) else "cannot_conclude"
