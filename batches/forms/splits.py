"""Quantities of sub-lots, one to a line."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evgmp.rules.reading import UnreadableNumber, parse_number
from evgmp.web.forms import CommandForm

MOST_PARTS = 24


class SplitLotForm(CommandForm):
    """Cleans to a list of exact quantities. A bad line is named by its number; all that was typed stays."""

    parts = forms.CharField(
        label="Quantity of each sub-lot",
        help_text="One quantity to a line, in the unit of the lot.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_parts(self) -> list[Decimal]:
        lines = [line.strip() for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if len(lines) > MOST_PARTS:
            raise ValidationError(f"These are {len(lines)} sub-lots. Split into at most {MOST_PARTS} at once.")
        return [_quantity(number, line) for number, line in enumerate(lines, start=1)]


def _quantity(number: int, line: str) -> Decimal:
    try:
        reading: Any = parse_number(line)
    except UnreadableNumber as error:
        raise ValidationError(f"Line {number}: {error.sentence}") from error
    if reading.amount is None or reading.qualifier:
        raise ValidationError(f"Line {number}: write the plain number without “{reading.qualifier}”.")
    amount: Decimal = reading.amount
    return amount
