"""Batch records: the execution of a frozen master version."""

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from batches.models.masters import MasterParameter, MasterStep, MasterVersion
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel


class BatchRecord(GmpModel):
    """One execution. Its row is the lock for all its parts."""

    fixed_fields = ("number", "lot", "version", "issued_at")
    unsigned_fields = ("revision", "status", "completed_at")

    number = models.CharField(max_length=40, unique=True)
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="batch")
    version = models.ForeignKey(MasterVersion, on_delete=models.PROTECT, related_name="batches")
    status = models.CharField(max_length=20, default="in_process")
    issued_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:batch", args=[self.number])


class HandOver(GmpModel):
    """A batch passes from one person to another; both sign this row, so that each keeps a free hand for the batch itself."""

    append_only = True

    batch = models.ForeignKey(BatchRecord, on_delete=models.PROTECT, related_name="hand_overs")
    at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    taken_by = models.CharField(max_length=120)
    at_step = models.CharField(max_length=200, blank=True)
    note = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.batch} from {self.given_by} to {self.taken_by}"


class Step(GmpModel):
    """One step being executed: open, then signed; open again when a correction touches it."""

    fixed_fields = ("batch", "master_step", "number", "position")
    unsigned_fields = ("revision", "status", "signed_at", "done_at", "note")

    batch = models.ForeignKey(BatchRecord, on_delete=models.PROTECT, related_name="steps")
    master_step = models.ForeignKey(MasterStep, on_delete=models.PROTECT, related_name="executions")
    number = models.CharField(max_length=60, unique=True)
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default="open")
    signed_at = models.DateTimeField(null=True)
    # When it was signed for the first time: a signature that fell and was given again changes no clock.
    done_at = models.DateTimeField(null=True)
    # Why it was left out, or what QC or QA decided at a hold point.
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="step_position_once")]

    def __str__(self) -> str:
        return f"{self.batch} step {self.position}: {self.master_step.title}"

    def get_absolute_url(self) -> str:
        return reverse("batches:step", args=[self.number])


class Entry(GmpModel):
    """One value as entered or computed. A correction is a new entry that supersedes it; only `is_current` ever changes."""

    fixed_fields = (
        "step", "parameter", "row", "text", "amount", "unit", "mark", "formula_version", "supersedes", "recorded_at",
        "recorded_by", "reason", "claimed_at",
    )  # fmt: skip

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="entries")
    parameter = models.ForeignKey(MasterParameter, on_delete=models.PROTECT, related_name="entries")
    row = models.PositiveIntegerField(default=1)
    text = models.CharField(max_length=500)
    amount = ExactDecimalField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    mark = models.CharField(max_length=20)
    formula_version = models.PositiveIntegerField(null=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    is_current = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    # Of a late entry: when it is said to have happened. `recorded_at` stays the server's time.
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["step", "parameter", "row", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "parameter", "row"], condition=models.Q(is_current=True), name="one_current_entry_a_parameter_and_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.parameter.label}: {self.text} {self.unit}".strip()
