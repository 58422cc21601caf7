"""Forms of environmental monitoring."""

from typing import Any

from django import forms

from batches.selectors.environment import kinds_of_unit
from batches.services.environment import REVIEWS
from evgmp.web.forms import CommandForm, InstantField, NumberField


class RecordMonitoringForm(CommandForm):
    kind = forms.ChoiceField(label="What was monitored", choices=())
    place = forms.CharField(label="Where", max_length=120, help_text="The point on the plan, for example P3 beside the cabinet.")
    began_at = InstantField(label="From")
    ended_at = InstantField(label="Until")
    value = NumberField(label="Result", required=False, low="-1000", high="1E+9", help_text="Leave it empty where plates are counted later.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is not None:
            self.fields["kind"].choices = [("", "Choose"), *kinds_of_unit(self.target)]  # type: ignore[attr-defined]


class ReadMonitoringForm(CommandForm):
    value = NumberField(label="Result", low="-1000", high="1E+9")


class ReviewMonitoringForm(CommandForm):
    decision = forms.ChoiceField(label="Decision", choices=list(REVIEWS.items()), widget=forms.RadioSelect)
