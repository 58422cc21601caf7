"""Moves of a lot between places, and its temperature excursions."""

from typing import Any

from batches.domain.commands import MOVE_LOT, RECORD_EXCURSION
from batches.domain.storage import temperature_classes
from batches.forms.storage import MoveLotForm, RecordExcursionForm
from batches.selectors.storage import kept_in, moving_blockers, place_of
from batches.services.storage import move_lot, record_excursion
from batches.views.dispositions import Decision
from evgmp.rules.blocker import Blocker


class RecordExcursion(Decision):
    command = RECORD_EXCURSION
    service = staticmethod(record_excursion)
    form_class = RecordExcursionForm
    template_name = "batches/record_act.html"

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Above its limit the lot goes on hold at once and an exception opens; QA decides on both."}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        """What is kept there, and what it went into: how the lot was made doesn't matter here, and all of it has to be in sight."""
        return [row for row in super().summary(target) if row[0] not in ("Batch record", "Master version", "Closed exceptions")]


class MoveLot(Decision):
    command = MOVE_LOT
    service = staticmethod(move_lot)
    form_class = MoveLotForm

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return moving_blockers(target)

    def initial(self, target: Any) -> dict[str, Any]:
        return {"temperature_class": kept_in(target)}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        kept = temperature_classes().get(kept_in(target), "")
        return [("Lot", target), ("Product", target.product), ("Kept in", kept), ("Stands in", place_of(target) or "Not recorded yet")]
