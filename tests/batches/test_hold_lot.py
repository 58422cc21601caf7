"""A hold stops the use of a lot at once, in every consuming command."""

import pytest

from batches.domain.commands import HOLD_LOT
from batches.domain.lifecycle import DISPOSITION_WORDS
from batches.models import Disposition, Lot
from batches.selectors.release import held_lots
from batches.services.dispositions import hold_lot
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import culture, disposed, feed, medium, passage, sample
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db
WHY = "Incubator alarm during the night, data loggers being read"


def hold(lot: Lot, *, by: str = "a.reviewer", reason: str = WHY, seen: str = "") -> Lot:
    return hold_lot(act(HOLD_LOT, by, reason=reason, seen=seen), lot.number)


@pytest.mark.req("REL-01")
def test_a_hold_is_signed_with_its_reason() -> None:
    lot = passage(is_commitment=True)
    with one_event(HOLD_LOT):
        hold(lot)
    assert lot.disposition == "hold"
    row = Disposition.objects.filter(lot=lot).latest("pk")
    assert (row.reason, [s.signer_id for s in valid_signatures(row)]) == (WHY, ["a.reviewer"])
    assert held_lots() == [(lot, WHY)]


@pytest.mark.req("REL-01", "REL-02", negative=True)
def test_nothing_is_taken_from_a_held_lot() -> None:
    lot, child = passage(is_commitment=True), culture().lot
    hold(lot)
    with refused("lot_on_hold", "lifts the hold"):
        feed(child, lot)


@pytest.mark.req("REL-01")
def test_a_lot_in_process_can_be_held_too() -> None:
    lot = culture().lot
    hold(lot)
    assert lot.disposition == "hold"


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.parametrize("decision", ["hold", "rejected"])
def test_what_is_held_or_rejected_is_not_held_again(decision: str) -> None:
    lot = passage(is_commitment=True)
    disposed(lot, decision)
    with refused("wrong_status"):
        hold(lot, by="b.reviewer")


@pytest.mark.req("REL-01", negative=True)
def test_no_decision_brings_a_rejected_lot_back() -> None:
    """Whoever's command writes it: this is the last check before the row."""
    lot = culture().lot
    disposed(lot, "rejected")
    for decision in ("quarantine", "hold", "released_for_processing", "approved_for_certification", "certified", "released", "recalled"):
        with refused("disposition_order", f"{lot.number} is rejected. It can't become {DISPOSITION_WORDS[decision]} from there."):
            disposed(lot, decision)
    assert [row.decision for row in Disposition.objects.filter(lot=lot)] == ["rejected"]


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize(("reason", "key"), [("", "reason_missing"), ("...", "reason_missing"), ("change", "reason_says_nothing")])
def test_the_reason_must_say_why(reason: str, key: str) -> None:
    lot = culture().lot
    with refused(key):
        hold(lot, reason=reason)


@pytest.mark.req("ACC-03", "REC-04", negative=True)
def test_wrong_role_and_stale_page() -> None:
    lot = medium(passage(is_commitment=True))
    with refused("not_permitted"):
        hold_lot(Act(by=person("a.operator"), reason=WHY), lot.number)
    seen = str(lot.revision)
    sample(lot)
    with refused("stale_page", "Sample drawn"):
        hold(lot, seen=seen)
