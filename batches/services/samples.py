"""Samples: drawn on the floor and counted in the balance of the lot (EXE-21, G2)."""

from collections.abc import Sequence
from decimal import Decimal

from batches.domain.commands import DRAW_SAMPLE
from batches.domain.lifecycle import amount_in, same_unit
from batches.models import Container, ContainerMovement, Lot, Sample, Step
from batches.selectors.lots import remaining
from batches.selectors.samples import drawing_blockers
from batches.selectors.vials import not_stored, vial_blockers
from batches.services.vials import moved_to
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.web.components import value_text


def draw_sample(
    act: Act, on: str, *, purpose: str, quantity: Decimal, unit: str, container: str, storage: str, vials: Sequence[str] = ()
) -> Sample:
    """Draw a sample from a lot that is made or in process. What was made is counted down, under the lot's lock.

    vials: codes of stored vials, when the sample of a bank is whole vials.
    """
    with recording(DRAW_SAMPLE, act) as rec:
        lot = Lot.locked(number=on)
        fresh(lot, act)
        sample, moved = drawn(rec, lot, purpose=purpose, quantity=quantity, unit=unit, container=container, storage=storage, vials=vials)
        rec.about(sample, covers=[sample, *moved], lot=lot.number, vials=[one.container.code for one in moved])
    return sample


def drawn(
    rec: Recording, lot: Lot, *, purpose: str, quantity: Decimal, unit: str, container: str, storage: str, vials: Sequence[str] = ()
) -> tuple[Sample, list[ContainerMovement]]:
    """The sample and the movements of its vials, drawn inside a recording that holds the lot's lock."""
    if blockers := drawing_blockers(lot):
        raise RuleBroken(*blockers)
    if quantity <= 0:
        raise refuse("quantity_not_positive", "The quantity must be more than zero.", "quantity")
    by_vial = lot.stage == "cell_bank" and same_unit(unit, "vial")
    taken = _stored_vials(lot, quantity, vials) if by_vial else _no_vials(lot, vials)
    sample = new_sample(rec, lot, purpose=purpose, quantity=quantity, unit=unit, container=container, storage=storage)
    moved = [_taken(rec, vial, sample) for vial in taken]
    lot.save()
    return sample, moved


def new_sample(
    rec: Recording, lot: Lot, *, purpose: str, quantity: Decimal, unit: str, container: str, storage: str, step: Step | None = None, need: str = ""
) -> Sample:
    """One sample with a number of its own, counted in the balance of its lot. Call it under the lot's lock (EXE-21, G2)."""
    sample = Sample(
        number=rec.next_number(f"SMP-{rec.at.year}", digits=4), lot=lot, purpose=purpose, quantity=quantity, unit=unit,
        counted=_counted(lot, quantity, unit), container=container, storage=storage, drawn_at=rec.at, drawn_by=rec.act.by.printed_name,
        step=step, need=need,
    )  # fmt: skip
    sample.save()
    return sample


def receive(rec: Recording, sample: Sample, *, condition: str) -> None:
    """Mark a drawn sample as received, inside the laboratory's own recording, which asked under its lock whether it may be (LAB-01)."""
    sample.status, sample.received_at = "received", rec.at
    sample.received_by, sample.condition = rec.act.by.printed_name, condition
    sample.save()


def handled(rec: Recording, sample: Sample) -> None:
    """The laboratory did something with the sample: a page shown before is stale. `rec` is the laboratory's own recording."""
    sample.save()


def _counted(lot: Lot, quantity: Decimal, unit: str) -> bool:
    """Whether the sample comes out of the quantity made. Refused when not that much is left.

    Before the quantity is measured a sample takes nothing from it: what is measured later is what was left.
    """
    amount = amount_in(quantity, unit, lot.unit)
    left = remaining(lot)
    if amount is None or left is None:
        return False
    if amount > left:
        raise refuse(
            "overdraw",
            f"{value_text(left, lot.unit)} of {lot} is left, so a sample of {value_text(quantity, unit)} can't be drawn. "
            "Enter at most what is left.",
            "quantity",
        )
    return True


def _stored_vials(lot: Lot, quantity: Decimal, codes: Sequence[str]) -> list[Container]:
    """The vials that a sample takes out of store, each free to be taken."""
    if not codes:
        loose = not_stored(lot)
        if loose is not None and quantity > loose:
            raise refuse(
                "name_the_vials",
                f"{loose} vials of {lot} are without a position, so this sample takes stored ones. Name each vial.",
                "vials",
            )
        return []
    if len(set(codes)) != quantity:
        raise refuse("count_differs", f"{len(set(codes))} vials are named, but the quantity is {quantity}. Make them agree.", "vials")
    found = {vial.code: vial for vial in Container.objects.select_for_update().filter(lot=lot, code__in=codes)}
    blockers = [Blocker("unknown_vial", f"{code} is no vial of {lot}. Check the label.", "vials") for code in codes if code not in found]
    for vial in found.values():
        blockers += [Blocker(b.key, f"{vial.code}: {b.message}", "vials") for b in vial_blockers(DRAW_SAMPLE, vial)]
    if blockers:
        raise RuleBroken(*blockers)
    return list(found.values())


def _no_vials(lot: Lot, codes: Sequence[str]) -> list[Container]:
    if codes:
        raise refuse("no_vials_here", "Vials are named only when a bank is sampled in vials. Empty this field or choose the unit vial.", "vials")
    return []


def _taken(rec: Recording, vial: Container, sample: Sample) -> ContainerMovement:
    return moved_to(rec, vial, DRAW_SAMPLE, f"Sample {sample.number}")
