"""Signing a step: performer and witness, two persons, for exactly the values that hold now."""

import pytest

from batches.domain.commands import SIGN_STEP
from batches.models import Entry
from batches.services.steps import sign_step
from evgmp.compliance.models import Event, Signature
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import ABOVE, IN_LIMIT, PASSAGE, corrected, logged, recorded, set_up, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-02", "EXE-03")
def test_an_unwitnessed_step_takes_one_signature() -> None:
    step = step_no(started(), 1)
    recorded(step, area="0.115", integrity="pass")
    with one_event(SIGN_STEP):
        signed(step)
    step.refresh_from_db()
    assert (step.status, step.signed_at) == ("signed", Event.objects.order_by("-seq")[0].at)
    assert [(s.signer_id, s.meaning) for s in valid_signatures(step)] == [("a.operator", "performed")]


@pytest.mark.req("EXE-03", "REC-04", "SIG-08")
def test_a_witnessed_step_takes_two_persons() -> None:
    batch = started()
    set_up(batch)
    logged(batch)
    step = step_no(batch, 3)
    recorded(step, volume="600.0")
    with one_event(SIGN_STEP):
        signed(step)
    assert [(s.signer_id, s.meaning) for s in valid_signatures(step)] == [("a.operator", "performed"), ("b.operator", "verified")]


@pytest.mark.req("SIG-05")
def test_the_signature_covers_the_step_and_every_value_that_holds() -> None:
    batch = started()
    set_up(batch)
    (signature,) = valid_signatures(step_no(batch, 1))
    covered = {(c["type"], c["key"]) for c in signature.covered}
    entries = Entry.objects.filter(step=step_no(batch, 1), is_current=True)
    assert covered == {("batches.step", str(step_no(batch, 1).pk)), *(("batches.entry", str(e.pk)) for e in entries)}
    assert all(c["fields"]["is_current"] is True for c in signature.covered if c["type"] == "batches.entry")
    assert f'"name":"{batch.version}"' in signature.content, "the master version in force stands in what is signed"


@pytest.mark.req("EXE-03", "SIG-08", negative=True)
@pytest.mark.parametrize("witness", ["", "a.operator"])
def test_a_witnessed_step_is_not_closed_by_one_person(witness: str) -> None:
    batch = started()
    set_up(batch)
    logged(batch)
    step = step_no(batch, 3)
    recorded(step, volume="600.0")
    with refused("same_person" if witness else "signature_missing"):
        sign_step(act(SIGN_STEP, "a.operator", witness=witness), step.number)
    assert step_no(batch, 3).status == "open"


@pytest.mark.req("SIG-08", negative=True)
def test_the_witness_of_a_step_never_becomes_its_performer() -> None:
    batch = started()
    set_up(batch)
    logged(batch)
    step = step_no(batch, 3)
    recorded(step, volume="600.0")
    signed(step)
    corrected(step, "volume", "601.0")
    with refused("one_part_a_person", "B. Operator"):
        signed(step, by="b.operator", witness="a.operator")


@pytest.mark.req("EXE-05", negative=True)
def test_required_values_must_be_there_and_are_named() -> None:
    step = step_no(started(), 1)
    with refused("entries_missing", "Membrane area", "Integrity before use"):
        signed(step)
    recorded(step, area="0.115")
    with refused("entries_missing", "Integrity before use"):
        signed(step)
    recorded(step, integrity="pass")
    signed(step)


@pytest.mark.req("EXE-05", negative=True)
def test_a_log_needs_a_row() -> None:
    batch = started()
    set_up(batch)
    with refused("entries_missing", "a first row"):
        signed(step_no(batch, 2))


@pytest.mark.req("EXE-08", negative=True)
def test_a_value_that_cannot_be_computed_bars_the_signature_and_says_why() -> None:
    batch = started(PASSAGE)
    step = step_no(batch, 1)
    recorded(step, seeded="9.0E+7", harvested="6.3E+8")
    with refused("entries_missing", "Cumulative doubling level", "needs parent pdl"):
        signed(step)


@pytest.mark.req("EXE-01", negative=True)
def test_steps_are_signed_in_order() -> None:
    batch = started()
    with refused("earlier_steps_first", "Step 1"):
        signed(step_no(batch, 2))


@pytest.mark.req("EXE-06")
def test_a_value_outside_its_limits_does_not_stop_the_signature() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **ABOVE)
    assert signed(step_no(batch, 2)).status == "signed"


@pytest.mark.req("SIG-03", negative=True)
def test_without_signature_and_with_another_role() -> None:
    step = step_no(started(), 1)
    recorded(step, area="0.115", integrity="pass")
    with refused("signature_missing"):
        sign_step(Act(by=person("a.operator")), step.number)
    with refused("not_permitted"):
        sign_step(Act(by=person("a.analyst")), step.number)
    assert not Signature.objects.filter(record_type="batches.step").exists()


@pytest.mark.req("SIG-05", negative=True)
def test_stale_twice_and_signed_already() -> None:
    step = step_no(started(), 1)
    recorded(step, area="0.115", integrity="pass")
    seen = str(step_no(step.batch, 1).revision)
    recorded(step, remark="clean")
    with refused("stale_page", "A. Operator"):
        sign_step(act(SIGN_STEP, "a.operator", seen=seen), step.number)
    sign_step(act(SIGN_STEP, "a.operator", once="d" * 32), step.number)
    with refused("already_recorded"):
        sign_step(act(SIGN_STEP, "a.operator", once="d" * 32), step.number)
    with refused("wrong_status", "signed"):
        signed(step)


@pytest.mark.req("EXE-08")
def test_the_next_step_gets_what_is_computed_from_this_one() -> None:
    batch = started()
    set_up(batch)
    logged(batch, rows=(IN_LIMIT,))
    assert Entry.objects.get(step=step_no(batch, 3), parameter__key="tmp_mean").text == "0.300"
