"""Samples are numbered, signed and counted in the balance of their lot."""

from decimal import Decimal
from typing import Any

import pytest

from batches.domain.commands import ABORT_BATCH, DRAW_SAMPLE
from batches.forms.samples import DrawSampleForm
from batches.models import Lot, Sample
from batches.selectors.lots import remaining
from batches.services.records import abort_batch
from batches.services.samples import draw_sample
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import SAMPLE, bank, culture, disposed, feed, medium, passage, run, sample, vial
from tests.batches.expecting import one_event, refused
from tests.builders import act, person


@pytest.fixture
def media(released_medium: Lot) -> Lot:
    """400 mL of a released collection."""
    return released_medium


@pytest.mark.req("EXE-21", "LAB-01")
def test_a_sample_has_a_number_and_is_signed(media: Lot) -> None:
    with one_event(DRAW_SAMPLE):
        found = sample(media, "25")
    assert found.number.startswith("SMP-")
    assert found.number.endswith("-0001")
    assert (found.status, found.counted, found.drawn_by, found.container) == ("drawn", True, "A. Operator", "Cryovial")
    assert [(s.signer_id, s.meaning) for s in valid_signatures(found)] == [("a.operator", "performed")]
    assert remaining(media) == Decimal(375)
    assert sample(media).number.endswith("-0002")


@pytest.mark.req("EXE-18")
@pytest.mark.parametrize(
    ("quantity", "unit", "left"), [("25", "mL", "375"), ("0.025", "L", "375.000"), ("500", "µL", "399.500"), ("3", "vials", "400")]
)
def test_units_of_volume_convert_and_others_take_nothing(media: Lot, quantity: str, unit: str, left: str) -> None:
    sample(media, quantity, unit)
    assert remaining(media) == Decimal(left)


@pytest.mark.req("EXE-18", "EXE-24", negative=True)
def test_no_more_than_is_left(media: Lot) -> None:
    child = run().lot
    feed(child, media, "390")
    with refused("overdraw", "10\u00a0mL of CM-", "11\u00a0mL"):
        sample(media, "11")
    with refused("overdraw"):
        sample(media, "0.0101", "L")
    sample(media, "10")
    assert remaining(media) == Decimal(0)
    with refused("overdraw"):
        feed(child, media, "0.1")


@pytest.mark.req("EXE-21")
@pytest.mark.django_db
def test_a_sample_in_process_is_not_taken_from_what_is_measured_later() -> None:
    child = run()
    feed(child.lot, medium(passage(is_commitment=True)), "200")
    found = sample(child.lot, "5")
    assert not found.counted
    assert remaining(child.lot) is None


@pytest.mark.req("TRC-07", "EXE-21")
@pytest.mark.django_db
def test_whole_vials_of_a_bank_leave_their_places() -> None:
    lot = bank(20)
    found = sample(lot, "2", "vials", vials=[vial(lot, 1).code, vial(lot, 20).code])
    assert [vial(lot, n).state for n in (1, 2, 20)] == ["sampled", "stored", "sampled"]
    assert vial(lot, 1).movements.get(kind="sampled").purpose == f"Sample {found.number}"
    assert remaining(lot) == Decimal(18)
    # The sample and both movements are signed together.
    assert len(valid_signatures(found)[0].covered) == 3


@pytest.mark.req("TRC-07", negative=True)
@pytest.mark.parametrize(
    ("quantity", "unit", "codes", "key"),
    [
        ("2", "vials", [], "name_the_vials"),
        ("2", "vials", ["V001"], "count_differs"),
        ("1", "vials", ["V099"], "unknown_vial"),
        ("1", "vials", ["V003"], "wrong_status"),
        ("1", "mL", ["V001"], "no_vials_here"),
    ],
)
@pytest.mark.django_db
def test_vials_that_cannot_be_the_sample(quantity: str, unit: str, codes: list[str], key: str) -> None:
    lot = bank(20)
    sample(lot, "1", "vials", vials=[vial(lot, 3).code])
    with refused(key):
        sample(lot, quantity, unit, vials=[f"{lot.number}-{code}" for code in codes])
    assert Sample.objects.count() == 1


@pytest.mark.req("REL-01", negative=True)
def test_no_sample_of_a_rejected_or_aborted_lot(media: Lot) -> None:
    disposed(media, "rejected")
    with refused("lot_rejected", "rejected"):
        sample(media)
    batch = culture()
    abort_batch(act(ABORT_BATCH, "a.verifier"), batch.number)
    with refused("wrong_status", "aborted"):
        sample(batch.lot)


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_sample_has_a_quantity(media: Lot, quantity: str) -> None:
    with refused("quantity_not_positive"):
        sample(media, quantity)


@pytest.mark.req("ACC-03", "REC-04", "SIG-03", negative=True)
def test_wrong_role_no_signature_and_stale_page(media: Lot) -> None:
    data: dict[str, Any] = {"quantity": Decimal(1), "unit": "mL", **SAMPLE}
    with refused("not_permitted"):
        draw_sample(Act(by=person("a.verifier")), media.number, **data)
    with refused("signature_missing"):
        draw_sample(Act(by=person("a.operator")), media.number, **data)
    seen = str(media.revision)
    sample(media)
    with refused("stale_page", "Sample drawn"):
        draw_sample(act(DRAW_SAMPLE, "a.analyst", seen=seen), media.number, **data)


@pytest.mark.req("REC-03")
@pytest.mark.django_db
def test_the_form_reads_short_vial_codes() -> None:
    lot = bank(20)
    form = DrawSampleForm({"quantity": "2", "unit": "vials", **SAMPLE, "vials": "V001, 20"}, target=lot)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["vials"] == [f"{lot.number}-V001", f"{lot.number}-V020"]
    assert [unit for unit, _ in form.fields["unit"].choices] == ["vials", "mL", "µL", "L", "cells"]


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(("field", "value"), [("quantity", "1,234"), ("quantity", "two"), ("unit", "gallon"), ("purpose", ""), ("storage", "")])
def test_what_the_form_refuses(media: Lot, field: str, value: str) -> None:
    form = DrawSampleForm({"quantity": "1", "unit": "mL", **SAMPLE, field: value}, target=media)
    assert not form.is_valid()
    assert list(form.errors) == [field]
