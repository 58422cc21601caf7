"""What an exception can be reported about, found by its number, and what follows from it for lots (DEV-01)."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from batches.models import EquipmentUnit, ExceptionRecord, LabelIssue, Lot, MaterialLot, Sample, Step
from batches.selectors.equipment import lots_made_with, unit_of
from batches.selectors.labels import issue_of
from batches.selectors.lots import lot_of
from batches.selectors.materials import material_of, where_used
from batches.selectors.records import step_of
from batches.selectors.samples import sample_of

FINDERS: tuple[Callable[[str], Any], ...] = (step_of, lot_of, sample_of, issue_of, material_of, unit_of)


def reportable(number: str) -> Any:
    """The step, lot, sample, label issue, material lot or equipment unit of this number.

    Raises Lot.DoesNotExist where nothing carries it, and ValueError where two things do (the code of a unit is typed by
    people): a report about the wrong thing is worse than none."""
    found = []
    for find in FINDERS:
        try:
            found.append(find(number))
        except (ObjectDoesNotExist, ValueError):
            continue
    if not found:
        raise Lot.DoesNotExist(f"Nothing carries the number {number}.")
    if len(found) > 1:
        raise ValueError(f"{number} names more than one thing.")
    return found[0]


def context_of(record: Any) -> dict[str, Any]:
    """The columns of an exception about this record: a step, a sample and labels bring the lot they belong to."""
    if isinstance(record, Step):
        return {"step": record, "lot": record.batch.lot}
    if isinstance(record, Sample):
        return {"sample": record, "lot": record.lot}
    if isinstance(record, LabelIssue):
        return {"label_issue": record, "lot": record.lot, "material_lot": record.material_lot}
    if isinstance(record, EquipmentUnit):
        return {"equipment": record}
    if isinstance(record, MaterialLot):
        return {"material_lot": record}
    return {"lot": record}


def lots_touched(exception: ExceptionRecord) -> list[Lot]:
    """The lots made with the unit or the material that an exception is about."""
    if exception.equipment is not None:
        return lots_made_with(exception.equipment)
    if exception.material_lot is not None:
        return [lot for lot, _, _ in where_used(exception.material_lot)]
    return []


def what_it_stops(lot: Lot | None) -> str:
    """What an open exception in this context holds up, in words."""
    if lot is not None:
        return f"The release of {lot} and of every lot made from it, until QA decides."
    return "No lot by itself. It stands on the review page of every lot made with it; QA puts a lot that it touches on hold."
