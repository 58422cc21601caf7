"""Aborting: the batch stops for good, everything recorded stays."""

import pytest

from batches.domain.commands import ABORT_BATCH
from batches.models import Entry, Lot
from batches.selectors.records import unfinished
from batches.services.records import abort_batch
from evgmp.compliance.recording import Act
from tests.batches.builders_records import completed, corrected, executed, recorded, set_up, started, step_no
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db

WHY = "The feed pump failed and the hold time ran out"


@pytest.mark.req("EXE-22", "REC-02")
def test_everything_stays_and_the_lot_goes_nowhere() -> None:
    batch = started()
    set_up(batch)
    before = Entry.objects.count()
    with one_event(ABORT_BATCH):
        batch = abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY), batch.number)
    lot = Lot.objects.get(pk=batch.lot_id)
    assert (batch.status, lot.making_status, lot.disposition) == ("aborted", "aborted", "aborted")
    assert Entry.objects.count() == before
    assert unfinished(batch) == [f"{batch.number} was aborted."]


@pytest.mark.req("EXE-22", negative=True)
def test_an_aborted_record_stays_as_it_is() -> None:
    batch = started()
    set_up(batch)
    abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY), batch.number)
    with refused("batch_closed", "aborted"):
        corrected(step_no(batch, 1), "area", "0.116")
    with refused("batch_closed"):
        recorded(step_no(batch, 2), p_feed="1", p_retentate="1", p_permeate="1")
    with refused("wrong_status", "aborted"):
        completed(batch)
    with refused("wrong_status", "aborted"):
        abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY), batch.number)


@pytest.mark.req("EXE-22", negative=True)
def test_a_made_lot_is_rejected_not_aborted() -> None:
    batch = completed(executed(fed(started(), bank_lot())))
    with refused("wrong_status", "completed"):
        abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY), batch.number)
    corrected(step_no(batch, 3), "volume", "601.0")
    with refused("lot_made", "QA rejects it"):
        abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY), batch.number)


@pytest.mark.req("AUD-03", "SIG-03", negative=True)
def test_reason_signature_and_role() -> None:
    batch = started()
    with refused("reason_missing"):
        abort_batch(act(ABORT_BATCH, "a.verifier", reason=" "), batch.number)
    with refused("reason_says_nothing"):
        abort_batch(act(ABORT_BATCH, "a.verifier", reason="error"), batch.number)
    with refused("signature_missing"):
        abort_batch(Act(by=person("a.verifier"), reason=WHY), batch.number)
    with refused("not_permitted"):
        abort_batch(Act(by=person("a.operator"), reason=WHY), batch.number)


@pytest.mark.req("EXE-22", negative=True)
def test_stale_and_twice() -> None:
    batch = started()
    seen = str(batch.revision)
    abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY, seen=seen, once="7" * 32), batch.number)
    with refused("already_recorded"):
        abort_batch(act(ABORT_BATCH, "a.verifier", reason=WHY, once="7" * 32), batch.number)
    with refused("stale_page", "A. Verifier"):
        abort_batch(act(ABORT_BATCH, "b.verifier", reason=WHY, seen=seen), batch.number)
