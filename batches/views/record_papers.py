"""Asking for the executed record on paper. A worker draws it; the page of the job shows how far it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from batches.domain.commands import ISSUE_RECORD
from batches.domain.lifecycle_records import record_is_closed
from batches.selectors.record_papers import paper_number, papers_of
from batches.selectors.records import batch_of
from batches.services.record_papers import issue_record
from evgmp.compliance import jobs
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.forms import ActForm


class IssueRecord(CommandView):
    command = ISSUE_RECORD
    service = staticmethod(issue_record)

    @classmethod
    def find(cls, on: str) -> Any:
        return batch_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return record_is_closed(target.status)

    def post(self, request: HttpRequest, on: str = "") -> HttpResponse:
        """Put the job to the workers. What bars it now is told now; what changes later is told by the job."""
        target = self._target(on)
        act_form = ActForm(request.POST, command=self.command, meanings=())
        act_form.is_valid()
        if blockers := self.blockers_now(target):
            form = self.form_class(request.POST, target=target, actor=self.actor)
            return self._refused(target, form, act_form, blockers)
        job = jobs.ask(self.command.key, on=target.number, title=f"Executed batch record of {target.lot.number}", by=self.actor.user_id)
        return HttpResponseRedirect(job.get_absolute_url())

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
