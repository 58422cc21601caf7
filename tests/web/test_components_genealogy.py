"""The drawing of a genealogy: every record, every edge, no arrow through a box, the same content as a list."""

import re

import pytest

from evgmp.web.genealogy import HEIGHT, WIDTH, Edge, Genealogy, Node
from tests.web.gallery import graph
from tests.web.rendering import paper, screen


@pytest.mark.req("TRC-01")
def test_drawing_and_list_name_every_record_and_its_state():
    drawn = screen("{% genealogy g %}", g=graph())
    picture, listing = drawn.split('<ol class="ev-tree')
    for node in graph().nodes:
        assert node.title in picture and node.title in listing
    assert "Rejected, not used" in picture and "Rejected, not used" in listing
    assert "stops here" in picture and "stops here" in listing
    assert "vial 014" in picture and "Went into IMSC-04-P1 (vial 014)" in listing


def test_paper_has_the_list_alone():
    drawn = paper("{% genealogy g %}", g=graph())
    assert "IPSC-MCB-001" in drawn and '<svg class="gen' not in drawn and "only-list" not in drawn


def test_there_is_one_arrow_an_edge_and_none_ends_nowhere():
    assert len(graph().arrows()) == len(graph().edges)
    broken = Genealogy("x", ["A"], [Node("a", 0, "A-1")], [Edge("a", "gone")])
    with pytest.raises(KeyError):
        broken.arrows()


def test_an_arrow_over_several_columns_runs_between_the_rows():
    nodes = [Node(f"a{n}", 0, f"A{n}") for n in range(3)] + [Node(f"b{n}", 1, f"B{n}") for n in range(3)] + [Node("c", 2, "C")]
    g = Genealogy("x", ["A", "B", "C"], nodes, [Edge("a1", "c"), Edge("a0", "a2"), Edge("a0", "b2")])
    boxes = [(x, y, x + WIDTH, y + HEIGHT) for x, y, _ in g.boxes()]
    for path, _, _, _ in g.arrows():
        for x, y in corners(path):
            assert not any(left < x < right and top < y < bottom for left, top, right, bottom in boxes)
    lane = next(y for x, y in corners(g.arrows()[0][0])[2:3])
    assert not any(top <= lane <= bottom for _, top, _, bottom in boxes)


def corners(path: str) -> list[tuple[int, int]]:
    found, x, y = [], 0, 0
    for letter, numbers in re.findall(r"([MHV])([\d,]+)", path):
        if letter == "M":
            x, y = (int(n) for n in numbers.split(","))
        elif letter == "H":
            x = int(numbers)
        else:
            y = int(numbers)
        found.append((x, y))
    return found
