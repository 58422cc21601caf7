"""Storage of lots: each move from place to place, and temperature excursions, over whose limit a lot goes on hold at once (EXE-25)."""

from datetime import datetime
from decimal import Decimal

from batches.domain.commands import MOVE_LOT, RECORD_EXCURSION
from batches.domain.lifecycle import MAY_FOLLOW
from batches.domain.storage import temperature_classes
from batches.models import BatchRecord, Container, ContainerMovement, Excursion, Lot, StorageMove
from batches.selectors.storage import box_place, boxes, kept_in, moving_blockers, place_of
from batches.selectors.vials import IN_PLACE
from batches.services.dispositions import dispose
from batches.services.exceptions import open_exception
from evgmp.compliance import wall
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.web.components import value_text


def record_excursion(
    act: Act, on: str, *, place: str, began_at: datetime, ended_at: datetime, highest_c: Decimal, limit_c: Decimal, source: str
) -> Lot:
    """What the temperature monitoring shows about a lot. Above the limit the lot is put on hold and an exception opens; what
    was made from it is listed on its page for QA."""
    with recording(RECORD_EXCURSION, act) as rec:
        # Who writes a batch record takes its lock before the lot's.
        BatchRecord.objects.select_for_update().filter(lot__number=on).first()
        lot = Lot.locked(number=on)
        fresh(lot, act)
        if broken := _impossible(began_at, ended_at, rec.at):
            raise broken
        row = Excursion(
            lot=lot, place=place, began_at=began_at, ended_at=ended_at, highest_c=highest_c, limit_c=limit_c, source=source, recorded_at=rec.at,
            recorded_by=act.by.printed_name,
        )  # fmt: skip
        row.save()
        lot.save()
        covered = [row]
        if row.is_over:
            minutes = int((ended_at - began_at).total_seconds() // 60)
            sentence = f"{lot.number} was at {value_text(highest_c, '°C')} in {place}, above {value_text(limit_c, '°C')}, for {minutes} min"
            open_exception(rec, lot=lot, kind="storage", sentence=sentence)
            if "hold" in MAY_FOLLOW[lot.disposition]:
                dispose(rec, lot, "hold", sentence)
        rec.about(row, covers=covered, lot=lot.number, highest=f"{highest_c} °C", limit=f"{limit_c} °C")
    return lot


def _impossible(began_at: datetime, ended_at: datetime, at: datetime) -> RuleBroken | None:
    if ended_at < began_at:
        return refuse("times_swapped", "The end lies before the beginning. Check both times.", "ended_at")
    if ended_at > at:
        return refuse("in_future", "The end lies in the future. Record the excursion when it is over, or up to now.", "ended_at")
    return None


def move_lot(
    act: Act, on: str, *, place: str, temperature_class: str, part: str = "", rack: str = "", box: str = "", why: str = ""
) -> Lot:
    """Somebody carried a lot, or a part of it, to another place. Of a bank one box at a time, whose vials keep their positions in it.

    Out of the temperature class that the lot is kept in it goes with a reason, and an exception opens for QA.
    """
    with recording(MOVE_LOT, act) as rec:
        BatchRecord.objects.select_for_update().filter(lot__number=on).first()
        lot = Lot.locked(number=on)
        fresh(lot, act)
        if blockers := moving_blockers(lot):
            raise RuleBroken(*blockers)
        out_of_class = _leaves_class(lot, temperature_class, why)
        if lot.stage == "cell_bank":
            row, covered = _move_box(rec, lot, part, (place, rack, box))
        else:
            row, covered = StorageMove(lot=lot, part=part.strip(), from_place=place_of(lot, part.strip()), to_place=place.strip()), []
        if row.from_place.casefold() == row.to_place.casefold():
            raise refuse("same_place", f"{lot} stands in {row.from_place} already. Enter where it goes.", "place")
        row.temperature_class, row.reason, row.at, row.moved_by = temperature_class, why.strip(), rec.at, act.by.printed_name
        row.save()
        lot.save()
        if out_of_class:
            what = f"{lot.number} ({row.part})" if row.part else lot.number
            sentence = f"{what} was moved to {row.to_place}, {temperature_classes()[temperature_class]}: {row.reason}"
            open_exception(rec, lot=lot, kind="storage", sentence=sentence)
        rec.about(row, covers=[row, *covered], lot=lot.number, moved={row.part or "all of it": [row.from_place, row.to_place]})
    return lot


def _leaves_class(lot: Lot, temperature_class: str, why: str) -> bool:
    """Whether the lot leaves the class it is kept in; refused without a reason."""
    titles, kept = temperature_classes(), kept_in(lot)
    if temperature_class not in titles:
        raise refuse("unknown_class", f"Choose one of: {', '.join(titles.values())}.", "temperature_class")
    if temperature_class == kept:
        return False
    if not why.strip():
        raise refuse("reason_missing", f"{lot} is kept in: {titles.get(kept, 'no class yet')}. Say why it goes to {titles[temperature_class]}.", "why")
    return True


def _move_box(rec: Recording, bank: Lot, part: str, to: tuple[str, str, str]) -> tuple[StorageMove, list[tuple[Container, list[str]] | ContainerMovement]]:
    """The vials that stand in one box get its new place; each has its line in the ledger. Where another vial stands is refused."""
    vials = boxes(bank).get(part)
    if vials is None:
        raise refuse("no_such_box", f"No vial of {bank} stands in “{part[:60]}”. Choose one of its boxes.", "part")
    tank, rack, box = to
    if not rack or not box:
        raise refuse("position_missing", "Enter the rack and the box, so that the vials are found again.", "box" if rack else "rack")
    where = box_place(tank, rack, box)
    if where == part:
        raise refuse("same_place", f"The vials stand in {part} already. Enter where they go.", "box")
    wall.lock_series(f"tank {tank}")
    own = {vial.pk for vial in vials}
    wanted = {(vial.row, vial.column) for vial in vials}
    standing = Container.objects.filter(tank=tank, rack=rack, box=box, state__in=IN_PLACE)
    taken = [f"{vial.position} ({vial.code})" for vial in standing if vial.pk not in own and (vial.row, vial.column) in wanted]
    if taken:
        raise refuse("position_taken", f"These places are taken: {', '.join(taken[:5])}. Choose another box.", "box")
    covered: list[tuple[Container, list[str]] | ContainerMovement] = []
    for vial in vials:
        vial.tank, vial.rack, vial.box = tank, rack, box
        vial.save()
        line = ContainerMovement(container=vial, kind="moved", at=rec.at, purpose=f"{where}, {vial.position}", performed_by=rec.act.by.printed_name)
        line.save()
        covered += [line, (vial, ["code", "lot_id", "sequence", "tank", "rack", "box", "row", "column"])]
    return StorageMove(lot=bank, part=f"{len(vials)} vials of {part}"[:120], from_place=part, to_place=where), covered
