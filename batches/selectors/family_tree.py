"""The genealogy of a lot as it is drawn and listed: back to the donor's bank, or forward to everything made from it."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings

from batches.domain.lifecycle import DISPOSITION_WORDS
from batches.models import STAGES, Lot, LotInput
from batches.selectors.dispositions import dispositions_of
from batches.selectors.genealogy import family, lots_with_types
from batches.selectors.holds import holds_of
from batches.selectors.vials import counts
from evgmp.web.components import time_text, value_text
from evgmp.web.genealogy import Edge, Genealogy, Node

COLUMNS = {
    "cell_bank": "Banks", "passage": "Passages", "conditioned_media": "Media lots", "isolation_run": "TFF runs", "ev_lot": "EV lots",
    "drug_product": "Drug products",
}  # fmt: skip
STOPPED = ("rejected", "recalled", "aborted")


@dataclass(frozen=True)
class Tree:
    """A genealogy with the edges as a table and a count in words."""

    graph: Genealogy
    edges: list[LotInput]
    count: str


def tree_of(lot: Lot, *, forward: bool) -> Tree:
    """Everything the lot was made from, with the rejected lots that stopped on the way; or everything made from it."""
    kin = family(lot, up=not forward, down=forward)
    lots, edges = list(kin.lots), list(kin.edges)
    if not forward:
        dead = _dead_ends({other.pk for other in lots})
        edges += dead
        lots += list(lots_with_types().filter(pk__in={edge.child_id for edge in dead}))
    standings = dispositions_of(lots)
    held = holds_of(lots)
    used = {edge.parent_id for edge in edges}
    columns = [stage for stage in STAGES if any(other.stage == stage for other in lots)]
    nodes = [
        Node(
            key=str(other.pk), column=columns.index(other.stage), title=other.number, fact=_fact(other),
            state="hold" if other.pk in held else standings[other.pk],
            word="For processing" if standings[other.pk] == "released_for_processing" and other.pk not in held else "",
            url=other.get_absolute_url(), current=other.pk == lot.pk,
            stops="stops here" if standings[other.pk] in STOPPED and other.pk not in used else "",
        )
        for other in lots
    ]  # fmt: skip
    graph = Genealogy(lot.number, [COLUMNS[stage] for stage in columns], nodes, _merged(edges))
    return Tree(graph, _with_names(edges, lots), _count(lots, standings))


def _dead_ends(known: set[int]) -> list[LotInput]:
    """Edges from the known lots into lots that were made beside the line and stopped there."""
    beside = LotInput.objects.filter(parent__in=known).exclude(child__in=known).select_related("child", "container").order_by("pk")
    found = list(beside)
    standings = dispositions_of({edge.child_id: edge.child for edge in found}.values())
    return [edge for edge in found if standings[edge.child_id] in STOPPED]


def _merged(edges: list[LotInput]) -> list[Edge]:
    """One arrow a pair of lots; several portions share its label."""
    labels: dict[tuple[int, int], list[str]] = defaultdict(list)
    for edge in edges:
        labels[edge.parent_id, edge.child_id].append(portion(edge))
    return [Edge(str(parent), str(child), " + ".join(said)) for (parent, child), said in labels.items()]


def portion(edge: LotInput) -> str:
    """`vial 014` or `6100 mL`; cells without their unit, because the place beside an arrow is narrow."""
    if edge.container is not None:
        return f"vial {edge.container.sequence:03d}"
    if edge.unit == "cells":
        return value_text(edge.quantity)
    return value_text(edge.quantity, edge.unit)


def _with_names(edges: list[LotInput], lots: list[Lot]) -> list[LotInput]:
    """The edges knowing their lots, without a query each."""
    by_key = {lot.pk: lot for lot in lots}
    for edge in edges:
        edge.parent, edge.child = by_key[edge.parent_id], by_key[edge.child_id]
    return sorted(edges, key=lambda edge: edge.pk)


def _fact(lot: Lot) -> str:
    """One short fact of a lot: what a person looks for first."""
    if lot.stage == "cell_bank":
        by_state = counts(lot)
        total = sum(by_state.values())
        return f"{by_state['stored']} of {total} vials free" if total else ""
    if lot.stage == "passage":
        started = lot.passage.seeded_at or lot.passage.harvested_at
        return f"seeded {time_text(started, settings.EVGMP_TIME_ZONE)[1][:10]}" if started else ""
    if lot.stage == "conditioned_media" and lot.conditionedmedia.volume_ml is not None:
        return value_text(lot.conditionedmedia.volume_ml, "mL")
    if lot.stage == "isolation_run" and lot.isolationrun.final_volume_ml is not None:
        return f"{value_text(lot.isolationrun.final_volume_ml, 'mL')} out"
    if lot.stage == "ev_lot" and lot.evlot.vials_filled is not None:
        return f"{lot.evlot.vials_filled} vials filled"
    if lot.stage == "drug_product" and lot.drugproduct.vials_filled is not None:
        return f"{lot.drugproduct.vials_filled} vials filled"
    return ""


def _count(lots: list[Lot], standings: dict[int, str]) -> str:
    stopped: dict[str, int] = defaultdict(int)
    for standing in standings.values():
        if standing in STOPPED:
            stopped[standing] += 1
    said = [f"{len(lots)} record" + ("" if len(lots) == 1 else "s")]
    return ", ".join(said + [f"{number} {DISPOSITION_WORDS[standing]}" for standing, number in stopped.items()])
