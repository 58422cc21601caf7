"""Re-measurements: only under the approved plan, by its analyst, on its sample, in its number, and never the reported result."""

from typing import Any

import pytest

from batches.models import Lot, Sample
from evgmp.compliance.canonical import sha256
from evgmp.compliance.models import Attachment
from qc.domain import commands as c
from qc.models import AssayRun, OosRetest, OutOfSpecification, Result
from qc.selectors.results import release_blockers
from qc.services.files import RawFile
from qc.services.oos import record_retest
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import one_event, refused


@pytest.fixture
def oos(open_one: OutOfSpecification) -> OutOfSpecification:
    scene.planned(open_one)
    scene.approved(open_one)
    return open_one


@pytest.mark.req("LAB-14", "LAB-16")
def test_a_re_measurement_is_judged_alone_and_reports_nothing(ev_under_test: Lot, oos: OutOfSpecification) -> None:
    run = lab.run_of(oos.result.row, "b.analyst")
    with one_event(c.RECORD_RETEST):
        retest = record_retest(act(c.RECORD_RETEST, "b.analyst"), oos.number, **lab.found(oos.result.sample, run, **lab.twice("0.1")))
    assert (retest.position, retest.text, retest.verdict, retest.analyst_id) == (1, "0.1", "conforms", "b.analyst")
    assert retest.number.startswith("RET-")
    assert Result.objects.get(pk=oos.result_id).is_current
    assert {"oos_open", "result_oos"} <= {blocker.key for blocker in release_blockers(ev_under_test)}


@pytest.mark.req("LAB-14", negative=True)
def test_nothing_is_measured_again_before_qa_approves(open_one: OutOfSpecification) -> None:
    with refused("plan_not_approved", "before that"):
        scene.retested(open_one, run=open_one.result.run)
    scene.planned(open_one)
    with refused("plan_not_approved"):
        scene.retested(open_one, run=open_one.result.run)


@pytest.mark.req("LAB-16", negative=True)
def test_one_more_than_planned_is_refused(oos: OutOfSpecification) -> None:
    run = lab.run_of(oos.result.row, "b.analyst")
    for value in ("0.6", "0.1"):
        scene.retested(oos, value, run=run)
    with refused("over_retested", "names 2 re-measurements and 2 are done"):
        scene.retested(oos, run=run)
    assert OosRetest.objects.count() == 2


@pytest.mark.req("LAB-16", "LAB-17", negative=True)
def test_another_analyst_another_sample_and_the_old_run_are_refused(ev_under_test: Lot, oos: OutOfSpecification) -> None:
    run, other = lab.run_of(oos.result.row, "b.analyst"), lab.received(ev_under_test)
    with refused("other_analyst", "B. Analyst"):
        scene.retested(oos, by="a.analyst", run=run)
    with refused("resampling", "a path of its own"):
        scene.retested(oos, run=run, sample=other)
    with refused("same_run", "a run of its own"):
        scene.retested(oos, run=oos.result.run)


@pytest.mark.req("LAB-14")
def test_the_form_hides_the_first_value(oos: OutOfSpecification, its_sample: Sample, as_person: Any) -> None:
    shown = as_person("b.analyst").get(f"/record-retest/{oos.number}/").content.decode()
    assert "never becomes the reported result" in shown
    assert "0.9" not in shown
    assert its_sample.number in shown


@pytest.mark.req("REC-10", "LAB-16", negative=True)
def test_a_raw_file_belongs_to_the_re_measurements_of_one_run(oos: OutOfSpecification) -> None:
    first, second = lab.run_of(oos.result.row, "b.analyst"), lab.run_of(oos.result.row, "b.analyst")
    raw = RawFile("plate.csv", "text/csv", b"well;EU\nA1;0.1\n")

    def measured(run: AssayRun) -> OosRetest:
        said = lab.found(oos.result.sample, run, **lab.twice("0.1"))
        return record_retest(act(c.RECORD_RETEST, "b.analyst"), oos.number, raw_file=raw, **said)

    one = measured(first)
    with refused("file_used", f"This very file was handed in before, with {one}. A file belongs to one run"):
        measured(second)
    assert OosRetest.objects.count() == 1
    other = measured(first)
    kept = Attachment.objects.filter(record_type="qc.oosretest", content_id=sha256(raw.data))
    assert {attachment.record_key for attachment in kept} == {str(one.pk), str(other.pk)}
