"""Original files in the laboratory's forms."""

from django import forms

from batches.forms.files import RawFileField

__all__ = ["RawFileField", "location_field"]


def location_field() -> forms.CharField:
    """Where the dynamic raw data stay when the attached file is only a static copy of them."""
    return forms.CharField(
        label="Place of the raw data",
        max_length=200,
        required=False,
        help_text="If the file is only a printout or a copy: where the original data are.",
    )
