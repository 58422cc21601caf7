"""A hold point: the batch waits until QC or QA lets it go on, or rejects it in process (EXE-07)."""

import pytest

from batches.domain import commands as c
from batches.models import BatchRecord, ExceptionRecord, Lot, Step
from batches.selectors.records import unsigned_steps
from batches.selectors.sheets import Sheet
from batches.services.order import decide_hold_point
from evgmp.compliance.models import Signature
from tests.batches.builders_records import recorded, signed, step_no
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import hidden, signed_in, text_of
from tests.batches.test_skip_step import begun, fed, skipped
from tests.builders import PASSWORD, act

pytestmark = pytest.mark.django_db

WHY = "Identity and viability of the culture are inside their limits"


def held() -> BatchRecord:
    batch = begun()
    fed(batch)
    skipped(step_no(batch, 5))
    return batch


def decided(step: Step, decision: str = "go_on", *, by: str = "a.labhead", reason: str = WHY) -> Step:
    return decide_hold_point(act(c.DECIDE_HOLD_POINT, by, reason=reason), step.number, decision=decision)


@pytest.mark.req("EXE-07")
@pytest.mark.parametrize("by", ["a.labhead", "a.reviewer"])
def test_qc_or_qa_lets_the_batch_go_on(by: str) -> None:
    batch = held()
    with one_event(c.DECIDE_HOLD_POINT):
        decided(step_no(batch, 7), by=by)
    step = step_no(batch, 7)
    assert (step.status, step.note) == ("signed", f"The batch goes on. {WHY}")
    signature = Signature.objects.get(record_type="batches.step", record_key=str(step.pk))
    assert (signature.meaning, signature.signer_id) == ("approved", by)
    recorded(step_no(batch, 8), harvested="1000000")
    signed(step_no(batch, 8))
    assert unsigned_steps(Sheet(batch)) == []


@pytest.mark.req("EXE-07", negative=True)
def test_nothing_goes_on_before_the_decision_and_no_operator_takes_it() -> None:
    batch = held()
    with refused("earlier_steps_first", "QC decides on the harvest"):
        recorded(step_no(batch, 8), harvested="1000000")
    with refused("hold_point", "until QC or QA decides"):
        signed(step_no(batch, 7))
    for by in ("a.operator", "a.verifier", "a.analyst", "q.person"):
        with refused("not_permitted"):
            decided(step_no(batch, 7), by=by)
    with refused("unknown_decision"):
        decided(step_no(batch, 7), "perhaps")
    with refused("no_hold_point"):
        decided(step_no(batch, 8))
    assert any("QC decides" in name for name in unsigned_steps(Sheet(batch)))


@pytest.mark.req("EXE-07", negative=True)
def test_rejected_in_process_the_lot_is_on_hold_and_the_batch_stays_held() -> None:
    batch = held()
    decided(step_no(batch, 7), "reject", reason="Viability fell to 60 % in the left stack")
    assert Lot.objects.get(pk=batch.lot_id).disposition == "hold"
    found = ExceptionRecord.objects.get()
    assert (found.kind, found.step, found.status) == ("hold_point", step_no(batch, 7), "open")
    with refused("earlier_steps_first"):
        recorded(step_no(batch, 8), harvested="1000000")


@pytest.mark.req("EXE-07")
def test_the_decision_is_taken_on_its_page() -> None:
    batch = held()
    step = step_no(batch, 7)
    assert "QC or QA" in text_of(signed_in("a.operator").get(step.get_absolute_url()))
    client = signed_in("a.labhead")
    assert f'href="/decide-hold-point/{step.number}/"' in client.get(step.get_absolute_url()).content.decode()
    page = client.get(f"/decide-hold-point/{step.number}/")
    said = {"decision": "go_on", "reason": WHY, "user_id": "a.labhead", "password": PASSWORD, "seen": hidden(page, "seen")}
    assert client.post(f"/decide-hold-point/{step.number}/", said).status_code == 302
    shown = text_of(client.get(batch.get_absolute_url()))
    assert f"The batch goes on. {WHY}" in shown and "A. Labhead" in shown
