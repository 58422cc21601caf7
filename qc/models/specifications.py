"""Specifications: code, frozen versions, their rows, and which version is pinned to which lot."""

from dataclasses import replace
from decimal import Decimal

from django.db import models
from django.urls import reverse

from batches.models import Lot
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from evgmp.compliance.models.change_record import CHANGE_FIELDS, ChangeRecorded
from evgmp.rules.reading import display_number
from evgmp.rules.rounding import ROUNDING
from evgmp.rules.verdict import RowRule
from qc.domain.criterion_words import criterion_words
from qc.domain.replicates import ReplicatePlan
from qc.domain.specification_rows import PURPOSES, titled

SPECIFICATION_STATUSES = ("draft", "reviewed", "effective", "superseded")


class Specification(GmpModel):
    """The specification of one stage. Its content is in its versions; its row is the lock for all of them."""

    append_only = True

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    stage = models.CharField(max_length=20, unique=True)
    product = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class SpecificationVersion(ChangeRecorded):
    """One version: authored, reviewed, effective, superseded. Frozen from the first save; only its status moves."""

    fixed_fields = ("spec", "version", "rounding", "source_text", "units_for_tests", "reserve_exempt", *CHANGE_FIELDS)
    unsigned_fields = ("revision", "status", "effective_from")

    spec = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default="draft")
    rounding = models.CharField(max_length=40)
    source_text = models.TextField()
    units_for_tests = ExactDecimalField(null=True, help_text="units of the product that one set of all tests takes, sterility and pyrogens left out")
    reserve_exempt = models.TextField(blank=True, help_text="why lots of this product keep no reserve sample; empty when they keep one")

    class Meta:
        ordering = ["spec", "-version"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=SPECIFICATION_STATUSES), name="specification_status_known"),
            models.UniqueConstraint(fields=["spec", "version"], name="specification_version_once"),
            models.UniqueConstraint(fields=["spec"], condition=models.Q(status="effective"), name="one_effective_specification_version"),
        ]

    def __str__(self) -> str:
        return f"{self.spec.code} version {self.version}"

    @property
    def number(self) -> str:
        return f"{self.spec.code}-V{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("qc:specification", args=[self.number])


