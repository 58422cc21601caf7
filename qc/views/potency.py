"""Relative potency: readings recorded with their run, the evaluation with its plot, its report."""

from typing import Any

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail
from qc.domain.commands import ISSUE_POTENCY_REPORT, RECORD_POTENCY
from qc.domain.potency_readings import figure_rows
from qc.forms.potency import RecordPotencyForm
from qc.selectors import potency as selectors
from qc.selectors.papers import papers_about
from qc.selectors.results import files_of
from qc.selectors.runs import run_of
from qc.services import potency as services
from qc.services import potency_reports


class RecordPotency(CommandView):
    command = RECORD_POTENCY
    service = staticmethod(services.record_potency)
    form_class = RecordPotencyForm

    @classmethod
    def find(cls, on: str) -> Any:
        return run_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return selectors.potency_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Run", target), ("Method", f"{target.method_key} {target.method}"), ("Performed at", target.performed_at), ("Analyst", target.analyst)]


class IssuePotencyReport(CommandView):
    """Plot, figures and readings as a paper, issued by whoever did not record them."""

    command = ISSUE_POTENCY_REPORT
    service = staticmethod(potency_reports.issue_potency_report)

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.potency_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Evaluation", target), ("Run", target.run), ("Sample", target.sample), ("Found", target.shown), *selectors.facts(target)]


class PotencyDetail(RecordDetail):
    """One evaluation: what it found, why it is suitable or not, plot, figures and every reading as typed."""

    template_name = "qc/potency.html"
    commands = (IssuePotencyReport,)

    def record(self, key: str) -> Any:
        return selectors.potency_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": f"Relative potency, {record.run.method}",
            "badges": [{"state": "pass" if record.suitable else "invalid", "word": "Suitable" if record.suitable else "Not suitable", "url": ""}],
            "facts": [
                ("Run", record.run), ("Sample", record.sample), ("Lot", record.sample.lot), ("Recorded", record.recorded_at), ("Analyst", record.analyst),
            ],
        }  # fmt: skip

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "facts_of_assay": selectors.facts(record),
            "figures": figure_rows(record.potency_rule.criteria, record.found["figures"], (record.low, record.high)),
            "uses": selectors.uses_of(record),
            "papers": papers_about(record),
            "result": record,
            "files": files_of(record),
            "run_files": files_of(record.run),
            "signatures": signatures_of(record),
            "trail": rows_of(events_about([record]), only=[record]),
        }
