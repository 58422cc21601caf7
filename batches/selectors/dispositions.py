"""Reading what may be done with lots."""

from collections.abc import Iterable

from batches.domain.lifecycle import standing
from batches.models import Disposition, Lot


def dispositions_of(lots: Iterable[Lot]) -> dict[int, str]:
    """The disposition of each lot by primary key, in one query. Says the same as `Lot.disposition`."""
    lots = list(lots)
    newest: dict[int, str] = {}
    for lot_id, decision in Disposition.objects.filter(lot__in=[lot.pk for lot in lots]).order_by("pk").values_list("lot_id", "decision"):
        newest[lot_id] = decision
    return {lot.pk: standing(lot.making_status, newest.get(lot.pk, "")) for lot in lots}


def decisions_on(lot: Lot) -> list[Disposition]:
    """Every decision on the lot, newest first."""
    return list(lot.dispositions.order_by("-pk"))


def decision_before_hold(lot: Lot) -> str:
    """What held before the lot was put on hold: the newest decision that is not a hold, quarantine when there is none."""
    earlier = lot.dispositions.exclude(decision="hold").order_by("-pk").first()
    return earlier.decision if earlier else "quarantine"
