"""The genealogy as a plain graph, against an independent oracle."""

import itertools
import random
import time

import pytest

from batches.domain.genealogy import Circular, closes_circle, depths, in_order, layers, reachable

CHAIN = [("bank", "p0"), ("p0", "p1"), ("p1", "cm1"), ("p1", "cm2"), ("cm1", "run"), ("cm2", "run"), ("run", "ev")]
NODES = ["bank", "p0", "p1", "cm1", "cm2", "run", "ev"]


def test_a_chain_with_a_pool() -> None:
    assert reachable("p1", CHAIN) == {"cm1", "cm2", "run", "ev"}
    assert depths(NODES, CHAIN) == {"bank": 0, "p0": 1, "p1": 2, "cm1": 3, "cm2": 3, "run": 4, "ev": 5}
    assert layers(NODES, CHAIN) == [["bank"], ["p0"], ["p1"], ["cm1", "cm2"], ["run"], ["ev"]]


def test_parents_come_first_whatever_the_order_given() -> None:
    ordered = in_order(NODES[::-1], CHAIN)
    assert all(ordered.index(parent) < ordered.index(child) for parent, child in CHAIN)


@pytest.mark.req("EXE-24", negative=True)
def test_circles_are_found() -> None:
    assert closes_circle("p1", "p1", CHAIN)
    assert closes_circle("ev", "bank", CHAIN)
    assert not closes_circle("bank", "ev", CHAIN)
    with pytest.raises(Circular):
        in_order(NODES, [*CHAIN, ("ev", "bank")])


def random_graph(count: int, seed: int) -> tuple[list[int], list[tuple[int, int]]]:
    dice = random.Random(seed)
    edges = [(parent, child) for child in range(1, count) for parent in {dice.randrange(child) for _ in range(dice.randint(1, 3))}]
    return list(range(count)), edges


@pytest.mark.req("TRC-01")
@pytest.mark.parametrize("seed", range(5))
def test_both_ways_equal_an_oracle(seed: int) -> None:
    """The oracle is transitive closure by bit sets, in the order of the numbers: no search."""
    nodes, edges = random_graph(300, seed)
    below = [0] * len(nodes)
    for parent, child in sorted(edges, reverse=True):
        below[parent] |= 1 << child | below[child]
    # One pass in falling order of parents is not enough when a child's set grew later, so until nothing changes.
    while True:
        before = list(below)
        for parent, child in edges:
            below[parent] |= below[child]
        if below == before:
            break
    backward = [(child, parent) for parent, child in edges]
    for node in nodes:
        assert reachable(node, edges) == {other for other in nodes if below[node] >> other & 1}
        assert reachable(node, backward) == {other for other in nodes if below[other] >> node & 1}


@pytest.mark.req("TRC-01")
def test_ten_thousand_lots_in_a_line_need_no_recursion_and_little_time() -> None:
    nodes = list(range(10_000))
    line = list(itertools.pairwise(nodes))
    started = time.perf_counter()
    assert len(reachable(0, line)) == 9_999
    assert depths(nodes, line)[9_999] == 9_999
    assert time.perf_counter() - started < 5
