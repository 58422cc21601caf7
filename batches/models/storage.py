"""Storage of lots: where they were moved to, and departures from the temperature they are kept at."""

from django.db import models

from batches.models.lots import Lot
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel


class Excursion(GmpModel):
    """A lot was warmer than allowed, from when to when as the monitoring shows it (EXE-25). Temperatures in °C."""

    append_only = True

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="excursions")
    place = models.CharField(max_length=80)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    highest_c = ExactDecimalField()
    limit_c = ExactDecimalField()
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.lot} in {self.place}"

    @property
    def is_over(self) -> bool:
        """Whether the limit was passed; the limit itself is still allowed."""
        return self.highest_c > self.limit_c


class StorageMove(GmpModel):
    """A lot, or a part of it, went from one place to another (EXE-25). part: which part; empty for all of it. from_place: empty at the
    first move. temperature_class: of the new place, a key of `temperature_classes`. reason: why it left the class it is kept in."""

    append_only = True

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    part = models.CharField(max_length=120, blank=True)
    from_place = models.CharField(max_length=120, blank=True)
    to_place = models.CharField(max_length=120)
    temperature_class = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    moved_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.lot} to {self.to_place}"
