"""Issued papers and original files, byte for byte."""

from django.db import models
from django.urls import reverse

from evgmp.compliance.models.base import GmpModel
from evgmp.compliance.models.event import Trace


class FileContent(Trace):
    """The bytes of a file, keyed by their hash. In the database, so that one backup and one wall hold everything."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"


class IssuedDocument(GmpModel):
    """A paper issued once and read for ever. A newer version supersedes it; nothing replaces it."""

    append_only = True

    number = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    record_type = models.CharField(max_length=80)
    record_key = models.CharField(max_length=80)
    data = models.TextField(help_text="the frozen content as canonical JSON")
    data_sha256 = models.CharField(max_length=64)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT)
    check_code = models.CharField(max_length=24, unique=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["number", "version"]
        constraints = [models.UniqueConstraint(fields=["number", "version"], name="document_number_version_once")]

    def __str__(self) -> str:
        return f"{self.number} version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("qc:paper", args=[self.key])

    @property
    def key(self) -> str:
        """How this version is named in an address: COA-2026-001-V1."""
        return f"{self.number}-V{self.version}"

    @property
    def is_superseded(self) -> bool:
        return IssuedDocument.objects.filter(supersedes=self).exists()


class DocumentCopy(GmpModel):
    """A numbered, watermarked copy of an issued paper: who took it, when."""

    append_only = True

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="copies")
    copy_number = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=120)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "copy_number"], name="copy_number_once")]

    def __str__(self) -> str:
        return f"{self.document} copy {self.copy_number}"

    def get_absolute_url(self) -> str:
        return self.document.get_absolute_url()


class Attachment(GmpModel):
    """An original file (instrument output, image) kept byte-identical with its hash (REC-06)."""

    append_only = True

    record_type = models.CharField(max_length=80)
    record_key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    description = models.CharField(max_length=200, blank=True)
    is_static_copy = models.BooleanField(default=False)
    raw_data_location = models.CharField(max_length=200, blank=True)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["record_type", "record_key"], name="attachment_record")]

    def __str__(self) -> str:
        return self.name
