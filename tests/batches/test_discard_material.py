"""What is thrown away leaves the ledger, seen by two persons, and never more than there is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.commands import DISCARD_MATERIAL
from batches.models import MaterialLot
from batches.selectors.materials import stock
from batches.services.materials import discard_material
from tests.batches.builders_uses import ENZYME, material
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db


def discarded(lot: MaterialLot, quantity: str, **data: Any) -> MaterialLot:
    signing = act(DISCARD_MATERIAL, "a.operator", witness="b.operator", reason="Bottle dropped in the cold room")
    return discard_material(signing, lot.number, quantity=Decimal(quantity), **data)


@pytest.mark.req("EXE-18")
def test_the_ledger_counts_down() -> None:
    lot = material()
    with one_event(DISCARD_MATERIAL):
        lot = discarded(lot, "500")
    assert stock(lot) == Decimal(4500)
    enzyme = discarded(material(ENZYME), "500", container=2)
    assert (stock(enzyme), stock(enzyme, 2), stock(enzyme, 1)) == (Decimal(4500), Decimal(0), Decimal(500))


@pytest.mark.req("EXE-18", negative=True)
def test_not_more_than_there_is() -> None:
    lot = material()
    with refused("overdraw", "5000"):
        discarded(lot, "5000.1")
    with refused("quantity_not_positive"):
        discarded(lot, "0")
    enzyme = material(ENZYME)
    with refused("name_the_container"):
        discarded(enzyme, "1")
    with refused("unknown_code"):
        discarded(lot, "1", container=99)
    alone = act(DISCARD_MATERIAL, "a.operator", witness="b.operator", reason="Bottle dropped in the cold room")
    alone = replace(alone, signings=(alone.signings[0], alone.signings[0]))
    with refused("signature_missing"):
        discard_material(alone, lot.number, quantity=Decimal(1))
