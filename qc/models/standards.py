"""The register of reference standards, controls and critical reagents (LAB-21)."""

from django.db import models
from django.urls import reverse

from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from evgmp.compliance.site_time import at_site
from qc.domain.standards import KINDS, REFERENCE, StandardFacts

STATUSES = ("unqualified", "qualified", "withdrawn")


class ReferenceStandard(GmpModel):
    """One lot. What it is and what it is worth is entered once, by one person; another qualifies it. A wrong entry is withdrawn, never edited."""

    fixed_fields = (
        "number", "kind", "name", "lot", "source", "expires_on", "assigned_text", "assigned_value", "assigned_unit", "former", "bridging_ratio",
        "bridging_report", "not_bridged_why", "registered_by", "registered_by_id", "registered_at",
    )  # fmt: skip
    # A signature vouches for what its own act wrote; later acts on the same lot carry signatures of their own.
    unsigned_fields = (
        "revision", "status", "qualification_report", "qualified_by", "qualified_by_id", "qualified_at", "withdrawn_by", "withdrawn_at", "withdrawn_why",
        "unfit_from",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120, help_text="as the methods name it")
    lot = models.CharField(max_length=120)
    source = models.CharField(max_length=200, help_text="maker or the site's own preparation, with the certificate")
    status = models.CharField(max_length=20, default="unqualified")
    expires_on = models.DateField(help_text="last day in date")
    assigned_text = models.CharField(max_length=40, blank=True, help_text="assigned value as typed")
    assigned_value = ExactDecimalField(null=True)
    assigned_unit = models.CharField(max_length=40, blank=True)

    former = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="successors", help_text="the lot it was bridged to")
    bridging_ratio = ExactDecimalField(null=True, help_text="new to former lot, measured side by side")
    bridging_report = models.CharField(max_length=120, blank=True)
    not_bridged_why = models.TextField(blank=True)

    registered_by = models.CharField(max_length=120)
    registered_by_id = models.CharField(max_length=80)
    registered_at = models.DateTimeField()
    qualification_report = models.CharField(max_length=120, blank=True)
    qualified_by = models.CharField(max_length=120, blank=True)
    qualified_by_id = models.CharField(max_length=80, blank=True)
    qualified_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)
    unfit_from = models.DateField(null=True, help_text="runs from this day on are not trusted")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="standard_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=tuple(KINDS)), name="standard_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(status="qualified") | (models.Q(qualified_at__isnull=False) & ~models.Q(qualified_by_id=models.F("registered_by_id"))),
                name="standard_qualified_by_another",
            ),
            models.UniqueConstraint(fields=["name", "lot"], condition=~models.Q(status="withdrawn"), name="standard_once"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:standard", args=[self.number])

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]

    @property
    def is_reference(self) -> bool:
        return self.kind == REFERENCE

    @property
    def assigned(self) -> str:
        """`100 %`, or an empty text."""
        return f"{self.assigned_text} {self.assigned_unit}".strip()

    @property
    def facts(self) -> StandardFacts:
        return StandardFacts(
            number=self.number, kind=self.kind, name=self.name, lot=self.lot, status=self.status, expires_on=self.expires_on, assigned=self.assigned,
            qualified_at=at_site(self.qualified_at) if self.qualified_at else None, unfit_from=self.unfit_from, why=self.withdrawn_why,
        )  # fmt: skip
