"""Forms of specifications and of received samples."""

from django import forms

from evgmp.web.forms import CommandForm
from qc.forms.authored_text import AuthoredTextForm, written_field
from qc.selectors.specifications import shipped_text, shipped_titles


def shipped_choices() -> list[tuple[str, str]]:
    return [("", "None, I upload a file or write it"), *shipped_titles().items()]


class AuthorSpecificationForm(AuthoredTextForm):
    """A file that comes with the software, or one of one's own, with its change record. Cleans to its text and that."""

    what = "specification"
    choose = "a specification of the list"
    shipped = forms.ChoiceField(label="Specification that comes with the software", choices=shipped_choices, required=False)
    written = written_field("Write or change the specification here, in the format of the file. Its defects are named when you sign.")
    file = forms.FileField(label="Own file", required=False, help_text="A TOML file with one specification, up to 1 MB.")
    field_order = ("shipped", "written", "file")

    def shipped_text(self, chosen: str) -> str:
        return shipped_text(chosen)


class ReceiveSampleForm(CommandForm):
    condition = forms.CharField(
        label="Condition on arrival", max_length=200, help_text="For example: frozen, seal intact, label matches. Write what you see."
    )
