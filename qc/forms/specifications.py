"""Forms of specifications and of received samples."""

from typing import Any

from django import forms

from evgmp.web.forms import CommandForm
from qc.selectors.specifications import shipped_files, shipped_text

LARGEST_TEXT = 1024 * 1024


def shipped_choices() -> list[tuple[str, str]]:
    return [("", "None, I upload a file"), *((name, name) for name in shipped_files())]


class AuthorSpecificationForm(CommandForm):
    """A file that comes with the software, or one of one's own. Cleans to its text."""

    shipped = forms.ChoiceField(label="Specification that comes with the software", choices=shipped_choices, required=False)
    file = forms.FileField(label="Own file", required=False, help_text="A TOML file with one specification, up to 1 MB.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        shipped, uploaded = data.get("shipped"), data.get("file")
        if bool(shipped) == bool(uploaded):
            raise forms.ValidationError("Choose a specification of the list or upload a file: one of the two.")
        return {"text": shipped_text(str(shipped)) if shipped else self._text(uploaded)}

    def _text(self, uploaded: Any) -> str:
        if uploaded.size > LARGEST_TEXT:
            raise forms.ValidationError("This file has more than 1 MB. A specification is far smaller; check that it is the right file.")
        try:
            text: str = uploaded.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This file is no text. Upload the specification as a TOML file in UTF-8.") from error
        return text


class ReceiveSampleForm(CommandForm):
    condition = forms.CharField(
        label="Condition on arrival", max_length=200, help_text="For example: frozen, seal intact, label matches. Write what you see."
    )
