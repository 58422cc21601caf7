"""Chain of custody of samples, and the contract laboratories that may test them."""

from django.db import models
from django.urls import reverse

from batches.models import Sample
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel
from qc.domain.custody import FINDINGS, KINDS

CUSTODY_KINDS = tuple(KINDS)


class SampleEvent(GmpModel):
    """One link: what was done with the sample, where it is since, and by whom. Written once."""

    append_only = True

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=20)
    place = models.CharField(max_length=200)
    quantity = ExactDecimalField(null=True, help_text="left in this container, or taken as an aliquot, in the unit of the sample")
    keep_until = models.DateField(null=True, help_text="retention: last day on which it may not be destroyed")
    finding = models.CharField(max_length=20, blank=True, help_text="of the yearly look at a reserve: unchanged or changed")
    remark = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_id = models.CharField(max_length=80)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=CUSTODY_KINDS), name="custody_kind_known"),
            models.CheckConstraint(
                condition=models.Q(finding__in=("", *FINDINGS)) & (models.Q(kind="inspected") ^ models.Q(finding="")), name="custody_finding_of_a_look"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample}: {self.kind_word.lower()}"

    def get_absolute_url(self) -> str:
        return reverse("qc:custody", args=[self.sample.number])

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]

    @property
    def finding_words(self) -> str:
        return FINDINGS.get(self.finding, "")


class ContractLaboratory(GmpModel):
    """A laboratory that QA approved for named methods, as long as the agreement runs. Approved again, it is renewed in place."""

    fixed_fields = ("code",)

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    scope = models.JSONField(help_text="numbers of the methods")
    agreement = models.CharField(max_length=120)
    valid_until = models.DateField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("qc:laboratory", args=[self.code])
