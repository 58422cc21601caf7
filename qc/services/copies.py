"""Numbered copies of issued papers (PRT-03, AUD-13)."""

from evgmp.compliance import issuing
from evgmp.compliance.models import DocumentCopy, IssuedDocument
from evgmp.compliance.recording import Act, fresh, recording
from qc.domain.commands import TAKE_COPY
from qc.selectors import papers


def take_copy(act: Act, on: str) -> DocumentCopy:
    """The next numbered copy of a paper, watermarked with who took it, when, and how paper and lot stood then."""
    with recording(TAKE_COPY, act) as rec:
        document = IssuedDocument.locked(pk=papers.paper_of(on).pk)
        fresh(document, act)
        copy = issuing.take_copy(rec, document, status=papers.standing_of(document))
        rec.about(copy, document=str(document), copy=copy.copy_number)
    return copy
