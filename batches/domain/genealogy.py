"""A genealogy as a plain graph: nodes are keys, edges are (parent, child). No recursion, no database. Knows no Django."""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

# Edges that leave the material as it is: the child is a part of the parent.
SPLIT = "split"
# What is split as a liquid. Cells are split by passaging them.
SPLITTABLE = ("conditioned_media", "isolation_run")
# Share of a lot that may be lost when it is split, % (illustrative: a site sets its own).
LOSS_LIMIT_PCT = Decimal(5)

N = TypeVar("N", bound=Hashable)


class Circular(ValueError):
    """The edges go round in a circle, which no genealogy can."""


def reachable(start: N, edges: Iterable[tuple[N, N]]) -> set[N]:
    """Every node that can be reached from `start` along the edges, without `start` itself unless a circle leads back."""
    onward: dict[N, list[N]] = defaultdict(list)
    for parent, child in edges:
        onward[parent].append(child)
    found: set[N] = set()
    waiting = [start]
    while waiting:
        for node in onward[waiting.pop()]:
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def closes_circle(parent: N, child: N, edges: Iterable[tuple[N, N]]) -> bool:
    """True when an edge from `parent` to `child` would make a circle (G1)."""
    return parent == child or parent in reachable(child, edges)


def in_order(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> list[N]:
    """The nodes with every parent before its children, in the given order otherwise. Raises Circular."""
    known = set(nodes)
    kept = {(p, c) for p, c in edges if p in known and c in known}
    waits_for = Counter(child for _, child in kept)
    onward: dict[N, list[N]] = defaultdict(list)
    for parent, child in kept:
        onward[parent].append(child)
    place = {node: index for index, node in enumerate(nodes)}
    ready = deque(node for node in nodes if not waits_for[node])
    ordered: list[N] = []
    while ready:
        node = ready.popleft()
        ordered.append(node)
        for child in sorted(onward[node], key=lambda n: place[n]):
            waits_for[child] -= 1
            if not waits_for[child]:
                ready.append(child)
    if len(ordered) != len(known):
        raise Circular("This genealogy goes round in a circle.")
    return ordered


def depths(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> dict[N, int]:
    """How many generations lie before each node: 0 for one without a parent, else one more than its deepest parent."""
    edges = list(edges)
    parents: dict[N, list[N]] = defaultdict(list)
    for parent, child in edges:
        parents[child].append(parent)
    found: dict[N, int] = {}
    for node in in_order(nodes, edges):
        found[node] = max((found[p] + 1 for p in parents[node] if p in found), default=0)
    return found


def layers(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> list[list[N]]:
    """The nodes by generation, each generation in the given order."""
    deep = depths(nodes, edges)
    return [[node for node in nodes if deep[node] == level] for level in range(max(deep.values(), default=-1) + 1)]


def split_objections(left: Decimal, parts: Sequence[Decimal]) -> list[tuple[str, str]]:
    """Why what is left of a lot can't be split into these parts, as key and sentence (G4). Empty is the only pass."""
    found = []
    if len(parts) < 2:
        found.append(("too_few_parts", "A split makes at least two sub-lots. Enter the quantity of each, one to a line."))
    if any(part <= 0 for part in parts):
        found.append(("quantity_not_positive", "The quantity of each sub-lot must be more than zero."))
    if found:
        return found
    together = sum(parts, Decimal(0))
    if together > left:
        return [("overdraw", f"The sub-lots hold {together:f} together, {left:f} is left. Enter at most what is left.")]
    if (left - together) * 100 > LOSS_LIMIT_PCT * left:
        lost = f"{left - together:f} of {left:f}"
        return [
            (
                "split_loss",
                f"{lost} would be in no sub-lot, and at most {LOSS_LIMIT_PCT:f} % may be lost. Make the rest a sub-lot of its own or draw it as a sample.",
            )
        ]
    return []


def siblings(node: N, edges: Iterable[tuple[N, N]]) -> dict[N, tuple[str, N]]:
    """Nodes beside this one, each with how it touches it and by which node (G5).

    “parent”: made from the same parent; “pool”: pooled with it in the same child. A node found both ways is told as pooled.
    """
    edges = list(edges)
    parents = {parent for parent, child in edges if child == node}
    children = {child for parent, child in edges if parent == node}
    found: dict[N, tuple[str, N]] = {}
    for parent, child in edges:
        if parent in parents and child != node:
            found.setdefault(child, ("parent", parent))
    for parent, child in edges:
        if child in children and parent != node:
            found[parent] = ("pool", child)
    return found
