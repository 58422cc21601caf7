"""Forms of an OOS investigation. The checklist is drawn from `qc.domain.oos`, a re-measurement as any result."""

from typing import Any

from django import forms

from batches.forms.samples import DrawSampleForm
from evgmp.web.forms import CommandForm
from qc.domain.oos import CHECKS, EVALUATIONS, FINDINGS, MOST_RETESTS
from qc.forms.files import RawFileField
from qc.forms.results import ResultForm
from qc.selectors.oos import analysts

IMPACT = "Name each lot listed on this page that is touched, and what happens to it; or say why none is."


class PlanOosForm(CommandForm):
    """Cleans to the checklist as a list and the plan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = {}
        for key, question in CHECKS.items():
            fields[f"finding_{key}"] = forms.ChoiceField(label=question, choices=[("", "Choose a finding"), *FINDINGS.items()])
            fields[f"remark_{key}"] = forms.CharField(label=f"Remark: {question[0].lower()}{question[1:]}", required=False, max_length=500)
        fields["hypothesis"] = forms.CharField(
            label="Hypothesis", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
            help_text="What may have caused the result, and how the plan shows it.",
        )  # fmt: skip
        fields["retests"] = forms.IntegerField(
            label="Number of re-measurements", min_value=0, max_value=MOST_RETESTS, help_text="Fixed now. No further one can be recorded later."
        )
        fields["analyst"] = forms.ChoiceField(
            label="Analyst who re-measures", required=False,
            choices=[("", "Nobody, nothing is re-measured"), *((person.user_id, person.printed_name) for person in analysts())],
        )  # fmt: skip
        fields["same_analyst_why"] = forms.CharField(label="Why the first analyst, if so", required=False, max_length=500)
        fields["evaluation"] = forms.ChoiceField(label="How the re-measurements are evaluated", choices=list(EVALUATIONS.items()))
        self.fields = fields

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        checks = [{"key": key, "finding": data.pop(f"finding_{key}"), "remark": data.pop(f"remark_{key}")} for key in CHECKS]
        return {**data, "checks": checks}


class RecordRetestForm(ResultForm):
    """The fields of a result. The sample is the one that failed, and it is re-measured in this laboratory."""

    may_be_elsewhere = False


class ConfirmOosForm(CommandForm):
    impact = forms.CharField(label="Impact on other lots", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=IMPACT)


class AuthoriseResampleForm(CommandForm):
    justification = forms.CharField(
        label="What shows that the first sample does not stand for the lot", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example that its container leaked. That it failed is no reason for a new sample.",
    )  # fmt: skip


class DrawResampleForm(DrawSampleForm):
    """As any sample is drawn; what for follows from the OOS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        oos = kwargs.get("target")
        super().__init__(*args, **{**kwargs, "target": oos.lot if oos is not None else None})
        del self.fields["purpose"]


class InvalidateOosForm(ConfirmOosForm):
    """Cause, evidence and impact: without one of them the result stands."""

    cause = forms.CharField(
        label="Laboratory cause", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text="What went wrong, and how it made this result."
    )
    evidence = RawFileField(label="Evidence", required=True, help_text="A file that shows the cause: a log, a record, a picture.")
    field_order = ["cause", "evidence", "impact"]
