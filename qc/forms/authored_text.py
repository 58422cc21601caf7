"""What the forms that author master data from a text share: a text that comes with the software, a file, or one written here."""

from typing import Any

from django import forms

from evgmp.web.change_form import ChangeForm, change_of

LARGEST_TEXT = 1024 * 1024


class AuthoredTextForm(ChangeForm):
    """Cleans to `text`, exactly one of `shipped`, `file` and `written`, and the change record.

    what: the noun in sentences; choose: what `shipped` offers. `shipped` and `written` are the form's own fields; `shipped_text` reads the chosen one.
    """

    what = ""
    choose = ""
    file = forms.FileField(label="Own file", required=False)

    def shipped_text(self, chosen: str) -> str:
        """The text that comes with the software under this choice."""
        raise NotImplementedError(f"{type(self).__name__} needs shipped_text().")

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with the text is said where the text came from: written here, chosen, or a file."""
        if field == "file" and not self.files.get("file"):
            field = "written" if str(self.data.get("written") or "").strip() else "shipped"
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        shipped, uploaded, written = data.get("shipped"), data.get("file"), str(data.get("written") or "").replace("\r\n", "\n")
        if sum((bool(shipped), bool(uploaded), bool(written.strip()))) != 1:
            raise forms.ValidationError(f"Choose {self.choose}, upload a file or write the text: one of the three.")
        text = written if written.strip() else self.shipped_text(str(shipped)) if shipped else text_of(uploaded, self.what)
        return {"text": text, **change_of(data)}


def text_of(uploaded: Any, what: str) -> str:
    """The text of an uploaded file as it is. what: the noun in sentences."""
    if uploaded.size > LARGEST_TEXT:
        raise forms.ValidationError(f"This file has more than 1 MB. A {what} is far smaller; check that it is the right file.")
    try:
        text: str = uploaded.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(f"This file is no text. Upload the {what} as a TOML file in UTF-8.") from error
    return text


def written_field(what: str) -> forms.CharField:
    """The field of a text written in the browser; its lines and blanks stay as typed."""
    return forms.CharField(
        label="Text", required=False, max_length=LARGEST_TEXT, strip=False, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        help_text=what,
    )  # fmt: skip
