"""A lot that falls lists every other one that it may touch, and where the cause may lie; QA decides on each (G5)."""

from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from batches.domain.commands import HOLD_LOT, SPLIT_LOT
from batches.domain.genealogy import siblings
from batches.models import FiltrationStage, Lot
from batches.selectors import affected
from batches.selectors.affected import origins_of, touched_by
from batches.services.splits import split_lot
from evgmp.compliance.recording import recording
from evgmp.people.models import Account
from tests.batches.builders_material import disposed, feed, medium, passage, run
from tests.builders import act


def why(lot: Lot) -> dict[str, str]:
    return {other.lot.number: other.why for other in touched_by(lot)}


@pytest.mark.req("TRC-08", "REL-01")
@pytest.mark.django_db
def test_what_is_made_from_it_beside_it_and_pooled_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    source = passage(is_commitment=True)
    one, two, alone = medium(source), medium(source), medium(source)
    stranger = medium(passage(Lot.objects.filter(stage="cell_bank").earliest("pk"), is_commitment=True))
    pool = run().lot
    for part in (one, two):
        feed(pool, part, "100", "mL")
    assert why(one) == {
        pool.number: "Made from it",
        two.number: f"Pooled with it in {pool}",
        alone.number: f"Made from the same parent, {source}",
    }
    # Nothing leads from the other culture to this one.
    assert stranger.number not in why(one)
    assert {other.lot.number for other in origins_of(one)} >= {source.number}
    disposed(pool, "rejected")
    standings = {other.lot.number: other.standing for other in touched_by(one)}
    assert standings == {pool.number: "rejected", two.number: "released_for_processing", alone.number: "released_for_processing"}
    # What lots share beside the genealogy is asked of the rooms that keep it.
    monkeypatch.setattr(affected, "SHARED", [lambda lot: [(stranger, "Same incubator, EQ-INC-01"), (lot, "Itself")]])
    assert why(one)[stranger.number] == "Same incubator, EQ-INC-01"
    assert one.number not in why(one)


@pytest.mark.req("TRC-08")
@pytest.mark.django_db
def test_runs_through_one_membrane_lot_touch_each_other() -> None:
    first, second, third = (run().lot for _ in range(3))
    for lot, membrane in ((first, "M-77"), (second, "M-77"), (third, "")):
        with recording(HOLD_LOT, act(HOLD_LOT, "a.reviewer")) as rec:
            stage = FiltrationStage.locked(run=lot.typed, position=1)
            stage.membrane_lot = membrane
            stage.save()
            rec.about(stage)
    assert why(first) == {second.number: "Filtered through the same membrane lot, M-77"}
    assert why(third) == {}


@pytest.mark.req("TRC-08")
@pytest.mark.django_db
def test_the_pages_show_them_when_a_lot_falls() -> None:
    source = passage(is_commitment=True)
    one, two = medium(source), medium(source)
    split_lot(act(SPLIT_LOT, "a.operator", witness="b.operator"), one.number, parts=[Decimal(200), Decimal(195)])
    client = Client()
    client.force_login(Account.objects.get(user_id="a.reviewer"))
    assert "Other lots to decide on" not in client.get(f"/lot/{one.number}/").content.decode()
    asked = client.get(f"/hold-lot/{one.number}/").content.decode()
    assert f"Made from the same parent, {source}" in asked
    assert two.number in asked
    disposed(one, "hold")
    page = client.get(f"/lot/{one.number}/").content.decode()
    assert "Other lots to decide on" in page
    for listed in (two.number, f"{one.number}-S1", source.number):
        assert listed in page


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda edge: edge[0] < edge[1]), max_size=16)


@pytest.mark.req("TRC-08")
@given(edges=edges, node=st.integers(0, 7))
def test_siblings_are_mutual_and_share_a_lot(edges: list[tuple[int, int]], node: int) -> None:
    for other, (how, by) in siblings(node, edges).items():
        assert other != node
        assert node in siblings(other, edges)
        shared = {(by, node), (by, other)} if how == "parent" else {(node, by), (other, by)}
        assert shared <= set(edges)
