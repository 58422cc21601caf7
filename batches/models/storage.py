"""Storage of lots: departures from the temperature they are kept at."""

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
