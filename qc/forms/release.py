"""Forms of the release commands. Nothing about the lot is typed here: only where the certified batch goes."""

from django import forms

from evgmp.web.forms import CommandForm


class CertifyForm(CommandForm):
    destination = forms.CharField(
        label="Destination",
        max_length=200,
        help_text="Country or countries of destination, as printed on the batch certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
