"""Pages of labels: templates and issues, and the commands on them."""

from typing import Any

from batches.domain.commands_labels import APPROVE_LABEL, AUTHOR_LABEL, CHECK_LABEL, PRINT_LABELS, RECONCILE_LABELS, REPRINT_LABELS
from batches.domain.label_file import KINDS, PAPERS
from batches.forms.labels import AuthorLabelForm, CheckLabelForm, PrintLabelsForm, ReconcileLabelsForm, ReprintLabelsForm
from batches.selectors import labels as reading
from batches.selectors.exceptions import exceptions_about
from batches.selectors.headers import exception_badges
from batches.services import labels
from batches.views.exceptions import ReportException
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList


class AuthorLabel(CommandView):
    command = AUTHOR_LABEL
    service = staticmethod(labels.author_label)
    form_class = AuthorLabelForm
    takes_target = False

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "A template names what a label shows. The record fills it in when labels are printed; nobody types it."}


class ApproveLabel(CommandView):
    command = APPROVE_LABEL
    service = staticmethod(labels.approve_label)

    @classmethod
    def find(cls, on: str) -> Any:
        return reading.template_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return reading.approval_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [*_template_facts(target), *target.change_record]


class PrintLabels(CommandView):
    command = PRINT_LABELS
    service = staticmethod(labels.print_labels)
    form_class = PrintLabelsForm
    template_name = "batches/record_act.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return reading.labelled_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        if reading.effective_templates(target):
            return []
        return [Blocker("no_label", "No label template for this kind of lot is approved yet. QA approves one first.")]

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        issued = ", ".join(issue.number for issue in reading.issues_of(target))
        item = getattr(target, "item", None)
        return [
            ("Lot", target),
            ("Product", item.name if item else target.product),
            ("Storage", item.storage if item else target.storage),
            ("Expiry", target.expires_on),
            ("Printed before", issued or "Never"),
        ]


class IssueCommand(CommandView):
    template_name = "batches/record_act.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return reading.issue_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [row for row in reading.issue_facts(target) if row[1] != "–"]


class ReprintLabels(IssueCommand):
    command = REPRINT_LABELS
    service = staticmethod(labels.reprint_labels)
    form_class = ReprintLabelsForm


class CheckLabel(IssueCommand):
    command = CHECK_LABEL
    service = staticmethod(labels.check_label)
    form_class = CheckLabelForm

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return reading.reconciling_blockers(target)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Scan one printed label before any is applied. A label that says something else than the record is refused."}


class ReconcileLabels(IssueCommand):
    command = RECONCILE_LABELS
    service = staticmethod(labels.reconcile_labels)
    form_class = ReconcileLabelsForm

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return [*reading.reconciling_blockers(target), *reading.unread_blockers(target)]

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": f"All {target.count} labels have to be accounted for. What is missing opens an exception."}


class Labels(RecordList):
    """Templates, and what was printed from them, newest first."""

    title = "Labels"
    template_name = "batches/labels.html"
    create = (AuthorLabel,)

    def rows(self) -> Any:
        return reading.issues()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "templates": reading.templates()}


class LabelTemplatePage(RecordDetail):
    template_name = "batches/label_record.html"
    commands = (ApproveLabel,)

    def record(self, key: str) -> Any:
        return reading.template_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "kind": f"Label template, {KINDS.get(record.kind, record.kind)}",
            "badges": [{"state": record.status, "word": "", "url": ""}],
        }

    def details(self, record: Any) -> dict[str, Any]:
        previous = reading.earlier_version(record)
        return {
            "summary": _template_facts(record), "text": record.source_text, "signatures": signatures_of(record),
            "rows": rows_of(events_about([record])), "change_record": record.change_record, "effective_from": record.effective_from,
            "previous": previous, "changes": reading.changes_since(previous, record), "versions": reading.versions_of(record),
        }  # fmt: skip


class LabelIssuePage(RecordDetail):
    template_name = "batches/label_record.html"
    commands = (CheckLabel, ReprintLabels, ReconcileLabels, ReportException)

    def record(self, key: str) -> Any:
        return reading.issue_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "kind": f"Labels of {record.labelled}", "badges": exception_badges(record),
            "lineage": [(record.labelled.number, record.labelled.get_absolute_url()), (record.number, "")],
        }  # fmt: skip

    def details(self, record: Any) -> dict[str, Any]:
        count = getattr(record, "reconciliation", None)
        return {
            "summary": reading.issue_facts(record), "paper": record.paper, "exceptions": exceptions_about(record),
            "signatures": [*signatures_of(record), *(signatures_of(count) if count else [])],
            "rows": rows_of(events_about([record, *([count] if count else []), *exceptions_about(record)])),
        }  # fmt: skip


def _template_facts(template: Any) -> list[tuple[str, Any]]:
    label = reading.file_of(template)
    return [
        ("Label", f"{template.number}, {template.title}"),
        ("Kind", KINDS.get(label.kind, label.kind)),
        ("Paper", f"{PAPERS.get(label.paper, label.paper)}, {label.width} × {label.height} mm"),
        ("Shows", ", ".join(label.elements)),
        ("Statements", " ".join(label.statements) or "None"),
        ("GTIN", label.gtin),
    ]
