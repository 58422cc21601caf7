"""Donors (coded only) and the lines derived from them."""

from django.db import models
from django.urls import reverse

from evgmp.compliance.models import GmpModel


class Donor(GmpModel):
    """A donor by code. Undecided or ineligible blocks the release of a bank and everything downstream (TRC-04, TRC-05)."""

    fixed_fields = ("code",)
    unsigned_fields = ("revision",)

    code = models.CharField(max_length=40, unique=True)
    sex = models.CharField(max_length=20)
    age_band = models.CharField(max_length=20)
    tissue_source = models.CharField(max_length=80)
    consent_reference = models.CharField(max_length=80)
    consent_scope = models.CharField(max_length=300)
    testing_summary = models.CharField(max_length=500)
    eligibility = models.CharField(max_length=20, default="undecided")
    decided_at = models.DateTimeField(null=True)
    decision_basis = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(eligibility__in=("undecided", "eligible", "ineligible")), name="eligibility_known"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("batches:donor", args=[self.code])


class CellLine(GmpModel):
    """An iPSC line (clone). `vector_contents` drives which reprogramming-factor rows a specification must hold."""

    fixed_fields = ("code", "donor")

    code = models.CharField(max_length=40, unique=True)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="lines")
    clone = models.CharField(max_length=40)
    reprogramming_method = models.CharField(max_length=20)
    vector_kit = models.CharField(max_length=120)
    vector_contents = models.JSONField(help_text="items of batches.domain.vectors.VECTOR_ITEMS")
    hla_type = models.CharField(max_length=200)
    genetic_edits = models.CharField(max_length=200)
    culture = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("batches:line", args=[self.code])
