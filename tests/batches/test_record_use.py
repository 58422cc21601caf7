"""Materials scanned into a step: what it needs, in date, released, enough of it; signed by two persons; in the ledger and the record."""

from decimal import Decimal

import pytest

from batches.domain.commands import APPROVE_MASTER, RECORD_USE, REVIEW_MASTER
from batches.models import ExceptionRecord, MaterialMovement, Step
from batches.selectors.materials import ledger, material_of, proposed, stock, where_used
from batches.selectors.uses import need_lines, needs_open
from batches.services import masters
from evgmp.compliance import clock
from evgmp.compliance.models import Attempt
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import authored, recorded, signed, step_no
from tests.batches.builders_uses import (
    ENZYME,
    FILTER,
    MATERIAL_STEP,
    MEDIUM,
    culture_with_additions,
    first_step,
    item,
    material,
    opened,
    used,
)
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-16", "EXE-17", "EXE-18", "TRC-02")
def test_scans_are_recorded_signed_and_found_again() -> None:
    batch = culture_with_additions()
    medium, cartridge, enzyme = material(), material(FILTER), opened(material(ENZYME), 4)
    step = first_step(batch)
    with one_event(RECORD_USE):
        used(step, medium.number, "60")
    used(step, f"]d2{medium.number.lower()}", "40")
    used(step, f"{cartridge.number}-C02")
    used(step, f"{enzyme.number}-C04", "12.5")
    assert [(line.key, line.used_in_words) for line in need_lines(step)] == [("medium", "100 mL"), ("filter", "1 pieces"), ("enzyme", "12.5 mL")]
    assert [(balance, line.step_id) for line, balance in ledger(medium)][1:] == [(Decimal(4940), step.pk), (Decimal(4900), step.pk)]
    done = signed(step)
    assert done.status == "signed"
    assert not ExceptionRecord.objects.exists()
    [signature, witness] = valid_signatures(done)
    assert (signature.meaning, witness.meaning) == ("performed", "verified")
    assert len([cover for cover in signature.covered if cover["type"] == "batches.materialmovement"]) == 4
    assert [(lot, amount) for lot, amount, _ in where_used(medium)] == [(batch.lot, Decimal(100))]


@pytest.mark.req("EXE-05", "EXE-16", negative=True)
def test_a_step_is_not_signed_before_everything_is_scanned() -> None:
    step = first_step(culture_with_additions())
    used(step, material().number, "100")
    assert needs_open(step) == ["Filter 0.65 µm (MAT-0192)"]
    with refused("entries_missing", "Filter 0.65 µm (MAT-0192)"):
        signed(step)


@pytest.mark.req("EXE-17", negative=True)
def test_outside_its_tolerance_opens_an_exception_and_one_person_is_not_two() -> None:
    batch = culture_with_additions()
    step = first_step(batch)
    used(step, material().number, "103")
    used(step, f"{material(FILTER).number}-C01")
    with refused("same_person"):
        signed(step, witness="a.operator")
    signed(step)
    [exception] = ExceptionRecord.objects.all()
    assert (exception.kind, exception.step, exception.lot) == ("material", Step.objects.get(pk=step.pk), batch.lot)
    assert "103 mL of MAT-0077 was added, outside 98 to 102 mL" in exception.sentence


@pytest.mark.req("EXE-18", negative=True)
def test_never_more_than_there_is_and_never_a_missing_quantity() -> None:
    step = first_step(culture_with_additions())
    lot = material(containers=1, per_container=Decimal("1.20"))
    with refused("quantity_missing", "in mL"):
        used(step, lot.number)
    with refused("overdraw", "1.20 mL"):
        used(step, lot.number, "1.21")
    with refused("quantity_not_positive"):
        used(step, lot.number, "0")
    used(step, lot.number, "1.20")
    assert stock(lot.__class__.objects.get(pk=lot.pk)) == 0
    with refused("used_up"):
        used(step, lot.number, "0.01")


