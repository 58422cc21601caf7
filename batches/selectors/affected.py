"""Which other lots a fallen lot may touch, and which it may come from: QA decides on each (G5)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from batches.domain.genealogy import siblings
from batches.models import FiltrationStage, Lot, LotInput
from batches.selectors.dispositions import dispositions_of
from batches.selectors.genealogy import ancestors, descendants
from batches.selectors.holds import Hold, holds_of

# What lots share beside the genealogy, such as a material lot or a piece of equipment. Each takes the lot and gives
# other lots with the words that say what is shared.
SHARED: list[Callable[[Lot], Iterable[tuple[Lot, str]]]] = []
# Dispositions that make others ask which lots are touched.
FALLEN = ("hold", "rejected", "recalled", "aborted")


@dataclass(frozen=True)
class Touched:
    """Another lot, why it is listed, and where it stands now."""

    lot: Lot
    why: str
    standing: str
    holds: Sequence[Hold] = ()


def touched_by(lot: Lot) -> list[Touched]:
    """Lots made from this one, beside it, and sharing something with it; each once, with the nearest reason."""
    found: dict[int, tuple[Lot, str]] = {other.pk: (other, "Made from it") for other in descendants(lot)}
    for other, why in (*_beside(lot), *_same_membrane(lot), *(pair for shared in SHARED for pair in shared(lot))):
        if other.pk != lot.pk:
            found.setdefault(other.pk, (other, why))
    return _standing(found.values())


def origins_of(lot: Lot) -> list[Touched]:
    """The lots that this one was made from: where the cause may lie, nearest first."""
    return _standing([(other, "It was made from this lot") for other in reversed(ancestors(lot))])


def _beside(lot: Lot) -> list[tuple[Lot, str]]:
    parents = LotInput.objects.filter(child=lot).values("parent")
    children = LotInput.objects.filter(parent=lot).values("child")
    rows = LotInput.objects.filter(Q(parent__in=parents) | Q(child__in=children) | Q(child=lot) | Q(parent=lot)).select_related(
        "parent", "child"
    )
    edges = list(rows.order_by("pk"))
    lots = {one.pk: one for edge in edges for one in (edge.parent, edge.child)}
    words = {"parent": "Made from the same parent, {}", "pool": "Pooled with it in {}"}
    beside = siblings(lot.pk, [(edge.parent_id, edge.child_id) for edge in edges])
    return [(lots[key], words[how].format(lots[by])) for key, (how, by) in beside.items()]


def _same_membrane(lot: Lot) -> list[tuple[Lot, str]]:
    """Runs that were filtered through a membrane of the same lot."""
    if lot.stage != "isolation_run":
        return []
    used = set(FiltrationStage.objects.filter(run__lot=lot).exclude(membrane_lot="").values_list("membrane_lot", flat=True))
    others = FiltrationStage.objects.filter(membrane_lot__in=used).exclude(run__lot=lot).select_related("run__lot").order_by("pk")
    return [(stage.run.lot, f"Filtered through the same membrane lot, {stage.membrane_lot}") for stage in others]


def _standing(found: Iterable[tuple[Lot, str]]) -> list[Touched]:
    found = list(found)
    standings = dispositions_of(lot for lot, _ in found)
    holds = holds_of(lot for lot, _ in found)
    return [Touched(lot, why, standings[lot.pk], holds.get(lot.pk, ())) for lot, why in found]
