"""The register of reference standards, controls and critical reagents: what an entry holds, and when a run may use a lot. Knows no Django.

A lot is registered by one person and qualified by another. A run cites it by its number; a lot that was not qualified by then, is expired
or withdrawn gives no run, and what rests on a lot that is not trusted for its day gives no result (LAB-21).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from evgmp.rules.blocker import Blocker
from evgmp.rules.instants import in_own_zone
from evgmp.rules.reading import UnreadableNumber, parse_number

REFERENCE = "reference_standard"
KINDS = {REFERENCE: "Reference standard", "control": "Control", "critical_reagent": "Critical reagent"}
NUMBER = re.compile(r"STD-\d{4}-\d{4,}", re.IGNORECASE)
# Unit of the assigned value of a standard that relative potencies are told by.
PER_CENT = "%"


@dataclass(frozen=True)
class StandardFacts:
    """An entry as it stands now. status: unqualified, qualified or withdrawn. assigned: amount and unit as text, empty when it has none.

    unfit_from: from this day its runs are not trusted; None while nobody said so.
    """

    number: str
    kind: str
    name: str
    lot: str
    status: str
    expires_on: date
    assigned: str = ""
    qualified_at: datetime | None = None
    unfit_from: date | None = None
    why: str = ""

    @property
    def words(self) -> str:
        return f"{self.number} ({self.name}, lot {self.lot})"

    @property
    def line(self) -> dict[str, str]:
        """As a run keeps it."""
        expires = self.expires_on.isoformat()
        return {"name": self.name, "lot": self.lot, "expires_on": expires, "assigned_value": self.assigned, "register": self.number}


@dataclass(frozen=True)
class Former:
    """A lot of the same item that was qualified before."""

    number: str
    lot: str
    unit: str


def same_name(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def registration_defects(
    *, kind: str, name: str, lot: str, expires_on: date, today: date, assigned: Decimal | None, unit: str, twin: str
) -> list[Blocker]:
    """Why this can't be an entry. twin: number of the standing entry of the same item and lot, or empty."""
    found = []
    if kind not in KINDS:
        found.append(Blocker("unknown_kind", f"Choose one of: {', '.join(KINDS.values())}.", "kind"))
    for field, text, words in (("name", name, "what it is, as the methods name it"), ("lot", lot, "the lot on its label")):
        if not text.strip() or ";" in text:
            found.append(Blocker(f"{field}_missing", f"Write {words}, without “;”.", field))
    if twin:
        found.append(Blocker("registered_already", f"This lot is in the register as {twin}. If something in it is wrong, withdraw that entry first.", "lot"))
    if expires_on < today:
        found.append(Blocker("standard_expired", f"This lot expired on {expires_on}. It can't be used any more; register one in date.", "expires_on"))
    if kind == REFERENCE and assigned is None:
        found.append(Blocker("value_unassigned", "A reference standard has an assigned value. Write its number.", "assigned_value"))
    if assigned is not None and assigned <= 0:
        found.append(Blocker("value_impossible", "An assigned value lies above zero. Check its certificate.", "assigned_value"))
    if (assigned is None) != (not unit.strip()):
        found.append(Blocker("unit_missing", "An assigned value and its unit belong together, as 100 and %. Write both or neither.", "assigned_unit"))
    return found


def bridging_defects(
    formers: Collection[Former], *, former: str, ratio: Decimal | None, report: str, why_not: str, unit: str
) -> list[Blocker]:
    """Whether a new lot is bridged to a former one of the same item, or why it needs no bridging.

    formers: the lots of the item that were qualified before. ratio: new to former, measured side by side.
    """
    if not formers:
        given = former or ratio is not None or report.strip()
        words = "No lot of this item was qualified before, so there is none to bridge to. Leave the bridging empty."
        return [Blocker("nothing_to_bridge", words, "former")] if given else []
    known = {one.number: one for one in formers}
    if why_not.strip() and not (former or ratio is not None or report.strip()):
        return []
    if former not in known or ratio is None or ratio <= 0 or not report.strip():
        listed = ", ".join(f"{one.number} (lot {one.lot})" for one in formers)
        words = f"This item had a lot before: {listed}. Give former lot, ratio above zero and report of the bridging, or say why none is needed."
        return [Blocker("bridging_missing", words, "former")]
    if why_not.strip():
        return [Blocker("bridging_both", "Give the bridging or the reason for none, not both.", "not_bridged_why")]
    if known[former].unit != unit.strip():
        words = f"{former} is assigned in “{known[former].unit or 'no unit'}”. Values in different units can't be bridged; use its unit."
        return [Blocker("bridging_unit", words, "assigned_unit")]
    return []


def use_blockers(one: StandardFacts, *, at: datetime, on: date) -> list[Blocker]:
    """Why no run performed at this instant may use the lot. on: the day of the run at the site. Its last day is still in date."""
    advice = "A run with it gives no result; repeat it with a lot that is in force."
    if one.status == "withdrawn":
        return [Blocker("standard_withdrawn", f"{one.words} was withdrawn: {one.why.rstrip('.')}. {advice}", "reagents")]
    if one.status != "qualified" or one.qualified_at is None:
        words = f"{one.words} is not qualified. {advice} The Head of Quality Control or QA qualifies a lot before it is used."
        return [Blocker("standard_unqualified", words, "reagents")]
    found = []
    if at < one.qualified_at:
        words = f"{one.words} was qualified on {in_own_zone(one.qualified_at)}, after this run. {advice}"
        found.append(Blocker("standard_unqualified", words, "reagents"))
    if on > one.expires_on:
        found.append(Blocker("standard_expired", f"{one.words} expired on {one.expires_on}, before the run of {on}. {advice}", "reagents"))
    return found


def distrust(lines: Iterable[Mapping[str, str]], unfit: Mapping[str, StandardFacts], on: date) -> list[Blocker]:
    """Why a run of this day is not trusted any more. lines: of the run; unfit: entries with a day from which they are not trusted, by number."""
    return [
        Blocker(
            "standard_unfit",
            f"{one.words} is not trusted for runs from {one.unfit_from} on ({one.why.rstrip('.')}), so this run of {on} gives no result. Repeat it with "
            "another lot; a result that rests on it is corrected to “invalid”.",
            "run",
        )
        for line in lines
        if (one := unfit.get(line.get("register", ""))) is not None and one.unfit_from is not None and on >= one.unfit_from
    ]


def share_of(line: Mapping[str, str]) -> Decimal:
    """What a potency relative to this lot is multiplied by, so that it is told on the scale that its assigned value stands on: 95 % gives 0.95.

    A lot of runs recorded before the register gives 1: those potencies are relative to the lot itself. Raises ValueError when the register
    assigns no per cent.
    """
    if not line.get("register"):
        return Decimal(1)
    number, _, unit = line["assigned_value"].partition(" ")
    try:
        amount = parse_number(number).amount
    except UnreadableNumber as error:
        raise ValueError(line["assigned_value"]) from error
    if unit.strip() != PER_CENT or amount is None or amount <= 0:
        raise ValueError(line["assigned_value"])
    return amount / 100
