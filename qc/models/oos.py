"""Out-of-specification records: opened by the review of a result, closed by QA's decision."""

from django.db import models
from django.urls import reverse

from batches.models import Lot
from evgmp.compliance.models import GmpModel
from qc.models.results import Result

OOS_STATUSES = ("open", "confirmed")


class OutOfSpecification(GmpModel):
    """One confirmed or open OOS. While it is open the lot is held; its result can't be corrected or replaced."""

    fixed_fields = ("number", "result", "lot", "opened_at")

    number = models.CharField(max_length=40, unique=True)
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="oos")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="oos")
    status = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField()
    decision_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=OOS_STATUSES), name="oos_status_known")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:oos", args=[self.number])
