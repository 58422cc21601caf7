"""Forms of specifications and of received samples."""

from typing import Any

from django import forms

from evgmp.web.change_form import ChangeForm, change_of
from evgmp.web.forms import CommandForm
from qc.selectors.specifications import shipped_files, shipped_text

LARGEST_TEXT = 1024 * 1024


def shipped_choices() -> list[tuple[str, str]]:
    return [("", "None, I upload a file or write it"), *((name, name) for name in shipped_files())]


class AuthorSpecificationForm(ChangeForm):
    """A file that comes with the software, or one of one's own, with its change record. Cleans to its text and that."""

    shipped = forms.ChoiceField(label="Specification that comes with the software", choices=shipped_choices, required=False)
    written = forms.CharField(
        label="Text", required=False, max_length=LARGEST_TEXT, strip=False, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        help_text="Write or change the specification here, in the format of the file. Its defects are named when you sign.",
    )  # fmt: skip
    file = forms.FileField(label="Own file", required=False, help_text="A TOML file with one specification, up to 1 MB.")
    field_order = ("shipped", "written", "file")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        shipped, uploaded, written = data.get("shipped"), data.get("file"), str(data.get("written") or "").replace("\r\n", "\n")
        if sum((bool(shipped), bool(uploaded), bool(written.strip()))) != 1:
            raise forms.ValidationError("Choose a specification of the list, upload a file or write the text: one of the three.")
        if written.strip():
            return {"text": written, **change_of(data)}
        return {"text": shipped_text(str(shipped)) if shipped else self._text(uploaded), **change_of(data)}

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
