"""Exceptions: the list, one exception, and QA's decision on it."""

from typing import Any
from urllib.parse import urlencode

from batches.domain.commands import CLOSE_EXCEPTION, RAISE_DEVIATION, REPORT_EXCEPTION
from batches.domain.lifecycle import CLASSES, EXCEPTION_DECISIONS
from batches.forms.exceptions import CloseExceptionForm, RaiseDeviationForm, ReportExceptionForm
from batches.selectors.exception_contexts import context_of, lots_touched, reportable, what_it_stops
from batches.selectors.exceptions import closing_blockers, deviation_blockers, exception_of, exceptions
from batches.services.exceptions import close_exception, raise_deviation, report_exception
from batches.views.step_page import step_context
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.record_view import RecordDetail, RecordList

STATUSES = {"": "All", "open": "Open", "closed": "Closed"}


class CloseException(CommandView):
    command = CLOSE_EXCEPTION
    service = staticmethod(close_exception)
    form_class = CloseExceptionForm

    @classmethod
    def find(cls, on: str) -> Any:
        return exception_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return closing_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return exception_facts(target)


class RaiseDeviation(CommandView):
    command = RAISE_DEVIATION
    service = staticmethod(raise_deviation)
    form_class = RaiseDeviationForm

    @classmethod
    def find(cls, on: str) -> Any:
        return exception_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return deviation_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return exception_facts(target)


class ReportException(CommandView):
    """From a step, lot, sample, label issue, unit or material lot: context is added by itself (DEV-01)."""

    command = REPORT_EXCEPTION
    service = staticmethod(report_exception)
    form_class = ReportExceptionForm

    @classmethod
    def find(cls, on: str) -> Any:
        return reportable(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        lot = context_of(target).get("lot")
        return [("About", target), ("Lot", lot), ("What it stops", what_it_stops(lot))]

    def extra_context(self, target: Any) -> dict[str, Any]:
        if "step" not in context_of(target):
            return {}
        return {**step_context(target), "intro": f"What it stops: {what_it_stops(target.batch.lot)}"}

    def _page(self, target: Any, form: Any, act_form: Any, **more: Any) -> Any:
        if "step" in context_of(target):
            self.template_name = "batches/step_act.html"  # type: ignore[misc]
        return super()._page(target, form, act_form, **more)


class Exceptions(RecordList):
    template_name = "batches/exceptions.html"
    title = "Exceptions"

    def rows(self) -> Any:
        found = exceptions()
        if self.asked["status"] in ("open", "closed"):
            found = found.filter(status=self.asked["status"])
        if self.asked["lot"]:
            found = found.filter(lot__number=self.asked["lot"].upper())
        return found

    @property
    def asked(self) -> dict[str, str]:
        return {name: self.request.GET.get(name, "").strip()[:40] for name in ("status", "lot")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        lot = {"lot": asked["lot"]} if asked["lot"] else {}
        chips = [
            {"label": label, "url": f"?{urlencode({**lot, 'status': key})}", "active": key == asked["status"]} for key, label in STATUSES.items()
        ]
        return {**super().get_context_data(**kwargs), "asked": asked, "segments": chips}


class ExceptionPage(RecordDetail):
    template_name = "batches/exception.html"

    def record(self, key: str) -> Any:
        return exception_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "lineage": [*_lineage(record), (record.number, "")],
            "kind": f"Exception in {record.lot}" if record.lot else f"Exception about {record.about}",
            "badges": [{"state": state, "word": "", "url": ""} for state in (record.status, record.classification) if state],
            "facts": [("Opened", record.opened_at), ("Closed", record.closed_at), ("Decision", EXCEPTION_DECISIONS.get(record.decision, ""))],
        }

    def details(self, record: Any) -> dict[str, Any]:
        close = offered(self.actor, CloseException, record) if record.status == "open" else None
        deviation = offered(self.actor, RaiseDeviation, record) if record.status == "open" and not record.classification else None
        if close:
            # Whoever took part in the step reads here that another reviewer has to decide.
            own = [b.message for b in closing_blockers(record, self.actor.user_id)]
            close["barred"] = list(dict.fromkeys([*close["barred"], *own]))
        return {
            "actions": [action for action in (close, deviation) if action],
            "summary": exception_facts(record),
            "signatures": signatures_of(record),
            "rows": rows_of(events_about([record]), [record])[::-1],
        }


def exception_facts(record: Any) -> list[tuple[str, Any]]:
    """Name and value of everything that is known about an exception; what does not concern it is left out."""
    entry = record.entry
    facts = [
        ("What happened", record.sentence), ("Lot", record.lot), ("Step", record.step),
        *[(name, about) for name, about in _abouts(record) if about], *_consequences(record),
        ("Value", f"{entry.parameter.label}: {entry.text} {entry.unit}".strip() if entry else ""),
        ("Corrected to", later_value(entry)), ("Recorded by", entry.recorded_by if entry else ""), ("Opened", record.opened_at),
        ("Said at the step", record.step.note if record.step and record.kind == "time" else ""),
        ("Deviation", CLASSES.get(record.classification, "")), ("Deviation since", record.deviation_at),
        ("Decision", EXCEPTION_DECISIONS.get(record.decision, "")), ("Reason", record.decision_reason), ("Closed by", record.closed_by),
    ]  # fmt: skip
    return [(name, value) for name, value in facts if value]


def _lineage(record: Any) -> list[tuple[str, str]]:
    """The lot, if there is one, and what it is about beside a step."""
    nearest = [about for _, about in _abouts(record) if about]
    return [(str(one), one.get_absolute_url()) for one in [record.lot, *nearest] if one]


def _abouts(record: Any) -> list[tuple[str, Any]]:
    return [
        ("Sample", record.sample), ("Labels", record.label_issue), ("Equipment", record.equipment), ("Material lot", record.material_lot),
    ]  # fmt: skip


def _consequences(record: Any) -> list[tuple[str, str]]:
    """What it stops while it is open, and the lots it may touch where it is about none."""
    stops = [("What it stops", what_it_stops(record.lot))] if record.status == "open" else []
    if record.lot:
        return stops
    return [*stops, ("Lots made with it", ", ".join(lot.number for lot in lots_touched(record)) or "None so far")]


def later_value(entry: Any) -> str:
    """The value that took the place of the one the exception is about, if it was corrected."""
    newest = entry
    while newest is not None and (later := getattr(newest, "superseded_by", None)):
        newest = later
    return f"{newest.text} {newest.unit}".strip() + f", by {newest.recorded_by}" if newest is not entry else ""
