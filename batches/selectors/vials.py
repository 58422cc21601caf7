"""Reading vials: the stock of a bank, its boxes and its ledger."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from batches.domain.commands import RESERVE_VIAL, WITHDRAW_VIAL
from batches.domain.lifecycle import VIAL, same_unit, use_blocker
from batches.models import Container, ContainerMovement, Lot, Sample
from batches.selectors.genealogy import donor_blockers
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.models import Signature
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command

FREE = "stored"
IN_PLACE = ("stored", "reserved")


def vials() -> "QuerySet[Container]":
    return Container.objects.select_related("lot")


def vial_of(code: str) -> Container:
    return vials().get(code=code.strip().upper())


def movements_of(lot: Lot) -> "QuerySet[ContainerMovement]":
    """The ledger of a bank, newest first."""
    return ContainerMovement.objects.filter(container__lot=lot).select_related("container", "destination").order_by("-pk")


def ledger_of_vial(vial: Container) -> list[tuple[ContainerMovement, list[Signature]]]:
    """Every movement of a vial with its signatures, oldest first."""
    rows = list(vial.movements.select_related("destination"))
    signed = signatures_by_record(rows)
    return [(row, signed[str(row.pk)]) for row in rows]


def counts(lot: Lot) -> Counter[str]:
    """How many vials of a bank are in which state."""
    return Counter(Container.objects.filter(lot=lot).values_list("state", flat=True))


def vials_made(lot: Lot) -> int | None:
    """How many vials a bank has, as counted at the fill; None while that isn't recorded."""
    made = lot.cellbank.vials_made
    return made if made is not None else (int(lot.quantity_made) if lot.quantity_made is not None else None)


def loose_samples(lot: Lot) -> Decimal:
    """Vials taken as samples before the bank was stored by position."""
    drawn = Decimal(0)
    for quantity, unit in Sample.objects.filter(lot=lot).values_list("quantity", "unit"):
        drawn += quantity if same_unit(unit, "vial") else Decimal(0)
    return drawn - Container.objects.filter(lot=lot, state="sampled").count()


def not_stored(lot: Lot) -> int | None:
    """Vials made that have no position and weren't taken as samples."""
    made = vials_made(lot)
    if made is None:
        return None
    return made - Container.objects.filter(lot=lot).count() - int(loose_samples(lot))


@dataclass(frozen=True)
class Place:
    """A position in a box and the vial that stands or stood there last."""

    row: str
    column: int
    vial: Container | None


@dataclass(frozen=True)
class Box:
    """A box of a bank as it looks from above."""

    tank: str
    rack: str
    name: str
    columns: list[int]
    rows: list[tuple[str, list[Place]]]
    free: int


def boxes_of(lot: Lot) -> list[Box]:
    """The boxes of a bank in the order of their vials. Where a vial left, the place still shows which it was."""
    grouped: dict[tuple[str, str, str], dict[tuple[str, int], Container]] = {}
    for vial in Container.objects.filter(lot=lot).order_by("sequence"):
        grouped.setdefault((vial.tank, vial.rack, vial.box), {})[vial.row, vial.column] = vial
    found = []
    for (tank, rack, name), places in grouped.items():
        rows = sorted({row for row, _ in places}, key=lambda r: (len(r), r))
        columns = list(range(1, max(column for _, column in places) + 1))
        drawn = [(row, [Place(row, column, places.get((row, column))) for column in columns]) for row in rows]
        free = sum(1 for vial in places.values() if vial.state == FREE)
        found.append(Box(tank, rack, name, columns, drawn, free))
    return found


def reserved_vials() -> "QuerySet[Container]":
    return vials().filter(state="reserved").order_by("pk")


def banks_to_store() -> list[tuple[Lot, int]]:
    """Banks with vials that have no position yet, and how many."""
    found = []
    for bank in Lot.objects.filter(stage="cell_bank").exclude(making_status="aborted").select_related("cellbank").order_by("pk"):
        if not storing_blockers(bank) and (left := not_stored(bank)):
            found.append((bank, left))
    return found


def vial_blockers(command: Command, vial: Container) -> list[Blocker]:
    """Why a vial can't be moved this way now: its own state, and for use the state of its bank and donor."""
    found = VIAL.blockers(command, status=vial.state)
    bank = vial.lot
    if command == RESERVE_VIAL and bank.disposition in ("rejected", "recalled"):
        found.append(Blocker("lot_rejected", f"{bank} is {bank.disposition}. None of its vials is used any more."))
    if command == WITHDRAW_VIAL:
        if blocker := use_blocker(bank.number, bank.stage, bank.disposition):
            found.append(blocker)
        found += donor_blockers(bank)
    return found


def storing_blockers(bank: Lot) -> list[Blocker]:
    """Why no vial of a lot can be stored now."""
    if bank.stage != "cell_bank":
        return [Blocker("not_a_bank", f"{bank} is not a bank, so it has no vials to store.")]
    if bank.disposition in ("aborted", "rejected", "recalled"):
        return [Blocker("lot_rejected", f"{bank} is {bank.disposition}. Its vials are not stored as a bank.")]
    left = not_stored(bank)
    if left is None:
        return [Blocker("vials_not_counted", f"The number of vials of {bank} is not recorded. The fill step records it first.")]
    if left < 1:
        return [Blocker("all_stored", f"All vials of {bank} are stored.")]
    return []
