"""Samples: drawing one, and its page."""

from typing import Any

from batches.domain.commands import DRAW_SAMPLE
from batches.forms.samples import DrawSampleForm
from batches.selectors.exceptions import exceptions_about
from batches.selectors.headers import exception_badges
from batches.selectors.lot_facts import left_in_words
from batches.selectors.lots import lot_of
from batches.selectors.samples import drawing_blockers, sample_of
from batches.services.samples import draw_sample
from batches.views.exceptions import ReportException
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.components import value_text
from evgmp.web.record_view import RecordDetail


class DrawSample(CommandView):
    command = DRAW_SAMPLE
    service = staticmethod(draw_sample)
    form_class = DrawSampleForm

    @classmethod
    def find(cls, on: str) -> Any:
        return lot_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return drawing_blockers(target)

    def initial(self, target: Any) -> dict[str, Any]:
        return {"unit": target.unit}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Lot", target), ("Product", target.product), ("Left", left_in_words(target)), ("Storage of the lot", target.storage)]


class SamplePage(RecordDetail):
    template_name = "batches/sample.html"
    commands = (ReportException,)

    def record(self, key: str) -> Any:
        return sample_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "lineage": [(record.lot.number, record.lot.get_absolute_url()), (record.number, "")],
            "kind": f"Sample of {record.lot}",
            "badges": [{"state": record.status, "word": "", "url": ""}, *exception_badges(record)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        own = [record, *exceptions_about(record)]
        return {
            "summary": [
                ("Lot", record.lot), ("Purpose", record.purpose), ("Quantity", value_text(record.quantity, record.unit)),
                ("Out of the quantity made", "Yes" if record.counted else "No"), ("Container", record.container),
                ("Storage", record.storage), ("Drawn", record.drawn_at), ("Drawn by", record.drawn_by),
                ("Received", record.received_at), ("Received by", record.received_by), ("Condition at receipt", record.condition),
            ],
            "exceptions": exceptions_about(record),
            "signatures": signatures_of(record),
            "rows": rows_of(events_about(own), own)[::-1],
        }  # fmt: skip
