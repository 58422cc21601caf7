"""Form of the decision on an exception. No decision is ticked beforehand."""

from django import forms

from batches.domain.lifecycle import EXCEPTION_DECISIONS
from evgmp.web.forms import CommandForm


class CloseExceptionForm(CommandForm):
    decision = forms.ChoiceField(label="Decision", choices=list(EXCEPTION_DECISIONS.items()), widget=forms.RadioSelect)
