"""Environmental monitoring of a room or zone: recorded and listed on the page of the unit."""

from typing import Any

from batches.domain.commands import READ_MONITORING, RECORD_MONITORING, REVIEW_MONITORING
from batches.forms.environment import ReadMonitoringForm, RecordMonitoringForm, ReviewMonitoringForm
from batches.selectors.environment import (
    batches_touched,
    kinds_of_unit,
    monitoring_blockers,
    monitoring_of,
    monitoring_of_unit,
    monitoring_titles,
    records_once,
    room_uses,
)
from batches.selectors.equipment import unit_of
from batches.services.environment import read_monitoring, record_monitoring, review_monitoring
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.components import value_text


class RecordMonitoring(CommandView):
    command = RECORD_MONITORING
    service = staticmethod(record_monitoring)
    form_class = RecordMonitoringForm

    @classmethod
    def find(cls, on: str) -> Any:
        return unit_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return [] if kinds_of_unit(target) else [Blocker("not_monitored", f"No limits of monitoring are set for {target.kind.title.lower()}.")]

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Unit", target), ("Name", target.name), ("Class", target.kind.title), ("Place", target.place)]


class MonitoringCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return monitoring_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return monitoring_blockers(cls.command, target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        lots = ", ".join(batch.lot.number for batch in batches_touched(target))
        return [
            ("Monitoring", target.number), ("Unit", target.unit), ("Kind", target.title), ("Where", target.place), ("From", target.began_at),
            ("Until", target.ended_at), ("Limit", target.limit), ("Result", value_text(target.value, target.counted_in) if target.value is not None else ""),
            ("Lots in the room then", lots or "None"),
        ]  # fmt: skip


class ReadMonitoring(MonitoringCommand):
    command = READ_MONITORING
    service = staticmethod(read_monitoring)
    form_class = ReadMonitoringForm


class ReviewMonitoring(MonitoringCommand):
    command = REVIEW_MONITORING
    service = staticmethod(review_monitoring)
    form_class = ReviewMonitoringForm


def monitoring_list(actor: Any, unit: Any, *, newest: int) -> list[dict[str, Any]]:
    """The newest sessions of a unit and those that are still open, newest first, each with what may be done now."""
    found = []
    for place, record in enumerate(monitoring_of_unit(unit)):
        if place >= newest and record.reviewed_at is not None:
            continue
        acts = [offered(actor, view, record) for view in (ReadMonitoring, ReviewMonitoring)] if record.reviewed_at is None else []
        found.append({"record": record, "acts": [act for act in acts if act and not act["barred"]]})
    return found


def environment_of(batch: Any) -> dict[str, Any]:
    """What was monitored while this batch was in its rooms, and what the master asks for and is not there."""
    uses = room_uses(batch)
    titles = monitoring_titles()
    return {
        "environment": [{"record": record, "acts": []} for record in records_once(uses)],
        "environment_missing": [(use, titles.get(kind, kind)) for use in uses for kind in use.missing],
    }
