"""Forms of materials: items, receipts, decisions, openings, and the one scan field of a step."""

from typing import Any

from django import forms

from batches.domain.lifecycle_materials import MATERIAL_DECISIONS
from batches.forms.files import RawFileField
from batches.selectors.uses import correctable, need_lines, use_in_words
from evgmp.web.forms import CodeField, CommandForm, DayField, NumberField

LONGEST_CODE = 120


class RegisterItemForm(CommandForm):
    code = CodeField(label="Code", help_text="For example MAT-0077.")
    name = forms.CharField(label="Name", max_length=120)
    unit = forms.CharField(label="Unit", max_length=20, help_text="In which stock is counted, for example mL, g or pieces.")
    storage = forms.CharField(label="Storage", max_length=120, help_text="For example 2 to 8 °C.")
    origin = forms.CharField(
        label="Origin", max_length=200, help_text="Animal or human origin with the reference to TSE and viral safety, or none."
    )
    open_hours = NumberField(
        label="Usable after opening",
        unit="h",
        whole=True,
        low="1",
        high="20000",
        required=False,
        help_text="Hours. Empty: as long as the lot.",
    )
    single_use = forms.BooleanField(label="Single-use: each piece is used once", required=False)


class ReceiveMaterialForm(CommandForm):
    supplier = forms.CharField(label="Supplier", max_length=120)
    supplier_lot = forms.CharField(label="Lot of the supplier", max_length=80)
    containers = NumberField(label="Containers", whole=True, low="1", high="9999")
    per_container = NumberField(label="Quantity of each container", help_text="In the unit of the item.")
    expires_on = DayField(
        label="Expires on", required=False, help_text="As 2026-11-23. Its last day counts. Empty: the supplier sets none."
    )
    place = forms.CharField(label="Stored at", max_length=80, help_text="Place in the quarantine store.")
    certificate = RawFileField(
        label="Certificate of analysis", help_text="The supplier's file, kept unchanged. Without it the lot can't be released."
    )


class DecideMaterialForm(CommandForm):
    decision = forms.ChoiceField(label="Decision", choices=list(MATERIAL_DECISIONS.items()), widget=forms.RadioSelect)


class OpenMaterialForm(CommandForm):
    container = NumberField(label="Container", whole=True, low="1", high="9999", help_text="The number after C on its label.")


class DiscardMaterialForm(CommandForm):
    quantity = NumberField(label="Quantity", help_text="In the unit of the item.")
    container = NumberField(
        label="Container", whole=True, low="1", high="9999", required=False, help_text="Where containers are kept one by one."
    )


class ReserveMaterialForm(CommandForm):
    batch = CodeField(label="For the batch of", help_text="Scan or type the lot being made, for example IMSC-P-2026-001.")
    quantity = NumberField(label="Quantity", low="0", help_text="In the unit of the item. 0 gives the reservation back.")


class RecordUseForm(CommandForm):
    """One field for a wedge scanner, the camera and the keyboard alike. The server resolves what it says."""

    code = forms.CharField(
        label="Scan, or type the code under the barcode", max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-scan": ""}),
        error_messages={"required": "Nothing was scanned. Scan the label, or type the code under it."},
    )  # fmt: skip
    quantity = NumberField(label="Quantity used", required=False)


class TakeSampleForm(CommandForm):
    need = forms.ChoiceField(label="Which sample")
    quantity = NumberField(label="Quantity drawn", help_text="In the unit of the plan.")
    container = forms.CharField(label="Container", max_length=80, help_text="For example 2 mL cryovial.")
    storage = forms.CharField(label="Storage", max_length=80, help_text="For example -80 °C, freezer FRZ-04.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [line for line in need_lines(self.target) if line.kind == "sample" and not line.done] if self.target else []
        self.fields["need"].choices = [(line.key, line.named) for line in lines]  # type: ignore[attr-defined]


class CorrectUseForm(CommandForm):
    use = forms.ChoiceField(label="Which use")
    quantity = NumberField(label="Right quantity", required=False, low="0", help_text="Empty when it was not used at all.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = correctable(self.target) if self.target else []
        self.fields["use"].choices = [(key, use_in_words(row)) for key, row in found]  # type: ignore[attr-defined]


__all__: list[Any] = [
    "CorrectUseForm",
    "DecideMaterialForm",
    "DiscardMaterialForm",
    "OpenMaterialForm",
    "ReceiveMaterialForm",
    "RecordUseForm",
    "RegisterItemForm",
    "ReserveMaterialForm",
    "TakeSampleForm",
]  # fmt: skip
