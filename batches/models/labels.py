"""Labels: approved templates, every issue and reprint, and the count that reconciles them."""

import json

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from batches.models.materials import MaterialLot
from batches.models.samples import Sample
from evgmp.compliance.models import GmpModel, IssuedDocument
from evgmp.compliance.models.change_record import CHANGE_FIELDS, ChangeRecorded


class LabelTemplate(ChangeRecorded):
    """One version of one label: draft -> effective -> superseded. Its text is fixed from the start (LBL-01)."""

    fixed_fields = ("code", "version", "title", "kind", "source_text", *CHANGE_FIELDS)
    unsigned_fields = ("revision", "status", "effective_from")

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=20, default="draft")
    source_text = models.TextField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="label_version_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(status="effective"), name="one_effective_label_version"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.code}-V{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("batches:label_template", args=[self.number])


class LabelIssue(GmpModel):
    """Labels printed at one time for one lot, sample or received material lot. A reprint names the issue whose labels it repeats (LBL-02,
    LBL-03)."""

    append_only = True

    number = models.CharField(max_length=40, unique=True)
    template = models.ForeignKey(LabelTemplate, on_delete=models.PROTECT, related_name="issues")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="label_issues")
    material_lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, null=True, related_name="label_issues")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, null=True, related_name="label_issues")
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reprints")
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    copy_number = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True)
    paper = models.OneToOneField(IssuedDocument, on_delete=models.PROTECT, related_name="label_issue")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(lot__isnull=False) ^ models.Q(material_lot__isnull=False), name="labels_of_one_lot"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:label_issue", args=[self.number])

    @property
    def labelled(self) -> Lot | MaterialLot:
        """The lot that the labels are for."""
        found = self.lot or self.material_lot
        assert found is not None
        return found

    @property
    def first_code(self) -> str:
        """The element string of the first label, as printed."""
        return str(json.loads(self.paper.data)["content"]["codes"][0])


class LabelReading(GmpModel):
    """One printed label read back by a scanner before labels are applied: it says what the record says (LBL-04)."""

    append_only = True

    issue = models.ForeignKey(LabelIssue, on_delete=models.PROTECT, related_name="readings")
    identity = models.CharField(max_length=60)
    code = models.CharField(max_length=120)
    at = models.DateTimeField()
    read_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.identity} of {self.issue} read back"

    def get_absolute_url(self) -> str:
        return self.issue.get_absolute_url()


class LabelCount(GmpModel):
    """What became of the labels of one issue, counted once by two persons (LBL-02)."""

    append_only = True

    issue = models.OneToOneField(LabelIssue, on_delete=models.PROTECT, related_name="reconciliation")
    used = models.PositiveIntegerField()
    specimen = models.PositiveIntegerField()
    damaged = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    destroyed = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Count of {self.issue}"

    def get_absolute_url(self) -> str:
        return self.issue.get_absolute_url()

    @property
    def missing(self) -> int:
        """Labels issued and not accounted for; less than zero when more were counted than issued."""
        return self.issue.count - (self.used + self.specimen + self.damaged + self.returned + self.destroyed)
