"""A genealogy as a plain graph: nodes are keys, edges are (parent, child). No recursion, no database. Knows no Django."""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

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
