"""A temperature above its limit puts the lot on hold at once and opens an exception; at the limit it is a note."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.commands import RECORD_EXCURSION
from batches.models import ExceptionRecord, Excursion, Lot
from batches.services.storage import record_excursion
from evgmp.compliance import clock
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import bank, culture, disposed
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


def excursion(lot: Lot, highest: str, **changed: Any) -> Lot:
    now = clock.now()
    data = {
        "place": "EQ-LN2-01", "began_at": now - datetime.timedelta(minutes=50), "ended_at": now - datetime.timedelta(minutes=10),
        "highest_c": Decimal(highest), "limit_c": Decimal(-130), "source": "Monitoring record TM-114",
    }  # fmt: skip
    return record_excursion(act(RECORD_EXCURSION, "a.operator"), lot.number, **{**data, **changed})


@pytest.mark.req("EXE-25")
@pytest.mark.parametrize("highest", ["-129.9", "-20"])
def test_above_the_limit_the_lot_is_on_hold(highest: str) -> None:
    lot = bank(2)
    with one_event(RECORD_EXCURSION):
        excursion(lot, highest)
    assert Lot.objects.get(pk=lot.pk).disposition == "hold"
    found = ExceptionRecord.objects.get()
    assert (found.kind, found.lot) == ("storage", lot)
    assert "in EQ-LN2-01, above" in found.sentence
    assert "for 40 min" in found.sentence
    [signature] = valid_signatures(Excursion.objects.get())
    assert signature.signer_id == "a.operator"


@pytest.mark.req("EXE-25")
def test_at_the_limit_it_is_recorded_and_a_stopped_lot_stays_stopped() -> None:
    lot = culture().lot
    excursion(lot, "-130")
    assert lot.disposition == "in_process"
    assert not ExceptionRecord.objects.exists()
    disposed(lot, "rejected")
    excursion(lot, "-20")
    assert Lot.objects.get(pk=lot.pk).disposition == "rejected"
    assert ExceptionRecord.objects.count() == 1


@pytest.mark.req("EXE-25", "REC-03", negative=True)
def test_times_that_can_not_be_and_people_who_may_not() -> None:
    lot, now = culture().lot, clock.now()
    with refused("times_swapped"):
        excursion(lot, "-20", ended_at=now - datetime.timedelta(hours=9))
    with refused("in_future"):
        excursion(lot, "-20", ended_at=now + datetime.timedelta(hours=9))
    with refused("not_permitted"):
        record_excursion(
            Act(by=person("i.inspector")), lot.number, place="X", began_at=now, ended_at=now, highest_c=Decimal(1), limit_c=Decimal(0), source="X"
        )
