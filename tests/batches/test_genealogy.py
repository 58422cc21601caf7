"""Edges of the genealogy: what may be pooled, what is inherited, what is left. Nothing inherited is typed (G1, G2, G3, G6)."""

import datetime
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.domain import commands as c
from batches.models import CellBank, ConditionedMediaLot, Lot, LotInput, Passage
from batches.selectors.dispositions import dispositions_of
from batches.selectors.family_tree import tree_of
from batches.selectors.genealogy import ancestors, descendants, donor_blockers, inherited, parent_cpdl, parents, producing_cultures
from batches.selectors.lots import remaining, usable_blockers
from batches.services.genealogy import consume
from evgmp.compliance import clock
from evgmp.compliance.recording import recording
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_material import MEDIUM, bank, culture, disposed, feed, line, medium, passage, run
from tests.batches.builders_records import effective
from tests.batches.expecting import refused
from tests.builders import act

pytestmark = pytest.mark.django_db


def grown(rows: list[tuple[str, str, dict[str, object]]], edges: list[tuple[str, str]]) -> dict[str, Lot]:
    """Lots straight in the tables: number, stage, typed values; and edges between them. Only reading is tested on these."""
    found: dict[str, Lot] = {}
    types = {"cell_bank": CellBank, "passage": Passage, "conditioned_media": ConditionedMediaLot}
    with recording(c.HOLD_LOT, act(c.HOLD_LOT, "a.reviewer")) as rec:
        for number, stage, typed in rows:
            lot = Lot(number=number, stage=stage, unit="mL", making_status="made", quantity_made=Decimal(100), made_on=rec.at)
            lot.save()
            types[stage](lot=lot, **typed).save()
            found[number] = lot
        for parent, child in edges:
            LotInput(parent=found[parent], child=found[child], quantity=Decimal(1), unit="mL", at=rec.at).save()
        rec.about(lot)
    return found


@pytest.mark.req("EXE-24", "TRC-07")
def test_a_pool_takes_the_highest_passage_and_doubling_level() -> None:
    made = line()
    lots = grown(
        [
            ("BANK", "cell_bank", {"line": made, "passage_number": 18, "cpdl": Decimal("52.4")}),
            ("P0", "passage", {"is_commitment": True, "cumulative_pdl": Decimal("60")}),
            ("P1", "passage", {"cumulative_pdl": Decimal("3.1")}),
            ("P2", "passage", {"cumulative_pdl": Decimal("6.2")}),
            ("P2B", "passage", {"cumulative_pdl": Decimal("5.9")}),
            ("P3", "passage", {}),
            ("CM", "conditioned_media", {}),
        ],
        [("BANK", "P0"), ("P0", "P1"), ("P1", "P2"), ("P1", "P2B"), ("P2", "CM"), ("P1", "CM"), ("P2B", "P3")],
    )
    facts = inherited(lots["CM"])
    # P0 commits: passage 0 and level 0, whatever lay before it. The pool of P1 and P2 has P2's.
    assert (facts.passage_number, facts.cumulative_pdl) == (2, Decimal("6.2"))
    assert (facts.lines, facts.donors, facts.banks) == ((made,), (made.donor,), (lots["BANK"],))
    assert facts.reprogramming_methods == ("sendai",)
    assert facts.vector_contents == ("SEV", "OCT4", "SOX2", "KLF4", "MYC")
    assert (inherited(lots["P0"]).passage_number, inherited(lots["BANK"]).passage_number) == (0, 18)
    assert (parent_cpdl(lots["P0"]), parent_cpdl(lots["P1"]), parent_cpdl(lots["P3"])) == (Decimal(0), Decimal(0), Decimal("5.9"))


@pytest.mark.req("EXE-24", negative=True)
def test_what_is_not_recorded_is_not_guessed() -> None:
    lots = grown(
        [("P0", "passage", {"is_commitment": True}), ("PX", "passage", {}), ("P1", "passage", {}), ("CM", "conditioned_media", {})],
        [("P0", "P1"), ("P1", "CM"), ("PX", "CM")],
    )
    # PX has no parent, so neither it nor the pool with it has a passage number or a level.
    facts = inherited(lots["CM"])
    assert (facts.passage_number, facts.cumulative_pdl, parent_cpdl(lots["CM"])) == (None, None, None)
    assert parent_cpdl(lots["PX"]) is None
    assert [b.key for b in donor_blockers(lots["CM"])] == ["donor_unknown"]


