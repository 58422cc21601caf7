"""A lot split into sub-lots: they hold what is left but for the loss, share its record, and never stand higher (G4)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from batches.domain.commands import HOLD_LOT, RELEASE_FOR_PROCESSING, SPLIT_LOT
from batches.forms.splits import SplitLotForm
from batches.models import Lot, LotInput
from batches.selectors.genealogy import ancestors, described_by, producing_cultures, record_of, wholes_of
from batches.selectors.lot_facts import headline_facts, listed_facts, typed_facts
from batches.selectors.lots import remaining
from batches.selectors.release import lots_to_release
from batches.services.dispositions import hold_lot, release_for_processing
from batches.services.splits import split_lot
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.people.models import Account
from tests.batches.builders_material import disposed, feed, medium, passage, run, sample
from tests.batches.expecting import one_event, refused
from tests.builders import act, person


def split(lot: Lot, *parts: str, by: str = "a.operator", witness: str = "b.operator", seen: str = "", once: str = "") -> list[Lot]:
    split_lot(act(SPLIT_LOT, by, witness=witness, seen=seen, once=once), lot.number, parts=[Decimal(part) for part in parts])
    return list(Lot.objects.filter(inputs__parent=lot).order_by("pk"))


@pytest.fixture
def lot(released_medium: Lot) -> Lot:
    return released_medium


@pytest.mark.req("EXE-24", "TRC-01")
def test_sub_lots_have_their_own_number_and_share_the_record(lot: Lot) -> None:
    with one_event(SPLIT_LOT):
        one, two = split(lot, "200", "190.5")
    assert [sub.number for sub in (one, two)] == [f"{lot.number}-S1", f"{lot.number}-S2"]
    assert [(sub.stage, sub.quantity_made, sub.unit, sub.disposition) for sub in (one, two)] == [
        ("conditioned_media", Decimal(200), "mL", "quarantine"), ("conditioned_media", Decimal("190.5"), "mL", "quarantine"),
    ]  # fmt: skip
    assert remaining(lot) == Decimal("9.5")
    assert (described_by(two), record_of(two)) == (lot, lot.batch)  # type: ignore[attr-defined]
    # The material is described once: a correction of the lot can't leave its sub-lots behind.
    assert dict(typed_facts(two))["Priming"] == "IFN-gamma 24 h"
    assert dict(typed_facts(two))["Volume collected"] == "190.5\u00a0mL"
    assert wholes_of([lot, two]) == {lot.pk: lot, two.pk: lot}
    assert listed_facts(two, lot) == listed_facts(lot, lot) == headline_facts(two)[:3]
    assert producing_cultures(two) == producing_cultures(lot)
    assert {(s.signer_id, s.meaning) for s in valid_signatures(lot)} == {("a.operator", "performed"), ("b.operator", "verified")}


@pytest.mark.req("EXE-24", "EXE-18", negative=True)
@pytest.mark.parametrize(
    ("parts", "key", "words"),
    [
        (("200", "200.1"), "overdraw", "400.1 together, 400 is left"),
        (("200", "179.9"), "split_loss", "20.1 of 400 would be in no sub-lot"),
        (("400",), "too_few_parts", "at least two sub-lots"),
        ((), "too_few_parts", "at least two sub-lots"),
        (("400", "0"), "quantity_not_positive", "more than zero"),
        (("500", "-100"), "quantity_not_positive", "more than zero"),
    ],
)
def test_quantities_that_do_not_add_up_are_refused(lot: Lot, parts: tuple[str, ...], key: str, words: str) -> None:
    with refused(key, words):
        split(lot, *parts)
    assert not LotInput.objects.filter(parent=lot).exists()


@pytest.mark.req("EXE-24")
def test_the_loss_may_be_five_percent_of_what_is_left(lot: Lot) -> None:
    sample(lot, "100")
    assert len(split(lot, "200", "85")) == 2
    # What is over is no sub-lot of its own kind: it is split again under the same rule.
    assert [sub.number for sub in split(lot, "10", "5")][2:] == [f"{lot.number}-S3", f"{lot.number}-S4"]


@pytest.mark.req("REL-01", "EXE-24")
def test_a_sub_lot_may_stand_lower_and_falls_alone(lot: Lot) -> None:
    one, two = split(lot, "200", "195")
    assert lots_to_release() == [one, two]
    release_for_processing(act(RELEASE_FOR_PROCESSING, "a.reviewer"), one.number)
    disposed(two, "rejected")
    assert (lot.disposition, one.disposition, two.disposition) == ("released_for_processing", "released_for_processing", "rejected")
    child = run().lot
    feed(child, one, "50", "mL")
    with refused("lot_rejected"):
        feed(child, two, "50", "mL")


@pytest.mark.req("REL-01", "REL-02", negative=True)
@pytest.mark.parametrize("decision", ["", "hold", "rejected"])
@pytest.mark.django_db
def test_a_sub_lot_never_stands_higher_than_the_lot_it_is_part_of(decision: str) -> None:
    lot = medium(passage(is_commitment=True), released=bool(decision))
    sub, _ = split(lot, "200", "195")
    if decision:
        disposed(lot, decision)
    with refused("ancestor_rejected" if decision == "rejected" else "ancestor_not_released", str(lot)):
        release_for_processing(act(RELEASE_FOR_PROCESSING, "a.reviewer"), sub.number)


@pytest.mark.req("EXE-24", negative=True)
def test_parts_of_one_lot_are_pooled_again_and_others_are_not(lot: Lot) -> None:
    one, two = split(lot, "200", "195")
    for sub in (one, two):
        disposed(sub, "released_for_processing")
    child = run().lot
    feed(child, one, "100", "mL")
    feed(child, two, "100", "mL")
    assert {other.number for other in ancestors(child)} >= {lot.number, one.number, two.number}
    # Another priming is found behind the sub-lot, whose own row does not say it.
    other = medium(passage(Lot.objects.filter(stage="cell_bank").earliest("pk"), is_commitment=True), priming="none")
    with refused("pool_differs", "priming (none; IFN-gamma 24 h)"):
        feed(child, other, "100", "mL")


@pytest.mark.req("REL-01", negative=True)
def test_what_can_not_be_split(lot: Lot) -> None:
    cells, running = passage(Lot.objects.filter(stage="cell_bank").earliest("pk"), is_commitment=True), run().lot
    with refused("not_splittable", "passaging"):
        split(cells, "1", "2")
    with refused("wrong_status", "in process"):
        split(running, "1", "2")
    hold_lot(act(HOLD_LOT, "a.reviewer", reason="Incubator alarm during the night, loggers being read"), lot.number)
    with refused("wrong_status", "on hold"):
        split(lot, "200", "195")


@pytest.mark.req("EXE-17", "SIG-08", "ACC-03", negative=True)
def test_two_persons_split_and_a_stale_or_doubled_post_does_not(lot: Lot) -> None:
    with refused("signature_missing"):
        split_lot(Act(by=person("a.operator")), lot.number, parts=[Decimal(200), Decimal(195)])
    with refused("same_person"):
        split(lot, "200", "195", witness="a.operator")
    with refused("not_permitted"):
        split_lot(Act(by=person("a.analyst")), lot.number, parts=[Decimal(200), Decimal(195)])
    seen = str(lot.revision)
    sample(lot)
    with refused("stale_page", "Sample drawn"):
        split(lot, "200", "185", seen=seen)
    split(lot, "200", "185", once="7" * 32)
    with refused("already_recorded"):
        split(lot, "200", "185", once="7" * 32)
    assert LotInput.objects.filter(parent=lot).count() == 2


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("200\n1,234", "Line 2: "), ("200\nabc", "Line 2: "), ("< 200\n100", "Line 1: write the plain number"), ("1\n" * 25, "at most 24")],
)
def test_a_bad_line_is_named(text: str, sentence: str) -> None:
    form = SplitLotForm({"parts": text})
    assert sentence in form.errors["parts"][0]
    assert SplitLotForm({"parts": " 200.5 \n\n1E+2\n"}).is_valid()


@pytest.mark.req("TRC-01")
def test_the_pages_of_a_lot_and_its_parts(lot: Lot) -> None:
    one, two = split(lot, "200", "195")
    client = Client()
    client.force_login(Account.objects.get(user_id="a.operator"))
    page: Any = client.get(f"/lot/{lot.number}/").content.decode()
    assert one.number in page
    assert two.number in page
    for address in ("", "genealogy/", "audit-trail/"):
        assert client.get(f"/lot/{one.number}/{address}").status_code == 200
    asked = client.get(f"/split-lot/{lot.number}/")
    assert asked.status_code == 200
    assert "Quantity of each sub-lot" in asked.content.decode()
