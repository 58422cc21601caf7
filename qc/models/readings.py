"""What a second person saw of a qualitative test, signed before they knew what the first one had written."""

from django.db import models
from django.urls import reverse

from evgmp.compliance.models import GmpModel
from qc.models.results import Result


class SecondReading(GmpModel):
    """One judgement by a second reader. Written once; whether it agrees is what the server found."""

    append_only = True

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="reading")
    term = models.CharField(max_length=200)
    remark = models.TextField(blank=True)
    agrees = models.BooleanField()
    reader = models.CharField(max_length=120)
    reader_id = models.CharField(max_length=80)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Second reading of {self.result}"

    def get_absolute_url(self) -> str:
        return reverse("qc:result", args=[self.result.number])
