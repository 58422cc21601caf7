"""Forms of the master record's commands."""

from typing import Any

from django import forms

from batches.selectors.masters import shipped_masters, shipped_text
from evgmp.web.change_form import ChangeForm, change_of

LARGEST_FILE = 500_000

class AuthorMasterForm(ChangeForm):
    """One of the masters shipped with the software, or a file of one's own, with its change record. Cleans to its text and that."""

    shipped = forms.ChoiceField(label="Master shipped with evgmp", required=False)
    upload = forms.FileField(label="Or a file of your own", required=False, help_text="A master record as a TOML file.")
    field_order = ("shipped", "upload")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipped"].choices = [("", "None"), *shipped_masters().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        shipped, upload = given.get("shipped"), given.get("upload")
        if self.errors:
            return given
        if bool(shipped) == bool(upload):
            raise forms.ValidationError("Choose a shipped master, or give one file of your own.")
        return {"text": shipped_text(shipped) if shipped else text_of(upload), **change_of(given)}


def text_of(upload: Any) -> str:
    """The text of an uploaded master file."""
    if upload.size > LARGEST_FILE:
        raise forms.ValidationError(f"This file is larger than {LARGEST_FILE // 1000} kB. A master record is a short text.")
    try:
        return str(upload.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise forms.ValidationError("This file is not text in UTF-8. Save it as a TOML file and choose it again.") from error
