"""Reading samples."""

from django.db.models import QuerySet

from batches.domain.commands import DRAW_SAMPLE
from batches.domain.lifecycle import SAMPLE
from batches.models import Lot, Sample
from evgmp.rules.blocker import Blocker


def samples() -> "QuerySet[Sample]":
    return Sample.objects.select_related("lot")


def sample_of(number: str) -> Sample:
    return samples().get(number=number.strip().upper())


def samples_of(lot: Lot) -> "QuerySet[Sample]":
    return samples().filter(lot=lot).order_by("pk")


def drawing_blockers(lot: Lot) -> list[Blocker]:
    """Why no sample can be drawn from the lot."""
    return SAMPLE.blockers(DRAW_SAMPLE, status=lot.making_status, facts={"lot_disposition": lot.disposition})
