"""Form of the decision on an exception. No decision is ticked beforehand."""

from typing import Any

from django import forms

from batches.domain.lifecycle import CLASSES, EXCEPTION_DECISIONS
from evgmp.web.forms import CommandForm


class ReportExceptionForm(CommandForm):
    what = forms.CharField(
        label="What was not as it should be", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you saw, where and when. What it is about and the time are added by themselves.",
    )  # fmt: skip


class RaiseDeviationForm(CommandForm):
    classification = forms.ChoiceField(label="Class", choices=list(CLASSES.items()), widget=forms.RadioSelect)


class CloseExceptionForm(CommandForm):
    """Where it is about no lot, “lot affected” is not offered (and refused)."""

    decision = forms.ChoiceField(label="Decision", choices=list(EXCEPTION_DECISIONS.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is not None and self.target.lot_id is None:
            offered = [(key, word) for key, word in EXCEPTION_DECISIONS.items() if key != "lot_affected"]
            self.fields["decision"].choices = offered  # type: ignore[attr-defined]
