"""Relative potency as part of the record: readings as typed, evaluated by the method's rule; its result comes from nothing else (LAB-22)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.compliance import verifying
from evgmp.compliance.models import Attachment
from qc.documents.results import groups_of
from qc.domain import commands as c
from qc.models import AssayRun, PotencyAssay, Result
from qc.selectors.methods import method_named
from qc.selectors.sheets import sheet
from qc.selectors.specifications import shipped_text
from qc.services.files import RawFile
from qc.services.potency import record_potency
from tests.builders import PASSWORD, act, cast
from tests.journeys.readings import READINGS
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db

NFKB = "DS-PT-NFKB"
# The sample answers with another slope and another upper asymptote: the curves are not parallel.
SKEWED = READINGS.replace("sample; 12500000; 98", "sample; 12500000; 61").replace("sample; 12500000; 99", "sample; 12500000; 60").replace(
    "sample; 25000000; 96", "sample; 25000000; 60").replace("sample; 25000000; 95", "sample; 25000000; 58")  # fmt: skip


def evaluated(run: AssayRun, sample: Sample, readings: str = READINGS, **more: Any) -> PotencyAssay:
    return record_potency(act(c.RECORD_POTENCY, "a.analyst"), run.number, sample=sample.number, readings=readings, **more)


@pytest.mark.req("LAB-22", "LAB-04", "LAB-05")
def test_readings_become_a_potency_with_interval_and_the_result_of_its_test(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    row = lab.row_of(ev_under_test, NFKB)
    run = lab.run_of(row)
    with one_event(c.RECORD_POTENCY):
        assay = evaluated(run, its_sample, "", raw_file=RawFile("plate.csv", "text/csv", READINGS.encode()))
    assay.refresh_from_db()
    assert assay.suitable
    assert assay.shown == "91.1 % (95 % confidence interval 87.8 to 94.5 %)"
    assert (len(assay.readings), assay.readings[0]) == (32, "reference; 12500000; 98")
    in_register = {"assigned_value": "100 %", "register": "STD-2025-0005"}
    assert assay.standard == {"name": "EV reference standard", "lot": "RS-1", "expires_on": "2099-12-31", **in_register}
    assert Attachment.objects.get(record_type="qc.potencyassay").name == "plate.csv"
    kept = lab.result(ev_under_test, NFKB, its_sample)
    assert (kept.kind, kept.amount, kept.rounded, kept.verdict) == ("number", Decimal("91.1233"), "91", "conforms")
    assert (kept.run, kept.evaluations) == (run, [assay.number])
    assert lab.reviewed(kept.number).status == "reviewed"
    (line,) = (one for group in groups_of(sheet(ev_under_test), {}) for one in group.lines if one.code == NFKB)
    assert line.note.startswith("91.1 % (95 % confidence interval 87.8 to 94.5 %), POT-")
    client = as_person("b.analyst")
    for address in (assay.get_absolute_url(), kept.get_absolute_url()):
        page = client.get(address).content.decode()
        for words in ("ev-plot", "87.8 to 94.5 %", "Suitable", "potency.css"):
            assert words in page, words
    assert assay.number in client.get(run.get_absolute_url()).content.decode()
    assert [found for found in verifying.findings() if "potency" in str(found)] == []


@pytest.mark.req("LAB-22", negative=True)
def test_curves_that_are_not_parallel_give_no_potency_and_no_result(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    row = lab.row_of(ev_under_test, NFKB)
    assay = evaluated(lab.run_of(row), its_sample, SKEWED)
    assert (assay.potency, assay.suitable, assay.shown) == (None, False, "No relative potency")
    assert assay.reasons[0].startswith("The curves are not parallel: p = ")
    with refused("evaluation_missing", "0 of 1 suitable evaluations"):
        lab.result(ev_under_test, NFKB, its_sample)
    page = as_person("b.analyst").get(assay.get_absolute_url()).content.decode()
    assert "The curves are not parallel" in page
    assert "Not suitable" in page
    # A failed control takes the potency of good curves away, and the run with it.
    failed = evaluated(lab.run_of(row, failing="SEPARATION"), its_sample)
    assert (failed.potency is None, failed.suitable) == (False, False)
    with refused("evaluation_missing"):
        lab.result(ev_under_test, NFKB, its_sample)
    first, second = evaluated(lab.run_of(row), its_sample), evaluated(lab.run_of(row), its_sample, READINGS.replace("; 57", "; 56"))
    kept = lab.result(ev_under_test, NFKB, its_sample)
    assert kept.evaluations == [first.number]
    assert second.suitable
    assert "Relative potency" in as_person("b.analyst").get(reverse("qc:review_result", args=[kept.number])).content.decode()


@pytest.mark.req("LAB-22", "ACC-03", negative=True)
def test_nothing_else_gives_a_potency(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    row = lab.row_of(ev_under_test, NFKB)
    run = lab.run_of(row)
    with refused("value_evaluated", "nobody types a potency"):
        lab.result(ev_under_test, NFKB, its_sample, run, value="100")
    with refused("value_evaluated"):
        lab.result(ev_under_test, NFKB, its_sample, run, kind="below_loq", loq=Decimal(70))
    with refused("doses_missing"):
        evaluated(run, its_sample, "\n".join(READINGS.splitlines()[:10]))
    with refused("reading_unreadable", "Line 1: “blank” is neither"):
        evaluated(run, its_sample, "blank; 1; 2")
    with refused("readings_missing"):
        evaluated(run, its_sample, "")
    endotoxin, not_received = lab.run_of(lab.row_of(ev_under_test, "DS-SF-ENDO")), lab.drawn(ev_under_test)
    with refused("no_potency_rule"):
        evaluated(endotoxin, its_sample)
    with refused("unknown_sample"):
        evaluated(run, not_received)
    for by in ("a.labhead", "a.operator", "a.reviewer"):
        with refused("not_permitted"):
            record_potency(act(c.RECORD_POTENCY, by), run.number, sample=its_sample.number, readings=READINGS)
    evaluated(run, its_sample)
    with refused("unknown_sample", "was evaluated in it"):
        evaluated(run, its_sample, READINGS.replace("; 57", "; 80"))
    # The page of the result asks for no number, and the one of the readings keeps what was pasted.
    client = as_person("a.analyst")
    page = client.get(reverse("qc:record_result", args=[ev_under_test.number]) + f"?row={NFKB}").content.decode()
    assert 'name="value"' not in page
    assert 'name="kind"' not in page
    other = lab.run_of(row)
    data = {"sample": its_sample.number, "readings": "sample; 1; 2.34567", "user_id": "a.analyst", "password": PASSWORD}
    answer = client.post(reverse("qc:record_potency", args=[other.number]), data)
    assert answer.status_code == 422
    assert "2.34567" in answer.content.decode()
    assert PotencyAssay.objects.count() == 1
    assert not Result.objects.exists()


@pytest.mark.req("LAB-22", "LAB-18")
def test_where_several_runs_are_asked_for_their_geometric_mean_counts_in_the_order_of_the_record() -> None:
    cast()
    one_run = 'replicates = 1\nreplicate_rule = "One run with dilution series'
    text = shipped_text(lab.EV_SPEC)
    assert text.count(one_run) == 1
    lab.effective(text=text.replace(one_run, one_run.replace("= 1", '= 2\ncombine = "geometric_mean"\ncv_max = "30"')))
    ev = lab.chain(lab.line())[0]
    sample, row = lab.received(ev), lab.row_of(ev, NFKB)
    first = evaluated(lab.run_of(row), sample)
    with refused("evaluation_missing", "1 of 2 suitable evaluations"):
        lab.result(ev, NFKB, sample)
    second, third = evaluated(lab.run_of(row), sample, READINGS.replace("; 57", "; 55")), evaluated(lab.run_of(row), sample)
    kept = lab.result(ev, NFKB, sample)
    assert kept.evaluations == [first.number, second.number]
    assert third.number not in kept.evaluations
    assert first.potency is not None
    assert second.potency is not None
    assert kept.amount is not None
    assert abs(kept.amount**2 - first.potency * second.potency) < Decimal("1E-40")
    assert (kept.verdict, kept.replicates_shown.split(" (")[0]) == ("conforms", f"{first.potency:f}; {second.potency:f}")


@pytest.mark.req("LAB-22", "REC-10", negative=True)
def test_a_file_that_is_no_text_gives_no_readings_and_is_not_kept(ev_under_test: Lot, its_sample: Sample) -> None:
    run = lab.run_of(lab.row_of(ev_under_test, NFKB))
    with refused("file_unreadable", "Line 1, column 4: A zero byte stands here: this is no text file."):
        evaluated(run, its_sample, "", raw_file=RawFile("plate.xls", "application/vnd.ms-excel", b"\xd0\xcf\x11\x00"))
    assert not PotencyAssay.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.req("LAB-22", negative=True)
def test_two_analysts_who_evaluate_one_sample_at_once_leave_one_evaluation(ev_under_test: Lot, its_sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    run = lab.run_of(lab.row_of(ev_under_test, NFKB))
    first = evaluated(run, its_sample)
    # The second had read which samples wait before the first was recorded.
    monkeypatch.setattr("qc.services.potency.samples_for", lambda run: [its_sample])
    with refused("evaluated_already", f"{its_sample} was evaluated in {run} already. Its readings stay; a repeat is another run."):
        evaluated(run, its_sample, READINGS.replace("; 57", "; 80"))
    assert PotencyAssay.objects.get() == first


@pytest.mark.req("LAB-03", "LAB-22")
def test_the_reference_standard_is_found_as_the_run_took_it_and_demanded_by_name(
    ev_under_test: Lot, its_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = lab.row_of(ev_under_test, NFKB)
    # The run takes a name with a space too many; so does the evaluation.
    monkeypatch.setattr(lab, "reagents_of", lambda *method: "Responder cells; LOT-1; 2099-12-31\n" + lab.standard("EV  reference standard, vial 3"))
    run = lab.run_of(row)
    # The method file of today names another standard than the run was recorded with.
    method = method_named(row.method_number, row.method_version)
    assert method is not None
    with monkeypatch.context() as changed:
        changed.setattr("qc.services.potency.method_named", lambda number, version: replace(method, standards=("Another standard",)))
        with refused("standard_missing", f"{run} names no reference standard, so nothing is relative to anything."):
            evaluated(run, its_sample)
    assert evaluated(run, its_sample).standard["name"] == "EV  reference standard, vial 3"


@pytest.mark.req("LAB-21", "LAB-22", negative=True)
def test_a_standard_that_is_assigned_no_per_cent_gives_no_relative_potency(
    ev_under_test: Lot, its_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = lab.standard("EV reference standard, by mass", value="40", unit="ng/mL")
    monkeypatch.setattr(lab, "reagents_of", lambda *method: f"Responder cells; LOT-1; 2099-12-31\n{number}")
    run = lab.run_of(lab.row_of(ev_under_test, NFKB))
    with refused("value_no_share", "assigned 40 ng/mL. A relative potency needs a standard that is assigned in per cent."):
        evaluated(run, its_sample)
    assert not PotencyAssay.objects.exists()
