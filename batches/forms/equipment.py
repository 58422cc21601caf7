"""Forms of equipment and rooms."""

from typing import Any

from django import forms

from batches.domain.equipment import CLASSES, UPKEEP
from evgmp.web.forms import CodeField, CommandForm, DayField


class RegisterEquipmentForm(CommandForm):
    code = CodeField(label="Code", help_text="As on its label, for example EQ-TFF-01 or ROOM-C2.")
    name = forms.CharField(label="Name", max_length=120)
    equipment_class = forms.ChoiceField(label="Class", choices=[(key, kind.title) for key, kind in CLASSES.items()])
    place = forms.CharField(label="Place", max_length=80)
    serial = forms.CharField(label="Serial number", max_length=80, required=False)


class RecordUpkeepForm(CommandForm):
    kind = forms.ChoiceField(label="What was done", choices=[(key, word) for key, (_, word) in UPKEEP.items()], widget=forms.RadioSelect)
    evidence = forms.CharField(label="Evidence", max_length=200, help_text="Number of the certificate, the protocol or the cleaning instruction.")
    valid_until = DayField(
        label="Valid until", required=False, help_text="As 2026-11-23, for a calibration or qualification. That of a cleaning is computed."
    )


__all__: list[Any] = ["RecordUpkeepForm", "RegisterEquipmentForm"]
