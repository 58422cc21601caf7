"""Environmental monitoring of rooms and zones. Which batches a record belongs to follows from its unit and its session."""

from django.db import models
from django.urls import reverse

from batches.domain.environment import limit_in_words, monitoring
from batches.models.equipment import EquipmentUnit
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel


class MonitoringRecord(GmpModel):
    """One session of one kind in one room or zone (EXE-19). The limit is that of the day it was recorded; the result may come later."""

    fixed_fields = ("number", "unit", "kind", "place", "began_at", "ended_at", "counted_in", "lowest", "highest", "recorded_at", "recorded_by", "recorder_id")

    number = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(EquipmentUnit, on_delete=models.PROTECT, related_name="monitoring")
    kind = models.CharField(max_length=30)
    place = models.CharField(max_length=120)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    counted_in = models.CharField(max_length=20)
    lowest = ExactDecimalField(null=True)
    highest = ExactDecimalField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    recorder_id = models.CharField(max_length=80)
    status = models.CharField(max_length=20, default="em_pending")
    value = ExactDecimalField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=120, blank=True)
    reader_id = models.CharField(max_length=80, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=120, blank=True)
    review_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ended_at__gte=models.F("began_at")), name="monitoring_ends_after_it_began"),
            models.CheckConstraint(
                condition=models.Q(status__in=("em_pending", "em_invalid")) | models.Q(value__isnull=False), name="monitoring_judged_by_its_value"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        found = monitoring().kinds.get(self.kind)
        return found.title if found else self.kind

    @property
    def limit(self) -> str:
        return limit_in_words(self.lowest, self.highest, self.counted_in)

    def get_absolute_url(self) -> str:
        return reverse("batches:equipment_unit", args=[self.unit.code])
