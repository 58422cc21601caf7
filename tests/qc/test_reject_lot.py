"""Rejection: with a reason, and for good."""

from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.models import Disposition
from evgmp.compliance.models import Event
from evgmp.compliance.validity import signatures_of
from evgmp.compliance.verifying import findings
from evgmp.rules.blocker import RuleBroken
from qc.domain import commands as c
from qc.services import release
from tests.builders import act
from tests.qc.builders_lab import one_event, refused


@pytest.mark.req("REL-01", "SIG-02")
@pytest.mark.parametrize("before", ["", "qc", "qa", "qp"])
def test_a_lot_is_rejected_at_any_gate_with_its_reason(ready_lot: Any, before: str) -> None:
    if before:
        scene.up_to(before)
    with one_event(c.REJECT_LOT):
        lot = scene.rejected()
    row = Disposition.objects.get(lot=lot, decision="rejected")
    assert lot.disposition == "rejected"
    assert row.reason == Event.objects.order_by("-seq")[0].reason != ""
    (signature,) = signatures_of(row)
    assert signature.meaning == "rejected"
    assert not findings()


@pytest.mark.req("SIG-02", "AUD-03", negative=True)
@pytest.mark.parametrize("reason", ["", "n/a", "..."])
def test_a_rejection_says_why(ready_lot: Any, reason: str) -> None:
    with pytest.raises(RuleBroken, match="why"):
        release.reject_lot(act(c.REJECT_LOT, "a.reviewer", reason=reason), ready_lot.number)
    assert scene.ev_lot().disposition == "quarantine"


@pytest.mark.req("REL-01", negative=True)
def test_a_rejected_lot_never_comes_back(ready_lot: Any) -> None:
    scene.rejected()
    for sign in (scene.approved_by_qc, scene.approved_by_qa, scene.certified, scene.released, scene.rejected):
        with refused("wrong_status", "rejected"):
            sign()
    with refused("wrong_status"):
        scene.lifted(ready_lot.number)


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.up_to("stock")
def test_a_released_lot_is_not_rejected_any_more(ready_lot: Any) -> None:
    with refused("wrong_status", "released"):
        scene.rejected()


@pytest.mark.req("REL-01")
def test_a_held_lot_and_an_intermediate_can_be_rejected(ready_lot: Any) -> None:
    scene.held(ready_lot.number)
    assert scene.rejected().disposition == "rejected"
    assert scene.rejected(on=scene.lot_of("isolation_run").number).disposition == "rejected"


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["q.person", "a.labhead", "a.verifier"])
def test_only_qa_rejects(ready_lot: Any, who: str) -> None:
    with refused("not_permitted"):
        scene.rejected(by=who)


@pytest.mark.req("EXE-20", "REC-01", negative=True)
def test_stale_and_double_posts_are_refused(ready_lot: Any) -> None:
    with refused("stale_page"):
        release.reject_lot(act(c.REJECT_LOT, "a.reviewer", seen="0"), ready_lot.number)
    release.reject_lot(act(c.REJECT_LOT, "a.reviewer", once="press-6"), ready_lot.number)
    with refused("already_recorded"):
        release.reject_lot(act(c.REJECT_LOT, "a.reviewer", once="press-6"), ready_lot.number)