@pytest.mark.req("TRC-07")
def test_a_bank_of_cultured_cells_inherits_its_line_and_passage() -> None:
    lots = grown(
        [
            ("MCB", "cell_bank", {"line": line(), "passage_number": 18}),
            ("P0", "passage", {"is_commitment": True}),
            ("P1", "passage", {"cumulative_pdl": Decimal("3.1")}),
            ("IMSC", "cell_bank", {}),
            ("P2", "passage", {"cumulative_pdl": Decimal("6")}),
        ],
        [("MCB", "P0"), ("P0", "P1"), ("P1", "IMSC"), ("IMSC", "P2")],
    )
    assert (inherited(lots["IMSC"]).passage_number, inherited(lots["P2"]).passage_number) == (1, 2)
    assert parent_cpdl(lots["P2"]) == Decimal("3.1")
    assert [line.code for line in inherited(lots["P2"]).lines] == ["LINE-01"]


@pytest.mark.req("TRC-01")
def test_every_culture_of_the_pool_is_found() -> None:
    lots = grown(
        [
            ("P0", "passage", {"is_commitment": True}), ("P1", "passage", {}), ("P1B", "passage", {}), ("P9", "passage", {}),
            ("CM1", "conditioned_media", {}), ("CM2", "conditioned_media", {}), ("CM9", "conditioned_media", {}),
        ],
        [("P0", "P1"), ("P0", "P1B"), ("P1", "CM1"), ("P1", "CM2"), ("P1B", "CM2"), ("P9", "CM9")],
    )  # fmt: skip
    assert [lot.number for lot in producing_cultures(lots["CM2"])] == ["P1", "P1B"]
    assert producing_cultures(lots["P1"]) == []


@pytest.mark.req("TRC-01")
def test_both_ways_equal_an_oracle_with_few_queries() -> None:
    dice = random.Random(7)
    names = [f"P-{n}" for n in range(60)]
    edges = [(names[p], names[n]) for n in range(1, 60) for p in {dice.randrange(max(0, n - 8), n) for _ in range(2)}]
    lots = grown([(name, "passage", {}) for name in names], edges)
    above: dict[str, set[str]] = {name: set() for name in names}
    for name in names:  # parents have lower numbers, so one pass in order is the closure
        for parent, child in edges:
            if child == name:
                above[name] |= {parent} | above[parent]
    for name in (names[0], names[31], names[59]):
        assert {lot.number for lot in ancestors(lots[name])} == above[name]
        assert {lot.number for lot in descendants(lots[name])} == {n for n in names if name in above[n]}
    with CaptureQueriesContext(connection) as captured:
        found = ancestors(lots[names[59]])
    # One query a generation and one for the lots.
    assert len(captured) <= len(found) // 2 + 2


@pytest.mark.req("REL-01")
def test_dispositions_read_together_say_the_same_as_one_by_one() -> None:
    made, running = passage(is_commitment=True, released=False), culture().lot
    held = medium(passage(Lot.objects.filter(stage="cell_bank").earliest("pk")))
    disposed(held, "hold")
    lots = list(Lot.objects.all())
    assert dispositions_of(lots) == {lot.pk: lot.disposition for lot in lots}
    assert {made.disposition, running.disposition, held.disposition} == {"quarantine", "in_process", "hold"}


# --- what consume refuses ---


def consumed(parent: Lot, child: Lot, quantity: str = "10", unit: str = "mL") -> LotInput:
    with recording(c.CONSUME_LOT, act(c.CONSUME_LOT, "a.operator", witness="b.operator")) as rec:
        edge = consume(rec, parent=parent, child=child, quantity=Decimal(quantity), unit=unit, purpose="pool")
        rec.about(edge)
    return edge


@pytest.mark.req("EXE-24", "EXE-18")
def test_portions_add_up_and_never_exceed_what_was_made() -> None:
    lot, child = medium(passage(is_commitment=True), volume="400"), run().lot
    consumed(lot, child, "150.5")
    consumed(lot, child, "249.5")
    assert remaining(lot) == Decimal(0)
    with refused("overdraw", "0\u00a0mL of CM-", "0.1\u00a0mL"):
        consumed(lot, child, "0.1")


@pytest.mark.req("EXE-24", negative=True)
def test_a_lot_is_never_its_own_ancestor() -> None:
    one, child = passage(is_commitment=True), culture().lot
    # An edge that no command would write, so that only the circle is left to refuse.
    with recording(c.HOLD_LOT, act(c.HOLD_LOT, "a.reviewer")) as rec:
        edge = LotInput(parent=child, child=one, quantity=Decimal(1), unit="cells", at=rec.at)
        edge.save()
        rec.about(edge)
    with refused("circle", "can't be its own ancestor"):
        consumed(one, child, "10", "cells")


