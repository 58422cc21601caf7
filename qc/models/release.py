"""Release: QC's approval of a lot's results, and the register of certifications. Both are written once."""

from django.db import models
from django.urls import reverse

from batches.models import Lot
from evgmp.compliance.models import GmpModel, IssuedDocument


class QcApproval(GmpModel):
    """The head of QC approved the results of a lot against one version of its specification and issued the certificate.

    The newest row holds, as long as its signature does: a corrected result withdraws it.
    """

    append_only = True

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="qc_approvals")
    specification = models.CharField(max_length=80, help_text="number of the specification version, e.g. SPEC-EV-DS-V1")
    certificate = models.OneToOneField(IssuedDocument, on_delete=models.PROTECT, related_name="qc_approval")
    at = models.DateTimeField()
    approved_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"QC approval of {self.lot}, {self.certificate}"

    def get_absolute_url(self) -> str:
        return reverse("qc:lot_review", args=[self.lot.number])


class CertificationRegister(GmpModel):
    """One row an act of certification (Directive 2001/83/EC, Article 51(3)). Kept in order, never changed."""

    append_only = True

    serial = models.CharField(max_length=40, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="certifications")
    product = models.CharField(max_length=120)
    certified_at = models.DateTimeField()
    qp_name = models.CharField(max_length=120)
    qp_user_id = models.CharField(max_length=80)
    documents = models.JSONField(help_text="papers and records the act rests on, as text")
    destination = models.CharField(max_length=200)
    decision = models.CharField(max_length=40)
    certificate = models.OneToOneField(IssuedDocument, on_delete=models.PROTECT, related_name="certification")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.serial

    def get_absolute_url(self) -> str:
        return reverse("qc:lot_review", args=[self.lot.number])
