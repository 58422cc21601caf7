"""Form of the second reading. It shows nothing of the first."""

from typing import Any

from django import forms

from evgmp.web.forms import CommandForm
from qc.selectors.results import terms_of


class ReadResultForm(CommandForm):
    term = forms.ChoiceField(label="What do you see?", widget=forms.RadioSelect)
    remark = forms.CharField(label="Remark", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = terms_of(self.target.row) if self.target is not None else []
        self.fields["term"].choices = [(term, term) for term in terms]  # type: ignore[attr-defined]
