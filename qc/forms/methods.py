"""The form of a method list: its text and its change record."""

from typing import Any

from django import forms

from qc.domain.method_list import LONGEST_CODE
from qc.forms.authored_text import AuthoredTextForm, written_field
from qc.selectors.methods import example_text


class AuthorMethodsForm(AuthoredTextForm):
    """The list of examples, a file or a text of one's own, under the code of its list. Cleans to code, text and change record."""

    what = "list of methods"
    choose = "the list of examples"
    code = forms.CharField(
        label="Code of the list", max_length=LONGEST_CODE, help_text="As ML-QC. A code that exists gets its next version; a new one begins a list.",
    )  # fmt: skip
    shipped = forms.ChoiceField(
        label="List of examples that comes with the software", required=False,
        choices=[("", "None, I upload a file or write it"), ("methods", "The examples, to be replaced by the site's own methods")],
    )  # fmt: skip
    written = written_field(
        "Write or change the methods here, each as [[method]]. What every test by a method asks for at least stands in controls (or control_set, the key "
        "of a [[control_set]]), replicates, replicate_rule, combine, cv_max and difference_max; calculation names the formula that results are computed by. "
        "What is left out is left to the specifications. Defects are named when you sign."
    )
    file = forms.FileField(label="Own file", required=False, help_text="A TOML file with one or more methods, up to 1 MB.")
    field_order = ("code", "shipped", "written", "file")

    def shipped_text(self, chosen: str) -> str:
        return example_text()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        return data if self.errors else {"code": self.cleaned_data["code"], **data}
