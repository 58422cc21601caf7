"""The plant: whose records these are. One row."""

from django.db import models

from evgmp.compliance.models.base import GmpModel


class Plant(GmpModel):
    """Manufacturer and site as printed on certificates. `is_demo` is set once, by the first event, and never changes."""

    fixed_fields = ("is_demo",)

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300)
    contact = models.CharField(max_length=200)
    authorisation_number = models.CharField(max_length=80)
    regulatory_profile = models.CharField(max_length=80)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name
