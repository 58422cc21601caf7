"""Form of the decision on an exception. No decision is ticked beforehand."""

from django import forms

from batches.domain.lifecycle import CLASSES, EXCEPTION_DECISIONS
from evgmp.web.forms import CommandForm


class ReportExceptionForm(CommandForm):
    what = forms.CharField(
        label="What was not as it should be", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you saw, where and when. Step, lot and time of this report are added by themselves.",
    )  # fmt: skip


class RaiseDeviationForm(CommandForm):
    classification = forms.ChoiceField(label="Class", choices=list(CLASSES.items()), widget=forms.RadioSelect)


class CloseExceptionForm(CommandForm):
    decision = forms.ChoiceField(label="Decision", choices=list(EXCEPTION_DECISIONS.items()), widget=forms.RadioSelect)
