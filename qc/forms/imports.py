"""Forms of mappings and of files handed in."""

from typing import Any

from django import forms

from evgmp.web.forms import CommandForm, DayField, NumberField
from qc.forms.files import RawFileField
from qc.models import AssayRun
from qc.selectors.imports import mappings_for, samples_for, shipped_mapping_text, shipped_mapping_titles

LARGEST_TEXT = 256 * 1024


def shipped_choices() -> list[tuple[str, str]]:
    return [("", "None, I upload a file"), *shipped_mapping_titles().items()]


class AuthorMappingForm(CommandForm):
    """A mapping that comes with the software, or one of one's own. Cleans to its text."""

    shipped = forms.ChoiceField(label="Mapping that comes with the software", choices=shipped_choices, required=False)
    file = forms.FileField(label="Own file", required=False, help_text="A TOML file with one mapping, up to 256 kB.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        shipped, uploaded = data.get("shipped"), data.get("file")
        if bool(shipped) == bool(uploaded):
            raise forms.ValidationError("Choose a mapping of the list or upload a file: one of the two.")
        if not uploaded:
            return {"text": shipped_mapping_text(str(shipped))}
        if uploaded.size > LARGEST_TEXT:
            raise forms.ValidationError("This file has more than 256 kB. A mapping is far smaller; check that it is the right file.")
        try:
            return {"text": uploaded.read().decode("utf-8")}
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This file is no text. Upload the mapping as a TOML file in UTF-8.") from error


class HandInFileForm(CommandForm):
    """The file, how it is read, and the sample where the export doesn't name it."""

    mapping = forms.ChoiceField(label="Mapping", help_text="Which cell is which result. Only mappings that QA approved for this method are listed.")
    sample = forms.ChoiceField(label="Sample", required=False, help_text="Only for an export that does not name its sample.")
    tested_on = DayField(label="Tested on", required=False, help_text="As 2026-11-23. Only for a test without a run; leave it empty for today.")
    measured = NumberField(label="Samples measured", whole=True, low="1", high="10000", help_text="How many samples, without standards and controls.")
    raw_file = RawFileField(required=True, label="File of the instrument")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        versions = mappings_for(self.target) if self.target else []
        samples = samples_for(self.target) if self.target else []
        if isinstance(self.target, AssayRun):
            del fields["tested_on"]
        fields["mapping"].choices = [("", "Choose a mapping"), *((v.number, f"{v.title} ({v.number})") for v in versions)]
        fields["sample"].choices = [("", "The file names its samples"), *((s.number, f"{s.number}, {s.lot}") for s in samples)]
