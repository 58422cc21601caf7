"""Lists of test methods: a code, and frozen versions that hold the text of their methods (LAB-02)."""

from django.db import models
from django.urls import reverse

from evgmp.compliance.models import GmpModel
from evgmp.compliance.models.change_record import CHANGE_FIELDS, ChangeRecorded

METHOD_LIST_STATUSES = ("draft", "reviewed", "effective", "superseded")


class MethodList(GmpModel):
    """A list of test methods. Its content is in its versions; its row is the lock for all of them."""

    append_only = True

    code = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class MethodListVersion(ChangeRecorded):
    """One version: authored, reviewed, effective, superseded. Frozen from the first save; only its status moves.

    source_text: one or more methods as TOML, in the format of `qc.domain.method_file`. It is read anew wherever a method is asked for.
    """

    fixed_fields = ("method_list", "version", "source_text", *CHANGE_FIELDS)
    unsigned_fields = ("revision", "status", "effective_from")

    method_list = models.ForeignKey(MethodList, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default="draft")
    source_text = models.TextField()

    class Meta:
        ordering = ["method_list", "-version"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=METHOD_LIST_STATUSES), name="method_list_status_known"),
            models.UniqueConstraint(fields=["method_list", "version"], name="method_list_version_once"),
            models.UniqueConstraint(fields=["method_list"], condition=models.Q(status="effective"), name="one_effective_method_list_version"),
        ]

    def __str__(self) -> str:
        return f"{self.method_list.code} version {self.version}"

    @property
    def number(self) -> str:
        return f"{self.method_list.code}-V{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("qc:method_list", args=[self.number])
