"""The quick look at reviewed batch records never says more than the full reading does."""

from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.selectors.records import unfinished
from evgmp.compliance import clock
from evgmp.compliance.models import Event
from qc.selectors.chain import Chain
from qc.selectors.release_state import release_state
from qc.selectors.standing import standing_records


def _agrees() -> set[str]:
    """Every record that stands by the quick look is finished by the full reading; their lots."""
    chain = Chain(scene.ev_lot())
    standing = standing_records(chain)
    for lot in chain.lots:
        if lot.pk in standing:
            assert unfinished(chain.batches[lot.pk]) == [], lot
    return {lot.number for lot in chain.lots if lot.pk in standing}


@pytest.mark.req("REL-05", "SIG-06")
def test_a_reviewed_chain_stands_as_a_whole(ready_lot: Any) -> None:
    assert _agrees() == {lot.number for lot in Chain(ready_lot).lots}


@pytest.mark.req("REL-05", "SIG-06", negative=True)
@pytest.mark.parametrize(
    ("stage", "entry", "value"),
    [("passage", "seeded", "1000001"), ("conditioned_media", "volume", "901"), ("isolation_run", "volume", "101"), ("ev_lot", "vials", "99")],
)
def test_a_correction_makes_it_and_what_follows_be_read_in_full(ready_lot: Any, stage: str, entry: str, value: str) -> None:
    lot = scene.lot_of(stage)
    before = _agrees()
    scene.corrected_on_the_floor(lot, entry, value)
    after = _agrees()
    assert lot.number not in after
    assert ready_lot.number not in after
    assert after < before
    scene.signed_again(lot)
    _agrees()
    state = release_state(scene.ev_lot())
    assert not state.own_record and not state.other_records


@pytest.mark.req("REL-05", "SIG-06", negative=True)
def test_a_correction_at_the_very_instant_of_the_review_is_seen(ready_lot: Any) -> None:
    """The order of events counts, not the clock: a story may hold it."""
    last = Event.objects.order_by("-seq")[0].at
    with clock.held_at(last):
        scene.corrected_on_the_floor(ready_lot, "vials", "99")
        scene.signed_again(ready_lot)
        assert ready_lot.number in _agrees()
        scene.corrected_on_the_floor(scene.ev_lot(), "vials", "98")
        assert ready_lot.number not in _agrees()
    assert [stop.key for stop in release_state(scene.ev_lot()).own_record] == ["batch_not_reviewed"]
