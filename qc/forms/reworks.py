"""Forms of reprocessing and rework. Nothing is chosen beforehand."""

from typing import Any

from django import forms

from batches.domain.rework import KINDS
from evgmp.web.forms import CommandForm
from qc.domain.rework import DECISIONS
from qc.selectors.reworks import procedures_for, tests_for


class RequestReworkForm(CommandForm):
    kind = forms.ChoiceField(label="Kind", choices=list(KINDS.items()), widget=forms.RadioSelect)
    procedure = forms.ChoiceField(label="Approved procedure", choices=(), help_text="The effective master by which it is processed again.")
    tests = forms.MultipleChoiceField(
        label="Added tests", choices=(), widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="They become mandatory for the release of the lot that is made. At least one that is not demanded anyway.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is not None:
            rows, mandatory = tests_for(self.target)
            versions = [(one.number, f"{one.number}, {one.master.title}") for one in procedures_for(self.target)]
            self.fields["procedure"].choices = [("", "Choose"), *versions]  # type: ignore[attr-defined]
            named = [(row.code, f"{row.code} {row.name}" + (" (demanded anyway)" if row.code in mandatory else "")) for row in rows]
            self.fields["tests"].choices = named  # type: ignore[attr-defined]


class DecideReworkForm(CommandForm):
    decision = forms.ChoiceField(label="Decision", choices=list(DECISIONS.items()), widget=forms.RadioSelect)