class SpecRow(GmpModel):
    """One test with its criterion. Limits are kept as the text approved and as exact numbers; the text is what is judged by."""

    append_only = True

    version = models.ForeignKey(SpecificationVersion, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    method = models.CharField(max_length=120)
    method_number = models.CharField(max_length=40)
    method_version = models.CharField(max_length=20)
    sample_type = models.CharField(max_length=120)
    result_type = models.CharField(max_length=20)
    unit = models.CharField(max_length=40, blank=True)
    decimals = models.PositiveIntegerField(null=True)
    rounding = models.CharField(max_length=40)
    lower_text = models.CharField(max_length=60, blank=True)
    upper_text = models.CharField(max_length=60, blank=True)
    lower = ExactDecimalField(null=True)
    upper = ExactDecimalField(null=True)
    lower_inclusive = models.BooleanField(default=True)
    upper_inclusive = models.BooleanField(default=True)
    expected = models.CharField(max_length=20, blank=True)
    accepted = models.JSONField(default=list)
    known = models.JSONField(default=list)
    lod_max = ExactDecimalField(null=True)
    loq_max = ExactDecimalField(null=True)
    lod_unit = models.CharField(max_length=40, blank=True)
    validated_lod = ExactDecimalField(null=True)
    validated_lod_unit = models.CharField(max_length=40, blank=True)
    validated_reference = models.CharField(max_length=120, blank=True)
    controls = models.JSONField(default=list, help_text="list of {kind, criterion}")
    replicates = models.PositiveIntegerField(null=True)
    replicate_rule = models.CharField(max_length=400, blank=True)
    combine = models.CharField(max_length=20, blank=True)
    cv_max = ExactDecimalField(null=True)
    difference_max = ExactDecimalField(null=True)
    repeat = models.CharField(max_length=20, blank=True)
    mandatory = models.BooleanField(default=True)
    purpose = models.CharField(max_length=20)
    applies_when = models.JSONField(default=dict)
    covers = models.JSONField(default=list)
    compendial = models.CharField(max_length=120, blank=True)
    source = models.TextField()
    source_status = models.CharField(max_length=20)
    limit_origin = models.CharField(max_length=20)
    notes = models.TextField(blank=True)
    # From which other records the row follows; empty for a test that is run.
    computed = models.CharField(max_length=40, blank=True)
    second_reading = models.BooleanField(default=False, help_text="a second person judges too, without knowing what the first one saw")

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="specification_row_code_once"),
            models.UniqueConstraint(fields=["version", "position"], name="specification_row_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def decides_release(self) -> bool:
        return self.mandatory and self.purpose == "release"

    @property
    def purpose_shown(self) -> str:
        return PURPOSES[self.purpose]

    @property
    def method_key(self) -> str:
        return f"{self.method_number} v{self.method_version}"

    @property
    def limit_shown(self) -> str:
        """The criterion as the sheet shows it: 80–180, ≥ 40, < 0.500, the accepted terms or the expected state; empty without one."""
        low = Decimal(self.lower_text) if self.lower_text else None
        high = Decimal(self.upper_text) if self.upper_text else None
        return criterion_words(low, high, self.lower_inclusive, self.upper_inclusive, self.accepted, self.expected)

    @property
    def replicate_plan(self) -> ReplicatePlan | None:
        """How replicates become one value; None when the row leaves it to the method."""
        if not self.combine:
            return None
        return ReplicatePlan(self.replicates or 1, self.combine, self.cv_max, self.difference_max, self.repeat)

    @property
    def rounding_shown(self) -> str:
        return ROUNDING[self.rounding].sentence

    @property
    def has_limits(self) -> bool:
        return bool(self.lower_text or self.upper_text)

    @property
    def lod_shown(self) -> str:
        """The sensitivity asked for, in words; empty when none is."""
        if self.lod_max is not None:
            return f"LOD at most {display_number(self.lod_max)} {self.lod_unit}"
        if self.validated_lod is not None:
            return f"validated LOD {display_number(self.validated_lod)} {self.validated_lod_unit} ({self.validated_reference})"
        if self.loq_max is not None:
            return f"LOQ at most {display_number(self.loq_max)} {self.unit}"
        return ""

    @property
    def controls_shown(self) -> list[dict[str, str]]:
        return [{**control, "title": titled(control["kind"])} for control in self.controls]

    @property
    def condition_shown(self) -> str:
        """When the row applies, in words; empty when always."""
        return "; ".join(f"{name.replace('_', ' ')}: {', '.join(map(str, values))}" for name, values in self.applies_when.items())

    def rule_for(self, kind: str) -> RowRule:
        """The rule for a result of this kind. “Not detected” by a validated method needs an LOD no worse than the validated one."""
        rule = self.rule
        if kind == "not_detected" and self.lod_max is None and self.validated_lod is not None:
            return replace(rule, lod_max=self.validated_lod, lod_unit=self.validated_lod_unit)
        return rule

    @property
    def rule(self) -> RowRule:
        """The row as the pure rules read it. Limits come from their text, so that 1.0E+10 keeps the digit rounding looks at."""
        return RowRule(
            result_type=self.result_type,
            unit=self.unit,
            decimals=self.decimals,
            rounding=self.rounding,
            lower=Decimal(self.lower_text) if self.lower_text else None,
            upper=Decimal(self.upper_text) if self.upper_text else None,
            lower_inclusive=self.lower_inclusive,
            upper_inclusive=self.upper_inclusive,
            accepted_terms=tuple(self.accepted),
            known_terms=tuple(self.known),
            expected=self.expected or None,
            lod_max=self.lod_max,
            lod_unit=self.lod_unit,
            validated_method=self.validated_lod is not None,
            controls_required=tuple(titled(control["kind"]) for control in self.controls),
            mandatory=self.mandatory,
            purpose=self.purpose,
        )


class LotSpecification(GmpModel):
    """The specification version a lot is tested against, pinned when the laboratory receives its first sample (MST-10)."""

    append_only = True

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="specification")
    version = models.ForeignKey(SpecificationVersion, on_delete=models.PROTECT, related_name="lots")
    pinned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.lot}: {self.version}"
