"""Original files in forms: taken byte for byte, with the name they came under."""

from typing import Any

from django import forms

from evgmp.compliance.files import LARGEST_FILE
from qc.services.files import RawFile


class RawFileField(forms.FileField):
    """A file as it left the instrument. Cleans to a RawFile, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", "Raw file")
        kwargs.setdefault("help_text", f"The unchanged export of the instrument, up to {LARGEST_FILE // 1024**2} MB. Its sha-256 is stored with it.")
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> RawFile | None:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        if uploaded.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"This file has {uploaded.size // 1024**2} MB, more than the {LARGEST_FILE // 1024**2} MB kept here. "
                "Keep it in the archive and say where."
            )
        return RawFile(name=uploaded.name, media_type=uploaded.content_type or "application/octet-stream", data=uploaded.read())


def location_field() -> forms.CharField:
    """Where the dynamic raw data stay when the attached file is only a static copy of them."""
    return forms.CharField(
        label="Place of the raw data", max_length=200, required=False, help_text="If the file is only a printout or a copy: where the original data are."
    )
