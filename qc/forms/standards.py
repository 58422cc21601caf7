"""Forms of the register of reference standards, controls and critical reagents."""

from django import forms

from evgmp.web.forms import CodeField, CommandForm, DayField, NumberField
from qc.domain.standards import KINDS
from qc.forms.files import RawFileField
from qc.services.standards import NOT_TRUSTED, STAND


class RegisterStandardForm(CommandForm):
    """One lot, from its label and its certificate. Another person checks it when the lot is qualified."""

    kind = forms.ChoiceField(label="What is it?", choices=list(KINDS.items()), widget=forms.RadioSelect)
    name = forms.CharField(label="Item", max_length=120, help_text="As the test methods name it, for example Standard endotoxin.")
    lot = forms.CharField(label="Lot", max_length=120, help_text="As on the label.")
    source = forms.CharField(label="Source", max_length=200, help_text="Maker, or how the site prepared it, with the number of the certificate.")
    expires_on = DayField(label="Expires on", help_text="The last day on which it may be used, as 2027-03-31.")
    assigned_value = NumberField(label="Assigned value", as_reading=True, required=False, help_text="The number alone. Every reference standard has one.")
    assigned_unit = forms.CharField(label="Unit of the assigned value", max_length=40, required=False, help_text="For example EU/mL; % for a potency.")
    former = CodeField(label="Former lot", required=False, help_text="Number in the register of the lot that it is bridged to. Empty for the first lot.")
    bridging_ratio = NumberField(
        label="Ratio, new to former lot", as_reading=True, required=False, help_text="Measured side by side, as 1.02. The assigned value allows for it."
    )
    bridging_report = forms.CharField(label="Report of the bridging", max_length=120, required=False)
    not_bridged_why = forms.CharField(
        label="Why no bridging is needed", max_length=500, required=False, help_text="Only when there was a lot before and none is bridged to."
    )
    raw_file = RawFileField(label="Certificate", help_text="As the maker or the site issued it. It is kept unchanged, with its sha-256.")


class QualifyStandardForm(CommandForm):
    report = forms.CharField(label="Qualification report", max_length=120, help_text="Its number and version. Attach it below, or keep it in the archive.")
    raw_file = RawFileField(label="Report", help_text="It is kept unchanged, with its sha-256.")


class WithdrawStandardForm(CommandForm):
    runs = forms.ChoiceField(
        label="The runs that used it", widget=forms.RadioSelect,
        choices=[(STAND, "Stand: the lot was good until now"), (NOT_TRUSTED, "Are not trusted from the day below")],
    )  # fmt: skip
    unfit_from = DayField(label="Not trusted from", required=False, help_text="First day whose runs are not trusted, as 2026-11-23. Empty when they stand.")
