"""A sample's way from drawing to destruction, link by link."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from batches.models import ExceptionRecord, Lot, Sample
from evgmp.compliance import clock
from qc.domain.commands import DESTROY_SAMPLE, RECORD_CUSTODY
from qc.models import SampleEvent
from qc.selectors.custody import chain_of_custody, units_of
from qc.services.custody import destroy_sample, record_custody
from qc.views.work import reserves_to_look_at
from tests.builders import act, person
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db


def handled(sample: Sample, kind: str, by: str = "a.analyst", **said: Any) -> SampleEvent:
    return record_custody(act(RECORD_CUSTODY, by), sample.number, **{"kind": kind, "place": "FRZ-02, rack 3", **said})


def destroyed(sample: Sample, by: str = "a.analyst", method: str = "Autoclaved, bag 114") -> SampleEvent:
    return destroy_sample(act(DESTROY_SAMPLE, by), sample.number, method=method)


@pytest.mark.req("LAB-01")
def test_the_chain_holds_every_link_in_order(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    with one_event(RECORD_CUSTODY):
        handled(its_sample, "aliquoted", quantity=Decimal("0.5"))
    handled(its_sample, "stored")
    handled(its_sample, "sent", place="CL-01, dry ice, courier")
    handled(its_sample, "returned")
    lab.reviewed(lab.result(ev_under_test, "DS-GN-PH", its_sample, value="7.20").number)
    destroyed(its_sample)
    assert [link.what for link in chain_of_custody(its_sample)] == [
        "Drawn", "Received", "Aliquoted", "Stored", "Sent to a contract laboratory", "Returned", "Tested", "Destroyed",
    ]  # fmt: skip
    shown = as_person("i.inspector").get(reverse("qc:custody", args=[its_sample.number])).content.decode()
    assert "CL-01, dry ice, courier" in shown and f"FRZ-02, rack 3; 0.5 {its_sample.unit}" in shown
    assert reverse("qc:custody", args=[its_sample.number]) in as_person("i.inspector").get(its_sample.get_absolute_url()).content.decode()
    signed = [one.split("</section>")[0] for one in shown.split('id="sigs"')[1:]]
    assert signed[0].count("I performed this") == 7, "drawing and receipt are signed too"


@pytest.mark.req("LAB-01", negative=True)
def test_a_link_that_can_not_be_is_refused(ev_under_test: Lot, its_sample: Sample) -> None:
    for said, key in (
        ({"kind": "returned"}, "sample_here"), ({"kind": "stored", "place": " "}, "place_missing"),
        ({"kind": "aliquoted", "quantity": Decimal(99)}, "quantity_impossible"), ({"kind": "aliquoted", "quantity": Decimal(0)}, "quantity_impossible"),
        ({"kind": "sent", "keep_until": date(2099, 1, 1)}, "not_stored"), ({"kind": "stored", "keep_until": date(2020, 1, 1)}, "in_the_past"),
    ):  # fmt: skip
        with refused(key):
            handled(its_sample, **said)
    floor = lab.drawn(ev_under_test)
    with refused("sample_not_received"):
        handled(floor, "stored")
    with refused("not_permitted"):
        handled(its_sample, "stored", by="a.reviewer")


@pytest.mark.req("LAB-27", negative=True)
def test_a_sample_is_not_destroyed_while_it_is_needed(ev_under_test: Lot, its_sample: Sample) -> None:
    waiting = lab.result(ev_under_test, "DS-GN-PH", its_sample, value="7.20")
    with refused("results_unreviewed", waiting.number):
        destroyed(its_sample)
    lab.reviewed(waiting.number)
    handled(its_sample, "stored", keep_until=date(2099, 1, 1))
    with refused("retention", "2099-01-01"):
        destroyed(its_sample)
    with refused("not_permitted"):
        destroyed(its_sample, by="a.operator")


@pytest.mark.req("LAB-01", negative=True)
def test_nothing_is_done_with_a_destroyed_sample(ev_under_test: Lot, its_sample: Sample) -> None:
    with refused("method_missing"):
        destroyed(its_sample, method=" ")
    with one_event(DESTROY_SAMPLE):
        destroyed(its_sample)
    with refused("sample_destroyed"):
        destroyed(its_sample)
    with refused("sample_destroyed"):
        handled(its_sample, "stored")
    with refused("sample_destroyed"):
        lab.result(ev_under_test, "DS-GN-PH", its_sample, value="7.20")


@pytest.mark.req("LAB-27")
def test_the_yearly_look_stands_on_the_work_list_and_a_change_opens_an_exception(
    its_sample: Sample, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled(its_sample, "stored", keep_until=date(2099, 1, 1))
    a_year_on = clock.now() + timedelta(days=400)
    assert reserves_to_look_at(person("a.analyst")) == []
    monkeypatch.setattr("qc.views.work.clock.now", lambda: a_year_on)
    (item,) = reserves_to_look_at(person("a.analyst"))
    assert (item["urgency"], item["title"]) == (0, f"Overdue: look at the reserve {its_sample}")
    assert reserves_to_look_at(person("a.operator")) == []
    monkeypatch.undo()
    handled(its_sample, "inspected", finding="unchanged")
    assert not ExceptionRecord.objects.exists()
    handled(its_sample, "inspected", finding="changed", remark="Flakes at the bottom")
    (found,) = ExceptionRecord.objects.filter(sample=its_sample)
    assert (found.kind, found.status, "shows a sign of deterioration: Flakes at the bottom" in found.sentence) == ("reserve_changed", "open", True)
    shown = as_person("i.inspector").get(reverse("qc:custody", args=[its_sample.number])).content.decode()
    assert [word for word in ("Looked at for the year", "a sign of deterioration", "next look due until") if word not in shown] == []


@pytest.mark.req("LAB-27", negative=True)
def test_a_look_needs_a_reserve_a_finding_and_a_word_about_a_change(its_sample: Sample) -> None:
    with refused("no_reserve", "is not stored for retention"):
        handled(its_sample, "inspected", finding="unchanged")
    handled(its_sample, "stored", keep_until=date(2099, 1, 1), quantity=Decimal("0.5"))
    assert units_of(its_sample) == Decimal("0.5")
    for said, key in (({}, "finding_missing"), ({"finding": "changed"}, "change_unexplained")):
        with refused(key):
            handled(its_sample, "inspected", **said)
