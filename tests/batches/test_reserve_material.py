"""A quantity of a lot is kept for one batch and refused to every other; zero gives it back, the end of the batch too."""

from decimal import Decimal

import pytest

from batches.domain.commands import ABORT_BATCH, RESERVE_MATERIAL
from batches.models import BatchRecord, MaterialLot
from batches.selectors.materials import facts_of, material_of
from batches.services.materials import reserve_material
from batches.services.records import abort_batch
from tests.batches.builders_uses import culture_with_additions, decided, first_step, material, used
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db


def reserved(lot: MaterialLot, batch: BatchRecord, quantity: str) -> MaterialLot:
    return reserve_material(act(RESERVE_MATERIAL, "a.operator"), lot.number, batch=batch.lot.number, quantity=Decimal(quantity))


@pytest.mark.req("EXE-16", "EXE-18")
def test_what_is_reserved_is_there_for_its_batch_alone() -> None:
    lot, mine, other = material(containers=1), culture_with_additions(), culture_with_additions()
    with one_event(RESERVE_MATERIAL):
        reserved(lot, mine, "450")
    assert facts_of(material_of(lot.number), batch=other).free == Decimal(50)
    assert facts_of(material_of(lot.number), batch=mine).free == Decimal(500)
    with refused("reserved", "50 mL", mine.lot.number):
        used(first_step(other), lot.number, "51")
    used(first_step(other), lot.number, "50")
    with refused("wrong_lot", f"reserved for {mine.lot.number}"):
        used(first_step(other), lot.number, "1")
    used(first_step(mine), lot.number, "450")
    assert facts_of(material_of(lot.number), batch=other).reserved == 0


@pytest.mark.req("EXE-16", negative=True)
def test_no_more_than_is_free_and_it_ends() -> None:
    lot, mine, other = material(containers=1), culture_with_additions(), culture_with_additions()
    reserved(lot, mine, "450")
    with refused("overdraw", "50\u00a0mL"):
        reserved(lot, other, "51")
    reserved(lot, mine, "0")
    reserved(lot, other, "500")
    abort_batch(act(ABORT_BATCH, "a.verifier", reason="The incubator failed over night"), other.number)
    assert facts_of(material_of(lot.number), batch=mine).free == Decimal(500)
    with refused("unknown_batch"):
        reserved(lot, other, "1")
    decided(lot, "rejected")
    with refused("wrong_status", "rejected"):
        reserved(lot, mine, "1")
