"""Material lots: registered, received, decided on by quality, opened, discarded. The ledger never goes below zero (EXE-16, EXE-18)."""

from datetime import date
from decimal import Decimal

from batches.domain.commands import DECIDE_MATERIAL, DISCARD_MATERIAL, OPEN_MATERIAL, RECEIVE_MATERIAL, REGISTER_ITEM, RESERVE_MATERIAL
from batches.domain.lifecycle_materials import MATERIAL, MATERIAL_DECISIONS
from batches.domain.materials import container_code, opened_until
from batches.models import BatchRecord, MaterialDecision, MaterialItem, MaterialLot, MaterialMovement, MaterialOpening, MaterialReservation
from batches.selectors.materials import decision_facts, facts_of, material_of, stock
from batches.services.files import RawFile, attach
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.compliance.site_time import end_of_day, site_day
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.web.components import value_text


def register_item(
    act: Act, *, code: str, name: str, unit: str, storage: str, origin: str, single_use: bool = False, open_hours: int | None = None
) -> MaterialItem:
    """An item of the site's list of materials. Code, unit and expiry after opening are fixed: another one is another item."""
    with recording(REGISTER_ITEM, act) as rec:
        if MaterialItem.objects.filter(code=code).exists():
            raise refuse("code_taken", f"The code {code} belongs to another item. Codes are given once; choose another.", "code")
        item = MaterialItem(
            code=code, name=name, unit=unit, storage=storage, origin=origin, single_use=single_use, open_hours=open_hours
        )  # fmt: skip
        item.save()
        rec.about(item)
    return item


def receive_material(
    act: Act, on: str, *, supplier: str, supplier_lot: str, containers: int, per_container: Decimal, place: str,
    expires_on: date | None = None, certificate: RawFile | None = None,
) -> MaterialLot:  # fmt: skip
    """A lot arrives: it gets a number, stands in quarantine and keeps its supplier's certificate byte for byte."""
    with recording(RECEIVE_MATERIAL, act) as rec:
        item = MaterialItem.locked(code=on)
        if blockers := _arrival_blockers(item, containers, per_container, expires_on, site_day(rec.at)):
            raise RuleBroken(*blockers)
        lot = MaterialLot(
            number=rec.next_number(f"ML-{rec.at.year}", digits=4), item=item, supplier=supplier, supplier_lot=supplier_lot,
            containers=containers, per_container=per_container, expires_on=expires_on, place=place, received_at=rec.at,
            received_by=act.by.printed_name, receiver_id=act.by.user_id,
        )  # fmt: skip
        lot.save()
        line = _line(rec, lot, "received", per_container * containers, purpose=f"Received from {supplier}"[:200])
        kept = attach(rec, lot, certificate)
        rec.about(lot, covers=[lot, line, *([kept] if kept else [])], item=item.code, quantity=f"{per_container * containers} {item.unit}")
    return lot


def _arrival_blockers(item: MaterialItem, containers: int, per_container: Decimal, expires_on: date | None, today: date) -> list[Blocker]:
    found = []
    if containers < 1:
        found.append(Blocker("count_impossible", "Receive at least one container.", "containers"))
    if per_container <= 0:
        found.append(Blocker("quantity_not_positive", "The quantity of a container must be more than zero.", "per_container"))
    if item.single_use and per_container != 1:
        found.append(
            Blocker("single_use", f"{item} is used piece by piece, so each container holds 1 {item.unit}. Enter 1.", "per_container")
        )
    if expires_on is not None and expires_on < today:
        found.append(Blocker("expired", f"This lot expired on {expires_on} already. Send it back; it is not received.", "expires_on"))
    return found


def decide_material(act: Act, on: str, *, decision: str) -> MaterialLot:
    """QC or QA releases a lot, puts it on hold or rejects it, with the basis and a signature. The newest decision holds."""
    with recording(DECIDE_MATERIAL, act) as rec:
        lot = _locked(on, act)
        if decision not in MATERIAL_DECISIONS:
            raise refuse("unknown_decision", f"Choose one of: {', '.join(MATERIAL_DECISIONS.values())}.", "decision")
        if decision == lot.status:
            raise refuse("nothing_changed", f"{lot} is {MATERIAL_DECISIONS[decision].lower()} already.", "decision")
        facts = decision_facts(lot, decision=decision, decider=act.by.user_id, today=site_day(rec.at))
        if blockers := MATERIAL.blockers(DECIDE_MATERIAL, status=lot.status, facts=facts):
            raise RuleBroken(*blockers)
        before = lot.status
        row = MaterialDecision(lot=lot, decision=decision, reason=act.reason.strip(), at=rec.at, decided_by=act.by.printed_name)
        row.save()
        lot.save()
        # The lot's revision moves with each decision; what it is was fixed at its receipt.
        rec.about(row, covers=[row, lot], before=before, decision=decision, lot=lot.number)
    return material_of(on)


