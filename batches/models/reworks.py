"""Reprocessing and rework of a lot that is made: asked for by production, authorised by QA, done once (EXE-23)."""

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from batches.models.masters import MasterVersion
from evgmp.compliance.models import GmpModel


class ReworkAuthorisation(GmpModel):
    """One lot, one approved procedure, the tests added to its release. `made`: the lot that came of it, once it has begun."""

    fixed_fields = ("number", "lot", "kind", "procedure", "reason", "added_tests", "requested_at", "requested_by", "requester_id")

    number = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="reworks")
    kind = models.CharField(max_length=20)
    procedure = models.ForeignKey(MasterVersion, on_delete=models.PROTECT, related_name="reworks")
    reason = models.TextField()
    # Codes of rows of the release specification.
    added_tests = models.JSONField()
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=120)
    requester_id = models.CharField(max_length=80)
    status = models.CharField(max_length=20, default="requested")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decision_reason = models.TextField(blank=True)
    made = models.OneToOneField(Lot, on_delete=models.PROTECT, null=True, related_name="made_under")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=("requested", "authorised", "refused", "begun")), name="rework_status_known"),
            models.CheckConstraint(condition=models.Q(made__isnull=True) | models.Q(status="begun"), name="rework_begun_has_its_lot"),
            models.UniqueConstraint(fields=["lot"], condition=models.Q(status__in=("requested", "authorised")), name="one_rework_of_a_lot_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def tests_in_words(self) -> str:
        return ", ".join(self.added_tests)

    def get_absolute_url(self) -> str:
        return reverse("qc:lot_review", args=[self.lot.number])
