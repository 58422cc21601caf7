"""Reading lots: lists by stage, what is left, and what bars their use."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from batches.domain.lifecycle import amount_in, use_blocker
from batches.models import Container, Lot, LotInput, Sample
from batches.selectors.genealogy import Inherited, donor_blockers
from evgmp.rules.blocker import Blocker


def lots() -> "QuerySet[Lot]":
    return Lot.objects.select_related("cellbank__line__donor", "passage", "conditionedmedia", "isolationrun", "evlot", "drugproduct")


def lot_of(number: str) -> Lot:
    return lots().get(number=number.strip().upper())


def bank_lot_of(number: str) -> Lot:
    """A cell bank by its number; another lot is none."""
    return lots_of_stage("cell_bank").get(number=number.strip().upper())


def lots_of_stage(stage: str) -> "QuerySet[Lot]":
    return lots().filter(stage=stage)


def consumed(lot: Lot) -> Decimal:
    """What later lots took out of this one, in its own unit."""
    rows = LotInput.objects.filter(parent=lot).values_list("quantity", flat=True)
    return sum(rows, Decimal(0))


def sampled(lot: Lot) -> Decimal:
    """What samples took out of the quantity made, in the lot's unit. Samples in a unit of another kind take nothing."""
    found = Decimal(0)
    for quantity, unit in Sample.objects.filter(lot=lot, counted=True).values_list("quantity", "unit"):
        found += amount_in(quantity, unit, lot.unit) or Decimal(0)
    return found


def sampled_before(lot: Lot) -> Decimal:
    """What samples took out of a lot before its quantity was known, in the lot's unit: no part of the quantity made, and
    part of what was filled."""
    found = Decimal(0)
    for quantity, unit in Sample.objects.filter(lot=lot, counted=False).values_list("quantity", "unit"):
        found += amount_in(quantity, unit, lot.unit) or Decimal(0)
    return found


def destroyed(lot: Lot) -> int:
    """Vials destroyed without having been withdrawn for a lot."""
    return Container.objects.filter(lot=lot, state="destroyed", uses=None).count()


def remaining(lot: Lot) -> Decimal | None:
    """What is left of the quantity made: made - consumed - sampled - destroyed (G2). None while no quantity is recorded."""
    if lot.quantity_made is None:
        return None
    return lot.quantity_made - consumed(lot) - sampled(lot) - destroyed(lot)


def usable_blockers(lot: Lot, *, on_day: date | None = None, facts: Inherited | None = None) -> list[Blocker]:
    """Why a lot may not be used as material now: its disposition, its expiry on that day, its donors."""
    found = []
    if blocker := use_blocker(lot.number, lot.stage, lot.disposition):
        found.append(blocker)
    if on_day is not None and lot.expires_on is not None and lot.expires_on < on_day:
        found.append(Blocker("lot_expired", f"{lot} expired on {lot.expires_on}. It can't be used; take another lot."))
    return found + donor_blockers(lot, facts)
