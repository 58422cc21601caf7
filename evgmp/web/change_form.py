"""The change record as a part of every form that authors a version."""

from typing import Any

from django import forms

from evgmp.rules.change_record import CHANGE_PARTS
from evgmp.web.forms import CommandForm

LINES = forms.Textarea(attrs={"rows": 2})


class ChangeForm(CommandForm):
    """The change record beside the reason: what the version means for others (MST-07)."""

    impact = forms.CharField(
        label="Impact", help_text="On product, process, tests and other documents. If there is none: say why.", widget=LINES
    )
    affected_batches = forms.CharField(
        label="Affected batches", help_text="Batches in process keep their version. Name those concerned, or none."
    )
    training_needed = forms.CharField(label="Training needed", help_text="Who has to learn what before the version is used, or none.")


def change_of(given: dict[str, Any]) -> dict[str, str]:
    """The parts of the change record among the cleaned data."""
    return {name: given[name] for name in CHANGE_PARTS}
