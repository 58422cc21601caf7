"""Assay runs: recorded by an analyst, read by everybody."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from evgmp.compliance.files import bytes_of
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.rules.calculation import BOOK
from evgmp.web.command_view import CommandView, offered
from evgmp.web.record_view import ReadView, RecordDetail, RecordList
from qc.domain.commands import RECORD_RUN
from qc.forms.results import RecordRunForm
from qc.selectors import results, runs
from qc.selectors.imports import imports_of
from qc.selectors.methods import run_barred
from qc.selectors.potency import potencies_of, rule_of
from qc.selectors.standards import distrusted
from qc.services import runs as services
from qc.views.imports import HandInFile
from qc.views.potency import RecordPotency


class RecordRun(CommandView):
    """The method is chosen first, by a plain link or list; then its controls stand in the form."""

    command = RECORD_RUN
    service = staticmethod(services.record_run)
    form_class = RecordRunForm
    template_name = "qc/record_run.html"
    takes_target = False

    def initial(self, target: Any) -> dict[str, Any]:
        return {"method": self.request.GET.get("method", "")}

    def blockers_now(self, target: Any) -> list[Blocker]:
        return super().blockers_now(target) + run_barred(runs.methods_in_use().get(self.request.GET.get("method", "")))


class Runs(RecordList):
    title = "Assay runs"
    template_name = "qc/runs.html"
    create = (RecordRun,)

    def rows(self) -> Any:
        return runs.run_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "counts": runs.sequence_counts()}


class Formulas(ReadView):
    """The book of calculations: every formula in every version, with its text, inputs, units and source (LAB-05)."""

    template_name = "qc/formulas.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = sorted(BOOK, key=lambda one: (one.key, -one.version))
        return {**super().get_context_data(**kwargs), "title": "Formulas", "formulas": listed}


class RunDetail(RecordDetail):
    template_name = "qc/run.html"

    def record(self, key: str) -> Any:
        return runs.run_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": f"{record.method_key} {record.method}",
            "badges": [{"state": "pass" if record.valid else "invalid", "word": "Valid" if record.valid else "Invalid", "url": ""}],
            "facts": [
                ("Instrument", record.instrument),
                *([("Its number there", str(record.sequence))] if record.sequence is not None else []),
                *([("How it went", record.course_words)] if record.course_words else []),
                ("Sample taken", record.sample_measure),
                ("Performed at", record.performed_at),
                ("Recorded at", record.recorded_at),
                ("Analyst", record.analyst),
            ],
        }

    @staticmethod
    def _acts(record: Any) -> tuple[type[CommandView], ...]:
        return (HandInFile, *((RecordPotency,) if rule_of(record) is not None else ()))

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "results": list(runs.results_of_run(record)),
            "files": results.files_of(record),
            "imports": imports_of(record),
            "actions": [a for view in self._acts(record) if (a := offered(self.actor, view, record))],
            "potencies": list(potencies_of(record)),
            "not_trusted": [*distrusted(record), *runs.gaps_before(record)],
            "again": list(record.processed_again.order_by("pk")),
            "signatures": signatures_of(record),
            "trail": rows_of(events_about([record]), only=[record]),
        }


class RawFileDownload(ReadView):
    """The original file, byte for byte, as it was handed in. It is saved, never shown inside a page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            attachment = results.file_of(int(self.kwargs["key"]))
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404("There is no such file.") from error
        response = HttpResponse(bytes_of(attachment.content), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
        return response
