"""Exceptions: opened by the system when something leaves its limits, closed by QA with a decision."""

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from batches.models.records import Entry, Step
from evgmp.compliance.models import GmpModel


class ExceptionRecord(GmpModel):
    """One departure. The same object is the deviation it may become."""

    fixed_fields = ("number", "lot", "step", "entry", "kind", "subject", "sentence", "opened_at")

    number = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="exceptions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="exceptions")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="exception")
    kind = models.CharField(max_length=30)
    # What exactly it was opened for, where the same thing is looked at again and again (a clock): opened once only.
    subject = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=300)
    status = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField()
    # Set when QA makes it a deviation: the same row, nothing is typed again.
    classification = models.CharField(max_length=20, blank=True)
    deviation_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=40, blank=True)
    decision_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "kind", "subject"], condition=~models.Q(subject=""), name="one_exception_a_subject"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:exception", args=[self.number])
