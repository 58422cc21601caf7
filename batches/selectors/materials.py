"""Reading materials: stock, facts for the rules, where a lot was used, which lot to take first."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from batches.domain.lifecycle_materials import MATERIAL
from batches.domain.materials import LotFacts, container_of, first_out, use_blockers
from batches.models import (
    BatchRecord,
    Lot,
    MaterialDecision,
    MaterialItem,
    MaterialLot,
    MaterialMovement,
    MaterialOpening,
    MaterialReservation,
)
from batches.selectors.genealogy import descendants
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.models import Attachment, Signature
from evgmp.compliance.site_time import at_site, end_of_day
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command


def items() -> "QuerySet[MaterialItem]":
    return MaterialItem.objects.order_by("code")


def item_of(code: str) -> MaterialItem:
    return items().get(code=code.strip().upper())


def item_names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> name of the items that are registered."""
    return dict(MaterialItem.objects.filter(code__in=set(codes)).values_list("code", "name"))


def material_lots(item: str = "") -> "QuerySet[MaterialLot]":
    found = MaterialLot.objects.select_related("item").prefetch_related("decisions", "openings", "movements").order_by("-pk")
    return found.filter(item__code=item) if item else found


def material_of(number: str) -> MaterialLot:
    """A material lot by its number, or by the label of one of its containers."""
    code = number.strip().upper()
    named = container_of(code)
    return material_lots().get(number=named[0] if named else code)


def stock(lot: MaterialLot, container: int | None = None) -> Decimal:
    """What is left of a lot, or of one of its containers: the sum of the current lines of the ledger, in the item's unit."""
    lines = [line for line in lot.movements.all() if line.is_current]
    if container is None:
        return sum((line.change for line in lines), Decimal(0))
    taken = sum((line.change for line in lines if line.container == container), Decimal(0))
    return lot.per_container + taken


def facts_of(lot: MaterialLot, container: int | None = None, batch: BatchRecord | None = None) -> LotFacts:
    """The lot, or one container of it, as the rules ask about it for `batch`, read now."""
    kept = reservations_of(lot.item)
    others = [(number, quantity) for (lot_pk, batch_pk), (number, _, quantity) in kept.items() if lot_pk == lot.pk and (batch is None or batch_pk != batch.pk)]
    here = tuple(sorted(material for (_, batch_pk), (_, material, _) in kept.items() if batch is not None and batch_pk == batch.pk))
    opening = next((row for row in lot.openings.all() if row.container == container), None) if container is not None else None
    return LotFacts(
        number=lot.number, item=lot.item.code, item_name=lot.item.name, unit=lot.item.unit, status=lot.status, expires_on=lot.expires_on,
        ends=end_of_day(lot.expires_on) if lot.expires_on else None,
        by_container=lot.item.by_container, opens=lot.item.open_hours is not None, container=container, containers=lot.containers,
        opened=opening is not None, opened_until=at_site(opening.until) if opening and opening.until else None, left=stock(lot),
        left_there=stock(lot, container) if container is not None else None,
        reserved=sum((quantity for _, quantity in others), Decimal(0)), reserved_by=", ".join(number for number, _ in others), reserved_here=here,
    )  # fmt: skip


def reservations_of(item: MaterialItem) -> dict[tuple[int, int], tuple[str, str, Decimal]]:
    """What batches in process have reserved of an item and not used yet: (material lot, batch) -> product lot, material lot, quantity."""
    newest: dict[tuple[int, int], MaterialReservation] = {}
    rows = MaterialReservation.objects.filter(lot__item=item, batch__status="in_process").select_related("batch__lot", "lot").order_by("pk")
    for row in rows:
        newest[row.lot_id, row.batch_id] = row
    if not newest:
        return {}
    used = MaterialMovement.objects.filter(lot__item=item, kind="used", is_current=True).values_list("lot_id", "step__batch_id", "change")
    open_still = {}
    for (lot, batch), row in newest.items():
        taken = -sum((change for one, by, change in used if (one, by) == (lot, batch)), Decimal(0))
        if row.quantity > taken:
            open_still[lot, batch] = (row.batch.lot.number, row.lot.number, row.quantity - taken)
    return open_still


