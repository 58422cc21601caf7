"""Completing a batch: everything signed, the quantity known, the origin recorded. The lot is in quarantine then."""

import pytest

from batches.domain.commands import COMPLETE_BATCH
from batches.models import Lot
from batches.services.records import complete_batch
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import ABOVE, BANK, completed, corrected, executed, recorded, signed, started, step_no
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("REL-01", "EXE-02")
def test_the_lot_is_made_and_in_quarantine() -> None:
    batch = executed(fed(started(), bank_lot()))
    with one_event(COMPLETE_BATCH):
        batch = completed(batch)
    lot = Lot.objects.get(pk=batch.lot_id)
    at = Event.objects.order_by("-seq")[0].at
    assert (batch.status, batch.completed_at) == ("completed", at)
    assert (lot.making_status, lot.made_on, lot.disposition, str(lot.quantity_made)) == ("made", at, "quarantine", "600.0")
    signature = valid_signatures(batch)[-1]
    assert (signature.signer_id, signature.meaning) == ("a.operator", "performed")
    assert sum(c["type"] == "batches.entry" for c in signature.covered) == 13


@pytest.mark.req("EXE-01", "EXE-05", negative=True)
def test_open_steps_are_named() -> None:
    batch = started()
    with refused("steps_unsigned", "Step 1, “Set up the membrane”", "Step 3"):
        completed(batch)
    with refused("quantity_missing"):
        completed(batch)


@pytest.mark.req("SIG-06", negative=True)
def test_a_fallen_signature_bars_the_completion() -> None:
    batch = executed(fed(started(), bank_lot()))
    corrected(step_no(batch, 3), "volume", "601.0")
    with refused("steps_unsigned", "Step 3"):
        completed(batch)


@pytest.mark.req("TRC-01", negative=True)
def test_a_lot_comes_from_somewhere() -> None:
    batch = executed(started())
    with refused("origin_missing"):
        completed(batch)
    bank = started(BANK, prefix="IPSC-MCB", level="mcb")
    recorded(step_no(bank, 1), vials="20", cpdl="30.00")
    signed(step_no(bank, 1))
    with refused("origin_missing"):
        completed(bank)


@pytest.mark.req("EXE-06")
def test_an_open_exception_does_not_stop_the_completion() -> None:
    batch = executed(fed(started(), bank_lot()), rows=(ABOVE,))
    assert completed(batch).lot.exceptions.filter(status="open").exists()


@pytest.mark.req("ACC-04", negative=True)
@pytest.mark.parametrize("by", ["a.verifier", "a.analyst", "a.reviewer", "i.inspector"])
def test_wrong_role(by: str) -> None:
    batch = executed(fed(started(), bank_lot()))
    with refused("not_permitted"):
        complete_batch(Act(by=person(by)), batch.number)


@pytest.mark.req("REC-01", negative=True)
def test_stale_twice_and_without_signature() -> None:
    batch = executed(fed(started(), bank_lot()))
    with refused("signature_missing"):
        complete_batch(Act(by=person("a.operator")), batch.number)
    seen = str(batch.revision)
    complete_batch(act(COMPLETE_BATCH, "a.operator", seen=seen, once="8" * 32), batch.number)
    with refused("already_recorded"):
        complete_batch(act(COMPLETE_BATCH, "a.operator", once="8" * 32), batch.number)
    with refused("stale_page", "A. Operator"):
        complete_batch(act(COMPLETE_BATCH, "b.operator", seen=seen), batch.number)
    with refused("wrong_status", "completed"):
        completed(batch)
