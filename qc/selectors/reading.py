"""Where somebody begins who reads and changes nothing: the lots that may reach a patient, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from batches.models import BatchRecord, Entry, ExceptionRecord, Lot
from batches.selectors.exceptions import exceptions_beside
from batches.selectors.genealogy import ancestors
from batches.selectors.holds import Hold, holds_of
from qc.models import CertificationRegister, OutOfSpecification, Result

MOST = 20


@dataclass(frozen=True)
class LotToRead:
    """One lot, its batch record if it has one, and what was out of the ordinary in it and in all it was made from.

    exceptions: with every OOS, and with open ones of the equipment and materials; corrections: of entries and of results.
    """

    lot: Lot
    batch: BatchRecord | None
    exceptions: int
    corrections: int
    certified_at: datetime | None
    holds: Sequence[Hold] = ()


def lots_to_read() -> list[LotToRead]:
    """EV lots and drug products."""
    listed = list(Lot.objects.filter(stage__in=("ev_lot", "drug_product")).select_related("batch").order_by("-pk")[:MOST])
    holds = holds_of(listed)
    return [_read(lot, holds.get(lot.pk, ())) for lot in listed]


def _read(lot: Lot, holds: Sequence[Hold]) -> LotToRead:
    chain = [lot, *ancestors(lot)]
    certified = CertificationRegister.objects.filter(lot=lot, decision="certified").last()
    return LotToRead(
        lot=lot,
        batch=getattr(lot, "batch", None),
        exceptions=ExceptionRecord.objects.filter(lot__in=chain).count()
        + OutOfSpecification.objects.filter(lot__in=chain).count()
        + exceptions_beside(chain).count(),
        corrections=Entry.objects.filter(supersedes__isnull=False, formula_version=None, step__batch__lot__in=chain).count()
        + Result.objects.filter(supersedes__isnull=False, is_repeat=False, lot__in=chain).count(),
        certified_at=certified.certified_at if certified else None,
        holds=holds,
    )
