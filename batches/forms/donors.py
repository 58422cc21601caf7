"""Forms of donors and lines. A donor is a code: nothing here may name a person."""

from typing import Any

from django import forms

from batches.domain.vectors import METHOD_WORDS, VECTOR_ITEMS
from evgmp.web.forms import CodeField, CommandForm


class RegisterDonorForm(CommandForm):
    code = CodeField(label="Donor code", help_text="For example DONOR-0007. Never a name or initials.")
    sex = forms.ChoiceField(label="Sex", choices=[("", "Choose"), ("female", "Female"), ("male", "Male"), ("not recorded", "Not recorded")])
    age_band = forms.RegexField(
        label="Age band at donation", regex=r"^[0-9]{1,3}-[0-9]{1,3}$", help_text="Five years, for example 45-49.",
        error_messages={"invalid": "Write a band of years, for example 45-49."},
    )  # fmt: skip
    tissue_source = forms.CharField(label="Tissue", max_length=80, help_text="For example skin biopsy or peripheral blood.")
    consent_reference = forms.CharField(label="Consent: reference", max_length=80, help_text="Number and version of the consent.")
    consent_scope = forms.CharField(label="Consent: scope", max_length=300, help_text="Uses it covers, and its terms of withdrawal.")
    testing_summary = forms.CharField(
        label="Donor testing", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Markers tested, laboratory, kit, date of sampling, outcome.",
    )  # fmt: skip


class DecideDonorEligibilityForm(CommandForm):
    eligibility = forms.ChoiceField(
        label="Decision", choices=[("eligible", "Eligible"), ("ineligible", "Ineligible")], widget=forms.RadioSelect
    )
    basis = forms.CharField(
        label="Basis", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="The records on which the decision rests."
    )


class RegisterCellLineForm(CommandForm):
    code = CodeField(label="Line code", help_text="For example IPSC-0007-C3.")
    clone = forms.CharField(label="Clone", max_length=40)
    reprogramming_method = forms.ChoiceField(
        label="Reprogramming method", choices=[("", "Choose"), *METHOD_WORDS.items()]
    )
    vector_kit = forms.CharField(label="Vector kit and lot", max_length=120)
    vector_contents = forms.MultipleChoiceField(
        label="What the vectors carried", choices=list(VECTOR_ITEMS.items()), widget=forms.CheckboxSelectMultiple,
        help_text="Everything, item by item: each one needs its own clearance test.",
        error_messages={"required": "Choose everything the vectors carried. Each item needs its clearance test."},
    )  # fmt: skip
    hla_type = forms.CharField(label="HLA type", max_length=200, help_text="A, B, C, DRB1, DQB1, DPB1.")
    genetic_edits = forms.CharField(label="Genetic edits", max_length=200, help_text="“None” when there are none.")
    culture = forms.CharField(label="Culture", max_length=200, help_text="Matrix, medium, with or without feeder cells.")


__all__: list[Any] = ["DecideDonorEligibilityForm", "RegisterCellLineForm", "RegisterDonorForm"]
