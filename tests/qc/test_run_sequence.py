"""Aborted runs, system suitability and runs processed again stand beside the others; what an instrument counted and nobody recorded is named (LAB-04)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from batches.models import Lot, Sample
from qc.domain.commands import RECORD_RUN
from qc.models import AssayRun
from qc.selectors.runs import methods_in_use, runs_of_row, sequence_count
from qc.services.runs import record_run
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db

METHOD, ENDOTOXIN = "TM-025 v1.0", "DS-SF-ENDO"


@pytest.fixture(autouse=True)
def its_instrument(ev_under_test: Lot) -> None:
    lab.instrument()


def recorded(**said: Any) -> AssayRun:
    controls = [{"kind": c["kind"], "observed": "0.992", "outcome": "pass"} for c in methods_in_use()[METHOD].controls]
    fields: dict[str, Any] = {
        "method": METHOD, "instrument": lab.instrument(), "performed_at": None, "controls": controls, "sample_measure": "100 µL",
        "reagents": lab.reagents_of("TM-025"), **said,
    }  # fmt: skip
    return record_run(act(RECORD_RUN, "a.analyst"), **fields)


def without_result(course: str, sequence: int) -> AssayRun:
    return recorded(course=course, sequence=sequence, remark="The plate was dropped", controls=[], sample_measure="", reagents="")


@pytest.mark.req("LAB-04")
def test_the_record_counts_every_run_that_the_instrument_counted(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    with one_event(RECORD_RUN):
        first = recorded(sequence=41)
    for number, course in ((42, "aborted"), (43, "suitability"), (44, "no_test")):
        run = without_result(course, number)
        assert (run.valid, run.why_not_valid.endswith("it gives no result.")) == (False, True)
        assert {control["outcome"] for control in run.controls} == {"missing"}
    again = recorded(course="reprocessed", reprocesses=first.number, remark="The baseline was set anew")
    assert (again.valid, again.sequence, again.reprocesses) == (True, None, first)
    count = sequence_count("EQ-01")
    assert count is not None
    assert (count.made, count.recorded, count.gaps, AssayRun.objects.count()) == (4, 4, (), 5)
    assert [run.number for run in runs_of_row(lab.row_of(ev_under_test, ENDOTOXIN))] == [again.number, first.number]
    client = as_person("i.inspector")
    assert "EQ-01 made 4 runs, 41 to 44, and every one is recorded." in client.get(reverse("qc:runs")).content.decode()
    page = client.get(first.get_absolute_url()).content.decode()
    assert [word for word in ("Processed again as", again.number, "Its number there") if word not in page] == []


@pytest.mark.req("LAB-04", negative=True)
def test_a_result_is_not_reviewed_while_a_run_before_it_is_missing(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    recorded(sequence=41)
    with refused("sequence_missing", "the last one recorded is 41"):
        recorded()
    with refused("sequence_used", "Run 41 of this instrument is recorded already"):
        recorded(sequence=41)
    run = recorded(sequence=44)
    kept = lab.result(ev_under_test, ENDOTOXIN, its_sample, run, **lab.twice("0.1"))
    with refused("runs_missing", "EQ-01 made 4 runs, 41 to 44; 2 are recorded. Not accounted for: 42 to 43."):
        lab.reviewed(kept.number)
    client = as_person("b.analyst")
    for address in (reverse("qc:review_result", args=[kept.number]), run.get_absolute_url(), reverse("qc:runs")):
        assert "Not accounted for: 42 to 43." in client.get(address).content.decode(), address
    without_result("aborted", 42)
    recorded(sequence=45)
    with refused("runs_missing", "Not accounted for: 43."):
        lab.reviewed(kept.number)
    without_result("suitability", 43)
    assert lab.reviewed(kept.number).status == "reviewed"


@pytest.mark.req("LAB-04", negative=True)
def test_a_run_that_measured_nothing_to_its_end_gives_no_result(ev_under_test: Lot, its_sample: Sample) -> None:
    with refused("course_unexplained"):
        recorded(course="aborted")
    with refused("reprocesses_missing"):
        recorded(course="reprocessed", reprocesses="RUN-2026-9999", remark="Baseline")
    aborted = without_result("aborted", 1)
    with refused("run_without_results", "It measured no sample to its end"):
        lab.result(ev_under_test, ENDOTOXIN, its_sample, aborted, **lab.twice("0.1"))


@pytest.mark.req("LAB-04", "REC-02", negative=True)
def test_no_run_is_deleted(ev_under_test: Lot) -> None:
    run = without_result("aborted", 1)
    for attempt in (run.delete, AssayRun.objects.all().delete, AssayRun.objects.filter(pk=run.pk).delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM qc_assayrun WHERE id = %s", [run.pk])
    assert AssayRun.objects.filter(pk=run.pk).exists()


@pytest.mark.req("LAB-04")
def test_the_form_of_an_aborted_run_asks_for_no_controls(ev_under_test: Lot) -> None:
    from qc.forms.results import RecordRunForm

    form = RecordRunForm({"method": METHOD, "instrument": "EQ-01", "course": "aborted", "sequence": "7", "remark": "Power cut"}, target=None)
    wrong = {name: errors for name, errors in form.errors.items() if name not in ("user_id", "password")}
    assert wrong == {}
    assert RecordRunForm({"method": METHOD, "instrument": "EQ-01"}, target=None).errors.keys() >= {"sample_measure", "outcome_STD_CURVE"}
