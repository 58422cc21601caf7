"""QA's decisions on lots that are not the laboratory's: release for processing, hold, end of a hold."""

from typing import Any

from batches.domain.commands import HOLD_LOT, LIFT_HOLD, RELEASE_FOR_PROCESSING
from batches.domain.lifecycle import DISPOSITION, DISPOSITION_WORDS
from batches.selectors.dispositions import decision_before_hold, decisions_on
from batches.selectors.exceptions import exceptions_of
from batches.selectors.genealogy import descendants
from batches.selectors.lot_facts import left_in_words
from batches.selectors.lots import lot_of
from batches.selectors.release import lift_blockers, processing_blockers
from batches.services.dispositions import hold_lot, lift_hold, release_for_processing
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView


class Decision(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return lot_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        batch = getattr(target, "batch", None)
        made_from_it = descendants(target)
        closed = [f"{e.number} ({e.decision.replace('_', ' ')})" for e in exceptions_of(target) if e.status == "closed"]
        return [
            ("Lot", target), ("Product", target.product), ("Now", DISPOSITION_WORDS[target.disposition]),
            ("Batch record", batch), ("Master version", batch.version if batch else ""), ("Left", left_in_words(target)),
            ("Closed exceptions", ", ".join(closed) or "None"),
            ("Made from it", ", ".join(lot.number for lot in made_from_it[:12]) + (" and more" if len(made_from_it) > 12 else "") or "Nothing"),
        ]  # fmt: skip


class ReleaseForProcessing(Decision):
    command = RELEASE_FOR_PROCESSING
    service = staticmethod(release_for_processing)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return processing_blockers(target)


class HoldLot(Decision):
    command = HOLD_LOT
    service = staticmethod(hold_lot)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return DISPOSITION.blockers(HOLD_LOT, status=target.disposition)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Nothing is taken from the lot and it is not released until QA lifts the hold. Lots made from it are listed beside."}


class LiftHold(Decision):
    command = LIFT_HOLD
    service = staticmethod(lift_hold)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return lift_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        holds = [decision for decision in decisions_on(target) if decision.decision == "hold"]
        why = holds[0].reason if holds else ""
        return [*super().summary(target), ("Held because", why), ("Returns to", DISPOSITION_WORDS[decision_before_hold(target)])]
