"""QA's decisions on lots that are not the laboratory's: release for processing, hold, end of a hold."""

from typing import Any

from batches.domain.commands import HOLD_LOT, LIFT_HOLD, RELEASE_FOR_PROCESSING, SPLIT_LOT
from batches.domain.lifecycle import DISPOSITION, DISPOSITION_WORDS
from batches.forms.splits import SplitLotForm
from batches.selectors.affected import touched_by
from batches.selectors.dispositions import decision_before_hold, decisions_on
from batches.selectors.exceptions import exceptions_of
from batches.selectors.genealogy import descendants, record_of
from batches.selectors.lot_facts import left_in_words
from batches.selectors.lots import lot_of
from batches.selectors.release import lift_blockers, processing_blockers
from batches.services.dispositions import hold_lot, lift_hold, release_for_processing
from batches.services.splits import split_blockers, split_lot
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView


class Decision(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return lot_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        batch = record_of(target)
        closed = [f"{e.number} ({e.decision.replace('_', ' ')})" for e in exceptions_of(target) if e.status == "closed"]
        return [
            ("Lot", target), ("Product", target.product), ("Now", DISPOSITION_WORDS[target.disposition]),
            ("Batch record", batch), ("Master version", batch.version if batch else ""), ("Left", left_in_words(target)),
            ("Closed exceptions", ", ".join(closed) or "None"),
            *self.others(target),
        ]  # fmt: skip


    def others(self, target: Any) -> list[tuple[str, Any]]:
        return [("Made from it", _named([lot.number for lot in descendants(target)]))]


def _named(numbers: list[str]) -> str:
    return ", ".join(numbers[:12]) + (f" and {len(numbers) - 12} more" if len(numbers) > 12 else "") or "Nothing"


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

    def others(self, target: Any) -> list[tuple[str, Any]]:
        """Every lot that the same cause may touch; QA decides on each (G5)."""
        by_reason: dict[str, list[str]] = {}
        for other in touched_by(target):
            by_reason.setdefault(other.why, []).append(other.lot.number)
        return [(why, _named(numbers)) for why, numbers in by_reason.items()] or [("Made from it", "Nothing")]

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Nothing is taken from the lot and it is not released until QA lifts the hold. Lots that it may touch are listed beside."}


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


class SplitLot(Decision):
    command = SPLIT_LOT
    service = staticmethod(split_lot)
    form_class = SplitLotForm

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return split_blockers(target)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Each sub-lot gets its own number and starts in quarantine. Together they hold what is left, but for the loss."}
