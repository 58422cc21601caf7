"""Resampling is a path of its own: QA authorises it, one sample is drawn under it, both values stay (LAB-16). An OOS has a day to be decided by (LAB-13)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from batches.domain.data_file import DataFileError
from batches.models import Lot, Sample
from evgmp.compliance import clock
from evgmp.compliance.site_time import site_day
from qc.documents.results import investigations_of
from qc.domain import commands as c
from qc.domain.oos import days_to_decide, due_on
from qc.models import OosResample, OutOfSpecification
from qc.selectors.oos import due_of, is_overdue
from qc.services import oos as services
from qc.services import samples
from qc.views.work import oos_to_decide, oos_to_investigate
from tests.builders import act, person
from tests.qc import builders_lab as lab
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db


def authorised(oos: OutOfSpecification, by: str = "b.reviewer", justification: str = "The stopper of the vial was loose.") -> OosResample:
    return services.authorise_resample(act(c.AUTHORISE_RESAMPLE, by), oos.number, justification=justification)


def newly_drawn(oos: OutOfSpecification, by: str = "a.analyst") -> Sample:
    given: dict[str, Any] = {"quantity": Decimal(1), "unit": "mL", "container": "cryotube", "storage": "-80 °C"}
    resample = services.draw_resample(act(c.DRAW_RESAMPLE, by), oos.number, **given)
    assert resample.sample is not None
    return resample.sample


def received(sample: Sample) -> Sample:
    return samples.receive_sample(act(c.RECEIVE_SAMPLE, "a.analyst"), sample.number, condition="Frozen, seal intact")


@pytest.mark.req("LAB-16", "LAB-18")
def test_an_authorised_sample_is_drawn_and_measured_and_both_values_stay(open_one: Any, ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    scene.planned(open_one)
    scene.approved(open_one)
    with one_event(c.AUTHORISE_RESAMPLE):
        authorised(open_one)
    assert f"Draw the new sample of {open_one}" in [item["title"] for item in oos_to_investigate(person("a.analyst"))]
    with one_event(c.DRAW_RESAMPLE):
        new = newly_drawn(open_one)
    assert (new.lot, new.purpose) == (ev_under_test, f"Resampling for {open_one}")
    received(new)
    first, second = scene.retested(open_one), scene.retested(open_one, "0.12", sample=new)
    assert (first.sample, second.sample) == (its_sample, new)
    (told,) = investigations_of(ev_under_test)
    for words in ("0.9", first.number, f"(re-measured on the new sample {new}, {second.number})"):
        assert words in str(told), words
    page = as_person("a.reviewer").get(open_one.get_absolute_url()).content.decode()
    assert [one for one in ("The stopper of the vial was loose.", new.number, "is averaged with nothing") if one not in page] == []
    # The first result was not touched: it is what QA decides on.
    open_one.result.refresh_from_db()
    assert (open_one.result.text, open_one.result.verdict, open_one.result.is_current) == ("0.9", "does_not_conform", True)
    scene.invalidated(open_one)
    run = lab.run_of(open_one.result.row, "b.analyst")
    assert lab.result(ev_under_test, scene.ENDOTOXIN, new, run, by="b.analyst", value="0.11").sample == new


@pytest.mark.req("LAB-16", negative=True)
def test_no_new_sample_without_qa_and_never_a_second_one(open_one: Any, ev_under_test: Lot) -> None:
    other = lab.received(ev_under_test)
    with refused("plan_not_approved"):
        authorised(open_one)
    scene.planned(open_one)
    scene.approved(open_one)
    with refused("resample_missing", "QA has not authorised a new sample"):
        newly_drawn(open_one)
    with refused("not_permitted"):
        authorised(open_one, by="a.labhead")
    with refused("justification_missing"):
        authorised(open_one, justification=" ")
    run = lab.run_of(open_one.result.row, "b.analyst")
    with refused("resampling", "A new sample is a path of its own that QA authorises"):
        scene.retested(open_one, run=run, sample=other)
    authorised(open_one)
    with refused("resample_stands"):
        authorised(open_one)
    newly_drawn(open_one)
    with refused("resample_drawn", "No further one is allowed"):
        newly_drawn(open_one)
    # The authorisation is for that one sample, not for any other that happens to be there.
    with refused("resampling"):
        scene.retested(open_one, run=run, sample=other)


@pytest.mark.req("LAB-16", negative=True)
def test_an_invalidated_test_is_not_done_again_on_a_sample_that_nobody_authorised(open_one: Any, ev_under_test: Lot, its_sample: Sample) -> None:
    other = lab.received(ev_under_test)
    scene.planned(open_one)
    scene.approved(open_one)
    run = lab.run_of(open_one.result.row, "b.analyst")
    for _ in range(2):
        scene.retested(open_one, run=run)
    scene.invalidated(open_one)
    again = lab.run_of(open_one.result.row, "b.analyst")
    with refused("resampling", f"The result of {its_sample} was invalidated"):
        lab.result(ev_under_test, scene.ENDOTOXIN, other, again, by="b.analyst", value="0.1")
    assert lab.result(ev_under_test, scene.ENDOTOXIN, its_sample, again, by="b.analyst", value="0.1").verdict == "conforms"
    with refused("wrong_status"):
        authorised(open_one)


@pytest.mark.req("LAB-13")
def test_an_oos_has_a_day_to_be_decided_by_and_is_marked_after_it(open_one: Any, as_person: Any) -> None:
    today = site_day(clock.now())
    assert open_one.due_on == today + timedelta(days=30)
    client = as_person("a.reviewer")
    for days, late in ((30, False), (31, True)):
        with clock.held_at(clock.now() + timedelta(days=days)):
            assert is_overdue(open_one) is late
            (item,) = oos_to_decide(person("a.reviewer"))
            # The laboratory acts next, so QA follows; past the last day that is urgent.
            assert (item["title"], item["urgency"]) == ((f"Overdue: follow {open_one}", 0) if late else (f"Follow {open_one}", 2))
            assert f"until {open_one.due_on}" in item["why"]
            assert ("Overdue" in client.get(reverse("qc:oos_list")).content.decode()) is late
    open_one.status = "confirmed"
    with clock.held_at(clock.now() + timedelta(days=90)):
        assert not is_overdue(open_one)
    # One that was opened before the site had set days is counted by those of now.
    open_one.due_on = None
    assert due_of(open_one) == today + timedelta(days=30)


@pytest.mark.req("LAB-13", negative=True)
@pytest.mark.parametrize("text", ["", "days_to_decide = 0", "days_to_decide = -1", 'days_to_decide = "30"', "days = 30"])
def test_days_that_are_none_are_refused(text: str) -> None:
    assert due_on(date(2026, 11, 27), days_to_decide("days_to_decide = 30")) == date(2026, 12, 27)
    with pytest.raises(DataFileError):
        days_to_decide(text)
