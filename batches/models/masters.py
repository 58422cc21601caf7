"""Master records: data, drafted, reviewed, approved by signature, then frozen. Every row is written once."""

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from batches.domain.entry_rules import range_in_words
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from evgmp.compliance.models.change_record import CHANGE_FIELDS, ChangeRecorded


class MasterRecord(GmpModel):
    """How one kind of lot is made. Its versions carry the content."""

    append_only = True

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    stage = models.CharField(max_length=20)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class MasterVersion(ChangeRecorded):
    """One version: draft -> reviewed -> effective -> superseded. Everything but the status is fixed from the start."""

    fixed_fields = ("master", "version", "product", "batch_size", "source_text", *CHANGE_FIELDS)
    unsigned_fields = ("revision", "status", "effective_from")

    master = models.ForeignKey(MasterRecord, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default="draft")
    product = models.CharField(max_length=120)
    batch_size = models.CharField(max_length=120)
    source_text = models.TextField()

    class Meta:
        ordering = ["master", "version"]
        constraints = [
            models.UniqueConstraint(fields=["master", "version"], name="master_version_once"),
            models.UniqueConstraint(fields=["master"], condition=models.Q(status="effective"), name="one_effective_master_version"),
        ]

    def __str__(self) -> str:
        return f"{self.master} v{self.version}"

    @property
    def number(self) -> str:
        return f"{self.master.code}-V{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("batches:master", args=[self.number])

    @cached_property
    def step_by_key(self) -> "dict[int, MasterStep]":
        """Primary key of each step -> the step with its parameters. Asked once by whoever holds this object: a version is frozen."""
        parameters = models.Prefetch("parameters", MasterParameter.objects.order_by("position"))
        return {step.pk: step for step in self.steps.order_by("position").prefetch_related(parameters)}


class MasterStep(GmpModel):
    """One step of a master version."""

    append_only = True

    version = models.ForeignKey(MasterVersion, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=60)
    section = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    instructions = models.JSONField()
    kind = models.CharField(max_length=20)
    witness = models.BooleanField()
    critical = models.BooleanField()
    filtration = models.CharField(max_length=30, blank=True)
    filtration_position = models.PositiveIntegerField(null=True)
    performer = models.CharField(max_length=40, blank=True)
    training = models.CharField(max_length=40, blank=True)
    may_skip = models.BooleanField(default=False)
    parallel = models.CharField(max_length=40, blank=True)
    # The parts of `batches.domain.master_parts`, as JSON with figures in quotes.
    condition = models.JSONField(default=dict)
    times = models.JSONField(default=list)
    materials = models.JSONField(default=list)
    equipment = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    attachment = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="master_step_position_once"),
            models.UniqueConstraint(fields=["version", "key"], name="master_step_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} step {self.position}: {self.title}"

    @cached_property
    def parameters_in_order(self) -> "list[MasterParameter]":
        """Its parameters by position; kept, because neither they nor the step ever change."""
        return sorted(self.parameters.all(), key=lambda parameter: parameter.position)


class MasterParameter(GmpModel):
    """One value a step asks for, or computes."""

    append_only = True

    step = models.ForeignKey(MasterStep, on_delete=models.PROTECT, related_name="parameters")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    unit = models.CharField(max_length=40, blank=True)
    decimals = models.PositiveIntegerField(null=True)
    required = models.BooleanField(default=True)
    choices = models.JSONField(default=list)
    accepted = models.JSONField(default=list)
    plausible_low = ExactDecimalField(null=True)
    plausible_high = ExactDecimalField(null=True)
    alert_low = ExactDecimalField(null=True)
    alert_high = ExactDecimalField(null=True)
    action_low = ExactDecimalField(null=True)
    action_high = ExactDecimalField(null=True)
    formula = models.CharField(max_length=80, blank=True)
    formula_version = models.PositiveIntegerField(null=True)
    inputs = models.JSONField(default=dict)
    fills = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=300, blank=True)
    target = ExactDecimalField(null=True)
    gate = models.BooleanField(default=False)

    class Meta:
        ordering = ["step", "position"]
        constraints = [models.UniqueConstraint(fields=["step", "key"], name="master_parameter_key_once")]

    def __str__(self) -> str:
        return f"{self.step}: {self.label}"

    @property
    def alert_in_words(self) -> str:
        return range_in_words(self.alert_low, self.alert_high)

    @property
    def limit_in_words(self) -> str:
        """The action limit, or the accepted choices."""
        return " or ".join(self.accepted) if self.kind == "choice" else range_in_words(self.action_low, self.action_high)

    @property
    def plausible_in_words(self) -> str:
        return range_in_words(self.plausible_low, self.plausible_high)

    @property
    def inputs_in_words(self) -> str:
        """Which recorded values the formula takes."""
        parts = ((name, given if isinstance(given, str) else ", ".join(given)) for name, given in self.inputs.items())
        return "; ".join(f"{name} = {given}" for name, given in parts)
