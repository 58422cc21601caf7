"""Assay runs: one performance of a method with its controls. Written once, also when it failed."""

from typing import Any

from django.db import models
from django.urls import reverse

from evgmp.compliance.models import GmpModel
from qc.domain.tracking_run import TrackingCheck, check_of

OUTCOMES = {"pass": "Pass", "fail": "Fail", "missing": "Not run"}


def titled(kind: str) -> str:
    """`PTC_LOW` as people read it: PTC LOW."""
    return kind.replace("_", " ")


class AssayRun(GmpModel):
    """One run. A failed or aborted one stays as it was recorded (LAB-04); a repeat is another run."""

    append_only = True

    number = models.CharField(max_length=40, unique=True)
    method = models.CharField(max_length=120)
    method_number = models.CharField(max_length=40)
    method_version = models.CharField(max_length=20)
    instrument = models.CharField(max_length=120)
    performed_at = models.DateTimeField(help_text="claimed by the analyst")
    recorded_at = models.DateTimeField()
    analyst = models.CharField(max_length=120)
    analyst_id = models.CharField(max_length=80)
    remark = models.TextField(blank=True)
    controls = models.JSONField(default=list, help_text="list of {kind, criterion, observed, outcome}")

    sample_measure = models.CharField(max_length=80, blank=True, help_text="weight or measure taken of each sample, with its unit")
    modification = models.TextField(blank=True, help_text="what was done otherwise than the method says")
    modification_why = models.TextField(blank=True)
    modification_data = models.CharField(max_length=300, blank=True, help_text="where the data are that verify it")
    reagents = models.JSONField(default=list, help_text="list of {name, lot, expires_on, assigned_value}, with register: number of a cited lot")

    tracking = models.JSONField(default=dict, help_text="blank and dilutions as typed, with the criteria: {most_blank, most_difference, blank, dilutions}")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["method_number", "method_version"], name="run_method")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:run", args=[self.number])

    @property
    def method_key(self) -> str:
        return f"{self.method_number} v{self.method_version}"

    @property
    def controls_shown(self) -> list[dict[str, str]]:
        return [{**control, "title": titled(control["kind"])} for control in self.controls]

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcome by title of the control: pass, fail or missing."""
        return {titled(control["kind"]): control["outcome"] for control in self.controls}

    @property
    def tracking_check(self) -> TrackingCheck | None:
        """What blank and dilutions say, computed again from what was typed; None for a run without them."""
        return check_of(self.tracking) if self.tracking else None

    @property
    def tracking_lines(self) -> list[dict[str, Any]]:
        """Each dilution with the concentration it gives of the undiluted sample, for the page."""
        check = self.tracking_check
        if check is None:
            return []
        plain = [None if one is None else one.normalize() for one in check.corrected]
        return [{**one, "corrected": corrected} for one, corrected in zip(self.tracking["dilutions"], plain, strict=True)]

    @property
    def computed_differs(self) -> bool:
        """Whether a computed control now ends otherwise than it was recorded (LAB-05)."""
        check = self.tracking_check
        recorded = {control["kind"]: control["outcome"] for control in self.controls}
        return check is not None and any(recorded.get(kind) != outcome for kind, (outcome, _) in check.outcomes.items() if kind in recorded)

    @property
    def valid(self) -> bool:
        """At least one control, and every one passed."""
        return bool(self.controls) and all(control["outcome"] == "pass" for control in self.controls)

    @property
    def why_not_valid(self) -> str:
        """What speaks against the run, or an empty text."""
        if not self.controls:
            return "No control was recorded."
        parts = []
        for outcome, words in (("fail", "failed"), ("missing", "not run")):
            if kinds := [titled(control["kind"]) for control in self.controls if control["outcome"] == outcome]:
                parts.append(f"{', '.join(kinds)} {words}")
        return f"{'; '.join(parts)}." if parts else ""
