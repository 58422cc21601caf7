"""Vials: the commands on them, and the page of one vial."""

from typing import Any

from batches.domain.commands import DESTROY_VIAL, RESERVE_VIAL, STORE_VIALS, THAW_VIAL, WITHDRAW_VIAL
from batches.domain.lifecycle import VIAL
from batches.forms.vials import ReserveVialForm, StoreVialsForm, WithdrawVialForm
from batches.selectors.lots import bank_lot_of
from batches.selectors.vials import counts, ledger_of_vial, not_stored, storing_blockers, vial_blockers, vial_of
from batches.services.vials import destroy_vial, reserve_vial, store_vials, thaw_vial, withdraw_vial
from evgmp.compliance.trail import events_about, rows_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.record_view import RecordDetail
from evgmp.web.state_words import state_word


class StoreVials(CommandView):
    command = STORE_VIALS
    service = staticmethod(store_vials)
    form_class = StoreVialsForm
    template_name = "batches/record_act.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return bank_lot_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return storing_blockers(target)

    def initial(self, target: Any) -> dict[str, Any]:
        return {"rows": 10, "columns": 10, "first": "A1"}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Bank", target), ("Stored so far", f"{sum(counts(target).values())} vials"), ("Not stored yet", not_stored(target))]


class VialCommand(CommandView):
    template_name = "batches/record_act.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return vial_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return vial_blockers(cls.command, target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return vial_facts(target)


class ReserveVial(VialCommand):
    command = RESERVE_VIAL
    service = staticmethod(reserve_vial)
    form_class = ReserveVialForm


class WithdrawVial(VialCommand):
    command = WITHDRAW_VIAL
    service = staticmethod(withdraw_vial)
    form_class = WithdrawVialForm


class ThawVial(VialCommand):
    command = THAW_VIAL
    service = staticmethod(thaw_vial)


class DestroyVial(VialCommand):
    command = DESTROY_VIAL
    service = staticmethod(destroy_vial)


class VialPage(RecordDetail):
    """Where one vial stands and everything that happened to it."""

    template_name = "batches/vial.html"
    commands = (ReserveVial, WithdrawVial, ThawVial, DestroyVial)

    def record(self, key: str) -> Any:
        return vial_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "lineage": [(record.lot.number, record.lot.get_absolute_url()), (record.code, "")],
            "kind": f"Vial {record.sequence} of {record.lot}",
            "badges": [{"state": record.state, "word": "", "url": ""}],
            "facts": vial_facts(record)[2:],
        }

    def details(self, record: Any) -> dict[str, Any]:
        movements = ledger_of_vial(record)
        own = [record, *(movement for movement, _ in movements)]
        possible = [view for view in self.commands if not VIAL.blockers(view.command, status=record.state)]
        actions = [a for view in possible if (a := offered(self.actor, view, record))]
        return {"actions": actions, "movements": movements, "rows": rows_of(events_about(own), own)[::-1]}


def vial_facts(vial: Any) -> list[tuple[str, Any]]:
    """Bank, state and place of a vial, and what it is reserved for."""
    return [
        ("Bank", vial.lot), ("State", state_word(vial.state).word), ("Tank", vial.tank), ("Rack", vial.rack), ("Box", vial.box),
        ("Position", vial.position), ("Reserved for", vial.reserved_for),
    ]  # fmt: skip
