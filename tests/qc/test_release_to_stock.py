"""Release to stock: an act of its own after certification, on both databases."""

from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.models import Disposition
from evgmp.compliance.validity import signatures_of
from evgmp.compliance.verifying import findings
from qc.domain import commands as c
from qc.services import release
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused


@pytest.mark.req("REL-01", "REL-02", "SIG-01", "PRT-02")
def test_the_whole_way_to_stock(ready_lot_anywhere: Any) -> None:
    scene.up_to("qp")
    with one_event(c.RELEASE_TO_STOCK):
        lot = scene.released()
    assert lot.disposition == "released"
    decisions = Disposition.objects.filter(lot=lot).order_by("pk").values_list("decision", flat=True)
    assert list(decisions) == ["approved_for_certification", "certified", "released"]
    (signature,) = signatures_of(Disposition.objects.get(lot=lot, decision="released"))
    assert signature.meaning == "approved"
    assert not findings()


@pytest.mark.req("REL-02", "REL-07", negative=True)
@pytest.mark.parametrize(("before", "key"), [("", "qc_not_approved"), ("qc", "not_approved_for_certification"), ("qa", "not_certified")])
def test_not_before_certification(ready_lot: Any, before: str, key: str) -> None:
    if before:
        scene.up_to(before)
    with refused(key):
        scene.released()


@pytest.mark.req("REL-02", "DEV-04", negative=True)
@pytest.mark.up_to("qp")
def test_what_opens_after_certification_stops_the_release(ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="9.00").number)
    with refused("oos_open"):
        scene.released()


@pytest.mark.req("SIG-06", negative=True)
@pytest.mark.up_to("qp")
def test_a_certification_that_fell_releases_nothing(ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20").number)
    with refused("not_certified", "no longer stands"):
        scene.released()


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.up_to("stock")
def test_a_released_lot_is_not_released_twice(ready_lot: Any) -> None:
    with refused("wrong_status", "released"):
        scene.released()


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["q.person", "a.labhead", "a.operator"])
@pytest.mark.up_to("qp")
def test_only_qa_releases(ready_lot: Any, who: str) -> None:
    with refused("not_permitted"):
        scene.released(by=who)


@pytest.mark.req("EXE-20", "REC-01", negative=True)
def test_stale_and_double_posts_are_refused(ready_lot: Any) -> None:
    scene.up_to("qp")
    with refused("stale_page"):
        release.release_to_stock(act(c.RELEASE_TO_STOCK, "a.reviewer", seen=str(ready_lot.revision)), ready_lot.number)
    release.release_to_stock(act(c.RELEASE_TO_STOCK, "a.reviewer", once="press-4"), ready_lot.number)
    with refused("already_recorded"):
        release.release_to_stock(act(c.RELEASE_TO_STOCK, "a.reviewer", once="press-4"), ready_lot.number)
