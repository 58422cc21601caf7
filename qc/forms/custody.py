"""Forms of the chain of custody and of contract laboratories."""

from typing import Any

from django import forms

from evgmp.web.forms import CodeField, CommandForm, DayField, NumberField
from qc.domain.custody import FINDINGS, HANDLED
from qc.selectors.methods import methods_in_force


class RecordCustodyForm(CommandForm):
    kind = forms.ChoiceField(label="What happened?", choices=list(HANDLED.items()), widget=forms.RadioSelect)
    place = forms.CharField(label="Where it is now", max_length=200, help_text="Freezer and position, or to whom it was sent and how.")
    quantity = NumberField(label="Quantity", required=False, help_text="Of an aliquot, or what is left. Leave it empty when it did not change.")
    keep_until = DayField(label="Retained until", required=False, help_text="Only for a stored retention sample, as 2029-11-23.")
    finding = forms.ChoiceField(
        label="What the yearly look found", required=False, choices=[("", "No yearly look"), *FINDINGS.items()], widget=forms.RadioSelect,
        help_text="Only for the yearly look at a reserve.",
    )  # fmt: skip
    remark = forms.CharField(label="Remark", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is not None:
            self.fields["quantity"].unit = self.target.unit  # type: ignore[attr-defined]
            self.fields["quantity"].help_text = f"In {self.target.unit}: of an aliquot, or what is left. Leave it empty when it did not change."


class DestroySampleForm(CommandForm):
    method = forms.CharField(label="How it was destroyed", max_length=200, help_text="For example: autoclaved, waste bag 114.")


class ApproveLaboratoryForm(CommandForm):
    code = CodeField(label="Code", help_text="For example CL-01. The code of an approved laboratory renews its approval.")
    name = forms.CharField(label="Name", max_length=120)
    scope = forms.MultipleChoiceField(label="Approved for", choices=lambda: _methods(), widget=forms.CheckboxSelectMultiple)
    agreement = forms.CharField(label="Quality agreement", max_length=120, help_text="Its number and version.")
    valid_until = DayField(label="The agreement runs until", help_text="Its last day, as 2028-11-23.")


def _methods() -> list[tuple[str, str]]:
    """Each method once, whatever its version."""
    return list({method.number: (method.number, f"{method.number} {method.name}") for method in methods_in_force()}.values())
