"""How far cells may be grown and how old a bank may be, by the limits that a master registers (EXE-11). Knows no Django.

Judged before a lot begins: what it is made from is taken, or refused. A limit whose value is not known refuses as well.
"""

from dataclasses import dataclass
from decimal import Decimal

from batches.domain.master_parts import MasterFile
from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import display_number


@dataclass(frozen=True)
class Origin:
    """What goes into a lot that begins. passage and pdl: of the parent, None where its record does not give them yet. bank_days:
    whole days since a bank was made, None where the parent is no bank."""

    parent: str
    stage: str
    into: str
    is_commitment: bool
    passage: int | None
    pdl: Decimal | None
    is_bank: bool
    bank_days: int | None


def age_blockers(master: MasterFile, origin: Origin) -> list[Blocker]:
    """Every registered limit that the lot would pass. A derivation begins the count at passage 0 and level 0, so its limits of passage
    and level are those of the bank it is thawed from: only the bank's age is asked there."""
    found = []
    if not origin.is_commitment:
        found += _passage(master, origin) + _level(master, origin)
    if origin.is_bank and master.oldest_bank_days is not None:
        if origin.bank_days is None:
            found.append(_unknown("bank_age", f"When {origin.parent} was made", f"{master.oldest_bank_days} days"))
        elif origin.bank_days > master.oldest_bank_days:
            said = f"{origin.parent} is {origin.bank_days} days old; {master.code} allows {master.oldest_bank_days}."
            found.append(Blocker("bank_too_old", f"{said} Take a vial of a younger bank, or ask QA about a new version of the master."))
    return found


def _passage(master: MasterFile, origin: Origin) -> list[Blocker]:
    limit = master.highest_passage
    if limit is None:
        return []
    if origin.passage is None:
        return [_unknown("passage", f"The passage number of {origin.parent}", f"passage {limit}")]
    reached = origin.passage + (1 if origin.into == "passage" else 0)
    if reached <= limit:
        return []
    would = f"This lot would be passage {reached}" if origin.into == "passage" else f"{origin.parent} is of passage {reached}"
    return [Blocker("passage_over_limit", f"{would}; {master.code} allows at most {limit}. Begin again from a vial of the bank.")]


def _level(master: MasterFile, origin: Origin) -> list[Blocker]:
    """A culture that stands at the limit has no doubling left; a lot that grows nothing may begin there."""
    limit = master.highest_pdl
    if limit is None:
        return []
    if origin.pdl is None:
        return [_unknown("pdl", f"The cumulative population doublings of {origin.parent}", f"{display_number(limit)} doublings")]
    if origin.pdl < limit or (origin.into != "passage" and origin.pdl == limit):
        return []
    said = f"{origin.parent} has {origin.pdl:.2f} cumulative population doublings; {master.code} allows {display_number(limit)}."
    return [Blocker("pdl_over_limit", f"{said} Begin again from a vial of the bank.")]


def _unknown(what: str, words: str, limit: str) -> Blocker:
    return Blocker(f"{what}_unknown", f"{words} is not recorded, so it can't be compared with the limit of {limit}. Finish that record first.")
