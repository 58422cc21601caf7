"""Asking for the executed record on paper. A worker draws it; the page of the job shows how far it is."""

from typing import Any

from batches.domain.commands import ISSUE_RECORD
from batches.domain.lifecycle_records import record_is_closed
from batches.selectors.record_papers import paper_number, papers_of
from batches.selectors.records import batch_of
from batches.services.record_papers import issue_record
from evgmp.rules.blocker import Blocker
from evgmp.web.job_command import JobCommandView


class IssueRecord(JobCommandView):
    command = ISSUE_RECORD
    service = staticmethod(issue_record)

    @classmethod
    def find(cls, on: str) -> Any:
        return batch_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return record_is_closed(target.status)

    def title_of(self, target: Any) -> str:
        return f"Executed batch record of {target.lot.number}"

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "The record is drawn as a PDF with its data and given a number. You may leave while it is drawn."}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        issued = papers_of(target)
        return [
            ("Batch record", target.number),
            ("Lot", target.lot),
            ("Number of the paper", paper_number(target)),
            ("Issued before", ", ".join(f"version {paper.version}" for paper in issued) or "Never"),
        ]
