"""Exceptions: opened by the system when something leaves its limits, closed by QA with a decision."""

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from batches.models.records import Entry, Step
from evgmp.compliance.models import GmpModel


class ExceptionRecord(GmpModel):
    """One departure. The same object is the deviation it may become."""

    fixed_fields = ("number", "lot", "step", "entry", "kind", "sentence", "opened_at")

    number = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="exceptions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="exceptions")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="exception")
    kind = models.CharField(max_length=30)
    sentence = models.CharField(max_length=300)
    status = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=40, blank=True)
    decision_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:exception", args=[self.number])
