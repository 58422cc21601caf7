"""Alarms that somebody took notice of. The alarm itself is the exception, or the value near its limit; it is not kept twice."""

from django.db import models
from django.urls import reverse

from batches.models.deviations import ExceptionRecord
from batches.models.records import BatchRecord, Entry
from evgmp.compliance.models import GmpModel


class AlarmAcknowledgement(GmpModel):
    """One alarm of a batch, acknowledged once by a person with a comment and a signature (EXE-26)."""

    append_only = True

    batch = models.ForeignKey(BatchRecord, on_delete=models.PROTECT, related_name="acknowledgements")
    exception = models.OneToOneField(ExceptionRecord, on_delete=models.PROTECT, null=True, related_name="acknowledgement")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="acknowledgement")
    # As the alarm stood on the page that was signed.
    sentence = models.CharField(max_length=300)
    comment = models.TextField()
    at = models.DateTimeField()
    acknowledged_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(exception__isnull=False, entry__isnull=True) | models.Q(exception__isnull=True, entry__isnull=False),
                name="acknowledgement_of_one_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.sentence}"[:200]

    def get_absolute_url(self) -> str:
        """The step it rang in, or the batch."""
        step = self.entry.step if self.entry is not None else self.exception.step if self.exception is not None else None
        return step.get_absolute_url() if step is not None else reverse("batches:batch", args=[self.batch.number])
