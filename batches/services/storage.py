"""Temperature excursions: over its limit a lot goes on hold at once, and QA decides (EXE-25)."""

from datetime import datetime
from decimal import Decimal

from batches.domain.commands import RECORD_EXCURSION
from batches.domain.lifecycle import MAY_FOLLOW
from batches.models import BatchRecord, Excursion, Lot
from batches.services.dispositions import dispose
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import Act, fresh, recording
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
