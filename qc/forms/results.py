"""Forms of runs and results. Each shows only what its test asks for: its controls, its terms, its unit."""

from collections.abc import Sequence
from typing import Any

from django import forms

from evgmp.web.forms import CommandForm, DayField, InstantField, NumberField
from qc.domain.computed_value import label
from qc.domain.determinations import by_determinations
from qc.domain.kinds import kinds_for
from qc.domain.run_sequence import COURSES, LARGEST, WITH_RESULTS
from qc.domain.specification_rows import titled
from qc.domain.tracking_run import COMPUTED
from qc.domain.tracking_run import HOW as DILUTIONS_HOW
from qc.forms.files import RawFileField, location_field
from qc.models.assays import OUTCOMES
from qc.models.results import KINDS
from qc.selectors.custody import laboratories
from qc.selectors.methods import calculation_of, method_named
from qc.selectors.potency import rule_of
from qc.selectors.results import open_rows, received_samples
from qc.selectors.runs import methods_in_use, run_choices

# Of the runs that can't be chosen, the newest are named.
LEFT_OUT_SHOWN = 3
OUTCOME_CHOICES = list(OUTCOMES.items())


class RecordRunForm(CommandForm):
    """The method first; then its controls, each with what was observed and how it ended."""

    method = forms.ChoiceField(label="Method")
    instrument = forms.CharField(label="Instrument", max_length=120, help_text="Its code as on the label; it must be in date and in service.")
    course = forms.ChoiceField(label="How did it go?", choices=list(COURSES.items()), initial="complete", required=False)
    sequence = forms.IntegerField(
        label="Number of the run on the instrument", required=False, min_value=1, max_value=LARGEST,
        help_text="As the instrument counts its runs. Once a number was given, every run of the instrument has one.",
    )  # fmt: skip
    reprocesses = forms.CharField(label="Processed again from", required=False, max_length=40, help_text="Only then: the number of the run, as RUN-2026-0001.")
    performed_at = InstantField(label="Performed at", required=False, help_text="As 2026-11-23 14:05. Leave it empty if the run has just ended.")
    sample_measure = forms.CharField(label="Weight or measure of each sample", max_length=80, help_text="A number with its unit, as 100 µL.")
    reagents = forms.CharField(
        label="Reagents, kits and reference standards", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, from the label: name; lot; expiry as 2027-03-31. What stands in the register of standards: its number there alone.",
    )  # fmt: skip
    blank = NumberField(label="Blank of the diluent (particles/mL)", unit="particles/mL", as_reading=True, required=False, help_text="As measured.")
    dilutions = forms.CharField(
        label="Two dilutions of one sample", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}), help_text=DILUTIONS_HOW,
    )  # fmt: skip
    modification = forms.CharField(
        label="Done otherwise than the method says", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Empty when the method was followed to the letter.",
    )  # fmt: skip
    modification_why = forms.CharField(label="Why it was modified", required=False, max_length=1000)
    modification_data = forms.CharField(label="Data that verify the modification", required=False, max_length=300, help_text="Report or file, with its number.")
    remark = forms.CharField(label="Remark", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    raw_file = RawFileField()
    raw_data_location = location_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        methods = methods_in_use()
        self.fields["method"].choices = [("", "Choose a method"), *((key, str(m)) for key, m in methods.items())]  # type: ignore[attr-defined]
        asked = (self.data.get("method") if self.is_bound else self.initial.get("method")) or ""
        self.chosen = methods.get(asked)
        method = method_named(self.chosen.number, self.chosen.version) if self.chosen else None
        self.tracked = method is not None and method.tracking is not None
        self.controls = [c for c in self.chosen.controls if not (self.tracked and c["kind"] in COMPUTED)] if self.chosen else []
        if not self.tracked and self.chosen:
            del self.fields["blank"], self.fields["dilutions"]
        self._say_what_is_needed(method)
        if self.chosen is None:
            self.fields = {"method": self.fields["method"]}
        else:
            self.fields["method"].widget = forms.HiddenInput()
        for control in self.controls:
            kind, title = control["kind"], titled(control["kind"])
            self.fields[f"outcome_{kind}"] = forms.ChoiceField(
                label=f"{title}: outcome", choices=OUTCOME_CHOICES, widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"observed_{kind}"] = forms.CharField(label=f"{title}: observed", max_length=300, required=False)

        if self.is_bound and self.data.get("course") in COURSES and self.data["course"] not in WITH_RESULTS:
            # It gave no result: what was not done is not asked for.
            for name in ("sample_measure", "reagents", *(f"outcome_{c['kind']}" for c in self.controls)):
                if name in self.fields:
                    self.fields[name].required = False

    def _say_what_is_needed(self, method: Any) -> None:
        """The reagents and standards that the method names, beside their field."""
        if method is not None and (method.reagents or method.standards):
            named = ", ".join([*method.reagents, *(f"{one} (by its number in the register)" for one in method.standards)])
            self.fields["reagents"].required = True
            self.fields["reagents"].help_text = f"{self.fields['reagents'].help_text} This method names: {named}."

    def control_fields(self) -> list[dict[str, Any]]:
        """Title, criterion and the two bound fields of each control, for the page."""
        return [
            {"title": titled(c["kind"]), "criterion": c["criterion"], "outcome": self[f"outcome_{c['kind']}"], "observed": self[f"observed_{c['kind']}"]}
            for c in self.controls
        ]

    def sections(self) -> list[dict[str, Any]]:
        """The parts of the page in the order of the work."""
        parts = [
            ("instrument", "Instrument and sample", ("instrument", "sequence", "performed_at", "sample_measure", "course", "reprocesses")),
            ("reagents", "Reagents and reference standards", ("reagents",)),
            *([("tracking", "Blank and dilutions", ("blank", "dilutions"))] if self.tracked else []),
            ("controls", "Controls", ()),
            ("deviation", "Departure from the method", ("modification", "modification_why", "modification_data")),
            ("files", "Remark and files", ("remark", "raw_file", "raw_data_location")),
        ]
        return [{"key": key, "title": title, "fields": [self[name] for name in names]} for key, title, names in parts]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        judged = [
            {"kind": c["kind"], "outcome": data.pop(f"outcome_{c['kind']}"), "observed": data.pop(f"observed_{c['kind']}")} for c in self.controls
        ]
        if self.chosen is not None:
            data["course"] = data.get("course") or "complete"
        return {**data, "controls": [one for one in judged if one["outcome"]]}


class ResultForm(CommandForm):
    """What the test showed. The unit stands beside the field and never in it; earlier and expected values are not shown."""

    may_be_elsewhere = True
    asked = 0
    # Of a test whose value is computed from what is typed here.
    formula: Any = None
    # Whether the test needs a run and none fits; runs of its method that do not fit, each with the reason.
    no_run = False
    left_out: Sequence[Any] = ()

    sample = forms.ChoiceField(label="Sample")
    run = forms.ChoiceField(label="Run", required=False)
    kind = forms.ChoiceField(label="What did the test show?", widget=forms.RadioSelect)
    value = NumberField(label="Number", as_reading=True, required=False)
    term = forms.ChoiceField(label="Term", required=False)
    lod = NumberField(label="LOD of this test", required=False)
    lod_unit = forms.CharField(label="Unit of the LOD", max_length=40, required=False)
    loq = NumberField(label="LOQ of this test", required=False)
    wells_positive = forms.IntegerField(label="Positive wells", required=False, min_value=0, max_value=1000)
    why_invalid = forms.CharField(label="Why the test is invalid", max_length=500, required=False, help_text="Only for an invalid test without a run.")
    tested_on = DayField(label="Tested on", required=False, help_text="As 2026-11-23. Leave it empty if it was tested today.")
    laboratory = forms.ChoiceField(label="Tested by", required=False, help_text="A contract laboratory's original certificate is attached below.")
    raw_file = RawFileField()
    raw_data_location = location_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.test = self._test()
        if self.test is None:
            return
        lot = self._lot()
        fields: dict[str, Any] = self.fields
        approved = list(laboratories()) if self.may_be_elsewhere else []
        fields["laboratory"].choices = [("", "This site's laboratory"), *((one.code, f"{one.code} {one.name}") for one in approved)]
        if not approved:
            del fields["laboratory"]
        fields["sample"].choices = [(s.number, f"{s.number} ({s.purpose})") for s in received_samples(lot)]
        terms = [*self.test.accepted, *(known for known in self.test.known if known not in self.test.accepted)]
        kinds = kinds_for(self.test.result_type, has_unit=bool(self.test.unit), has_terms=bool(terms))
        fields["kind"].choices = [(kind, KINDS[kind]) for kind in kinds]
        # In the order of the alphabet, so that the form doesn't say which term is wanted.
        fields["term"].choices = [("", "Choose a term"), *((t, t) for t in sorted(terms, key=str.casefold))]
        unit = self.test.unit
        fields["value"].unit = unit
        fields["value"].help_text = f"Only for a number. In {unit}: write the number alone, as read." if unit else "Only for a number, as read."
        fields["term"].help_text = "Only for a term."
        fields["lod"].help_text = "For “not detected”." if "not_detected" in kinds else "The sensitivity in force."
        fields["loq"].help_text = f"For a value below the LOQ, in {unit}." if unit else "For a value below the LOQ."
        fields["lod_unit"].help_text = f"Leave it empty for {self.test.lod_unit or self.test.validated_lod_unit or unit}."
        if self.test.controls:
            fields["run"].required = True
            self._runs(received_samples(lot))
            del fields["why_invalid"]
        else:
            fields["run"].choices = [("", "This test has no run")]
            fields["run"].widget = forms.HiddenInput()
        fields["wells_positive"].help_text = f"Of the {self.test.replicates} wells of one extraction, counted one by one. Empty for an invalid test."
        if rule_of(self.test) is not None:
            self._from_evaluations()
            return
        self._without_the_needless(kinds, bool(terms))
        self._determinations()
        self._inputs()

    def _inputs(self) -> None:
        """Where the method computes the value, one field for each of its inputs; nobody types the value."""
        formula = calculation_of(self.test)
        self.formula = formula
        if formula is None:
            return
        self.fields.pop("value", None)
        for name, unit in formula.inputs.items():
            self.fields[f"input_{name}"] = NumberField(
                label=label(name), unit=unit, as_reading=True, required=False, help_text=f"In {unit}: write the number alone, as read."
            )

    def input_fields(self) -> list[Any]:
        """The bound fields of what the value is computed from, for the page."""
        return [self[f"input_{name}"] for name in self.formula.inputs] if self.formula is not None else []

    def _from_evaluations(self) -> None:
        """A relative potency comes from its evaluations alone: nothing is typed, and nobody chooses among them."""
        for name in ("value", "term", "lod", "lod_unit", "loq", "wells_positive", "why_invalid", "run", "kind"):
            self.fields.pop(name, None)
        self.fields["sample"].help_text = "The value is that of the suitable evaluations of this sample, in the order in which they were recorded."

    def _determinations(self) -> None:
        """Where the method asks for several determinations, one field for each; their value is calculated, so nobody types it."""
        plan = by_determinations(self.test.replicate_plan)
        self.asked = plan.count if plan else 0
        if plan is None:
            return
        self.fields.pop("value", None)
        for number in range(1, plan.count + 1):
            within = f"In {self.test.unit}: write the number alone, as read" if self.test.unit else "As read"
            help_text = f"{within}; with “<” where it lay below the LOD or LOQ." if number == 1 else ""
            self.fields[f"replicate_{number}"] = NumberField(
                label=f"Determination {number}", unit=self.test.unit, as_reading=True, required=False, help_text=help_text
            )

    def replicate_fields(self) -> list[Any]:
        """The bound fields of the determinations, for the page."""
        return [self[f"replicate_{number}"] for number in range(1, self.asked + 1)]

    def _test(self) -> Any:
        return self.target.row if self.target else None

    def _lot(self) -> Any:
        return self.target.lot

    def _runs(self, samples: list[Any]) -> None:
        """Only runs that fit a sample can be chosen. The newest of the others are named with the reason, so that nobody looks for them."""
        choices = run_choices(self.test, samples, self._first_extraction())
        fitting = [one for one in choices if not one.why_not]
        self.left_out = [one for one in choices if one.why_not][:LEFT_OUT_SHOWN]
        self.no_run = not fitting
        field: Any = self.fields["run"]
        field.choices = [("", "Choose a run" if fitting else "No run fits"), *((one.number, one.words) for one in fitting)]
        field.error_messages["invalid_choice"] = "%(value)s is none of the runs that can be chosen for this test. Choose one of the list."

    def _first_extraction(self) -> Any:
        return None

    def _without_the_needless(self, kinds: tuple[str, ...], has_terms: bool) -> None:
        """A field that no kind of this test uses isn't shown."""
        needed = {
            "value": "number" in kinds,
            "term": has_terms and "term" in kinds,
            "lod": "not_detected" in kinds or self.test.lod_max is not None,
            "lod_unit": "not_detected" in kinds or self.test.lod_max is not None,
            "loq": "below_loq" in kinds,
            "wells_positive": bool(self.test.repeat),
        }
        for name, is_needed in needed.items():
            if not is_needed:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, empty in (("run", ""), ("value", None), ("term", ""), ("lod", None), ("lod_unit", ""), ("loq", None), ("wells_positive", None)):
            data.setdefault(name, empty)
        given = [data.pop(f"replicate_{number}", None) for number in range(1, self.asked + 1)]
        data["replicates"] = [one for one in given if one is not None]
        measured = {name: data.pop(f"input_{name}", None) for name in (self.formula.inputs if self.formula is not None else ())}
        data["inputs"] = {name: one for name, one in measured.items() if one is not None}
        data.setdefault("kind", "number")
        return data


class CorrectResultForm(ResultForm):
    """The same fields, empty: what is right is written down afresh."""

    def _first_extraction(self) -> Any:
        return self.target.first_extraction if self.target else None


class RepeatExtractionForm(CorrectResultForm):
    """The repeat has a run of its own."""

    def _first_extraction(self) -> Any:
        return self.target


class RecordResultForm(ResultForm):
    """The test first; then what it showed: several determinations as replicate_1, replicate_2; what a value is computed from as input_NAME of its formula."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.open_rows: list[Any] = []
        super().__init__(*args, **kwargs)
        self.fields["row"] = forms.ChoiceField(
            label="Test", choices=[("", "Choose a test"), *((r.code, f"{r.code}, {r.name}") for r in self.open_rows)],
            widget=forms.HiddenInput if self.test else forms.Select,
        )  # fmt: skip
        if self.test is None:
            self.fields = {"row": self.fields["row"]}

    def _test(self) -> Any:
        asked = (self.data.get("row") if self.is_bound else self.initial.get("row")) or ""
        # A list of all tests is needed only while none of them is chosen.
        self.open_rows = ((asked and open_rows(self.target, asked)) or open_rows(self.target)) if self.target else []
        return next((row for row in self.open_rows if row.code == asked), None)

    def _lot(self) -> Any:
        return self.target
