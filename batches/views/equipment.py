"""Equipment and rooms: the list with what is due, the page of one unit with its log, and the commands on it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator

from batches.domain.commands import RECORD_UPKEEP, REGISTER_EQUIPMENT, RETURN_EQUIPMENT, STOP_EQUIPMENT
from batches.domain.equipment import unit_blockers
from batches.forms.equipment import RecordUpkeepForm, RegisterEquipmentForm
from batches.selectors.equipment import (
    equipment_blockers,
    equipment_state,
    log_lines,
    lots_made_with,
    status_of,
    unit_facts,
    unit_of,
    units,
    with_signatures,
)
from batches.selectors.exceptions import exceptions_about
from batches.selectors.headers import exception_badges
from batches.services.equipment import record_upkeep, register_equipment, return_equipment, stop_equipment
from batches.views.environment import RecordMonitoring, monitoring_list
from batches.views.exceptions import ReportException
from evgmp.compliance import clock
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList

# Lines of a log on one page of the screen, and the most that one print holds.
LOG_LINES, PAPER_LINES = 50, 2000


class RegisterEquipment(CommandView):
    command = REGISTER_EQUIPMENT
    service = staticmethod(register_equipment)
    form_class = RegisterEquipmentForm
    takes_target = False


class EquipmentCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return unit_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return equipment_blockers(cls.command, target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return equipment_summary(target)


class RecordUpkeep(EquipmentCommand):
    command = RECORD_UPKEEP
    service = staticmethod(record_upkeep)
    form_class = RecordUpkeepForm


class StopEquipment(EquipmentCommand):
    command = STOP_EQUIPMENT
    service = staticmethod(stop_equipment)


class ReturnEquipment(EquipmentCommand):
    command = RETURN_EQUIPMENT
    service = staticmethod(return_equipment)


class Equipment(RecordList):
    template_name = "batches/equipment.html"
    title = "Equipment and rooms"
    create = (RegisterEquipment,)

    def rows(self) -> Any:
        return units()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        at = clock.now()
        context["units"] = [(unit, equipment_state(unit, at), unit_facts(unit).ends) for unit in context["page"]]
        return context


class EquipmentPage(RecordDetail):
    """One unit: what is in date, why it can't be used, and its log: newest first and by pages on the screen; for paper in order of time,
    of a range of days and whole."""

    template_name = "batches/equipment_unit.html"
    commands = (RecordUpkeep, RecordMonitoring, StopEquipment, ReturnEquipment, ReportException)

    def record(self, key: str) -> Any:
        return unit_of(key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A unit is put out of service or returned to it: only the one that can be done is offered."""
        context = super().get_context_data(**kwargs)
        other = STOP_EQUIPMENT if status_of(context["record"]) == "out_of_service" else RETURN_EQUIPMENT
        return {**context, "actions": [act for act in context["actions"] if act["key"] != other.key]}

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "kind": record.name,
            "badges": [{"state": equipment_state(record, clock.now()), "word": "", "url": ""}, *exception_badges(record)],
            "facts": [("Place", record.place), ("Serial number", record.serial), ("Class", record.kind.title)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        asked = {name: self.request.GET.get(name, "")[:10] for name in ("from", "to")}
        return {
            "summary": equipment_summary(record),
            "why_not": [b.message for b in unit_blockers(unit_facts(record), at=clock.now(), lot="", clearing=True)],
            "asked": asked,
            "days": urlencode({name: day for name, day in asked.items() if day}),
            "person": self.actor,
            "printed_at": clock.now(),
            "exceptions": exceptions_about(record),
            "lots": lots_made_with(record),
            "signatures": signatures_of(record),
            **self._log(record, log_lines(record, _day(asked["from"]), _day(asked["to"]))),
        }

    def _log(self, record: Any, lines: Any) -> dict[str, Any]:
        """The log of the days asked for, and the newest of the audit trail. A paper is whole, or it is refused."""
        count = lines.count()
        if self.request.GET.get("paper"):
            whole = list(lines) if count <= PAPER_LINES else []
            return {"paper": True, "log": with_signatures(whole), "too_many": count if count > PAPER_LINES else 0, "most": PAPER_LINES}
        page = Paginator(lines.reverse(), LOG_LINES).get_page(self.request.GET.get("page"))
        sessions = monitoring_list(self.actor, record, newest=LOG_LINES)
        own = [record, *page.object_list, *(one["record"] for one in sessions), *exceptions_about(record)]
        # Every use and upkeep writes the unit itself too: its trail is as long as its log.
        events = events_about(own).reverse()
        more = events.count() > LOG_LINES
        return {
            "page": page, "log": with_signatures(list(page.object_list)), "monitoring": sessions, "rows": rows_of(list(events[:LOG_LINES]), own),
            "trail_of": f"The newest {LOG_LINES}; the others stand in the audit trail of the site. " if more else "",
        }  # fmt: skip


def _day(text: str) -> date | None:
    """A day of the address; anything else keeps nothing out."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def equipment_summary(unit: Any) -> list[tuple[str, Any]]:
    """Name and value of what holds now."""
    ends = unit_facts(unit).ends
    held = [(f"{need.capitalize()} until", ends.get(need) or "Not recorded") for need in unit.kind.needs]
    return [("Unit", unit), ("Name", unit.name), ("Class", unit.kind.title), ("Place", unit.place), *held]
