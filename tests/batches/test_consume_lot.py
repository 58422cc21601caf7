"""What a lot is made from: recorded by two persons, checked against the parent, inherited by computation."""

from decimal import Decimal

import pytest

from batches.domain.commands import ABORT_BATCH, CONSUME_LOT, HOLD_LOT, RELEASE_FOR_PROCESSING, REVIEW_BATCH
from batches.models import Entry, LotInput
from batches.selectors.genealogy import inherited
from batches.selectors.records import unfinished
from batches.services import genealogy
from batches.services.dispositions import hold_lot, release_for_processing
from batches.services.records import abort_batch, consume_lot, review_batch
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import PASSAGE, completed, corrected, recorded, signed, started, step_no
from tests.batches.chain import consumed, passage_lot
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("TRC-01", "EXE-17")
def test_a_parent_is_consumed_by_two_persons() -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    with one_event(CONSUME_LOT):
        assert consumed(batch, parent) == batch.lot
    edge = LotInput.objects.get(child=batch.lot)
    assert (edge.parent, edge.quantity, edge.unit) == (parent, Decimal("9.0E+7"), "cells")
    assert [(s.signer_id, s.meaning) for s in valid_signatures(edge)] == [("a.operator", "performed"), ("b.operator", "verified")]


@pytest.mark.req("EXE-09", "EXE-11")
def test_the_doubling_level_is_inherited_and_computed_never_typed() -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    recorded(step_no(batch, 1), seeded="9.0E+7", harvested="7.2E+8")
    assert not Entry.objects.filter(step__batch=batch, parameter__key="cpdl").exists()
    consumed(batch, parent)
    # Passage 0 defines level 0, so the child's level is its own three doublings.
    assert Entry.objects.get(step__batch=batch, parameter__key="cpdl").text == "3.000"
    assert inherited(batch.lot).cumulative_pdl == Entry.objects.get(step__batch=batch, parameter__key="cpdl").amount


@pytest.mark.req("EXE-11", negative=True)
def test_a_passage_over_a_registered_limit_does_not_begin() -> None:
    """Passage 1 has reached the three doublings that the master allows: no passage 2, whatever is left of it."""
    limited = PASSAGE.replace('batch_size = "1 flask"', 'batch_size = "1 flask"\nhighest_passage = 2\nhighest_pdl = "3"')
    limited = limited.replace("MBR-SHORTPASSAGE", "MBR-LIMITED")
    first, batch, unfinished_one = passage_lot(), started(limited), started(PASSAGE)
    consumed(unfinished_one, first)
    with refused("pdl_unknown", "Finish that record first"):
        consumed(batch, unfinished_one.lot)
    assert consumed(batch, first) == batch.lot
    recorded(step_no(batch, 1), seeded="9.0E+7", harvested="7.2E+8")
    signed(step_no(batch, 1))
    completed(batch)
    review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)
    release_for_processing(act(RELEASE_FOR_PROCESSING, "a.reviewer"), batch.lot.number)
    second = started(limited)
    with refused("pdl_over_limit", "3.00 cumulative population doublings", "Begin again from a vial"):
        consumed(second, batch.lot)


@pytest.mark.req("EXE-08")
def test_a_correction_upstream_is_found_in_the_records_below() -> None:
    parent, child = passage_lot(), started(PASSAGE)
    consumed(child, parent)
    recorded(step_no(child, 1), seeded="9.0E+7", harvested="7.2E+8")
    signed(step_no(child, 1))
    grandchild = started(PASSAGE)
    completed(child)
    review_batch(act(REVIEW_BATCH, "b.verifier"), child.number)
    release_for_processing(act(RELEASE_FOR_PROCESSING, "a.reviewer"), child.lot.number)
    consumed(grandchild, child.lot)
    recorded(step_no(grandchild, 1), seeded="9.0E+7", harvested="7.2E+8")
    signed(step_no(grandchild, 1))
    completed(grandchild)
    hold_lot(act(HOLD_LOT, "a.reviewer"), child.lot.number)
    corrected(step_no(child, 1), "harvested", "3.6E+8")
    assert any("Cumulative doubling level of Step 1" in sentence and "no longer follows" in sentence for sentence in unfinished(grandchild))


