"""Forms of relative potency: which sample, and its readings, pasted or in a file."""

from typing import Any

from django import forms

from evgmp.web.forms import CommandForm
from qc.domain.potency_readings import HOW
from qc.forms.files import RawFileField, location_field
from qc.selectors.potency import rule_of, samples_for

LONGEST = 40_000


class RecordPotencyForm(CommandForm):
    """The readings as they were measured. Nothing of what they will give is asked or shown."""

    sample = forms.ChoiceField(label="Sample")
    readings = forms.CharField(label="Readings", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}))
    raw_file = RawFileField()
    raw_data_location = location_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        run = self.target
        rule = rule_of(run) if run is not None else None
        fields["sample"].choices = [("", "Choose a sample"), *((s.number, f"{s.number} of {s.lot}") for s in (samples_for(run) if run is not None else []))]
        if rule is not None:
            asked = f"At least {rule.doses} doses in {rule.dose_unit}, {rule.responses} responses each in {rule.response_unit}."
            fields["readings"].help_text = f"{HOW} {asked} Empty when the file below holds them."