@pytest.mark.req("EXE-24", negative=True)
def test_media_of_different_lines_are_not_pooled() -> None:
    one = medium(passage(bank(number=1), is_commitment=True))
    other = medium(passage(bank(number=2), is_commitment=True))
    child = run().lot
    consumed(one, child)
    with refused("pool_differs", "line (LINE-02; LINE-01)"):
        consumed(other, child)
    assert LotInput.objects.filter(child=child).count() == 1


@pytest.mark.req("EXE-24", negative=True)
def test_media_of_different_priming_are_not_pooled() -> None:
    parent = passage(is_commitment=True)
    one, other, child = medium(parent), medium(parent, priming="IFN-gamma 24 h"), run().lot
    consumed(one, child)
    with refused("pool_differs", "priming (IFN-gamma 24 h; none)"):
        consumed(other, child)


@pytest.mark.req("EXE-24", negative=True)
def test_media_made_by_different_versions_of_a_master_are_not_pooled() -> None:
    parent = passage(is_commitment=True)
    one = medium(parent)
    effective(MEDIUM.replace("Collect the medium.", "Collect the medium through a sieve."))
    other, child = medium(parent), run().lot
    consumed(one, child)
    with refused("pool_differs", f"{other} and {one} differ in their master version (MBR-COLLECTION-V2; MBR-COLLECTION-V1). They can't be pooled."):
        consumed(other, child)
    assert [edge.parent for edge in LotInput.objects.filter(child=child)] == [one]


@pytest.mark.req("TRC-01", negative=True)
def test_nothing_is_used_before_it_was_made() -> None:
    """The server's clock was set back, or the record of the parent is wrong."""
    lot, child = medium(passage(is_commitment=True)), run().lot
    assert lot.made_on is not None
    with clock.held_at(lot.made_on - datetime.timedelta(minutes=1)), refused("used_before_made", f"{lot} is recorded as made later than now."):
        consumed(lot, child)
    assert not LotInput.objects.filter(child=child).exists()


@pytest.mark.req("EXE-24", negative=True)
def test_a_lot_whose_quantity_is_not_measured_gives_nothing_away() -> None:
    parent, child = culture(is_commitment=True).lot, culture().lot
    with refused("quantity_unknown", f"The quantity made of {parent} is not recorded. Record it first."):
        consumed(parent, child, "10", "cells")
    assert not LotInput.objects.filter(child=child).exists()


@pytest.mark.req("EXE-16", negative=True)
def test_an_expired_lot_is_not_used() -> None:
    lot, child = medium(passage(is_commitment=True)), run().lot
    with recording(c.HOLD_LOT, act(c.HOLD_LOT, "a.reviewer")) as rec:
        changed = Lot.locked(pk=lot.pk)
        changed.expires_on = rec.at.date() - datetime.timedelta(days=1)
        changed.save()
        rec.about(changed)
    with refused("lot_expired"):
        consumed(lot, child)
    # On its last day it may still be used.
    changed.expires_on += datetime.timedelta(days=1)
    assert usable_blockers(changed, on_day=changed.expires_on) == []


@pytest.mark.req("EXE-24", negative=True)
@pytest.mark.parametrize("decision", ["", "hold", "rejected"])
def test_unreleased_media_are_not_pooled(decision: str) -> None:
    lot, child = medium(passage(is_commitment=True), released=False), run().lot
    if decision:
        disposed(lot, decision)
    with refused({"": "lot_in_quarantine", "hold": "lot_on_hold", "rejected": "lot_rejected"}[decision]):
        consumed(lot, child)


@pytest.mark.req("TRC-01", negative=True)
def test_stages_follow_each_other_and_banks_go_by_vial() -> None:
    lot, child = bank(), culture().lot
    with refused("bank_by_vial", "Withdraw one of its vials"):
        consumed(lot, child, "1", "vials")
    parent = passage(lot, is_commitment=True)
    target = run().lot
    with refused("stage_order", "passage", "It takes: conditioned-media lot"):
        consumed(parent, target, "10", "cells")


@pytest.mark.req("TRC-01", "TRC-08")
def test_the_tree_shows_what_stopped_beside_the_line() -> None:
    parent = passage(is_commitment=True)
    used, failed, child = medium(parent), medium(parent, released=False), run().lot
    disposed(failed, "rejected")
    consumed(used, child)
    back = tree_of(child, forward=False)
    assert [node.title for node in back.graph.nodes if node.stops] == [failed.number]
    assert back.count == "5 records, 1 rejected"
    assert "vial 001" in [edge.label for edge in back.graph.edges]
    forward = tree_of(parent, forward=True)
    assert {node.title for node in forward.graph.nodes} == {lot.number for lot in (parent, used, failed, child)}
    assert [lot.number for lot in parents(child)] == [used.number]
    with pytest.raises(RuleBroken):
        feed(child, failed, "1")
