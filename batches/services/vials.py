"""Vials of a bank: stored by position, reserved, withdrawn by two persons, thawed, destroyed. Each once (G8).

What is signed is the movement: one row of an append-only ledger, together with the vial's place.
"""

from decimal import Decimal

from batches.domain.boxes import Position, PositionUnreadable, positions_from
from batches.domain.commands import DESTROY_VIAL, RESERVE_VIAL, STORE_VIALS, THAW_VIAL, WITHDRAW_VIAL
from batches.domain.lifecycle import VIAL
from batches.models import Container, ContainerMovement, Lot
from batches.selectors.vials import IN_PLACE, not_stored, storing_blockers, vial_blockers
from batches.services.genealogy import consume
from evgmp.compliance import wall
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.command import Command

PLACE = ["code", "lot_id", "sequence", "tank", "rack", "box", "row", "column"]


def store_vials(
    act: Act, on: str, *, tank: str, rack: str, box: str, rows: int, columns: int, first: str, count: int
) -> Lot:
    """Give `count` vials of a bank their numbers and positions, row by row from `first`."""
    with recording(STORE_VIALS, act) as rec:
        bank = Lot.locked(number=on)
        fresh(bank, act)
        _bank_takes(bank, count)
        try:
            places = positions_from(first, rows=rows, columns=columns, count=count)
        except PositionUnreadable as error:
            raise refuse("position_impossible", str(error), "first") from error
        # Two banks may share a box: one recording at a time looks for free places in a tank.
        wall.lock_series(f"tank {tank}")
        _places_free(tank, rack, box, places)
        start = Container.objects.filter(lot=bank).count()
        moved = []
        for number, place in enumerate(places, start + 1):
            vial = Container(
                code=f"{bank.number}-V{number:03d}", lot=bank, sequence=number, tank=tank, rack=rack, box=box, row=place.row,
                column=place.column,
            )  # fmt: skip
            vial.save()
            moved.append((vial, _moved(rec, vial, "stored", f"{tank}, rack {rack}, box {box}, {place}")))
        bank.save()
        covers = [row for vial, movement in moved for row in (movement, (vial, PLACE))]
        rec.about(moved[0][1], covers=covers, bank=bank.number, vials=f"{moved[0][0].code} to {moved[-1][0].code}", count=count)
    return bank


def _bank_takes(bank: Lot, count: int) -> None:
    if blockers := storing_blockers(bank):
        raise RuleBroken(*blockers)
    if count < 1:
        raise refuse("count_impossible", "Store at least one vial.", "count")
    left = not_stored(bank)
    if left is None or count > left:
        raise refuse("more_than_made", f"{left} vials of {bank} are not stored yet, so {count} can't be. Count again.", "count")


def _places_free(tank: str, rack: str, box: str, places: list[Position]) -> None:
    wanted = {(place.row, place.column) for place in places}
    standing = Container.objects.filter(tank=tank, rack=rack, box=box, state__in=IN_PLACE)
    taken = [f"{vial.position} ({vial.code})" for vial in standing if (vial.row, vial.column) in wanted]
    if taken:
        named = ", ".join(taken[:5]) + (f" and {len(taken) - 5} more" if len(taken) > 5 else "")
        raise refuse("position_taken", f"These places are taken: {named}. Choose another first position or box.", "first")


def reserve_vial(act: Act, on: str, *, purpose: str) -> Container:
    """Set a vial aside. The purpose is shown at its withdrawal."""
    with recording(RESERVE_VIAL, act) as rec:
        vial = _locked(on, act, RESERVE_VIAL)
        vial.reserved_for = purpose
        movement = _moved_to(rec, vial, RESERVE_VIAL, purpose)
        rec.about(movement, covers=[movement, (vial, PLACE)], bank=vial.lot.number)
    return vial


def withdraw_vial(act: Act, on: str, *, destination: str) -> Container:
    """Take a vial out for a lot in process: two persons, a released bank, and one edge of the genealogy."""
    with recording(WITHDRAW_VIAL, act) as rec:
        # The receiving lot is locked first, as in every consumption.
        child = Lot.objects.select_for_update().filter(number=destination).first()
        vial = _locked(on, act, WITHDRAW_VIAL)
        if child is None:
            raise refuse("unknown_lot", f"There is no lot {destination}. Scan the label of the lot that receives the vial.", "destination")
        purpose = vial.reserved_for or f"Thaw for {child.number}"
        edge = consume(rec, parent=vial.lot, child=child, quantity=Decimal(1), unit="vial", container=vial, purpose=purpose)
        movement = _moved_to(rec, vial, WITHDRAW_VIAL, purpose, destination=child)
        rec.about(movement, covers=[movement, edge, (vial, PLACE)], bank=vial.lot.number, destination=child.number)
    return vial


def thaw_vial(act: Act, on: str) -> Container:
    """A withdrawn vial is thawed."""
    with recording(THAW_VIAL, act) as rec:
        vial = _locked(on, act, THAW_VIAL)
        edge = vial.uses.select_related("child").get()
        movement = _moved_to(rec, vial, THAW_VIAL, f"Thawed for {edge.child.number}", destination=edge.child)
        rec.about(movement, covers=[movement, (vial, PLACE)], bank=vial.lot.number)
    return vial


def destroy_vial(act: Act, on: str) -> Container:
    """A vial is destroyed by two persons, with the reason."""
    with recording(DESTROY_VIAL, act) as rec:
        vial = _locked(on, act, DESTROY_VIAL)
        movement = _moved_to(rec, vial, DESTROY_VIAL, act.reason[:200])
        rec.about(movement, covers=[movement, (vial, PLACE)], bank=vial.lot.number)
    return vial


def _locked(on: str, act: Act, command: Command) -> Container:
    """The vial under the lock of its bank, as the page must have shown it, with nothing against `command`."""
    bank = Lot.locked(containers__code=on)
    vial = Container.locked(code=on)
    vial.lot = bank
    fresh(vial, act)
    if blockers := vial_blockers(command, vial):
        raise RuleBroken(*blockers)
    return vial


def _moved_to(rec: Recording, vial: Container, command: Command, purpose: str, *, destination: Lot | None = None) -> ContainerMovement:
    vial.state = VIAL.target(command, status=vial.state)
    vial.save()
    return _moved(rec, vial, vial.state, purpose, destination=destination)


def _moved(rec: Recording, vial: Container, kind: str, purpose: str, *, destination: Lot | None = None) -> ContainerMovement:
    """One row of the ledger. Who performed and who witnessed are those who sign this recording."""
    witness = rec.act.signings[1].printed_name if len(rec.act.signings) > 1 else ""
    movement = ContainerMovement(
        container=vial, kind=kind, at=rec.at, purpose=purpose, destination=destination, performed_by=rec.act.by.printed_name,
        witnessed_by=witness,
    )  # fmt: skip
    movement.save()
    return movement


# Samples take vials out of the same ledger.
moved_to = _moved_to
