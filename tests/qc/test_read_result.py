"""Qualitative results judged by two readers: the second judges without knowing what the first saw, and the server compares (LAB-11)."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from batches.models import Lot, Sample
from qc.domain import commands as c
from qc.domain.specification_defects import CHECKS
from qc.domain.specification_file import read_specification
from qc.models import OutOfSpecification, Result, SecondReading
from qc.selectors.release import release_blockers
from qc.selectors.results import open_oos
from qc.selectors.sheets import sheet
from qc.selectors.specifications import shipped_text
from qc.services.files import RawFile
from qc.services.readings import read_result
from qc.services.results import record_result, review_result
from qc.views.work import reviews_of_results
from tests.builders import act, person
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db

APPEARANCE = "DS-GN-APPEAR"
CLEAR, OPALESCENT, TURBID = "colourless, free of visible particles", "slightly opalescent, free of visible particles", "turbid"


@pytest.fixture
def seen(ev_under_test: Lot, its_sample: Sample) -> Any:
    """Records what the analyst saw, with a photograph."""

    def recorded(term: str) -> Result:
        found = lab.found(its_sample, kind="term", term=term)
        photo = RawFile("photo.png", "image/png", term.encode())
        return record_result(act(c.RECORD_RESULT, "a.analyst"), ev_under_test.number, row=APPEARANCE, raw_file=photo, **found)

    return recorded


def read(number: str, term: str, by: str = "b.analyst") -> SecondReading:
    return read_result(act(c.READ_RESULT, by), number, term=term)


def line_of(lot: Lot) -> Any:
    return next(one for one in sheet(lot).rows if one.row.code == APPEARANCE)


@pytest.mark.req("LAB-11", "LAB-12")
def test_two_readers_who_see_the_same_let_the_review_go_on(ev_under_test: Lot, seen: Any, as_person: Any) -> None:
    kept = seen(CLEAR)
    with one_event(c.READ_RESULT):
        reading = read(kept.number, CLEAR)
    assert (reading.agrees, reading.reader_id, OutOfSpecification.objects.count()) == (True, "b.analyst", 0)
    review_result(act(c.REVIEW_RESULT, "b.analyst"), kept.number)
    assert line_of(ev_under_test).passes
    page = as_person("b.analyst").get(kept.get_absolute_url()).content.decode()
    assert [one for one in ("Two readers", "Both saw the same", "A. Analyst", "B. Analyst", CLEAR) if one not in page] == []


@pytest.mark.req("LAB-11", negative=True)
def test_no_page_of_the_reader_holds_what_the_analyst_saw_before_the_reading_is_signed(ev_under_test: Lot, seen: Any, as_person: Any) -> None:
    kept = seen(TURBID)
    client = as_person("b.analyst")
    (item,) = [one for one in reviews_of_results(person("b.analyst")) if one["record"] == kept]
    assert (item["url"], item["urgency"]) == (reverse("qc:read_result", args=[kept.number]), 1)
    names = ("read_result", "review_result", "result", "correct_result")
    pages = {name: client.get(reverse(f"qc:{name}", args=[kept.number])).content.decode() for name in names}
    # The reader's own form offers every term in the order of the alphabet; none is chosen, and nothing else tells one.
    offered = pages["read_result"]
    assert (offered.count(f'value="{TURBID}"'), "checked" in offered, offered.count(TURBID), offered.count("coloured")) == (1, False, 2, 2)
    assert "photo.png" in offered
    for name in ("review_result", "result"):
        assert [one for one in (TURBID, CLEAR, "OOS", "not accepted", "does_not_conform") if one in pages[name].replace("OOS records", "")] == [], name
        assert reverse("qc:read_result", args=[kept.number]) in pages[name]
        assert "photo.png" in pages[name]
    assert "sign the second reading first" in pages["correct_result"]
    assert [one for one in (TURBID, "out of its limit") if one in pages["correct_result"].replace(f'value="{TURBID}"', "")] == []
    with refused("reading_missing", "Only its analyst corrects it before that"):
        lab.correct(kept.number, kept.sample, by="b.analyst", kind="term", term=CLEAR)
    shown = client.get(reverse("qc:lot_results", args=[ev_under_test.number])).content.decode()
    assert "Hidden until the second reader has signed" in shown
    assert (f">{TURBID}<" in shown, "“turbid”" in shown) == (False, False)
    with refused("reading_missing", "Sign what you see yourself first"):
        review_result(act(c.REVIEW_RESULT, "b.analyst"), kept.number)
    refused_page = client.post(reverse("qc:review_result", args=[kept.number]), {"user_id": "b.analyst", "password": "wrong"}).content.decode()
    assert TURBID not in refused_page
    # Whoever recorded it knows it.
    assert TURBID in as_person("a.analyst").get(kept.get_absolute_url()).content.decode()


@pytest.mark.req("LAB-11", "LAB-13", negative=True)
@pytest.mark.parametrize(("first", "second"), [(CLEAR, TURBID), (TURBID, CLEAR), (TURBID, "coloured")])
def test_readers_who_differ_about_the_limit_give_no_verdict_and_an_oos(ev_under_test: Lot, seen: Any, first: str, second: str) -> None:
    kept = seen(first)
    assert not read(kept.number, second).agrees
    (oos,) = open_oos(ev_under_test)
    assert oos.result == kept
    line = line_of(ev_under_test)
    assert (line.passes, line.verdict) == (False, "cannot_conclude")
    assert f"A. Analyst saw “{first}”, B. Analyst saw “{second}”." in line.why
    with refused("readers_differ", "has no verdict and can't be reviewed"):
        review_result(act(c.REVIEW_RESULT, "a.labhead"), kept.number)
    with refused("oos_stands"):
        lab.correct(kept.number, kept.sample, kind="term", term=second)
    assert any(APPEARANCE in one.message for one in release_blockers(ev_under_test))


@pytest.mark.req("LAB-11", negative=True)
def test_two_accepted_terms_that_differ_have_no_verdict_and_the_test_is_repeated(ev_under_test: Lot, seen: Any, its_sample: Sample) -> None:
    kept = seen(CLEAR)
    assert not read(kept.number, OPALESCENT).agrees
    assert not open_oos(ev_under_test)
    assert line_of(ev_under_test).verdict == "cannot_conclude"
    with refused("readers_differ"):
        review_result(act(c.REVIEW_RESULT, "a.labhead"), kept.number)
    again = lab.correct(kept.number, its_sample, kind="term", term=OPALESCENT)
    # The repeat is read by two again; both entries and both readings stay.
    with refused("reading_missing"):
        review_result(act(c.REVIEW_RESULT, "b.analyst"), again.number)
    read(again.number, OPALESCENT, by="a.labhead")
    review_result(act(c.REVIEW_RESULT, "a.labhead"), again.number)
    assert line_of(ev_under_test).passes
    assert SecondReading.objects.count() == 2


@pytest.mark.req("LAB-11", "SIG-08", negative=True)
def test_a_reading_is_anothers_given_once_of_the_terms_of_the_test(ev_under_test: Lot, seen: Any, its_sample: Sample) -> None:
    kept = seen(CLEAR)
    with refused("self_review", "so another person reads it"):
        read(kept.number, CLEAR, by="a.analyst")
    with refused("unknown_term"):
        read(kept.number, "fine")
    read(kept.number, CLEAR)
    with refused("read_already"):
        read(kept.number, TURBID, by="a.labhead")
    number = lab.result(ev_under_test, "DS-GN-PH", its_sample, value="7.2").number
    with refused("one_reader"):
        read(number, CLEAR)


@pytest.mark.req("LAB-11", negative=True)
def test_only_a_qualitative_row_is_read_by_two() -> None:
    rows = {row.code: row for row in read_specification(shipped_text("spec_ev_ds")).rows}
    assert rows[APPEARANCE].second_reading
    found = [sentence for check in CHECKS for sentence in check(replace(rows["DS-GN-PH"], second_reading=True))]
    assert found == ["Only a test that reports a term is read by two. Remove second_reading."]
    assert [sentence for check in CHECKS for sentence in check(rows[APPEARANCE])] == []