@pytest.mark.req("REL-01", "EXE-16", negative=True)
@pytest.mark.parametrize("state", ["quarantine", "hold"])
def test_a_parent_that_is_not_released_is_refused(state: str) -> None:
    parent, batch = passage_lot(released=state == "hold"), started(PASSAGE)
    if state == "hold":
        hold_lot(act(HOLD_LOT, "a.reviewer"), parent.number)
    before = LotInput.objects.count()
    with refused("lot_in_quarantine" if state == "quarantine" else "lot_on_hold"):
        consumed(batch, parent)
    assert LotInput.objects.count() == before


@pytest.mark.req("EXE-18", "REC-03", negative=True)
@pytest.mark.parametrize(
    ("quantity", "unit", "key"),
    [
        ("6.4E+8", "cells", "overdraw"),
        ("0", "cells", "quantity_not_positive"),
        ("-1", "cells", "quantity_not_positive"),
        ("9.0E+7", "mL", "unit_differs"),
    ],
)
def test_quantities_that_cannot_be_taken(quantity: str, unit: str, key: str) -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    with refused(key):
        consumed(batch, parent, quantity, unit)


@pytest.mark.req("TRC-01", negative=True)
def test_an_unknown_parent_and_a_closed_batch() -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    with refused("no_such_lot", "CM-1999-001"):
        consume_lot(
            act(CONSUME_LOT, "a.operator", witness="b.operator"), batch.lot.number, parent="CM-1999-001", quantity=Decimal(1), unit="mL"
        )
    abort_batch(act(ABORT_BATCH, "a.verifier"), batch.number)
    with refused("wrong_status", "aborted"):
        consumed(batch, parent)


@pytest.mark.req("EXE-17", "SIG-08", negative=True)
def test_one_person_is_not_enough() -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    with refused("signature_missing"):
        consume_lot(Act(by=person("a.operator")), batch.lot.number, parent=parent.number, quantity=Decimal(1), unit="cells")
    with refused("same_person"):
        consume_lot(
            act(CONSUME_LOT, "a.operator", witness="a.operator"), batch.lot.number, parent=parent.number, quantity=Decimal(1), unit="cells"
        )
    with refused("not_permitted"):
        consume_lot(Act(by=person("a.analyst")), batch.lot.number, parent=parent.number, quantity=Decimal(1), unit="cells")


@pytest.mark.req("EXE-18", negative=True)
def test_a_double_post_consumes_once_and_a_stale_page_is_refused() -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    seen = str(batch.lot.revision)
    once = act(CONSUME_LOT, "a.operator", witness="b.operator", once="9" * 32)
    consume_lot(once, batch.lot.number, parent=parent.number, quantity=Decimal("1E+6"), unit="cells")
    before = LotInput.objects.count()
    with refused("already_recorded"):
        consume_lot(once, batch.lot.number, parent=parent.number, quantity=Decimal("1E+6"), unit="cells")
    recorded(step_no(batch, 1), seeded="9.0E+7", harvested="7.2E+8")
    with refused("stale_page"):
        consume_lot(
            act(CONSUME_LOT, "a.operator", witness="b.operator", seen=seen), batch.lot.number, parent=parent.number,
            quantity=Decimal("1E+6"), unit="cells",
        )  # fmt: skip
    assert LotInput.objects.count() == before


@pytest.mark.req("EXE-11", negative=True)
def test_a_lot_that_no_master_makes_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    parent, batch = passage_lot(), started(PASSAGE)
    monkeypatch.setattr(genealogy, "record_of", lambda lot: None)
    with refused("no_batch_record", f"{batch.lot} has no batch record"):
        consumed(batch, parent)
    assert not LotInput.objects.filter(child=batch.lot).exists()
