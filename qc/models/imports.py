"""Import of instrument files: approved mappings, files handed in for a run, and the place of every value taken from one."""

from django.db import models
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.compliance.models import Attachment, GmpModel
from qc.domain.instrument_files.mapping_file import FileMapping, read_mapping
from qc.domain.instrument_files.places import Place
from qc.models.assays import AssayRun
from qc.models.results import Result

MAPPING_STATUSES = ("draft", "effective", "superseded")
IMPORT_STATUSES = ("handed_in", "imported", "discarded")


class MappingVersion(GmpModel):
    """One version of a mapping. Frozen from the first save; only its status moves."""

    fixed_fields = ("code", "version", "title", "methods", "source_text", "change_reason")
    unsigned_fields = ("revision", "status", "effective_from")

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    methods = models.JSONField(default=list, help_text="numbers of the methods whose runs may use it")
    status = models.CharField(max_length=20, default="draft")
    source_text = models.TextField()
    change_reason = models.TextField()
    effective_from = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=MAPPING_STATUSES), name="mapping_status_known"),
            models.UniqueConstraint(fields=["code", "version"], name="mapping_version_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(status="effective"), name="one_effective_mapping_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} version {self.version}"

    @property
    def number(self) -> str:
        return f"{self.code}-V{self.version}"

    @property
    def mapping(self) -> FileMapping:
        return read_mapping(self.source_text)

    def get_absolute_url(self) -> str:
        return reverse("qc:file_mapping", args=[self.number])


class FileImport(GmpModel):
    """A file to be read by one mapping version. Its values become results only when they are signed.

    It belongs to a run; or, for tests without controls, which have no run, to a lot.
    """

    fixed_fields = (
        "number", "run", "lot", "mapping", "sample", "tested_on", "file", "sha256", "measured", "handed_in_at", "handed_in_by", "handed_in_by_id",
    )  # fmt: skip
    unsigned_fields = ("revision", "status")

    number = models.CharField(max_length=40, unique=True)
    run = models.ForeignKey(AssayRun, on_delete=models.PROTECT, null=True, related_name="imports")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="file_imports")
    mapping = models.ForeignKey(MappingVersion, on_delete=models.PROTECT, related_name="imports")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, null=True, related_name="imports")
    tested_on = models.DateField()
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="imports")
    sha256 = models.CharField(max_length=64)
    measured = models.PositiveIntegerField(help_text="how many samples the person says were measured")
    status = models.CharField(max_length=20, default="handed_in")
    handed_in_at = models.DateTimeField()
    handed_in_by = models.CharField(max_length=120)
    handed_in_by_id = models.CharField(max_length=80)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=IMPORT_STATUSES), name="import_status_known"),
            models.CheckConstraint(condition=models.Q(run__isnull=True) ^ models.Q(lot__isnull=True), name="import_of_a_run_or_a_lot"),
            models.UniqueConstraint(fields=["sha256"], condition=~models.Q(status="discarded"), name="one_import_a_file"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("qc:file_import", args=[self.number])

    @property
    def of(self) -> AssayRun | Lot:
        """What it was handed in for."""
        found = self.run or self.lot
        assert found is not None
        return found


class ImportedValue(GmpModel):
    """Where a result, or one of its determinations, stands in its file, and how the file was read."""

    append_only = True

    file_import = models.ForeignKey(FileImport, on_delete=models.PROTECT, related_name="values")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="imported")
    sheet = models.CharField(max_length=120, blank=True)
    line = models.PositiveIntegerField()
    column = models.PositiveIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    as_printed = models.CharField(max_length=200, blank=True)
    factor = models.CharField(max_length=200, blank=True, help_text="what the value was multiplied by, and where that stands")
    encoding = models.CharField(max_length=60)
    decimal_mark = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.file_import} {self.place}"

    @property
    def place(self) -> Place:
        return Place(self.line, self.column, self.sheet, self.heading)
