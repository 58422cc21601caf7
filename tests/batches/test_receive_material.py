"""A lot arrives: numbered, in quarantine, with its supplier's certificate byte for byte."""

import datetime
from decimal import Decimal

import pytest

from batches.domain.commands import RECEIVE_MATERIAL
from batches.forms.materials import ReceiveMaterialForm
from batches.selectors.materials import certificates, ledger, stock
from batches.services.materials import receive_material
from evgmp.compliance.files import bytes_of
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.web.searching import found_by
from tests.batches.builders_uses import ARRIVAL, CERTIFICATE, FILTER, MEDIUM, item, received
from tests.batches.expecting import one_event, refused
from tests.builders import person

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-18")
def test_what_arrives_stands_in_quarantine_with_its_certificate() -> None:
    item()
    with one_event(RECEIVE_MATERIAL):
        lot = received()
    assert lot.status == "quarantine"
    assert stock(lot) == Decimal(5000)
    assert [(line.kind, balance) for line, balance in ledger(lot)] == [("received", Decimal(5000))]
    [kept] = certificates(lot)
    assert bytes_of(kept.content) == CERTIFICATE.data
    [signature] = valid_signatures(lot)
    assert {cover["type"] for cover in signature.covered} == {"batches.materiallot", "batches.materialmovement", "compliance.attachment"}


@pytest.mark.req("EXE-16", negative=True)
def test_what_can_not_arrive_is_refused() -> None:
    for code in (MEDIUM, FILTER):
        item(code)
    with refused("expired", "2020-01-31"):
        received(expires_on=datetime.date(2020, 1, 31))
    with refused("single_use", "piece by piece"):
        received(FILTER, per_container=Decimal(5))
    with refused("quantity_not_positive"):
        received(per_container=Decimal(0))
    with refused("count_impossible", "at least one container"):
        received(containers=0)
    with refused("not_permitted"):
        receive_material(Act(by=person("a.reviewer")), MEDIUM, **ARRIVAL)


@pytest.mark.req("REC-03", negative=True)
def test_a_receipt_without_supplier_or_with_a_wrong_day_is_refused() -> None:
    form = ReceiveMaterialForm({"containers": "2", "per_container": "1,234", "expires_on": "31.05.2027", "place": "C2"})
    assert {"supplier", "supplier_lot", "per_container", "expires_on"} == set(form.errors)


@pytest.mark.req("TRC-01")
def test_a_lot_is_found_by_what_its_supplier_calls_it() -> None:
    lot = received()
    (found,) = [one for one in found_by("m-2291") if one.kind == "Material lots"]
    assert [(record, more) for record, more in found.hits] == [(lot, f"{lot.item.name}, supplier lot M-2291")]
