"""A master on paper: an uncontrolled print of its blank record, counted, with who printed it and when on every page (PRT-03)."""

from batches.documents.blank_record import KIND, TITLE, blank_record
from batches.domain.commands import PRINT_MASTER
from batches.models import MasterVersion
from batches.selectors.masters import lookup_of
from evgmp.compliance import issuing
from evgmp.compliance.models import IssuedDocument
from evgmp.compliance.recording import Act, fresh, recording


def print_master(act: Act, on: str) -> IssuedDocument:
    """The next copy of the blank record of a version, whatever its state. It is no issued record, and says so on every page."""
    with recording(PRINT_MASTER, act) as rec:
        version = MasterVersion.locked(**lookup_of(on))
        fresh(version, act)
        number = f"BLANK-{version.number}"
        paper = issuing.issue(rec, kind=KIND, number=number, title=TITLE, record=version, content=blank_record(version))
        rec.about(paper, master=version.number, status=version.status, copy=paper.version)
    return paper
