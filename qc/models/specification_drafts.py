"""Drafts of specifications: edited row by row until one is submitted as a version."""

from django.db import models
from django.urls import reverse

from batches.domain.data_file import document
from evgmp.compliance.models import GmpModel
from qc.models.specifications import SpecificationVersion


class SpecificationDraft(GmpModel):
    """A specification being written: its content as the text of a specification file. open -> submitted or discarded.

    based_on: the version it began from; it may be submitted only while that is the newest. version: what it became.
    """

    fixed_fields = ("number", "based_on")

    number = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=20, default="open")
    content = models.TextField()
    based_on = models.ForeignKey(SpecificationVersion, on_delete=models.PROTECT, null=True, related_name="drafts_from_it")
    version = models.OneToOneField(SpecificationVersion, on_delete=models.PROTECT, null=True, related_name="draft")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """Code and title of the specification it holds."""
        head = document(self.content)["specification"]
        return f"{head['code']}, {head['title']}"

    def get_absolute_url(self) -> str:
        return reverse("qc:specification_draft", args=[self.number])
