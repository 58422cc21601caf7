"""Reprocessing and rework, on the review page of the lot."""

from typing import Any

from batches.domain.rework import KINDS, REWORKABLE, STATES
from batches.selectors.lots import lot_of
from batches.selectors.reworks import reworks_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from qc.domain.commands import DECIDE_REWORK, REQUEST_REWORK
from qc.forms.reworks import DecideReworkForm, RequestReworkForm
from qc.selectors.reworks import request_blockers, rework_blockers, rework_of, standing_in_words
from qc.services.reworks import decide_rework, request_rework


class RequestRework(CommandView):
    command = REQUEST_REWORK
    service = staticmethod(request_rework)
    form_class = RequestReworkForm

    @classmethod
    def find(cls, on: str) -> Any:
        return lot_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return request_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Lot", target), ("Product", target.product), ("Standing", standing_in_words(target))]


class DecideRework(CommandView):
    command = DECIDE_REWORK
    service = staticmethod(decide_rework)
    form_class = DecideReworkForm

    @classmethod
    def find(cls, on: str) -> Any:
        return rework_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return [blocker for blocker in rework_blockers(target) if blocker.key == "wrong_status"]

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        against = [blocker.message for blocker in rework_blockers(target, self.actor.user_id)]
        return [*rework_facts(target), ("Speaks against it", " ".join(against) or "Nothing")]


def rework_facts(row: Any) -> list[tuple[str, Any]]:
    return [
        ("Number", row.number), ("Lot", row.lot), ("Kind", KINDS[row.kind]), ("Procedure", row.procedure), ("Reason", row.reason),
        ("Added tests", row.tests_in_words), ("Asked for by", row.requested_by),
    ]  # fmt: skip


def rework_list(actor: Any, lot: Any) -> dict[str, Any]:
    """What was asked for and decided about this lot, with what may be done now."""
    rows = [
        {"rework": row, "kind": KINDS[row.kind], "state": STATES[row.status], "act": offered(actor, DecideRework, row) if row.status == "requested" else None}
        for row in reworks_of(lot)
    ]
    ask = offered(actor, RequestRework, lot) if lot.stage in REWORKABLE else None
    return {"reworks": rows, "ask_rework": ask if ask and not ask["barred"] else None}
