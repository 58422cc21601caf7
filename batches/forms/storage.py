"""Forms of storage: moves and temperature excursions."""

from typing import Any

from django import forms

from batches.domain.storage import temperature_classes
from batches.selectors.storage import boxes
from evgmp.web.forms import CodeField, CommandForm, InstantField, NumberField


class RecordExcursionForm(CommandForm):
    place = forms.CharField(label="Where", max_length=80, help_text="Freezer, tank or shipper, for example EQ-LN2-01.")
    began_at = InstantField(label="Began at")
    ended_at = InstantField(label="Ended at")
    highest_c = NumberField(label="Highest temperature", unit="°C", low="-273.15", high="100")
    limit_c = NumberField(label="Highest temperature allowed", unit="°C", low="-273.15", high="100")
    source = forms.CharField(label="Source", max_length=200, help_text="Monitoring record or logger with its number.")


class MoveLotForm(CommandForm):
    """Of a bank one of its boxes is chosen; of another lot a part may be named."""

    part = forms.CharField(label="Part", max_length=60, required=False, help_text="For example box 1 of 3. Empty when all of it is moved.")
    place = CodeField(label="To", max_length=60, help_text="Freezer, tank, cold room or shipper, for example FRZ-02.")
    rack = CodeField(label="Rack", max_length=20, required=False)
    box = CodeField(label="Box", max_length=20, required=False)
    temperature_class = forms.ChoiceField(label="Temperature class of the new place")
    why = forms.CharField(
        label="Why, if it leaves its temperature class", max_length=300, required=False, help_text="Then an exception opens, and QA decides."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["temperature_class"].choices = list(temperature_classes().items())  # type: ignore[attr-defined]
        if self.target is not None and self.target.stage == "cell_bank":
            self.fields["part"] = forms.ChoiceField(label="Box to move", choices=[(one, one) for one in boxes(self.target)])
        else:
            del self.fields["rack"], self.fields["box"]


__all__: list[Any] = ["MoveLotForm", "RecordExcursionForm"]
