"""Two fills at the same moment want more of one EV lot than it has: one gets it, the other is refused, on both databases."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

import tests.qc.builders_release as scene
from batches.domain import commands as b
from batches.models import DrugProduct, Lot, LotInput
from batches.selectors.lots import remaining
from batches.selectors.masters import shipped_text
from batches.services import records
from batches.services.dispositions import dispose
from evgmp.compliance.recording import recording
from evgmp.rules.blocker import RuleBroken
from tests.batches import builders_records as floor
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.support.races import together


def released_ev_lot() -> Lot:
    """An EV lot of 1000 mL whose release, and that of all before it, is written as rows: how it comes about is tested elsewhere."""
    line = lab.line()
    scene.decided(line.donor.code, "eligible")
    ev, _ = lab.chain(line)
    with recording(b.START_BATCH, act(b.START_BATCH, "a.verifier")) as rec:
        rows = [dispose(rec, Lot.locked(pk=ev.pk), "released")]
        rec.about(rows[0])
    return ev


@pytest.mark.req("EXE-24", "EXE-18", "REC-02", negative=True)
def test_vials_of_an_ev_lot_are_filled_once(any_furnished: str) -> None:
    ev = released_ev_lot()
    fills = [floor.started(shipped_text("mbr_fill")).lot.number for _ in range(2)]
    pairs = (("a.operator", "b.operator"), ("b.operator", "a.operator"))
    asked = [(act(b.CONSUME_LOT, by, witness=witness), number) for (by, witness), number in zip(pairs, fills, strict=True)]
    outcomes = together(
        *(lambda one=one, number=number: records.consume_lot(one, number, parent=ev.number, quantity=Decimal(600), unit="mL") for one, number in asked)
    )
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert len(errors) == 1
    assert isinstance(errors[0], RuleBroken)
    assert [blocker.key for blocker in errors[0].blockers] == ["overdraw"]
    assert LotInput.objects.filter(parent=ev).count() == 1
    assert remaining(ev) == 400
    # The new table is behind the wall of either database.
    for sql in ("UPDATE batches_drugproduct SET vials_filled = 9", "DELETE FROM batches_drugproduct"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(sql)
    assert list(DrugProduct.objects.values_list("vials_filled", flat=True)) == [None, None]