@pytest.mark.req("EXE-01", "REC-01", "ACC-03", negative=True)
def test_order_staleness_repeats_and_rights() -> None:
    from batches.services.uses import record_use

    batch = culture_with_additions()
    lot = material()
    step = first_step(batch)
    with refused("earlier_steps_first"):
        used(step_no(batch, 2), lot.number, "1")
    used(step, lot.number, "50", seen=str(step.revision), once="a" * 32)
    with refused("stale_page"):
        used(step, lot.number, "50", seen=str(step.revision))
    with refused("already_recorded"):
        used(step, lot.number, "50", once="a" * 32)
    with refused("not_permitted"):
        record_use(Act(by=person("a.reviewer")), step.number, code=lot.number, quantity=Decimal(1))
    assert MaterialMovement.objects.filter(kind="used").count() == 1


@pytest.mark.req("EXE-16", negative=True)
def test_a_refused_scan_leaves_an_attempt_and_nothing_else() -> None:
    step = first_step(culture_with_additions())
    before = Step.objects.get(pk=step.pk).revision
    with refused("unknown_code", "NO-SUCH-THING"):
        used(step, "NO-SUCH-THING", "5")
    attempt = Attempt.objects.get(kind="scan")
    assert (attempt.user_id, attempt.command) == ("a.operator", "batches.record_use")
    assert "NO-SUCH-THING" in attempt.why
    assert Step.objects.get(pk=step.pk).revision == before
    assert not MaterialMovement.objects.filter(kind="used").exists()


@pytest.mark.req("EXE-16", negative=True)
def test_a_product_lot_is_the_wrong_thing_and_a_step_that_needs_nothing_takes_nothing() -> None:
    batch = culture_with_additions()
    step = first_step(batch)
    with refused("wrong_item", f"{batch.lot.number} is a lot of this plant. This step needs: Culture medium (MAT-0077)"):
        used(step, batch.lot.number, "1")
    medium = material()
    used(step, medium.number, "100")
    used(step, f"{material(FILTER).number}-C01")
    signed(step)
    with refused("nothing_needed", "This step needs nothing to be scanned."):
        used(step_no(batch, 2), medium.number, "1")
    assert stock(material_of(medium.number)) == Decimal(4900)


@pytest.mark.req("EXE-16")
def test_first_expired_first_out() -> None:
    import datetime

    item()
    late = material(expires_on=datetime.date(2097, 1, 1))
    early = material(expires_on=datetime.date(2096, 1, 1))
    material(expires_on=None)
    now = clock.now()
    assert proposed(MEDIUM, now).number == early.number  # type: ignore[union-attr]
    step = first_step(culture_with_additions())
    used(step, early.number, "5000")
    assert proposed(MEDIUM, now).number == late.number  # type: ignore[union-attr]
    enzyme = opened(material(ENZYME), 7)
    assert proposed(ENZYME, now).code == f"{enzyme.number}-C07"  # type: ignore[union-attr]


@pytest.mark.req("MST-09", negative=True)
def test_a_master_whose_items_are_not_registered_is_not_approved() -> None:
    number = authored(MATERIAL_STEP).number
    masters.review_master(act(REVIEW_MASTER, "a.verifier"), number)
    approval = act(APPROVE_MASTER, "a.reviewer")
    with refused("master_defect", "The item MAT-0077 is not registered"):
        masters.approve_master(approval, number)
    item(ENZYME)
    item(FILTER)
    item(MEDIUM, unit="L")
    with refused("master_defect", "MAT-0077 is counted in L, the master asks for mL"):
        masters.approve_master(act(APPROVE_MASTER, "a.reviewer"), number)


def test_the_next_step_goes_on() -> None:
    batch = culture_with_additions()
    step = first_step(batch)
    used(step, material().number, "100")
    used(step, f"{material(FILTER).number}-C01")
    signed(step)
    recorded(step_no(batch, 2), harvested="8E+6")
