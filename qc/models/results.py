"""Results: what was found for one row of a lot's specification. Never changed, only superseded with a reason."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from evgmp.rules.calculation import BOOK, Calculation, UnknownCalculation
from evgmp.rules.limits import Judgement, Verdict, no_verdict
from evgmp.rules.reading import ResultKind, display_number
from evgmp.rules.verdict import RowResult, judge_row
from qc.domain.computed_value import computed_again, differs, inputs_shown
from qc.domain.determinations import by_determinations, deciding, determinations_shown, read_back, shown_amount
from qc.domain.lifecycle import HIDDEN_UNTIL_READ
from qc.domain.replicates import COMBINED_WORDS, MEANS, agreeing_bound, by_wells, combined, wells_judged
from qc.models.assays import AssayRun
from qc.models.specifications import SpecRow

RESULT_STATUSES = ("entered", "reviewed")
KINDS = {
    "number": "Number",
    "not_detected": "Not detected",
    "below_loq": "Detected, below the LOQ",
    "term": "Term",
    "invalid": "Invalid, to be repeated",
}
VERDICTS = ("conforms", "does_not_conform", "no_verdict")


class Result(GmpModel):
    """One result. `text` stays as typed, `amount` is exact and unrounded; `verdict` is what the rules said when it was recorded."""

    fixed_fields = (
        "number", "lot", "row", "sample", "run", "kind", "qualifier", "text", "amount", "term", "unit", "lod", "lod_unit", "loq",
        "rounded", "formula", "formula_version", "verdict", "why", "wells", "wells_positive", "replicates", "inputs", "spread", "evaluations", "is_repeat",
        "laboratory", "supersedes", "tested_on", "analyst", "analyst_id", "reason", "recorded_at",
    )  # fmt: skip
    unsigned_fields = ("revision", "status", "is_current")
    # While a second reader has still to judge, no trail tells what the first one saw (LAB-11).
    withheld_fields = ("qualifier", "text", "amount", "term", "rounded", "verdict", "why", "reason")
    withheld_words = HIDDEN_UNTIL_READ

    number = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="results")
    row = models.ForeignKey(SpecRow, on_delete=models.PROTECT, related_name="results")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="results")
    run = models.ForeignKey(AssayRun, on_delete=models.PROTECT, null=True, related_name="results")
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
    verdict = models.CharField(max_length=20)
    why = models.TextField()
    wells = models.PositiveSmallIntegerField(null=True, help_text="of one extraction")
    wells_positive = models.PositiveSmallIntegerField(null=True)
    replicates = models.JSONField(default=list, help_text="each determination as typed: list of {text, qualifier, amount}")
    inputs = models.JSONField(default=list, help_text="what its value is computed from, as typed: list of {name, unit, text, amount}")
    spread = ExactDecimalField(null=True, help_text="of the determinations, in percent, as the row limits it")
    evaluations = models.JSONField(default=list, help_text="numbers of the evaluations of relative potency that it was made of")
    is_repeat = models.BooleanField(default=False, help_text="the one repeat extraction; the first is what it supersedes")
    status = models.CharField(max_length=20, default="entered")
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    is_current = models.BooleanField(default=True)
    laboratory = models.ForeignKey("qc.ContractLaboratory", on_delete=models.PROTECT, null=True, related_name="results")
    tested_on = models.DateField()
    analyst = models.CharField(max_length=120)
    analyst_id = models.CharField(max_length=80)
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RESULT_STATUSES), name="result_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=tuple(KINDS)), name="result_kind_known"),
            models.CheckConstraint(condition=models.Q(verdict__in=VERDICTS), name="result_verdict_known"),
            models.UniqueConstraint(fields=["lot", "row"], condition=models.Q(is_current=True), name="one_current_result_a_lot_and_row"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:result", args=[self.number])

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]

    @property
    def bound(self) -> Decimal | None:
        """The number to draw: the amount, or the LOQ or LOD below which it lies."""
        return {"below_loq": self.loq, "not_detected": self.lod}.get(self.kind, self.amount)

    @property
    def meter_state(self) -> str:
        """Where the marker stands, by the recorded outcome: rounding and exclusive limits were judged there."""
        if self.verdict != "does_not_conform":
            return "in_limit" if self.verdict == "conforms" else ""
        lower, bound = self.row.lower, self.bound
        return "below_limit" if lower is not None and bound is not None and bound <= lower else "above_limit"

    @property
    def was_rounded(self) -> bool:
        """Whether the value compared with the limit differs from the one found."""
        return bool(self.rounded) and self.amount is not None and display_number(self.amount) != self.rounded

    def judge(self) -> Judgement:
        """What the rules say of this result now. The same when it is recorded and whenever it is read (LAB-05, LAB-09)."""
        plan = self.row.replicate_plan
        if by_determinations(plan) is not None:
            return self._by_determinations()
        if self.formula and self.kind == "number":
            return self._computed()
        judgement = self._judged_as(self.qualifier, self.amount)
        if plan is None or plan.combine != "all_absent" or self.kind == "invalid" or self.wells is None:
            return self._without_wells(judgement)
        return by_wells(wells_judged(plan, self.extractions), judgement)

    def _computed(self) -> Judgement:
        """Computed again from its inputs by the version that it was recorded by: none may be absent, and the value is theirs (LAB-05)."""
        judgement = self._judged_as(self.qualifier, self.amount)
        if why := differs(self.calculation, self.inputs, self.amount):
            return no_verdict(why)
        assert self.amount is not None
        return Judgement(judgement.verdict, judgement.why.replace(display_number(self.amount), self.text), judgement.rounded)

    def _judged_as(self, qualifier: str, amount: Decimal | None) -> Judgement:
        """What the rules say if this were the value."""
        if self.kind == "below_loq" and self.row.loq_max is not None and self.loq is not None and self.loq > self.row.loq_max:
            return no_verdict(
                f"The LOQ of {display_number(self.loq)} {self.row.unit} is worse than the {display_number(self.row.loq_max)} "
                "that the specification allows. Use a more sensitive method."
            )
        run = self.run
        found = RowResult(
            kind=ResultKind(self.kind),
            qualifier=qualifier,
            amount=amount,
            term=self.term,
            unit=self.unit,
            lod=self.lod,
            lod_unit=self.lod_unit,
            loq=self.loq,
            run_valid=run.valid if run else None,
            run_why=run.why_not_valid if run else "",
            control_outcomes=run.outcomes if run else {},
        )
        return judge_row(self.row.rule_for(self.kind), found)

    def _by_determinations(self) -> Judgement:
        """Computed again from the determinations: none may be absent, their spread keeps its limit, and the value is theirs (LAB-18)."""
        plan, readings = self.row.replicate_plan, read_back(self.replicates)
        judgement = self._judged_as(self.qualifier, self.amount)
        assert plan is not None
        if self.kind == "invalid":
            found = combined(plan, readings, self.version_computed) if plan.combine in MEANS and len(readings) == plan.count else None
            return no_verdict(found.why) if found is not None and found.why and (self.run is None or self.run.valid) else judgement
        if len(readings) != plan.count:
            return no_verdict(f"{len(readings)} of {plan.count} determinations are recorded. Record every one.")
        if self.kind != "number":
            return judgement
        if plan.combine == "each":
            judgements = self.judged_each
            decides = judgements[deciding(judgements)]
            # Of several that say the same, it is the one that is reported.
            reported = (self.qualifier, self.amount) in [(one.qualifier, one.amount) for one in readings]
            return judgement if reported and judgement.verdict == decides.verdict else decides
        if (bound := agreeing_bound(readings)) is not None:
            is_theirs = (bound.qualifier, bound.amount) == (self.qualifier, self.amount)
            return judgement if is_theirs else no_verdict("The value is not that of its determinations. Record it again.")
        found = combined(plan, readings, self.version_computed)
        if found.amount is None:
            return no_verdict(found.why)
        if found.amount != self.amount:
            return no_verdict("The value is not that of its determinations. Record it again.")
        # A mean may have sixty digits: it was compared with all of them and is told with as many as are read.
        why = judgement.why.replace(display_number(found.amount), shown_amount(found.amount, readings))
        return Judgement(judgement.verdict, why, judgement.rounded)

    @property
    def judged_each(self) -> list[Judgement]:
        """What the rules say of each determination alone."""
        return [self._judged_as(one.qualifier, one.amount) for one in read_back(self.replicates)]

    @property
    def replicates_shown(self) -> str:
        """Every determination as typed, with their spread; empty for a test of one determination."""
        return determinations_shown(self.row.replicate_plan, self.replicates, self.spread)

    @property
    def computed_again(self) -> str:
        """What its inputs give now by the version of the formula that it was recorded by; empty for a value that was measured."""
        return computed_again(self.calculation, self.inputs)

    @property
    def inputs_shown(self) -> str:
        """What its value was computed from, each as typed with its unit; empty for a value that was measured."""
        return inputs_shown(self.inputs)

    def _without_wells(self, judgement: Judgement) -> Judgement:
        """A row that fixes a repeat extraction passes nothing whose wells were not counted."""
        if self.row.repeat and self.wells is None and judgement.verdict is Verdict.CONFORMS:
            return no_verdict("The positive wells were not counted. Correct the result and enter them.")
        return judgement

    @property
    def version_computed(self) -> int:
        """The version of the formula that its value is computed by, now as when it was recorded. Before versions were kept it was the first."""
        return self.formula_version or 1

    @property
    def calculation(self) -> Calculation | None:
        """The formula that its value came by, with its text; None for a value that was found as it stands, or whose formula the book has lost."""
        try:
            return BOOK.get(self.formula, self.version_computed) if self.formula else None
        except UnknownCalculation:
            return None

    @property
    def combined_by(self) -> str:
        """How the value came from its determinations, in words."""
        plan = self.row.replicate_plan
        return COMBINED_WORDS[plan.combine] if plan is not None else ""

    @property
    def first_extraction(self) -> "Result | None":
        """For a repeat extraction, the first one: what it, or the invalid repeat before it, superseded."""
        former = self.supersedes if self.is_repeat else None
        while former is not None and former.is_repeat:
            former = former.supersedes
        return former

    @property
    def extractions(self) -> list[list[bool]]:
        """Every well, true when it was positive: of the first extraction, then of the repeat."""
        listed = [one for one in (self.first_extraction, self) if one is not None]
        return [[number < (one.wells_positive or 0) for number in range(one.wells or 0)] for one in listed]

    @property
    def wells_shown(self) -> str:
        """The wells in words, both extractions; empty when none were counted."""
        parts = [f"{sum(wells)} of {len(wells)} wells positive" for wells in self.extractions if wells]
        return "; repeat extraction: ".join(parts)

    @property
    def asks_two_readers(self) -> bool:
        """Whether a second person has to judge what is to be seen; an invalid test shows nothing."""
        return self.row.second_reading and self.kind == "term"

    @property
    def second_reading(self) -> Any:
        """The judgement of the second reader; None while there is none."""
        return getattr(self, "reading", None) if self.asks_two_readers else None

    @property
    def is_blind(self) -> bool:
        """Whether what was found is not shown yet: the second reader of the entry in force has not signed (LAB-11)."""
        current = self
        while not current.is_current and (newer := getattr(current, "superseded_by", None)) is not None:
            current = newer
        return current.is_current and current.asks_two_readers and current.second_reading is None

    @classmethod
    def withheld_keys(cls, keys: set[str]) -> set[str]:
        """Results that wait for their second reader, and what those superseded."""
        by_two = cls.objects.filter(pk__in=keys, row__second_reading=True).select_related("row", "reading", "superseded_by__row", "superseded_by__reading")
        return {str(one.pk) for one in by_two if one.is_blind}

    @property
    def opens_oos(self) -> bool:
        """Whether its review opens an OOS: a release test that shows the lot out of its limit."""
        return self.verdict == "does_not_conform" and self.row.purpose == "release"

    @property
    def counts(self) -> bool:
        """Whether it counts for release: current, conforming, reviewed by a second person (LAB-11)."""
        return self.is_current and self.verdict == "conforms" and self.status == "reviewed"
