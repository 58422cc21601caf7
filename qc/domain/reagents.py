"""Reagents, kits and reference standards of a run, one a line, as an analyst writes them from their labels. Knows no Django.

A line reads: name; lot; expiry as 2027-03-31. A lot of the register of standards is cited by its number alone, as STD-2026-0001; what it is
stands in the register. An expired one is refused (LAB-03, LAB-21).
"""

from collections.abc import Mapping, Sequence
from datetime import date

from evgmp.rules.blocker import Blocker
from qc.domain.standards import NUMBER, StandardFacts

MOST = 60
LONGEST_PART = 120
HOW = "Write: name; lot; expiry, as in “Kinetic LAL; 24K118; 2027-03-31”, or the number of a lot in the register of standards alone, as STD-2026-0001."


def numbers_in(text: str) -> list[str]:
    """The numbers of the register that lines of this text cite."""
    return [line.strip().upper() for line in text.splitlines() if NUMBER.fullmatch(line.strip())]


def read_reagents(text: str, register: Mapping[str, StandardFacts]) -> tuple[list[dict[str, str]], list[Blocker]]:
    """The lines as {name, lot, expires_on, assigned_value}, with `register` where a lot of it is cited, and what is wrong with them.

    register: the entries of the numbers that the text cites.
    """
    found: list[dict[str, str]] = []
    blockers: list[Blocker] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        return [], [Blocker("reagents_too_many", f"{len(lines)} lines were written. Keep to {MOST}.", "reagents")]
    for number, line in enumerate(lines, start=1):
        if NUMBER.fullmatch(line):
            if entry := register.get(line.upper()):
                found.append(entry.line)
            else:
                words = f"{line.upper()} is no number of the register of standards. Check the label, or register the lot first."
                blockers.append(Blocker("standard_unknown", words, "reagents"))
            continue
        parts = [part.strip() for part in line.split(";")]
        parts += [""] * (4 - len(parts))
        name, lot, expires_on, assigned_value, *rest = parts
        if not (name and lot and expires_on) or rest or max(map(len, parts)) > LONGEST_PART:
            blockers.append(Blocker("reagent_unreadable", f"Line {number} can't be read. {HOW}", "reagents"))
        elif _day(expires_on) is None:
            blockers.append(Blocker("reagent_expiry", f"Line {number}: “{expires_on}” is no day. Write it as 2027-03-31.", "reagents"))
        else:
            found.append({"name": name, "lot": lot, "expires_on": expires_on, "assigned_value": assigned_value})
    twice = [one for position, one in enumerate(found) if one in found[:position]]
    blockers += [Blocker("reagent_twice", f"{one['name']}, lot {one['lot']}, is written twice. Keep one line.", "reagents") for one in twice]
    return found, blockers


def expired(reagents: Sequence[Mapping[str, str]], on: date) -> list[Blocker]:
    """A blocker for each reagent whose last day lay before the day of the run. The last day itself is still in date."""
    return [
        Blocker(
            "reagent_expired",
            f"{one['name']}, lot {one['lot']}, expired on {one['expires_on']}, before the run of {on}. A run with it gives no result; repeat it with one "
            "in date.",
            "reagents",
        )
        for one in reagents
        if (day := _day(one["expires_on"])) is None or day < on
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
