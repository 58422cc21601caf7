"""Reading what may be done with lots."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from batches.domain.lifecycle import standing
from batches.models import Disposition, Lot
from evgmp.compliance.models import Signature


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


def signed_decisions(lot: Lot) -> list[tuple[Disposition, list[Signature]]]:
    """Every decision on the lot, newest first, with the signatures of the act that made it, whatever record they are on:
    the certification is signed in its register."""
    decisions = decisions_on(lot)
    acts = dict(Disposition.history.filter(lot_id=lot.pk).values_list("id", "recording_id"))  # type: ignore[attr-defined]
    signed: dict[Any, list[Signature]] = defaultdict(list)
    for signature in Signature.objects.filter(event__recording_id__in=acts.values()).select_related("event").order_by("pk"):
        signed[signature.event.recording_id].append(signature)
    return [(decision, signed[acts[decision.pk]]) for decision in decisions]


def decision_before_hold(lot: Lot) -> str:
    """What held before the lot was put on hold: the newest decision that is not a hold, quarantine when there is none."""
    earlier = lot.dispositions.exclude(decision="hold").order_by("-pk").first()
    return earlier.decision if earlier else "quarantine"
