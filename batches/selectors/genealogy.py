"""Where lots come from and where they go. What a lot inherits is computed here and typed nowhere (G6)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from batches.domain.genealogy import SPLIT, in_order
from batches.domain.lifecycle import amount_in
from batches.domain.vectors import VECTOR_ITEMS
from batches.models import BatchRecord, CellLine, Donor, Lot, LotInput
from evgmp.rules.blocker import Blocker

Amount = TypeVar("Amount", int, Decimal)


@dataclass(frozen=True)
class Inherited:
    """What a lot has from its ancestors. None where it can't be computed, because something is not recorded yet."""

    donors: tuple[Donor, ...]
    lines: tuple[CellLine, ...]
    banks: tuple[Lot, ...]
    passage_number: int | None
    cumulative_pdl: Decimal | None
    reprogramming_methods: tuple[str, ...]
    vector_contents: tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """Lots with the edges between them, every parent before its children."""

    lots: Sequence[Lot]
    edges: Sequence[LotInput]

    def parents_by_child(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for edge in self.edges:
            if edge.parent_id not in found[edge.child_id]:
                found[edge.child_id].append(edge.parent_id)
        return found


def lots_with_types() -> "QuerySet[Lot]":
    return Lot.objects.select_related("cellbank__line__donor", "passage", "conditionedmedia", "isolationrun", "evlot", "drugproduct")


# Edge by edge away from one lot. Both databases know WITH RECURSIVE; UNION ends a walk that comes round again.
WALK = """
    WITH RECURSIVE walk (edge, next) AS (
        SELECT id, {far} FROM {edges} WHERE {near} = %s
        UNION
        SELECT further.id, further.{far} FROM {edges} further JOIN walk ON further.{near} = walk.next
    )
    SELECT edge FROM walk
"""


def _edges(lot: Lot, *, up: bool) -> dict[int, LotInput]:
    """All edges above or below a lot, in one query however many generations there are."""
    near, far = ("child_id", "parent_id") if up else ("parent_id", "child_id")
    walk = RawSQL(WALK.format(near=near, far=far, edges=LotInput._meta.db_table), [lot.pk])
    return {edge.pk: edge for edge in LotInput.objects.filter(pk__in=walk).select_related("container").order_by("pk")}


def family(lot: Lot, *, up: bool = True, down: bool = False) -> Family:
    """The lot with its ancestors, its descendants or both, and the edges between them."""
    edges: dict[int, LotInput] = {}
    if up:
        edges |= _edges(lot, up=True)
    if down:
        edges |= _edges(lot, up=False)
    keys = {lot.pk} | {e.parent_id for e in edges.values()} | {e.child_id for e in edges.values()}
    lots = {found.pk: found for found in lots_with_types().filter(pk__in=keys)}
    kept = sorted(edges.values(), key=lambda e: e.pk)
    order = in_order(sorted(keys), [(e.parent_id, e.child_id) for e in kept])
    return Family([lots[key] for key in order], kept)


def ancestors(lot: Lot) -> list[Lot]:
    """Every lot that this one was made from, the oldest generation first."""
    return [other for other in family(lot).lots if other.pk != lot.pk]


def descendants(lot: Lot) -> list[Lot]:
    """Every lot that was made from this one, the nearest generation first."""
    return [other for other in family(lot, up=False, down=True).lots if other.pk != lot.pk]


def parents(lot: Lot) -> list[Lot]:
    """The lots that went directly into this one."""
    keys = LotInput.objects.filter(child=lot).values_list("parent_id", flat=True)
    return list(lots_with_types().filter(pk__in=set(keys)).order_by("pk"))


def inputs_of(lot: Lot) -> "QuerySet[LotInput]":
    return LotInput.objects.filter(child=lot).select_related("parent", "container").order_by("pk")


def outputs_of(lot: Lot) -> "QuerySet[LotInput]":
    return LotInput.objects.filter(parent=lot).select_related("child", "container").order_by("pk")


# --- sub-lots and pools ---


def split_edges() -> "QuerySet[LotInput]":
    """The edges that lead from a lot to its sub-lots (G4)."""
    return LotInput.objects.filter(purpose=SPLIT, container=None, parent__stage=F("child__stage"))


def described_by(lot: Lot) -> Lot:
    """The lot whose batch record and typed facts describe this one: the lot itself, or for a sub-lot the one that was split."""
    while (edge := split_edges().filter(child=lot).select_related("parent").first()) is not None:
        lot = edge.parent
    return lot


def wholes_of(lots: Iterable[Lot]) -> dict[int, Lot]:
    """By key of each lot the one whose facts describe it (see `described_by`), in two queries a generation of splits."""
    listed = list(lots)
    found = {lot.pk: lot for lot in listed}
    waiting = set(found)
    while waiting:
        parent_of = dict(split_edges().filter(child__in=[found[key].pk for key in waiting]).values_list("child", "parent"))
        waiting = {key for key in waiting if found[key].pk in parent_of}
        parents = lots_with_types().in_bulk(parent_of.values()) if waiting else {}
        found.update({key: parents[parent_of[found[key].pk]] for key in waiting})
    return found


def record_of(lot: Lot) -> BatchRecord | None:
    """The batch record in which the lot was made. A sub-lot shares the one of the lot that was split."""
    return BatchRecord.objects.filter(lot=described_by(lot)).select_related("version__master").first()


# The attribute that holds the concentration of a lot, by its stage.
_CONCENTRATIONS = {"conditioned_media": "particles_per_ml", "isolation_run": "final_particles_per_ml", "ev_lot": "particles_per_ml"}


def parts_of(lot: Lot) -> list[tuple[Decimal | None, Decimal | None]]:
    """Particles/mL and volume (mL) of each portion that went into a lot, in the order of their recording (G3)."""
    found = []
    for edge in inputs_of(lot):
        attribute = _CONCENTRATIONS.get(edge.parent.stage)
        concentration = getattr(described_by(edge.parent).typed, attribute) if attribute else None
        found.append((concentration, _volume_of(edge)))
    return found


def _volume_of(edge: LotInput) -> Decimal | None:
    """Volume of a portion in mL. A portion counted in vials has the volume that was filled into each of them."""
    if (volume := amount_in(edge.quantity, edge.unit, "mL")) is not None:
        return volume
    vials = amount_in(edge.quantity, edge.unit, "vials")
    fill = getattr(edge.parent.typed, "fill_volume_ml", None)
    return None if vials is None or fill is None or edge.parent.stage == "cell_bank" else vials * fill


# --- inherited facts ---


def inherited(lot: Lot) -> Inherited:
    """Everything that is inherited along the genealogy, computed anew from the edges and the typed rows."""
    kin = family(lot)
    banks = tuple(other for other in kin.lots if other.stage == "cell_bank")
    lines = {bank.cellbank.line.pk: bank.cellbank.line for bank in banks if bank.cellbank.line is not None}
    donors = {line.donor.pk: line.donor for line in lines.values()}
    carried = {item for line in lines.values() for item in line.vector_contents}
    return Inherited(
        donors=tuple(sorted(donors.values(), key=lambda d: d.code)),
        lines=tuple(sorted(lines.values(), key=lambda line: line.code)),
        banks=banks,
        passage_number=_passage_numbers(kin)[lot.pk],
        cumulative_pdl=_cumulative_pdls(kin)[lot.pk],
        reprogramming_methods=tuple(sorted({line.reprogramming_method for line in lines.values()})),
        vector_contents=tuple(item for item in VECTOR_ITEMS if item in carried),
    )


def _passage_numbers(kin: Family) -> dict[int, int | None]:
    """Passage number by lot: 0 at the commitment, one more at each passage; a pool takes the highest of its parts."""

    def own(lot: Lot, highest: int | None, has_parents: bool) -> int | None:
        if lot.stage == "cell_bank":
            return _of_bank(lot.cellbank.passage_number, highest, has_parents)
        if lot.stage == "passage":
            return 0 if lot.passage.is_commitment else (None if highest is None else highest + 1)
        return highest

    return _down_the_family(kin, own)


def _cumulative_pdls(kin: Family) -> dict[int, Decimal | None]:
    """Cumulative population doublings by lot: 0 at the commitment, else as computed by the passage's own record."""

    def own(lot: Lot, highest: Decimal | None, has_parents: bool) -> Decimal | None:
        if lot.stage == "cell_bank":
            return _of_bank(lot.cellbank.cpdl, highest, has_parents)
        if lot.stage == "passage":
            return Decimal(0) if lot.passage.is_commitment else lot.passage.cumulative_pdl
        return highest

    return _down_the_family(kin, own)


def _of_bank(typed: Amount | None, highest: Amount | None, has_parents: bool) -> Amount | None:
    """A bank without a parent states its value. One with parents takes the higher of the stated and the inherited one,
    because cells are expanded while a bank is made; it has none as long as a parent has none."""
    if not has_parents:
        return typed
    if highest is None or typed is None:
        return highest
    return max(highest, typed)


def _down_the_family(kin: Family, own: Callable[[Lot, Amount | None, bool], Amount | None]) -> dict[int, Amount | None]:
    """A value for each lot from the highest value of its parents. A parent without a value leaves none to inherit."""
    parents_of = kin.parents_by_child()
    found: dict[int, Amount | None] = {}
    for lot in kin.lots:
        values = [found[key] for key in parents_of[lot.pk] if key in found]
        known = [value for value in values if value is not None]
        highest = max(known) if known and len(known) == len(values) else None
        found[lot.pk] = own(lot, highest, bool(values))
    return found


def parent_cpdl(lot: Lot) -> Decimal | None:
    """The highest cumulative population doublings among the direct parents; 0 for the commitment itself; None when a
    parent has none, or no parent is recorded."""
    if lot.stage == "passage" and lot.passage.is_commitment:
        return Decimal(0)
    kin = family(lot)
    computed = _cumulative_pdls(kin)
    values = [computed[key] for key in kin.parents_by_child()[lot.pk]]
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def producing_cultures(lot: Lot) -> list[Lot]:
    """Every culture that conditioned medium in this lot: the passages directly above each media lot among its ancestors,
    or above the lot itself when it is a media lot (G7)."""
    kin = family(lot)
    stages = {other.pk: other.stage for other in kin.lots}
    found = {
        edge.parent_id for edge in kin.edges if stages[edge.child_id] == "conditioned_media" and stages[edge.parent_id] == "passage"
    }
    return [other for other in kin.lots if other.pk in found]


# --- what bars ---


def donor_blockers(lot: Lot, facts: Inherited | None = None) -> list[Blocker]:
    """Why the donors of a lot bar its release and use. An unknown donor bars like an undecided one (TRC-04, TRC-05)."""
    facts = facts or inherited(lot)
    if not facts.donors:
        return [Blocker("donor_unknown", f"No donor is known for {lot}. Record the cell line or the parent lot it comes from.")]
    found = []
    for donor in facts.donors:
        if donor.eligibility == "undecided":
            found.append(Blocker("donor_undecided", f"The eligibility of {donor} is not decided. QA decides it first."))
        elif donor.eligibility == "ineligible":
            found.append(Blocker("donor_ineligible", f"{donor} is ineligible. Nothing from this donor may be used or released."))
    return found