def open_material(act: Act, on: str, *, container: int) -> MaterialLot:
    """A container is opened, once; until when it may be used is computed from its item and the expiry of the lot."""
    with recording(OPEN_MATERIAL, act) as rec:
        lot = _locked(on, act)
        if blockers := MATERIAL.blockers(OPEN_MATERIAL, status=lot.status):
            raise RuleBroken(*blockers)
        code = container_code(lot.number, container)
        if not 1 <= container <= lot.containers:
            raise refuse("unknown_code", f"{lot} has {lot.containers} containers. Enter a number from 1 to {lot.containers}.", "container")
        if lot.expires_on is not None and rec.at >= end_of_day(lot.expires_on):
            raise refuse("expired", f"{lot} expired on {lot.expires_on}. Discard it; it is not opened any more.")
        if opened := lot.openings.filter(container=container).first():
            raise refuse(
                "opened_already", f"{code} was opened already, by {opened.opened_by}. Its expiry after opening stays.", "container"
            )
        if stock(lot, container) <= 0:
            raise refuse("used_up", f"{code} is used up. Open another.", "container")
        until = opened_until(rec.at, lot.item.open_hours, end_of_day(lot.expires_on) if lot.expires_on else None)
        row = MaterialOpening(lot=lot, container=container, at=rec.at, until=until, opened_by=act.by.printed_name)
        row.save()
        lot.save()
        rec.about(row, lot=lot.number, container=code, until=until)
    return material_of(on)


def discard_material(act: Act, on: str, *, quantity: Decimal, container: int | None = None) -> MaterialLot:
    """What is thrown away leaves the ledger too, seen by two persons."""
    with recording(DISCARD_MATERIAL, act) as rec:
        lot = _locked(on, act)
        facts = facts_of(lot, container)
        if container is not None and not 1 <= container <= lot.containers:
            raise refuse("unknown_code", f"{lot} has {lot.containers} containers. Enter a number from 1 to {lot.containers}.", "container")
        if container is None and lot.item.by_container:
            raise refuse("name_the_container", f"{lot.item} is kept container by container. Enter which one.", "container")
        left = facts.left if facts.left_there is None else min(facts.left, facts.left_there)
        if quantity <= 0:
            raise refuse("quantity_not_positive", "The quantity must be more than zero.", "quantity")
        if quantity > left:
            raise refuse("overdraw", f"{value_text(left, lot.item.unit)} of {facts.code} is left. Enter at most that.", "quantity")
        line = _line(rec, lot, "discarded", -quantity, container=container, purpose=act.reason.strip()[:200])
        lot.save()
        rec.about(line, lot=lot.number, quantity=f"{quantity} {lot.item.unit}")
    return material_of(on)


def reserve_material(act: Act, on: str, *, batch: str, quantity: Decimal) -> MaterialLot:
    """Keep a quantity of a lot for a batch in process; the newest reservation of the two holds, zero gives it back. What is
    reserved is refused to every other batch."""
    with recording(RESERVE_MATERIAL, act) as rec:
        lot = _locked(on, act)
        if blockers := MATERIAL.blockers(RESERVE_MATERIAL, status=lot.status):
            raise RuleBroken(*blockers)
        target = BatchRecord.objects.filter(number=f"BR-{batch.removeprefix('BR-')}").select_related("lot").first()
        if target is None or target.status != "in_process":
            raise refuse("unknown_batch", f"No batch in process has the number {batch}. Scan the label of the lot being made.", "batch")
        free = facts_of(lot, batch=target).free
        if quantity < 0 or quantity > free:
            raise refuse("overdraw", f"{value_text(free, lot.item.unit)} of {lot} is free. Reserve at most that, or 0 to give it back.", "quantity")
        row = MaterialReservation(lot=lot, batch=target, quantity=quantity, at=rec.at, reserved_by=act.by.printed_name)
        row.save()
        lot.save()
        rec.about(row, lot=lot.number, batch=target.number, quantity=f"{quantity} {lot.item.unit}")
    return material_of(on)


def _locked(on: str, act: Act) -> MaterialLot:
    """The lot under lock, as the page must have shown it."""
    lot = MaterialLot.locked(number=material_of(on).number)
    fresh(lot, act)
    return lot


def _line(
    rec: Recording, lot: MaterialLot, kind: str, change: Decimal, *, container: int | None = None, purpose: str = ""
) -> MaterialMovement:
    line = MaterialMovement(
        lot=lot, container=container, kind=kind, change=change, at=rec.at, purpose=purpose, performed_by=rec.act.by.printed_name
    )
    line.save()
    return line
