"""The form of a method list: its text and its change record."""

from typing import Any

from django import forms

from evgmp.web.change_form import ChangeForm, change_of
from qc.domain.method_list import LONGEST_CODE
from qc.selectors.methods import example_text

LARGEST_TEXT = 1024 * 1024


class AuthorMethodsForm(ChangeForm):
    """The list of examples, a file or a text of one's own, under the code of its list. Cleans to code, text and change record."""

    code = forms.CharField(
        label="Code of the list", max_length=LONGEST_CODE, help_text="As ML-QC. A code that exists gets its next version; a new one begins a list.",
    )  # fmt: skip
    shipped = forms.ChoiceField(
        label="List of examples that comes with the software", required=False,
        choices=[("", "None, I upload a file or write it"), ("methods", "The examples, to be replaced by the site's own methods")],
    )  # fmt: skip
    written = forms.CharField(
        label="Text", required=False, max_length=LARGEST_TEXT, strip=False, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        help_text="Write or change the methods here, each as [[method]]. Their defects are named when you sign.",
    )  # fmt: skip
    file = forms.FileField(label="Own file", required=False, help_text="A TOML file with one or more methods, up to 1 MB.")
    field_order = ("code", "shipped", "written", "file")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        shipped, uploaded, written = data.get("shipped"), data.get("file"), str(data.get("written") or "").replace("\r\n", "\n")
        if sum((bool(shipped), bool(uploaded), bool(written.strip()))) != 1:
            raise forms.ValidationError("Choose the list of examples, upload a file or write the text: one of the three.")
        text = written if written.strip() else example_text() if shipped else self._text(uploaded)
        return {"code": data["code"], "text": text, **change_of(data)}

    def _text(self, uploaded: Any) -> str:
        if uploaded.size > LARGEST_TEXT:
            raise forms.ValidationError("This file has more than 1 MB. A list of methods is far smaller; check that it is the right file.")
        try:
            text: str = uploaded.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This file is no text. Upload the list of methods as a TOML file in UTF-8.") from error
        return text
