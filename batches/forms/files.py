"""Original files in forms: taken byte for byte, with the name they came under."""

from typing import Any

from django import forms

from batches.domain.step_files import ACCEPTED
from batches.services.files import RawFile
from evgmp.compliance.files import LARGEST_FILE
from evgmp.web.forms import CommandForm


class RawFileField(forms.FileField):
    """A file as it left the instrument. Cleans to a RawFile, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", "Raw file")
        kwargs.setdefault(
            "help_text", f"The unchanged export of the instrument, up to {LARGEST_FILE // 1024**2} MB. Its sha-256 is stored with it."
        )
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


class AttachFileForm(CommandForm):
    """A file or photo of a step. A tablet offers its camera in the same field."""

    file = RawFileField(
        label="File or photo", required=True, widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=f"JPEG, PNG, PDF or plain text, up to {LARGEST_FILE // 1024**2} MB. It is kept unchanged, with its sha-256.",
        error_messages={"required": "No file was chosen. Choose one, or take a photo."},
    )  # fmt: skip
    shows = forms.CharField(label="What it shows", max_length=200, help_text="For example: tray of filled vials after inspection.")
