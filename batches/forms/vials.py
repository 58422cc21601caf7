"""Forms of vials: where they stand, what they are for."""

from typing import Any

from django import forms

from batches.domain.boxes import LARGEST, PositionUnreadable, position
from evgmp.web.forms import CodeField, CommandForm, NumberField


class StoreVialsForm(CommandForm):
    tank = CodeField(label="Tank", help_text="For example LN2-01.")
    rack = CodeField(label="Rack", max_length=20)
    box = CodeField(label="Box", max_length=20)
    rows = NumberField(label="Rows of the box", whole=True, low="1", high=str(LARGEST))
    columns = NumberField(label="Columns of the box", whole=True, low="1", high="99")
    first = forms.CharField(label="First position", max_length=4, help_text="For example A1. Vials go row by row from there.")
    count = NumberField(label="Vials to store", whole=True, low="1", high="1000", unit="vials")

    def clean_first(self) -> str:
        try:
            return str(position(self.cleaned_data["first"]))
        except PositionUnreadable as error:
            raise forms.ValidationError(str(error)) from error


class ReserveVialForm(CommandForm):
    purpose = forms.CharField(label="For", max_length=120, help_text="Campaign or lot, for example thaw for the next culture.")


class WithdrawVialForm(CommandForm):
    destination = CodeField(label="Lot that receives the vial", help_text="Scan or type its number. It must be in process.")


__all__: list[Any] = ["ReserveVialForm", "StoreVialsForm", "WithdrawVialForm"]
