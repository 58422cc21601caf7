"""What the laboratory holds: lots with an open OOS, whatever their disposition says (LAB-13)."""

from collections.abc import Collection, Iterable

from batches.selectors.holds import HOLDS, Hold
from qc.models import OutOfSpecification


def held_by_oos(lots: Collection[int]) -> Iterable[Hold]:
    """A hold for each open OOS of the lots."""
    undecided = OutOfSpecification.objects.filter(lot__in=lots, status="open").order_by("pk")
    return [Hold(oos.lot_id, f"On hold, {oos}", oos.get_absolute_url()) for oos in undecided]


HOLDS.append(held_by_oos)
