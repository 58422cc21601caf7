"""Files and photos of a step, each kept byte for byte with its hash."""

from django.db import models
from django.urls import reverse

from batches.models.records import Step
from evgmp.compliance.models import Attachment, GmpModel


class StepAttachment(GmpModel):
    """One file of a step and what it shows. Only `is_current` ever changes: a file attached by mistake is struck, and stays readable."""

    fixed_fields = ("step", "file", "shows", "at", "attached_by")
    # Files of all steps stand under one need, which the master allows or requires.
    need = "file"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="attachments")
    file = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="of_step")
    shows = models.CharField(max_length=200)
    at = models.DateTimeField()
    attached_by = models.CharField(max_length=120)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file.name

    def get_absolute_url(self) -> str:
        return reverse("batches:step_file", args=[self.pk])
