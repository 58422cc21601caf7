"""Drafts of master records: edited part by part until one is submitted as a version."""

from django.db import models
from django.urls import reverse

from batches.domain.master_file import read_master
from batches.models.masters import MasterVersion
from evgmp.compliance.models import GmpModel


class MasterDraft(GmpModel):
    """A master being written: its content as the text of a master file. open -> submitted or discarded.

    based_on: the version it began from; it may be submitted only while that is the newest. version: what it became.
    """

    fixed_fields = ("number", "based_on")

    number = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=20, default="open")
    content = models.TextField()
    based_on = models.ForeignKey(MasterVersion, on_delete=models.PROTECT, null=True, related_name="drafts_from_it")
    version = models.OneToOneField(MasterVersion, on_delete=models.PROTECT, null=True, related_name="draft")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """Code and title of the master it holds."""
        head = read_master(self.content)
        return f"{head.code}, {head.title}"

    def get_absolute_url(self) -> str:
        return reverse("batches:master_draft", args=[self.number])
