"""Dispositions: one row a decision, append-only. The newest one holds."""

from django.db import models

from batches.models.lots import Lot
from evgmp.compliance.models import GmpModel

DECISIONS = {
    "quarantine": "Quarantine",
    "hold": "On hold",
    "released_for_processing": "Released for further processing",
    "approved_for_certification": "Quarantine",
    "certified": "Certified",
    "released": "Released",
    "rejected": "Rejected",
    "recalled": "Recalled",
}


class Disposition(GmpModel):
    """One decision on one lot. Written by QA's commands on the floor and, through `batches.services.dispositions.dispose`, by qc."""

    append_only = True

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="dispositions")
    decision = models.CharField(max_length=40)
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(decision__in=tuple(DECISIONS)), name="disposition_known")]

    def __str__(self) -> str:
        return f"{self.lot}: {self.decision}"
