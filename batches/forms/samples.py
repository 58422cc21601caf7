"""Form of a sample."""

import re
from typing import Any

from django import forms

from batches.domain.lifecycle import same_unit
from evgmp.web.forms import CommandForm, NumberField

UNITS = ("mL", "µL", "L", "vials", "cells")


class DrawSampleForm(CommandForm):
    purpose = forms.CharField(label="Purpose", max_length=120, help_text="For example release testing or retention.")
    quantity = NumberField(label="Quantity", low="0", high="1e12")
    unit = forms.ChoiceField(label="Unit")
    container = forms.CharField(label="Container", max_length=80, help_text="For example 2 mL cryovial.")
    storage = forms.CharField(label="Storage", max_length=80, help_text="For example -80 °C, freezer FRZ-04.")
    vials = forms.CharField(
        label="Vials", max_length=2000, required=False, help_text="Only for whole vials of a bank: their codes, for example V001, V060, V120."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.target.unit if self.target else ""
        units = [*([own] if own else []), *(unit for unit in UNITS if not same_unit(unit, own))]
        self.fields["unit"].choices = [(unit, unit) for unit in units]  # type: ignore[attr-defined]
        if self.target is None or self.target.stage != "cell_bank":
            del self.fields["vials"]

    def clean_vials(self) -> list[str]:
        """Full codes from whole ones, V001, 001 or 1."""
        found = []
        for part in re.split(r"[,;\s]+", self.cleaned_data["vials"].strip().upper()):
            if not part:
                continue
            if short := re.fullmatch(r"V?([0-9]{1,6})", part):
                part = f"{self.target.number}-V{int(short[1]):03d}"
            found.append(part)
        return found
