"""Form of a temperature excursion."""

from typing import Any

from django import forms

from evgmp.web.forms import CommandForm, InstantField, NumberField


class RecordExcursionForm(CommandForm):
    place = forms.CharField(label="Where", max_length=80, help_text="Freezer, tank or shipper, for example EQ-LN2-01.")
    began_at = InstantField(label="Began at")
    ended_at = InstantField(label="Ended at")
    highest_c = NumberField(label="Highest temperature", unit="°C", low="-273.15", high="100")
    limit_c = NumberField(label="Highest temperature allowed", unit="°C", low="-273.15", high="100")
    source = forms.CharField(label="Source", max_length=200, help_text="Monitoring record or logger with its number.")


__all__: list[Any] = ["RecordExcursionForm"]
