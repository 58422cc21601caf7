"""Whether a material lot may be used now, for what a step needs. Knows no Django.

What is asked is asked at the moment of the entry, with the server's own time: never when the page is drawn (pitfall 22).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from batches.domain.master_parts import MaterialNeed
from evgmp.rules.blocker import Blocker
from evgmp.rules.instants import in_own_zone
from evgmp.rules.reading import display_number

# A container of a lot is named by the lot's number and its own: ML-2026-0007-C03.
_CONTAINER = re.compile(r"(?P<lot>ML-[0-9]{4}-[0-9]{4,})-C(?P<container>[0-9]{1,4})")
LOT_NUMBER = re.compile(r"ML-[0-9]{4}-[0-9]{4,}")
# What scanners put in front of a code (symbology identifiers as ]d2, ]C1), and the GS1 separator.
_SCANNER_PREFIX = re.compile(r"^\](?:[A-Za-z][0-9])")


def plain_code(text: str) -> str:
    """The code as our records name it: without what a scanner puts around it, in capitals."""
    code = _SCANNER_PREFIX.sub("", text.strip()).strip("\x1d\r\n\t ")
    return code.upper()


def container_of(code: str) -> tuple[str, int] | None:
    """Lot number and container of `ML-2026-0007-C03`; None for any other code."""
    match = _CONTAINER.fullmatch(code)
    return (match["lot"], int(match["container"])) if match else None


def container_code(lot: str, container: int) -> str:
    """`ML-2026-0007-C03`."""
    return f"{lot}-C{container:02d}"


@dataclass(frozen=True)
class LotFacts:
    """A material lot, or one container of it, as it is now. Quantities in the unit of its item.

    by_container: containers are opened, expire and are used one by one. container: the scanned one, None when the code
    names the whole lot. left: in the lot; left_there: in the scanned container. reserved: what other batches have reserved
    and not used yet. ends: the first instant after its last day, at the site. reserved_here: lots that this batch has reserved of this item.
    """

    number: str
    item: str
    item_name: str
    unit: str
    status: str
    expires_on: date | None
    ends: datetime | None
    by_container: bool
    opens: bool
    container: int | None
    containers: int
    opened: bool
    opened_until: datetime | None
    left: Decimal
    left_there: Decimal | None
    reserved: Decimal = Decimal(0)
    reserved_by: str = ""
    reserved_here: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.number if self.container is None else container_code(self.number, self.container)

    @property
    def free(self) -> Decimal:
        """What may be taken without touching what others reserved."""
        return self.left - self.reserved


def opened_until(opened_at: datetime, open_hours: int | None, lot_ends: datetime | None) -> datetime | None:
    """When an opened container may no longer be used: hours after opening, and never after the use of the lot itself ends.
    None when neither ends."""
    ends = []
    if open_hours is not None:
        ends.append(opened_at + timedelta(hours=open_hours))
    if lot_ends is not None:
        ends.append(lot_ends)
    return min(ends) if ends else None


def wrong_item(scanned: str, needed: Iterable[str]) -> Blocker:
    return Blocker("wrong_item", f"{scanned}. This step needs: {', '.join(needed)}. Do not use it; scan what is needed.", "code")


STATUS_BLOCKERS = {
    "quarantine": ("quarantined", "{code} is in quarantine. QC or QA releases it first; take a released lot."),
    "hold": ("on_hold", "{code} is on hold. Put it back and take another lot; QA lifts the hold or rejects it."),
    "rejected": ("rejected", "{code} is rejected. Put it into the locked store for rejected material and take another lot."),
}


def use_blockers(lot: LotFacts, *, at: datetime) -> list[Blocker]:
    """Every reason why this lot or container may not be used at this instant, whatever the quantity (EXE-16)."""
    found = []
    if lot.status in STATUS_BLOCKERS:
        key, sentence = STATUS_BLOCKERS[lot.status]
        found.append(Blocker(key, sentence.format(code=lot.code), "code"))
    elif lot.status != "released":
        found.append(Blocker("quarantined", f"{lot.code} is not released. QC or QA releases it first; take a released lot.", "code"))
    if lot.ends is not None and at >= lot.ends:
        found.append(Blocker("expired", f"{lot.code} expired on {lot.expires_on}. Discard it and take a lot that is in date.", "code"))
    found += _container_blockers(lot, at)
    if lot.reserved_here and lot.number not in lot.reserved_here:
        wanted = " or ".join(lot.reserved_here)
        found.append(
            Blocker("wrong_lot", f"{lot.code} is the wrong lot of {lot.item}: this batch has {wanted} reserved. Scan that lot.", "code")
        )
    elif lot.left > 0 and lot.free <= 0:
        found.append(Blocker("wrong_lot", f"{lot.code} is reserved for {lot.reserved_by}. Take another lot of {lot.item}.", "code"))
    return found


def _container_blockers(lot: LotFacts, at: datetime) -> list[Blocker]:
    found = []
    if lot.by_container and lot.container is None:
        found.append(
            Blocker(
                "scan_the_container",
                f"{lot.number} is used container by container. Scan the label of the container, such as {container_code(lot.number, 1)}.",
                "code",
            )
        )
    if lot.container is not None and not 1 <= lot.container <= lot.containers:
        found.append(
            Blocker("unknown_code", f"{lot.number} has {lot.containers} containers, so there is no {lot.code}. Check the label.", "code")
        )
        return found
    if lot.container is not None and lot.opens and not lot.opened:
        found.append(
            Blocker(
                "not_opened", f"The opening of {lot.code} is not recorded. Record it, so that its expiry after opening is known.", "code"
            )
        )
    if lot.opened and lot.opened_until is not None and at >= lot.opened_until and not (lot.ends and at >= lot.ends):
        found.append(
            Blocker(
                "expired_after_opening",
                f"{lot.code} was usable after opening until {in_own_zone(lot.opened_until)}. Discard it and open another.",
                "code",
            )
        )
    left = lot.left_there if lot.left_there is not None else lot.left
    if left <= 0:
        found.append(Blocker("used_up", f"{lot.code} is used up. Take another.", "code"))
    return found


def quantity_blockers(lot: LotFacts, quantity: Decimal | None) -> list[Blocker]:
    """Why this much can't be taken: never below zero, never what others reserved. Ask under the lot's lock (EXE-18)."""
    if quantity is None:
        return [Blocker("quantity_missing", f"{lot.code} is right. Now enter how much was used, in {lot.unit}.", "quantity")]
    if quantity <= 0:
        return [Blocker("quantity_not_positive", "The quantity must be more than zero.", "quantity")]
    here = lot.left if lot.left_there is None else min(lot.left_there, lot.left)
    if quantity > here:
        return [
            Blocker(
                "overdraw",
                f"{_amount(here, lot.unit)} of {lot.code} is left, so {_amount(quantity, lot.unit)} can't be used. Check the quantity.",
                "quantity",
            )
        ]
    if quantity > lot.free:
        return [
            Blocker(
                "reserved",
                f"{_amount(lot.free, lot.unit)} of {lot.number} is free, the rest is reserved for {lot.reserved_by}. Use at most that, or another lot.",
                "quantity",
            )
        ]
    return []


def _amount(quantity: Decimal, unit: str) -> str:
    return f"{display_number(quantity)} {unit}"


def bounds(need: MaterialNeed) -> tuple[Decimal, Decimal] | None:
    """Least and most that a step may add, from quantity and tolerance; None where it takes as much as is used."""
    if need.quantity is None or need.tolerance_pct is None:
        return None
    spread = need.quantity * need.tolerance_pct / 100
    return need.quantity - spread, need.quantity + spread


def outside_tolerance(need: MaterialNeed, used: Decimal) -> str:
    """The sentence of an exception when the sum of all additions lies outside the tolerance; empty when it doesn't (EXE-17)."""
    limits = bounds(need)
    if limits is None or limits[0] <= used <= limits[1]:
        return ""
    low, high = limits
    return f"{_amount(used, need.unit)} of {need.item} was added, outside {display_number(low)} to {_amount(high, need.unit)}"


def need_in_words(need: MaterialNeed) -> str:
    """“5 mL ± 2 %”, or “as much as is used”."""
    if need.quantity is None:
        return f"as much as is used, in {need.unit}"
    spread = f" ± {display_number(need.tolerance_pct)} %" if need.tolerance_pct is not None else ""
    return f"{_amount(need.quantity, need.unit)}{spread}"


def first_out(lots: Iterable[tuple[LotFacts, datetime | None]]) -> LotFacts | None:
    """First expired, first out: of the usable lots or containers the one whose use ends first; opened before unopened, then
    by number. `lots`: facts with the instant at which the use ends."""
    far = datetime.max.replace(tzinfo=UTC)
    ordered = sorted(lots, key=lambda pair: (pair[1] or far, not pair[0].opened, pair[0].code))
    return ordered[0][0] if ordered else None
