"""Splitting a lot into sub-lots: each has its own number and status, all share the record of the lot they are part of (G4)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from batches.domain.commands import SPLIT_LOT
from batches.domain.genealogy import SPLIT, split_objections
from batches.domain.lifecycle import DISPOSITION
from batches.models import TYPED, BatchRecord, Lot, LotInput
from batches.selectors.genealogy import split_edges
from batches.selectors.lots import remaining, usable_blockers
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken

# The attribute of each stage that holds the volume of a lot, mL.
VOLUMES = {"conditioned_media": "volume_ml", "isolation_run": "final_volume_ml"}


def split_lot(act: Act, on: str, *, parts: Sequence[Decimal]) -> Lot:
    """Split what is left of a lot into sub-lots of these quantities, in its own unit, under its lock.

    The sub-lots begin in quarantine, whatever the lot is: a sub-lot may stand lower than it, never higher. Refused when
    they hold more than is left, or less than the loss limit leaves.
    """
    with recording(SPLIT_LOT, act) as rec:
        BatchRecord.objects.select_for_update().filter(lot__number=on).first()
        lot = Lot.locked(number=on)
        fresh(lot, act)
        if blockers := split_blockers(lot, rec) + _quantity_blockers(lot, parts):
            raise RuleBroken(*blockers)
        first = split_edges().filter(parent=lot).count() + 1
        made = [_sub_lot(rec, lot, number, quantity) for number, quantity in enumerate(parts, start=first)]
        lot.save()
        rec.about(
            lot,
            covers=[row for pair in made for row in pair],
            sub_lots={sub.number: f"{edge.quantity:f} {edge.unit}" for sub, edge in made},
        )
    return lot


def split_blockers(lot: Lot, rec: Recording | None = None) -> list[Blocker]:
    """Why a lot can't be split now, whatever the quantities."""
    facts = {"stage": lot.stage, "making_status": lot.making_status}
    found = DISPOSITION.blockers(SPLIT_LOT, status=lot.disposition, facts=facts)
    if rec is not None and not found:
        found += [b for b in usable_blockers(lot, on_day=site_day(rec.at)) if b.key not in ("lot_in_quarantine",)]
    return found


def _quantity_blockers(lot: Lot, parts: Sequence[Decimal]) -> list[Blocker]:
    left = remaining(lot)
    if left is None:
        return [Blocker("quantity_unknown", f"The quantity made of {lot} is not recorded. Record it first.", "parts")]
    return [Blocker(key, sentence, "parts") for key, sentence in split_objections(left, parts)]


def _sub_lot(rec: Recording, lot: Lot, number: int, quantity: Decimal) -> tuple[Lot, LotInput]:
    sub = Lot(
        number=f"{lot.number}-S{number}", stage=lot.stage, product=lot.product, making_status="made", quantity_made=quantity,
        unit=lot.unit, made_on=rec.at, expires_on=lot.expires_on, storage=lot.storage,
    )  # fmt: skip
    sub.save()
    kind: Any = TYPED[lot.stage]
    # What describes the material stands once, in the row of the lot that was split; only the volume is the sub-lot's own.
    kind(lot=sub, **{VOLUMES[lot.stage]: quantity}).save()
    edge = LotInput(parent=lot, child=sub, quantity=quantity, unit=lot.unit, at=rec.at, purpose=SPLIT)
    edge.save()
    return sub, edge
