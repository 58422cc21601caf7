"""Out-of-specification records: opened by the review of a result, investigated by a fixed plan, closed by QA's decision."""

from django.db import models
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from qc.domain.computed_value import inputs_shown
from qc.domain.determinations import determinations_shown
from qc.domain.oos import FINDINGS
from qc.models.assays import AssayRun
from qc.models.results import Result
from qc.models.specifications import SpecRow

OOS_STATUSES = ("open", "confirmed", "invalidated")


class OutOfSpecification(GmpModel):
    """One confirmed or open OOS. While it is open the lot is held; its result can't be corrected or replaced."""

    fixed_fields = ("number", "result", "lot", "opened_at", "due_on")

    number = models.CharField(max_length=40, unique=True)
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="oos")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="oos")
    status = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True, help_text="last day for QA's decision, as the site had set it at the opening")
    decision_reason = models.TextField(blank=True)
    impact = models.TextField(blank=True, help_text="what the decision means for other lots, with their numbers")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=OOS_STATUSES), name="oos_status_known")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:oos", args=[self.number])

    @property
    def row(self) -> SpecRow:
        return self.result.row


class OosPlan(GmpModel):
    """Checklist of phase I and plan of re-measurement. Written once; only QA's approval is added."""

    fixed_fields = (
        "oos", "checks", "hypothesis", "retests_planned", "analyst", "analyst_id", "same_analyst_why", "evaluation", "proposed_by",
        "proposed_by_id", "proposed_at",
    )  # fmt: skip

    oos = models.OneToOneField(OutOfSpecification, on_delete=models.PROTECT, related_name="plan")
    checks = models.JSONField(help_text="list of {key, question, finding, remark}")
    hypothesis = models.TextField()
    retests_planned = models.PositiveSmallIntegerField()
    analyst = models.CharField(max_length=120, blank=True)
    analyst_id = models.CharField(max_length=80, blank=True)
    same_analyst_why = models.TextField(blank=True)
    evaluation = models.CharField(max_length=40)
    proposed_by = models.CharField(max_length=120)
    proposed_by_id = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=120, blank=True)
    approved_by_id = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Plan of {self.oos.number}"

    def get_absolute_url(self) -> str:
        return self.oos.get_absolute_url()

    @property
    def lines(self) -> list[dict[str, str]]:
        """The checklist in words."""
        return [{**check, "finding_word": FINDINGS[check["finding"]]} for check in self.checks]


class OosResample(GmpModel):
    """QA's permission to draw one new sample for an open OOS, and the sample once it is drawn. The first result stays beside it (LAB-16)."""

    fixed_fields = ("oos", "justification", "authorised_why", "authorised_by", "authorised_by_id", "authorised_at")

    oos = models.OneToOneField(OutOfSpecification, on_delete=models.PROTECT, related_name="resample")
    justification = models.TextField(help_text="what shows that the first sample does not stand for the lot")
    authorised_why = models.TextField()
    authorised_by = models.CharField(max_length=120)
    authorised_by_id = models.CharField(max_length=80)
    authorised_at = models.DateTimeField()
    sample = models.OneToOneField(Sample, on_delete=models.PROTECT, null=True, related_name="resample_of")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Resampling for {self.oos.number}"

    def get_absolute_url(self) -> str:
        return self.oos.get_absolute_url()


class OosRetest(GmpModel):
    """One re-measurement under an approved plan. It informs the investigation and never becomes the reportable result (LAB-14)."""

    append_only = True

    number = models.CharField(max_length=40, unique=True)
    oos = models.ForeignKey(OutOfSpecification, on_delete=models.PROTECT, related_name="retests")
    position = models.PositiveSmallIntegerField()
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="oos_retests")
    run = models.ForeignKey(AssayRun, on_delete=models.PROTECT, null=True, related_name="oos_retests")
    kind = models.CharField(max_length=20)
    qualifier = models.CharField(max_length=2, blank=True)
    text = models.CharField(max_length=200)
    amount = ExactDecimalField(null=True)
    term = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    lod = ExactDecimalField(null=True)
    lod_unit = models.CharField(max_length=40, blank=True)
    loq = ExactDecimalField(null=True)
    rounded = models.CharField(max_length=80, blank=True)
    formula = models.CharField(max_length=80, blank=True, help_text="key in the book of calculations, of a value computed from its determinations")
    formula_version = models.PositiveIntegerField(null=True)
    replicates = models.JSONField(default=list, help_text="each determination as typed: list of {text, qualifier, amount}")
    inputs = models.JSONField(default=list, help_text="what its value is computed from, as typed: list of {name, unit, text, amount}")
    spread = ExactDecimalField(null=True, help_text="of the determinations, in percent, as the row limits it")
    evaluations = models.JSONField(default=list, help_text="numbers of the evaluations of relative potency that it was made of")
    verdict = models.CharField(max_length=20)
    why = models.TextField()
    reason = models.TextField(blank=True)
    tested_on = models.DateField()
    analyst = models.CharField(max_length=120)
    analyst_id = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["oos", "position"], name="one_retest_a_place")]

    def __str__(self) -> str:
        return self.number

    @property
    def replicates_shown(self) -> str:
        """Every determination as typed, with their spread; empty for a test of one determination."""
        return determinations_shown(self.oos.row.replicate_plan, self.replicates, self.spread)

    @property
    def inputs_shown(self) -> str:
        """What its value was computed from, each as typed with its unit; empty for a value that was measured."""
        return inputs_shown(self.inputs)
