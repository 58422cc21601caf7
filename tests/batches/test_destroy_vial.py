"""A vial is destroyed once, by two persons, with the reason; the bank's balance still closes."""

from decimal import Decimal

import pytest

from batches.domain.commands import DESTROY_VIAL, THAW_VIAL
from batches.models import LotInput
from batches.selectors.lots import remaining
from batches.selectors.vials import counts
from batches.services.vials import destroy_vial, thaw_vial
from evgmp.compliance.recording import Act
from tests.batches.builders_material import bank, culture, sample, vial, withdrawn
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import act, person

pytestmark = pytest.mark.django_db
DROPPED = "Dropped at transfer, cap cracked"


def destroy(code: str, reason: str = DROPPED, seen: str = "") -> None:
    destroy_vial(act(DESTROY_VIAL, "a.operator", witness="b.operator", reason=reason, seen=seen), code)


@pytest.mark.req("TRC-07", "EXE-18")
def test_a_destroyed_vial_stays_in_the_ledger_with_its_reason() -> None:
    lot = bank(20)
    with one_event(DESTROY_VIAL):
        destroy(vial(lot).code)
    assert vial(lot).state == "destroyed"
    assert vial(lot).movements.get(kind="destroyed").purpose == DROPPED
    assert remaining(lot) == Decimal(19)


@pytest.mark.req("TRC-07", "EXE-18")
def test_the_bank_reconciles() -> None:
    lot, child = bank(20), culture().lot
    withdrawn(vial(lot, 1), child)
    thaw_vial(act(THAW_VIAL, "a.operator", witness="b.operator"), vial(lot, 1).code)
    withdrawn(vial(lot, 2), child)
    destroy(vial(lot, 2).code)
    destroy(vial(lot, 3).code)
    sample(lot, "2", "vials", vials=[vial(lot, 4).code, vial(lot, 5).code])
    assert counts(lot) == {"stored": 15, "thawed": 1, "destroyed": 2, "sampled": 2}
    # A vial that was withdrawn and then destroyed is counted once: 20 - 2 withdrawn - 1 destroyed - 2 sampled.
    assert remaining(lot) == Decimal(15)
    assert LotInput.objects.filter(parent=lot).count() == 2


@pytest.mark.req("TRC-07", negative=True)
def test_not_twice_and_not_after_the_thaw() -> None:
    lot, child = bank(), culture().lot
    destroy(vial(lot).code)
    with refused("wrong_status", "destroyed"):
        destroy(vial(lot).code)
    withdrawn(vial(lot, 2), child)
    thaw_vial(act(THAW_VIAL, "a.operator", witness="b.operator"), vial(lot, 2).code)
    with refused("wrong_status", "thawed"):
        destroy(vial(lot, 2).code)


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize(("reason", "key"), [("", "reason_missing"), (" . ", "reason_missing"), ("error", "reason_says_nothing")])
def test_the_reason_must_say_why(reason: str, key: str) -> None:
    lot = bank()
    with refused(key):
        destroy(vial(lot).code, reason)


@pytest.mark.req("EXE-17", "REC-04", negative=True)
def test_two_persons_with_the_right_and_a_fresh_page() -> None:
    lot = bank()
    with refused("not_permitted"):
        destroy_vial(Act(by=person("a.reviewer"), reason=DROPPED), vial(lot).code)
    with refused("signature_missing"):
        destroy_vial(Act(by=person("a.operator"), reason=DROPPED), vial(lot).code)
    seen = str(vial(lot).revision)
    withdrawn(vial(lot), culture().lot)
    with refused("stale_page", "Vial withdrawn"):
        destroy(vial(lot).code, seen=seen)


def test_commands_on_vials_and_lots_stand_on_the_operators_screen_with_all_that_is_signed_and_a_way_back() -> None:
    lot = bank(2)
    visit, here = signed_in("a.operator"), vial(lot)
    for address, words in ((f"/destroy-vial/{here.code}/", "Position"), (f"/record-excursion/{lot.number}/", "Made from it")):
        page = visit.get(address)
        assert "batches/record_act.html" in [template.name for template in page.templates]
        shown = text_of(page)
        assert [word for word in ("What you sign", words, "I performed this", "Back") if word not in shown] == []
        assert "step is signed" not in shown
    destroy(here.code)
    shown = text_of(visit.get(f"/destroy-vial/{here.code}/"))
    assert "Back" in shown and "destroyed" in shown and "I performed this" not in shown
