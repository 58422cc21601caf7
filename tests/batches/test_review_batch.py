"""Production's review: of a completed record, by somebody who took no part in it."""

import pytest

from batches.domain.commands import REVIEW_BATCH
from batches.models import BatchRecord
from batches.selectors.records import performers_of, unfinished
from batches.services.records import review_batch
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.people.services import grant_role
from evgmp.rules.command import REGISTER
from tests.batches.builders_records import ABOVE, completed, corrected, executed, recorded, set_up, signed, started, step_no
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


def to_review(**how: object) -> BatchRecord:
    return completed(executed(fed(started(), bank_lot()), **how))  # type: ignore[arg-type]


@pytest.mark.req("REL-02", "SIG-05")
def test_the_review_covers_every_value() -> None:
    batch = to_review()
    with one_event(REVIEW_BATCH):
        batch = review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)
    assert batch.status == "reviewed"
    assert unfinished(batch) == []
    signature = valid_signatures(batch)[-1]
    assert (signature.signer_id, signature.meaning) == ("b.verifier", "reviewed")
    assert sum(c["type"] == "batches.entry" for c in signature.covered) == 13


@pytest.mark.req("EXE-06")
def test_open_exceptions_do_not_bar_the_review_but_stand_in_the_trail() -> None:
    batch = to_review(rows=(ABOVE,))
    review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)
    numbers = list(batch.lot.exceptions.values_list("number", flat=True))
    assert numbers
    payload = Event.objects.order_by("-seq")[0].payload
    assert all(number in payload for number in numbers)


@pytest.mark.req("REL-02", negative=True)
def test_only_a_completed_record_is_reviewed() -> None:
    batch = executed(fed(started(), bank_lot()))
    with refused("wrong_status", "in process"):
        review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)


@pytest.mark.req("AUD-12", "SIG-08", negative=True)
def test_the_issuer_does_not_review() -> None:
    batch = to_review()
    with refused("took_part", "Batch record issued"):
        review_batch(act(REVIEW_BATCH, "a.verifier"), batch.number)


@pytest.mark.req("AUD-12", "SIG-08", negative=True)
def test_a_witness_does_not_review_and_the_step_is_named() -> None:
    batch = fed(started(), bank_lot())
    executed_with_witness(batch, "b.verifier")
    batch = completed(batch)
    with refused("took_part", f"You verified {batch.lot.number} step 3"):
        review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)


def executed_with_witness(batch: BatchRecord, witness: str) -> None:
    from tests.batches.builders_records import logged

    set_up(batch)
    logged(batch)
    recorded(step_no(batch, 3), volume="600.0")
    signed(step_no(batch, 3), witness=witness)


@pytest.mark.req("AUD-12", negative=True)
def test_who_only_typed_a_value_does_not_review() -> None:
    grant_role(act(REGISTER["people.grant_role"], "s.admin"), "b.verifier", role="operator")
    batch = fed(started(), bank_lot())
    recorded(step_no(batch, 1), by="b.verifier", area="0.115")
    recorded(step_no(batch, 1), integrity="pass")
    signed(step_no(batch, 1))
    from tests.batches.builders_records import logged

    logged(batch)
    recorded(step_no(batch, 3), volume="600.0")
    signed(step_no(batch, 3))
    batch = completed(batch)
    with refused("took_part", f"You recorded values in {batch.lot.number} step 1"):
        review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)


@pytest.mark.req("AUD-12")
def test_who_took_part_is_told_in_words() -> None:
    batch = to_review()
    corrected(step_no(batch, 3), "volume", "601.0", by="b.operator", witness="a.operator")
    number = batch.lot.number
    parts = performers_of(batch.lot)
    assert f"performed {number} step 1" in parts["a.operator"]
    assert f"recorded values in {number} step 2" in parts["a.operator"]
    assert f"verified {number} step 3" in parts["b.operator"]
    assert f"performed a correction in {number} step 3" in parts["b.operator"]
    assert f"verified a correction in {number} step 3" in parts["a.operator"]
    assert any(part.startswith("performed “Batch record issued”") for part in parts["a.verifier"])
    assert "b.verifier" not in parts and "a.reviewer" not in parts


@pytest.mark.req("SIG-03", "ACC-04", negative=True)
def test_signature_and_role() -> None:
    batch = to_review()
    with refused("signature_missing"):
        review_batch(Act(by=person("b.verifier")), batch.number)
    for by in ("a.operator", "a.reviewer", "q.person", "i.inspector"):
        with refused("not_permitted"):
            review_batch(Act(by=person(by)), batch.number)


@pytest.mark.req("SIG-06", negative=True)
def test_stale_and_twice() -> None:
    batch = to_review()
    seen = str(batch.revision)
    review_batch(act(REVIEW_BATCH, "b.verifier", seen=seen, once="6" * 32), batch.number)
    with refused("already_recorded"):
        review_batch(act(REVIEW_BATCH, "b.verifier", once="6" * 32), batch.number)
    with refused("stale_page", "B. Verifier"):
        review_batch(act(REVIEW_BATCH, "b.verifier", seen=seen), batch.number)
    with refused("wrong_status", "reviewed"):
        review_batch(act(REVIEW_BATCH, "b.verifier"), batch.number)
