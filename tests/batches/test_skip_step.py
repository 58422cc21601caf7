"""The order of a batch: parallel steps, steps that do not apply, steps that are left out with two signatures (EXE-01, EXE-05)."""

import pytest

from batches.domain import commands as c
from batches.models import BatchRecord, Step
from batches.selectors.records import open_steps, unsigned_steps
from batches.selectors.sheets import Sheet
from batches.services.order import skip_step
from evgmp.compliance.models import Signature
from tests.batches.builders_records import corrected, recorded, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.batches.master_order import ORDERED
from tests.batches.test_pages_records import hidden, signed_in, text_of
from tests.builders import PASSWORD, act

pytestmark = pytest.mark.django_db

WHY = "The microscope is in its yearly service today"


def begun(primed: str = "no", confluence: str = "70") -> BatchRecord:
    batch = started(ORDERED)
    recorded(step_no(batch, 1), primed=primed, confluence=confluence)
    signed(step_no(batch, 1))
    return batch


def skipped(step: Step, *, by: str = "a.operator", witness: str = "b.operator", reason: str = WHY) -> Step:
    return skip_step(act(c.SKIP_STEP, by, witness=witness, reason=reason), step.number)


def fed(batch: BatchRecord) -> None:
    for position in (4, 3):
        recorded(step_no(batch, position), volume="50.0")
        signed(step_no(batch, position))


@pytest.mark.req("EXE-01")
def test_parallel_steps_are_done_in_any_order_and_nothing_after_them_before_both() -> None:
    batch = begun()
    recorded(step_no(batch, 4), volume="50.0")
    recorded(step_no(batch, 3), volume="50.0")
    signed(step_no(batch, 4))
    with refused("earlier_steps_first", "Step 3, “Feed the left stack”"):
        recorded(step_no(batch, 5), image_file="a.tif")
    signed(step_no(batch, 3))
    recorded(step_no(batch, 5), image_file="a.tif")


@pytest.mark.req("EXE-01", negative=True)
def test_a_step_before_the_parallel_group_is_not_passed() -> None:
    batch = begun(primed="yes")
    with refused("earlier_steps_first", "Step 2, “Wash the priming agent out”"):
        recorded(step_no(batch, 4), volume="50.0")


@pytest.mark.req("EXE-01")
def test_a_step_whose_condition_does_not_hold_is_passed_over_by_itself() -> None:
    batch = begun(primed="no")
    with refused("step_passed_over", "does not apply to this batch"):
        signed(step_no(batch, 2))
    assert [step.position for step, _ in open_steps()] == [3], "it is the turn of the next one"
    recorded(step_no(batch, 3), volume="50.0")
    assert not [name for name in unsigned_steps(Sheet(batch)) if "Wash" in name]
    shown = text_of(signed_in("a.operator").get(batch.get_absolute_url()))
    assert "Passed over: it does not apply to this batch" in shown


@pytest.mark.req("EXE-01")
@pytest.mark.parametrize(("confluence", "applies"), [("79", False), ("80", True), ("100", True)])
def test_a_condition_by_a_figure_at_its_bound(confluence: str, applies: bool) -> None:
    batch = begun(confluence=confluence)
    assert Sheet(batch).applies(step_no(batch, 6)) is applies


@pytest.mark.req("EXE-01", negative=True)
def test_a_corrected_value_takes_the_other_way() -> None:
    batch = begun(primed="no")
    corrected(step_no(batch, 1), "primed", "yes")
    signed(step_no(batch, 1))
    with refused("earlier_steps_first", "Wash the priming agent out"):
        recorded(step_no(batch, 3), volume="50.0")
    assert any("Wash" in name for name in unsigned_steps(Sheet(batch)))


@pytest.mark.req("EXE-05")
def test_a_step_is_left_out_with_reason_and_two_signatures() -> None:
    batch = begun()
    fed(batch)
    with one_event(c.SKIP_STEP):
        skipped(step_no(batch, 5))
    step = step_no(batch, 5)
    assert (step.status, step.note) == ("skipped", WHY)
    given = Signature.objects.filter(record_type="batches.step", record_key=str(step.pk))
    assert sorted((s.meaning, s.signer_id) for s in given) == [("performed", "a.operator"), ("verified", "b.operator")]
    assert not [name for name in unsigned_steps(Sheet(batch)) if "Take an image" in name]
    shown = text_of(signed_in("a.operator").get(batch.get_absolute_url()))
    assert "Not applicable" in shown and WHY in shown


@pytest.mark.req("EXE-05", negative=True)
@pytest.mark.parametrize(
    ("position", "key", "words"),
    [(3, "not_skippable", "The master does not allow this step to be left out"), (5, "earlier_steps_first", "Step 3")],
)
def test_only_where_the_master_allows_it_and_in_its_turn(position: int, key: str, words: str) -> None:
    batch = begun()
    with refused(key, words):
        skipped(step_no(batch, position))


@pytest.mark.req("EXE-05", negative=True)
def test_what_has_begun_is_not_left_out_and_nobody_leaves_out_alone() -> None:
    batch = begun()
    fed(batch)
    step = step_no(batch, 5)
    with refused("same_person"):
        skipped(step, witness="a.operator")
    with refused("reason_missing"):
        skipped(step, reason="")
    with refused("not_permitted"):
        skipped(step, by="a.reviewer", witness="a.operator")
    recorded(step, image_file="a.tif")
    with refused("step_begun", "was begun"):
        skipped(step)


@pytest.mark.req("EXE-05", "EXE-27")
def test_the_page_offers_it_only_where_it_can_be_done() -> None:
    batch = begun()
    client = signed_in("a.operator")
    assert "Not applicable" not in text_of(client.get(step_no(batch, 3).get_absolute_url()))
    fed(batch)
    step = step_no(batch, 5)
    assert f'href="/skip-step/{step.number}/"' in client.get(step.get_absolute_url()).content.decode()
    page = client.get(f"/skip-step/{step.number}/")
    both = {"user_id": "a.operator", "password": PASSWORD, "witness_user_id": "b.operator", "witness_password": PASSWORD}
    sent = client.post(f"/skip-step/{step.number}/", {**both, "reason": WHY, "seen": hidden(page, "seen"), "once": hidden(page, "once")})
    assert sent.status_code == 302
    assert WHY in text_of(client.get(step.get_absolute_url()))
