"""Specifications: list, a version to read, and its way from draft to effective."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.rules.rounding import ROUNDING
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import ReadView, RecordDetail, RecordList
from qc.domain.commands import APPROVE_SPECIFICATION, AUTHOR_SPECIFICATION, DRAFT_SPECIFICATION, REVIEW_SPECIFICATION
from qc.domain.lifecycle import SPECIFICATION
from qc.domain.specification_rows import CATEGORIES, STAGES
from qc.forms.specifications import AuthorSpecificationForm
from qc.selectors import specifications as selectors
from qc.selectors.specification_drafts import open_drafts
from qc.services import specifications as services
from qc.views.specification_drafts import DraftSpecification


class VersionCommand(CommandView):
    """A signature on a version: what it changes stands on the page that is signed."""

    template_name = "qc/sign_specification.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.version_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Specification", target),
            ("Title", target.spec.title),
            ("Stage", STAGES.get(target.spec.stage, target.spec.stage)),
            ("Tests", target.rows.count()),
            *target.change_record,
        ]

    def extra_context(self, target: Any) -> dict[str, Any]:
        previous = selectors.earlier_version(target)
        return {"previous": previous, "changes": selectors.changes_since(previous, target)}


class AuthorSpecification(CommandView):
    command = AUTHOR_SPECIFICATION
    service = staticmethod(services.author_specification)
    form_class = AuthorSpecificationForm
    template_name = "qc/author_specification.html"
    takes_target = False

    def initial(self, target: Any) -> dict[str, Any]:
        """`?from=SPEC-EV-DS-V1`: the text of that version, to be changed in the browser."""
        if number := self.request.GET.get("from", ""):
            try:
                return {"written": selectors.version_of(number).source_text}
            except (ObjectDoesNotExist, ValueError) as error:
                raise Http404(f"There is no specification version {number}.") from error
        return {}


class ReviewSpecification(VersionCommand):
    command = REVIEW_SPECIFICATION
    service = staticmethod(services.review_specification)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return SPECIFICATION.blockers(REVIEW_SPECIFICATION, status=target.status, facts=selectors.specification_facts(target))


class ApproveSpecification(VersionCommand):
    command = APPROVE_SPECIFICATION
    service = staticmethod(services.approve_specification)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return selectors.approval_blockers(target)


class Specifications(RecordList):
    title = "Specifications"
    template_name = "qc/specifications.html"
    create = (DraftSpecification, AuthorSpecification)

    def rows(self) -> Any:
        return selectors.version_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "drafts": open_drafts()}


class SpecificationDetail(RecordDetail):
    """One version, readable row by row: method, limit, controls, source, and who signed it."""

    template_name = "qc/specification.html"
    commands = (ReviewSpecification, ApproveSpecification)

    def record(self, key: str) -> Any:
        return selectors.version_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": record.spec.title,
            "badges": [{"state": record.status, "word": "", "url": ""}],
            "facts": [
                ("Stage", STAGES.get(record.spec.stage, record.spec.stage)),
                ("Version", record.version),
                ("Effective from", record.effective_from),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        rows = selectors.rows_of_version(record)
        previous, versions = selectors.earlier_version(record), selectors.versions_of(record)
        groups = [(title, [row for row in rows if row.category == key]) for key, title in CATEGORIES.items()]
        return {
            "groups": [group for group in groups if group[1]],
            "row_count": len(rows),
            "rounding_words": ROUNDING[record.rounding].sentence,
            "signatures": signatures_of(record),
            "change_record": record.change_record,
            "effective_from": record.effective_from,
            "lots": selectors.lots_pinned(record),
            "trail": rows_of(events_about([record]), only=[record]),
            "previous": previous,
            "changes": selectors.changes_since(previous, record),
            "versions": versions,
            "newer": selectors.newer_effective(record),
            "may_author": bool(self.actor.role_for(AUTHOR_SPECIFICATION)),
            "may_draft": versions[0] == record and bool(self.actor.role_for(DRAFT_SPECIFICATION)),
            "drafts": [draft for draft in open_drafts() if draft.based_on_id == record.pk],
        }


class SpecificationFileDownload(ReadView):
    """The text of a version exactly as it was authored: to keep, to compare, or to author elsewhere."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            version = selectors.version_of(self.kwargs["key"])
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404("There is no such specification version.") from error
        response = HttpResponse(version.source_text.encode("utf-8"), content_type="application/toml")
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{version.number}.toml") or "attachment"
        return response
