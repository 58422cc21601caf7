"""OOS records: list, one with its result, and QA's decision."""

from typing import Any

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import CONFIRM_OOS
from qc.domain.lifecycle import OOS
from qc.selectors import results as selectors
from qc.services import oos as services


class ConfirmOos(CommandView):
    command = CONFIRM_OOS
    service = staticmethod(services.confirm_oos)

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.oos_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return OOS.blockers(CONFIRM_OOS, status=target.status)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        result = target.result
        return [
            ("OOS", target), ("Lot that will be rejected", target.lot), ("Result", result), ("Test", result.row.name),
            ("Found", f"{result.text} {result.unit}".strip()), ("Outcome", result.why), ("Tested by", result.analyst),
        ]  # fmt: skip


class OosList(RecordList):
    title = "OOS records"
    template_name = "qc/oos_list.html"

    def rows(self) -> Any:
        return selectors.oos_list()


class OosDetail(RecordDetail):
    template_name = "qc/oos.html"
    commands = (ConfirmOos,)

    def record(self, key: str) -> Any:
        return selectors.oos_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        state = ("open", "Open") if record.status == "open" else ("rejected", "Confirmed, lot rejected")
        return {
            "record_id": record.number,
            "kind": record.result.row.name,
            "badges": [{"state": state[0], "word": state[1], "url": ""}],
            "facts": [("Lot", record.lot), ("Result", record.result), ("Opened", record.opened_at), ("Closed", record.closed_at)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "result": record.result,
            "files": selectors.files_of(record.result),
            "run_files": selectors.files_of(record.result.run) if record.result.run else [],
            "signatures": [*signatures_of(record.result), *signatures_of(record)],
            "trail": rows_of(events_about([record, record.result]), only=[record, record.result]),
        }
