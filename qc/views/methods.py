"""Test methods: those in force, a version of their list to read, and its way from draft to effective."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.record_view import ReadView, RecordDetail
from qc.domain.commands import APPROVE_METHODS, AUTHOR_METHODS, REVIEW_METHODS
from qc.domain.lifecycle import METHOD_LIST
from qc.forms.methods import AuthorMethodsForm
from qc.selectors import methods as selectors
from qc.services import methods as services


class ListCommand(CommandView):
    template_name = "qc/sign_methods.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.version_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Method list", target), ("Methods", len(selectors.methods_of(target))), *target.change_record]

    def extra_context(self, target: Any) -> dict[str, Any]:
        previous = selectors.earlier_version(target)
        return {"previous": previous, "changes": selectors.changes_since(previous, target), "left_without": selectors.tests_left_without(target)}


class AuthorMethods(CommandView):
    command = AUTHOR_METHODS
    service = staticmethod(services.author_methods)
    form_class = AuthorMethodsForm
    template_name = "qc/author_methods.html"
    takes_target = False

    def initial(self, target: Any) -> dict[str, Any]:
        """`?from=ML-QC-V1`: code and text of that version, to be changed in the browser."""
        if number := self.request.GET.get("from", ""):
            try:
                version = selectors.version_of(number)
            except (ObjectDoesNotExist, ValueError) as error:
                raise Http404(f"There is no version {number} of a method list.") from error
            return {"code": version.method_list.code, "written": version.source_text}
        return {}


class ReviewMethods(ListCommand):
    command = REVIEW_METHODS
    service = staticmethod(services.review_methods)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return METHOD_LIST.blockers(REVIEW_METHODS, status=target.status, facts=selectors.list_facts(target))


class ApproveMethods(ListCommand):
    command = APPROVE_METHODS
    service = staticmethod(services.approve_methods)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return selectors.approval_blockers(target)


class Methods(ReadView):
    """Every method in force with its version, its validation and the sensitivity shown by matrix and input amount; every list."""

    template_name = "qc/methods.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs), "title": "Test methods", "methods": selectors.methods_in_force(),
            "versions": selectors.version_list(), "actions": [action for action in [offered(self.actor, AuthorMethods, None)] if action],
        }  # fmt: skip


class MethodListDetail(RecordDetail):
    """One version: its methods, what changed, what would be left without a method, who signed it."""

    template_name = "qc/method_list.html"
    commands = (ReviewMethods, ApproveMethods)

    def record(self, key: str) -> Any:
        return selectors.version_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": "Method list",
            "badges": [{"state": record.status, "word": "", "url": ""}],
            "facts": [("Version", record.version), ("Methods", len(selectors.methods_of(record))), ("Effective from", record.effective_from)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        previous = selectors.earlier_version(record)
        waits = record.status in ("draft", "reviewed")
        return {
            "methods": selectors.methods_of(record),
            "defects": selectors.defects_of(record),
            "left_without": selectors.tests_left_without(record) if waits else [],
            "signatures": signatures_of(record),
            "change_record": record.change_record,
            "effective_from": record.effective_from,
            "trail": rows_of(events_about([record]), only=[record]),
            "previous": previous,
            "changes": selectors.changes_since(previous, record),
            "versions": selectors.versions_of(record),
            "may_author": bool(self.actor.role_for(AUTHOR_METHODS)),
        }


class MethodListFileDownload(ReadView):
    """The text of a version exactly as it was authored: to keep, to compare, or to author elsewhere."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            version = selectors.version_of(self.kwargs["key"])
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404("There is no such version of a method list.") from error
        response = HttpResponse(version.source_text.encode("utf-8"), content_type="application/toml")
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{version.number}.toml") or "attachment"
        return response
