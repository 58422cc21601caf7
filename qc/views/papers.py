"""Issued papers: the list, one paper with its copies, and the files themselves."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse

from evgmp.compliance.issuing import check_url
from evgmp.compliance.trail import events_about, rows_of
from evgmp.web.job_command import JobCommandView
from evgmp.web.record_view import ReadView, RecordDetail, RecordList
from qc.domain.commands import TAKE_COPY
from qc.selectors import papers
from qc.services import copies


class TakeCopy(JobCommandView):
    """A copy of a long paper is drawn by a worker; each person who asks gets one of their own."""

    command = TAKE_COPY
    service = staticmethod(copies.take_copy)

    def is_short(self, target: Any) -> bool:
        return not papers.is_long(target)

    def title_of(self, target: Any) -> str:
        return f"Copy of {target}"

    def arguments(self, target: Any) -> dict[str, Any]:
        return {"by": self.actor.user_id}

    @classmethod
    def find(cls, on: str) -> Any:
        return papers.paper_of(on)

    @classmethod
    def key_of(cls, target: Any) -> str:
        return str(target.key)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Paper", target), ("Title", target.title), ("Issued", target.issued_at), ("By", target.issued_by),
            ("Copies taken before", papers.copies_of(target).count()), ("Printed on every page", "Copy number, your name, time, standing"),
        ]  # fmt: skip


class Papers(RecordList):
    """Every paper issued, newest first. None is ever replaced: a newer version supersedes it."""

    title = "Issued papers"
    template_name = "qc/papers.html"
    page_size = 30

    def rows(self) -> Any:
        self.asked = {name: self.request.GET.get(name, "").strip()[:40] for name in ("kind", "q")}
        self.asked["kind"] = self.asked["kind"] if self.asked["kind"] in papers.KINDS else ""
        return papers.papers(self.asked["kind"], self.asked["q"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chips = [{"label": "All", "url": self.request.path, "active": not self.asked["kind"]}]
        chips += [{"label": word, "url": f"?kind={key}", "active": key == self.asked["kind"]} for key, word in papers.KINDS.items()]
        query = urlencode({name: value for name, value in self.asked.items() if value})
        about = papers.records_of(context["rows"])
        for paper in context["rows"]:
            paper.about = about.get(paper.pk)
        return {**context, "chips": chips, "query": query}


class PaperDetail(RecordDetail):
    """One version of one paper: who issued it, whether it is intact and current, its copies, its file."""

    template_name = "qc/paper.html"
    commands = (TakeCopy,)

    def record(self, key: str) -> Any:
        return papers.paper_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        successor = papers.successor_of(record)
        return {
            "record_id": record.number,
            "kind": f"{record.title}, version {record.version}",
            "badges": [{"state": "superseded" if successor else "effective", "word": "" if successor else "Current", "url": ""}],
            "facts": [("Issued", record.issued_at), ("By", record.issued_by), ("Check code", record.check_code)],
            "successor": successor,
        }

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "facts_of_paper": papers.facts_of(record),
            "about": papers.records_of([record]).get(record.pk),
            "is_of_lot": record.record_type == "batches.lot",
            "integrity": papers.integrity_of(record),
            "copies": papers.copies_of(record),
            "check_url": check_url(record.check_code),
            "trail": _trail(record),
        }


def _trail(record: Any) -> list[Any]:
    """The events of a paper and its copies. Its frozen data are in the file and would fill pages here."""
    rows = rows_of(events_about([record, *papers.copies_of(record)]))
    for row in rows:
        row.changes = [change for change in row.changes if change.field != "data"]
    return rows


class _File(ReadView):
    """A stored PDF, byte for byte."""

    def file(self) -> tuple[str, bytes]:
        raise NotImplementedError(f"{type(self).__name__} needs file().")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            name, data = self.file()
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404("There is no such paper.") from error
        response = HttpResponse(data, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        return response


class PaperFile(_File):
    def file(self) -> tuple[str, bytes]:
        paper = papers.paper_of(self.kwargs["key"])
        return paper.key, papers.pdf_of(paper)


class CopyFile(_File):
    def file(self) -> tuple[str, bytes]:
        copy = papers.copy_of(self.kwargs["key"], self.kwargs["copy_number"])
        return f"{copy.document.key}-COPY-{copy.copy_number}", papers.pdf_of(copy)
