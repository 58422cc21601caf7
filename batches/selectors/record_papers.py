"""Papers issued of batch records."""

from django.db.models import QuerySet

from batches.models import BatchRecord
from evgmp.compliance.models import IssuedDocument


def paper_number(batch: BatchRecord) -> str:
    """`EBR-TFF-2026-001`: the executed record of one lot, whatever its version."""
    return f"EBR-{batch.lot.number}"


def papers_of(batch: BatchRecord) -> "QuerySet[IssuedDocument]":
    """Every version of the executed record on paper, newest first, without the frozen data."""
    return IssuedDocument.objects.filter(number=paper_number(batch)).defer("data", "content__data").order_by("-version")
