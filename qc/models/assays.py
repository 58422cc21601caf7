"""Assay runs: one performance of a method with its controls. Written once, also when it failed."""

from typing import Any

from django.db import models
from django.urls import reverse

from evgmp.compliance.models import GmpModel
from qc.domain.run_sequence import COURSES, WITH_RESULTS
from qc.domain.specification_rows import titled
from qc.domain.tracking_run import TrackingCheck, check_of

OUTCOMES = {"pass": "Pass", "fail": "Fail", "missing": "Not run"}


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

    course = models.CharField(max_length=20, default="complete", help_text="complete, reprocessed, suitability, aborted or no_test")
    sequence = models.PositiveIntegerField(null=True, help_text="the number that the instrument itself gave this run, where it counts them")
    reprocesses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="processed_again")

    tracking = models.JSONField(default=dict, help_text="blank and dilutions as typed, with the criteria: {most_blank, most_difference, blank, dilutions}")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["method_number", "method_version"], name="run_method")]
        constraints = [
            models.CheckConstraint(condition=models.Q(course__in=tuple(COURSES)), name="run_course_known"),
            models.CheckConstraint(condition=models.Q(course="reprocessed") ^ models.Q(reprocesses__isnull=True), name="run_processed_again_names_the_first"),
            models.UniqueConstraint(fields=["instrument", "sequence"], name="one_run_a_number_of_its_instrument"),
        ]

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
        """It measured samples to its end, has at least one control, and every one passed."""
        return self.gives_results and bool(self.controls) and all(control["outcome"] == "pass" for control in self.controls)

    @property
    def gives_results(self) -> bool:
        """Whether samples were measured to the end; an aborted run, or one of system suitability alone, gives none."""
        return self.course in WITH_RESULTS

    @property
    def course_words(self) -> str:
        """How it went, where it did not simply go to its end."""
        if self.course == "complete":
            return ""
        return f"{COURSES[self.course]} ({self.reprocesses})" if self.reprocesses else COURSES[self.course]

    @property
    def why_not_valid(self) -> str:
        """What speaks against the run, or an empty text."""
        if not self.gives_results:
            return f"{self.course_words}: it gives no result."
        if not self.controls:
            return "No control was recorded."
        parts = []
        for outcome, words in (("fail", "failed"), ("missing", "not run")):
            if kinds := [titled(control["kind"]) for control in self.controls if control["outcome"] == outcome]:
                parts.append(f"{', '.join(kinds)} {words}")
        return f"{'; '.join(parts)}." if parts else ""
