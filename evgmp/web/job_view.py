"""The page of a job: how far it is, and where its result is. Asked again by htmx, or by a link, until the job is over."""

from typing import Any

from django.http import Http404

from evgmp.compliance import jobs
from evgmp.compliance.models import Job
from evgmp.web.record_view import ReadView


class JobPage(ReadView):
    template_name = "web/job.html"

    def get_template_names(self) -> list[str]:
        return ["web/_job.html"] if self.request.headers.get("HX-Request") else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = Job.objects.filter(key=self.kwargs["key"]).first()
        if job is None:
            raise Http404("There is no such job.")
        return {
            **super().get_context_data(**kwargs),
            "job": job,
            "ahead": jobs.ahead_of(job) if job.state == Job.WAITING else 0,
            "nobody_at_work": not job.is_over and not jobs.anybody_at_work(),
        }
