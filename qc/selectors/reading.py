"""Where somebody begins who reads and changes nothing: the lots that may reach a patient, the newest first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from batches.models import BatchRecord, Entry, Lot

MOST = 20


@dataclass(frozen=True)
class LotToRead:
    """One lot, its batch record if it has one, and what was out of the ordinary in it."""

    lot: Lot
    batch: BatchRecord | None
    exceptions: int
    corrections: int
    certified_at: datetime | None


def lots_to_read() -> list[LotToRead]:
    """EV lots and drug products."""
    lots = Lot.objects.filter(stage__in=("ev_lot", "drug_product")).select_related("batch").order_by("-pk")
    counted = lots.annotate(
        told=Count("exceptions", distinct=True), certified_at=Max("certifications__certified_at", filter=Q(certifications__decision="certified"))
    )[:MOST]
    typed = Entry.objects.filter(supersedes__isnull=False, formula_version=None, step__batch__lot__in=[lot.pk for lot in counted])
    changed = dict(typed.order_by().values_list("step__batch__lot").annotate(n=Count("pk")))
    return [LotToRead(lot, getattr(lot, "batch", None), lot.told, changed.get(lot.pk, 0), lot.certified_at) for lot in counted]