def proposed(item: str, at: datetime, batch: BatchRecord | None = None) -> LotFacts | None:
    """The lot or container of an item to take first: of those that may be used now, the one whose use ends first (FEFO)."""
    found: list[tuple[LotFacts, datetime | None]] = []
    for lot in material_lots(item):
        for container in range(1, lot.containers + 1) if lot.item.by_container else [None]:
            facts = facts_of(lot, container, batch)
            # An unopened container is proposed as well: opening it is the next thing to do.
            if all(blocker.key == "not_opened" for blocker in use_blockers(facts, at=at)):
                ends = [end for end in (facts.opened_until, facts.ends) if end]
                found.append((facts, min(ends) if ends else None))
    return first_out(found)


# --- one lot ---


def ledger(lot: MaterialLot) -> list[tuple[MaterialMovement, Decimal]]:
    """Every line of the ledger, oldest first, with the balance after it. A superseded line counts for nothing."""
    balance, found = Decimal(0), []
    rows = lot.movements.select_related("step__batch__lot", "step__master_step", "lot").order_by("pk")
    for line in rows:
        balance += line.change if line.is_current else Decimal(0)
        found.append((line, balance))
    return found


def where_used(lot: MaterialLot) -> list[tuple[Lot, Decimal, list[Lot]]]:
    """Each product lot the material went into, how much, and every lot made from that one since (EXE-18, TRC-02)."""
    amounts: dict[int, Decimal] = {}
    lots: dict[int, Lot] = {}
    for line in lot.movements.filter(kind="used", is_current=True).select_related("step__batch__lot").order_by("pk"):
        product = line.step.batch.lot  # type: ignore[union-attr]
        lots[product.pk] = product
        amounts[product.pk] = amounts.get(product.pk, Decimal(0)) - line.change
    return [(product, amounts[pk], descendants(product)) for pk, product in lots.items()]


def certificates(lot: MaterialLot) -> list[Attachment]:
    """The files kept with a lot."""
    found = Attachment.objects.filter(record_type=lot._meta.label_lower, record_key=str(lot.pk))
    return list(found.select_related("content").defer("content__data").order_by("pk"))


def openings_of(lot: MaterialLot) -> list[tuple[MaterialOpening, Decimal]]:
    """Opened containers with what is left in each."""
    return [(row, stock(lot, row.container)) for row in lot.openings.all()]


def decision_facts(lot: MaterialLot, *, decision: str, decider: str, today: date) -> dict[str, Any]:
    """What the rules of MATERIAL ask about a decision."""
    expired = lot.expires_on is not None and lot.expires_on < today
    return {
        "decision": decision,
        "has_certificate": bool(certificates(lot)),
        "expired_on": lot.expires_on if expired else None,
        "decider": decider,
        "received_by": lot.receiver_id,
    }


def material_blockers(command: Command, lot: MaterialLot, **facts: Any) -> list[Blocker]:
    """Why a command on this lot is barred now. Without facts only what holds whatever is decided."""
    return MATERIAL.blockers(command, status=lot.status, facts={"has_certificate": True, **facts})


def lots_waiting() -> list[MaterialLot]:
    """Lots in quarantine or on hold that are not used up, oldest first."""
    return [lot for lot in material_lots().order_by("pk") if lot.status in ("quarantine", "hold") and stock(lot) > 0]


def decisions_on(lot: MaterialLot) -> list[tuple[MaterialDecision, list[Signature]]]:
    """Every decision on a lot with its signatures, newest first: the first one holds."""
    rows = list(lot.decisions.order_by("-pk"))
    signed = signatures_by_record(rows)
    return [(row, signed[str(row.pk)]) for row in rows]
