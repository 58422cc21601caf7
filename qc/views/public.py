"""The public check of a paper: anybody who holds one can ask, without an account, whether it is genuine and current."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView

from evgmp.compliance.issuing import typed_code
from qc.selectors import papers


class Check(TemplateView):
    """Type the check code printed on every page."""

    template_name = "qc/check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("code", "").strip()[:60]
        if code := typed_code(asked):
            return HttpResponseRedirect(reverse("qc:check_code", args=[code]))
        return self.render_to_response(self.get_context_data(asked=asked), status=404 if asked else 200)


class CheckCode(TemplateView):
    """What the site says about the paper with this code. Says nothing about lots beyond what the paper shows."""

    template_name = "qc/check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = papers.paper_by_code(kwargs["code"])
        context: dict[str, Any] = {"asked": kwargs["code"][:60], "found": found}
        if found is not None:
            newest = papers.newest_version_of(found)
            context |= {
                "newest": newest if newest.pk != found.pk else None,
                "lot": papers.facts_of(found)["record"],
                "integrity": papers.integrity_of(found),
            }
        return self.render_to_response(self.get_context_data(**context), status=200 if found else 404)
