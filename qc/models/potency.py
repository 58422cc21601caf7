"""Evaluations of relative potency: the readings as typed, what the model found, and whether it is suitable."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse

from batches.models import Sample
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from qc.domain.potency_readings import MODELS, REFERENCE, SAMPLE, DoseReading, PotencyRule, read_back
from qc.models.assays import AssayRun

SHOWN = Decimal("0.1")


class PotencyAssay(GmpModel):
    """One sample against the reference standard in one run. Written once, also when it is not suitable: then it has no potency (LAB-04, LAB-22)."""

    append_only = True

    number = models.CharField(max_length=40, unique=True)
    run = models.ForeignKey(AssayRun, on_delete=models.PROTECT, related_name="potencies")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="potencies")
    standard = models.JSONField(help_text="the reference standard: {name, lot, expires_on, assigned_value}, with its number in the register")
    rule = models.JSONField(help_text="model and criteria of the method when it was evaluated")
    readings = models.JSONField(help_text="as typed: list of {preparation, dose, response}")
    potency = ExactDecimalField(null=True, help_text="%, on the scale of the assigned value of the reference standard")
    low = ExactDecimalField(null=True, help_text="lower 95 % confidence limit")
    high = ExactDecimalField(null=True, help_text="upper 95 % confidence limit")
    found = models.JSONField(help_text="reasons against a potency, figures, fitted curves")
    recorded_at = models.DateTimeField()
    analyst = models.CharField(max_length=120)
    analyst_id = models.CharField(max_length=80)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "potency assays"
        constraints = [models.UniqueConstraint(fields=["run", "sample"], name="one_evaluation_a_run_and_sample")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:potency", args=[self.number])

    @property
    def potency_rule(self) -> PotencyRule:
        """The rule as it stood when this was evaluated."""
        exact = ("alpha", "slope_low", "slope_high", "most_width", "least_r2")
        kept: dict[str, Any] = {name: Decimal(value) if name in exact else value for name, value in self.rule.items()}
        return PotencyRule(**kept)

    @property
    def model_words(self) -> str:
        return MODELS[self.rule["model"]]

    @property
    def reasons(self) -> list[str]:
        """Why there is no potency, or why it does not count: of the curves, then of the run."""
        return [*self.found["reasons"], *([f"The run is not valid: {self.run.why_not_valid}"] if not self.run.valid else [])]

    @property
    def suitable(self) -> bool:
        """Whether it gives a result: the curves are suitable and the run is valid."""
        return self.potency is not None and self.run.valid

    @property
    def shown(self) -> str:
        """`104.2 % (95 % confidence interval 92.1 to 118.0 %)`, or that there is none."""
        if self.potency is None or self.low is None or self.high is None:
            return "No relative potency"
        low, high = self.low.quantize(SHOWN), self.high.quantize(SHOWN)
        return f"{self.potency.quantize(SHOWN)} % (95 % confidence interval {low} to {high} %)"

    @property
    def lines(self) -> list[DoseReading]:
        return read_back(self.readings)

    @property
    def plot(self) -> dict[str, Any]:
        """What the plot is drawn from, as texts."""
        points: dict[str, list[list[str]]] = {REFERENCE: [], SAMPLE: []}
        for one in self.lines:
            points[one.preparation].append([format(number, "f") for number in one.point])
        return {
            "reference": points[REFERENCE], "sample": points[SAMPLE], "reference_curve": self.found["reference_curve"],
            "sample_curve": self.found["sample_curve"], "dose_unit": self.rule["dose_unit"], "response_unit": self.rule["response_unit"],
            "label": f"Dose and response of the reference standard and of {self.sample}: {self.shown}. The readings stand in the table.",
        }  # fmt: skip
