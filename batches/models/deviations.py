"""Exceptions: opened by the system when something leaves its limits, closed by QA with a decision."""

from django.db import models
from django.urls import reverse

from batches.models.equipment import EquipmentUnit
from batches.models.labels import LabelIssue
from batches.models.lots import Lot
from batches.models.materials import MaterialLot
from batches.models.records import Entry, Step
from batches.models.samples import Sample
from evgmp.compliance.models import GmpModel


class ExceptionRecord(GmpModel):
    """One departure. The same object is the deviation it may become.

    What it is about is one of step, sample, label issue, lot, equipment unit, material lot (DEV-01). The first three
    belong to a lot, which is kept beside them and waits for the decision; the last two stand without one.
    """

    fixed_fields = (
        "number", "lot", "step", "entry", "sample", "label_issue", "equipment", "material_lot", "kind", "subject", "sentence", "opened_at",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="exceptions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="exceptions")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="exception")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, null=True, related_name="exceptions")
    label_issue = models.ForeignKey(LabelIssue, on_delete=models.PROTECT, null=True, related_name="exceptions")
    equipment = models.ForeignKey(EquipmentUnit, on_delete=models.PROTECT, null=True, related_name="exceptions")
    material_lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, null=True, related_name="exceptions")
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
            models.CheckConstraint(
                condition=models.Q(lot__isnull=False) | models.Q(equipment__isnull=False) | models.Q(material_lot__isnull=False),
                name="exception_about_something",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> GmpModel | None:
        """The record it is about, the nearest one; the database holds no exception about nothing."""
        return self.step or self.sample or self.label_issue or self.lot or self.equipment or self.material_lot

    def get_absolute_url(self) -> str:
        return reverse("batches:exception", args=[self.number])
