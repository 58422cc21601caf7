"""Samples drawn from lots. The shop floor counts them in the balance; the laboratory receives and tests them."""

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from batches.models.records import Step
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel


class Sample(GmpModel):
    """One sample: drawn, then received by the laboratory.

    counted: it was taken out of the quantity made. A sample drawn before that quantity was measured is not.
    """

    fixed_fields = ("number", "lot", "quantity", "unit", "counted", "drawn_at", "drawn_by", "purpose", "step", "need")
    unsigned_fields = ("revision", "status", "received_at", "received_by", "condition")

    number = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="samples")
    purpose = models.CharField(max_length=120)
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=20)
    counted = models.BooleanField(default=True)
    container = models.CharField(max_length=80)
    storage = models.CharField(max_length=80)
    # Drawn by a step of the batch record, as the master plans it.
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="samples")
    need = models.CharField(max_length=60, blank=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=120)
    status = models.CharField(max_length=20, default="drawn")
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=120, blank=True)
    condition = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:sample", args=[self.number])
