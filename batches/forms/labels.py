"""Forms of the label commands."""

from pathlib import Path
from typing import Any

from django import forms

from batches.selectors.labels import effective_templates
from evgmp.web.change_form import ChangeForm, change_of
from evgmp.web.forms import CommandForm, NumberField

SHIPPED = Path(__file__).resolve().parents[1] / "masterdata" / "labels"


def shipped_labels() -> dict[str, str]:
    """Name of each shipped template -> its text."""
    return {path.stem: path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


class AuthorLabelForm(ChangeForm):
    """A shipped template, or the text of one's own, with its change record. Cleans to its text and that."""

    shipped = forms.ChoiceField(label="Template shipped with evgmp", required=False)
    text = forms.CharField(label="Or your own, as TOML", required=False, widget=forms.Textarea(attrs={"rows": 12}))
    field_order = ("shipped", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipped"].choices = [("", "None"), *((name, name) for name in shipped_labels())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        if bool(given.get("shipped")) == bool(given.get("text")):
            raise forms.ValidationError("Choose a shipped template, or write one of your own.")
        return {"text": shipped_labels()[given["shipped"]] if given["shipped"] else given["text"], **change_of(given)}


class PrintLabelsForm(CommandForm):
    """Which template and how many. What stands on the labels is the record's and can't be typed (LBL-01)."""

    template = forms.ChoiceField(label="Label")
    count = NumberField(label="Number of labels", whole=True, low="1", high="500")
    sample = forms.CharField(label="Number of the sample", max_length=40, required=False, help_text="Only for labels of a sample.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = effective_templates(self.target) if self.target else []
        self.fields["template"].choices = [(t.number, f"{t.title} ({t.number})") for t in found]  # type: ignore[attr-defined]

    def clean_count(self) -> int:
        return int(self.cleaned_data["count"])


class ReprintLabelsForm(CommandForm):
    first = NumberField(label="First label", whole=True, low="1", high="100000")
    count = NumberField(label="Number of labels", whole=True, low="1", high="500")

    def clean_first(self) -> int:
        return int(self.cleaned_data["first"])

    def clean_count(self) -> int:
        return int(self.cleaned_data["count"])


class CheckLabelForm(CommandForm):
    """The symbol as the scanner hands it over, or the line under it as typed."""

    code = forms.CharField(
        label="Scan the label, or type the line under its symbol",
        max_length=120,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-scan": ""}),
        error_messages={"required": "Nothing was scanned. Scan the label, or type the line under its symbol."},
    )


class ReconcileLabelsForm(CommandForm):
    used = NumberField(label="Used on containers", whole=True, low="0", high="100000")
    specimen = NumberField(label="Specimen in the record", whole=True, low="0", high="100000")
    damaged = NumberField(label="Damaged", whole=True, low="0", high="100000")
    returned = NumberField(label="Returned", whole=True, low="0", high="100000")
    destroyed = NumberField(label="Destroyed", whole=True, low="0", high="100000")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return {name: int(value) for name, value in given.items()}
