"""Invalidation: a laboratory cause found in phase I, the plan carried out, evidence, QA. Every value stays."""

from typing import Any

import pytest

from batches.models import Lot, Sample
from evgmp.compliance.verifying import findings
from qc.documents.results import investigations_of
from qc.domain import commands as c
from qc.models import OutOfSpecification, Result
from qc.selectors.oos import touched_lots
from qc.selectors.results import files_of, open_oos, open_rows, release_blockers
from qc.services.oos import invalidate_oos
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import one_event, refused


def ready(oos: OutOfSpecification, *values: str, **said: Any) -> OutOfSpecification:
    """Planned for as many re-measurements as there are values, approved and measured."""
    scene.planned(oos, retests=len(values), **said)
    scene.approved(oos)
    run = lab.run_of(oos.result.row, "b.analyst")
    for value in values:
        scene.retested(oos, value, run=run)
    return oos


@pytest.mark.req("LAB-15", "LAB-16", "LAB-18", "LAB-19")
def test_the_result_counts_no_more_stays_on_the_record_and_its_test_is_open_again(
    ev_under_test: Lot, its_sample: Sample, open_one: OutOfSpecification, as_person: Any
) -> None:
    ready(open_one, "0.10", "0.12")
    said = {"cause": "The pipette gave too much.", "evidence": scene.EVIDENCE, "impact": "No other lot was diluted with it."}
    with one_event(c.INVALIDATE_OOS):
        closed = invalidate_oos(act(c.INVALIDATE_OOS, "a.reviewer"), open_one.number, **said)
    assert (closed.status, closed.closed_by, closed.impact) == ("invalidated", "A. Reviewer", said["impact"])
    assert [file.name for file in files_of(closed)] == ["pipette-check.csv"]
    first = Result.objects.get(pk=open_one.result_id)
    assert (first.text, first.is_current) == ("0.9", False)
    assert not open_oos(ev_under_test)
    assert scene.ENDOTOXIN in [row.code for row in open_rows(ev_under_test)]
    assert "result_missing" in {blocker.key for blocker in release_blockers(ev_under_test)}
    again = lab.result(ev_under_test, scene.ENDOTOXIN, its_sample, lab.run_of(first.row, "b.analyst"), by="b.analyst", value="0.11")
    lab.reviewed(again.number, by="a.analyst")
    (told,) = investigations_of(ev_under_test)
    for value in ("0.9", "(invalidated)", "0.10", "0.12", "RET-", "0.11", "The pipette gave too much."):
        assert value in f"{told.results} {told.disposition}"
    page = as_person("a.reviewer").get(f"/oos/{closed.number}/").content.decode()
    assert "Result invalidated; its test is open again." in page
    assert "pipette-check.csv" in page
    assert "Invalidated" in as_person("a.reviewer").get(f"/result/{first.number}/").content.decode()
    assert "Result invalidated" in as_person("a.reviewer").get("/oos/").content.decode()
    assert not findings()


@pytest.mark.req("LAB-15", negative=True)
@pytest.mark.parametrize(
    ("said", "key"),
    [({"cause": " "}, "no_assignable_cause"), ({"evidence": None}, "no_evidence"), ({"impact": ""}, "impact_missing")],
)
def test_without_cause_evidence_or_impact_the_result_stands(open_one: OutOfSpecification, said: dict[str, Any], key: str) -> None:
    ready(open_one, "0.1")
    with refused(key):
        scene.invalidated(open_one, **said)
    assert Result.objects.get(pk=open_one.result_id).is_current


@pytest.mark.req("LAB-15", "LAB-16", "LAB-18", negative=True)
def test_one_failing_re_measurement_is_not_averaged_away(open_one: OutOfSpecification) -> None:
    ready(open_one, "0.6", "0.01", "0.01")
    with refused("retest_fails", "did not conform"):
        scene.invalidated(open_one)


@pytest.mark.req("LAB-16", negative=True)
def test_an_unfinished_plan_decides_nothing(open_one: OutOfSpecification) -> None:
    scene.planned(open_one)
    with refused("plan_not_approved"):
        scene.invalidated(open_one)
    scene.approved(open_one)
    with refused("plan_unfinished", "0 of 2"):
        scene.invalidated(open_one)


@pytest.mark.req("LAB-15", negative=True)
def test_a_checklist_in_order_names_no_cause(open_one: OutOfSpecification) -> None:
    ready(open_one, "0.1", checks=scene.checks())
    with refused("no_assignable_cause", "everything in order"):
        scene.invalidated(open_one)


@pytest.mark.req("LAB-15", negative=True)
def test_only_qa_invalidates_and_only_with_a_reason(open_one: OutOfSpecification) -> None:
    ready(open_one, "0.1")
    for by in ("a.analyst", "a.labhead", "q.person"):
        with refused("not_permitted"):
            scene.invalidated(open_one, by=by)
    with refused("reason_missing"):
        told = {"cause": "x", "evidence": scene.EVIDENCE, "impact": "x"}
        invalidate_oos(act(c.INVALIDATE_OOS, "a.reviewer", reason=""), open_one.number, **told)


@pytest.mark.req("LAB-13", "LAB-15", negative=True)
def test_a_closed_oos_is_closed_and_its_result_is_not_corrected(its_sample: Sample, open_one: OutOfSpecification) -> None:
    ready(open_one)
    scene.invalidated(open_one)
    with refused("wrong_status"):
        lab.confirmed(open_one.number)
    with refused("superseded", f"invalidated by {open_one}"):
        lab.correct(open_one.result.number, its_sample, open_one.result.run, value="0.1")


@pytest.mark.req("LAB-19")
def test_lots_it_may_touch_are_listed(open_one: OutOfSpecification) -> None:
    run = Lot.objects.get(stage="isolation_run")
    sister = lab.lot("EV-SISTER-001", "ev_lot", parents=(run,))
    child = lab.lot("EV-CHILD-001", "ev_lot", parents=(open_one.lot,))
    assert touched_lots(open_one) == [(child, "made from this lot"), (sister, "made from the same parent")]
