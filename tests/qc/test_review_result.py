"""The second person's review: another person, and an OOS at once where one is due."""

import pytest

from batches.models import Lot, Sample
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from evgmp.people.services import grant_role
from qc.domain.commands import RECORD_POTENCY, REVIEW_RESULT
from qc.models import OutOfSpecification, Result
from qc.selectors.results import open_oos, open_rows, sheet
from qc.services.potency import record_potency
from qc.services.results import review_result
from tests.builders import ADMIN, WHY, act, cast, person
from tests.journeys.readings import READINGS
from tests.qc.builders_lab import chain, correct, effective, line, one_event, received, refused, result, reviewed, row_of, run_of
from tests.qc.tampering import tampered

pytestmark = pytest.mark.django_db

ENDOTOXIN = "DS-SF-ENDO"


@pytest.fixture
def ev() -> Lot:
    cast()
    effective()
    return chain(line())[0]


@pytest.fixture
def sample(ev: Lot) -> Sample:
    return received(ev)


@pytest.mark.req("LAB-11")
def test_a_second_person_reviews(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    with one_event(REVIEW_RESULT):
        kept = reviewed(kept.number)
    assert kept.counts
    found = next(r for r in sheet(ev).rows if r.row.code == ENDOTOXIN)
    assert (found.verdict, found.passes) == ("pass", True)
    assert found.reviewed is not None
    assert found.reviewed.printed_name == "B. Analyst"


@pytest.mark.req("LAB-11")
def test_the_head_of_quality_control_may_review(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    assert reviewed(kept.number, by="a.labhead").status == "reviewed"


@pytest.mark.req("LAB-11", "SIG-08", negative=True)
def test_nobody_reviews_their_own_result(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    with refused("self_review", "another person"):
        reviewed(kept.number, by="a.analyst")


@pytest.mark.req("LAB-11", "SIG-08", negative=True)
def test_nobody_reviews_a_result_of_their_own_run(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN), by="b.analyst"), by="a.analyst", value="0.1")
    with refused("self_review", "run"):
        reviewed(kept.number, by="b.analyst")


@pytest.mark.req("SIG-08", negative=True)
def test_another_role_does_not_help_to_review_ones_own_result(ev: Lot, sample: Sample) -> None:
    grant_role(Act(by=person(ADMIN), reason=WHY), "a.analyst", role="qc_reviewer")
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    with refused("self_review"):
        reviewed(kept.number, by="a.analyst")


@pytest.mark.req("LAB-13")
def test_the_review_of_an_out_of_limit_result_opens_an_oos_in_the_same_recording(ev: Lot, sample: Sample) -> None:
    bad = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.5")
    assert bad.verdict == "does_not_conform"
    assert not OutOfSpecification.objects.exists()
    with one_event(REVIEW_RESULT):
        reviewed(bad.number)
    (oos,) = open_oos(ev)
    assert (oos.result, oos.lot, oos.status) == (bad, ev, "open")
    assert oos.number.startswith("OOS-")
    event = Event.objects.order_by("-seq").first()
    assert event is not None
    assert oos.number in event.payload


@pytest.mark.req("LAB-13")
def test_a_reference_test_beyond_its_figure_opens_no_oos(ev: Lot, sample: Sample) -> None:
    row = next(row for row in open_rows(ev) if row.purpose == "reference" and row.result_type == "numeric")
    kept = result(ev, row.code, sample, run_of(row) if row.controls else None, value="1")
    reviewed(kept.number)
    assert not OutOfSpecification.objects.exists()


@pytest.mark.req("LAB-13")
def test_an_optional_test_out_of_its_limit_opens_an_oos_too(ev: Lot, sample: Sample) -> None:
    row = next(row for row in open_rows(ev) if row.purpose == "release" and not row.mandatory and row.result_type != "numeric" and row.known)
    other = next(term for term in row.known if term not in row.accepted)
    reviewed(result(ev, row.code, sample, run_of(row) if row.controls else None, kind="term", term=other).number)
    assert [oos.result.row for oos in open_oos(ev)] == [row]


@pytest.mark.req("LAB-11", negative=True)
def test_a_result_is_reviewed_once_and_not_when_superseded(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.1")
    reviewed(first.number)
    with refused("wrong_status", "reviewed"):
        reviewed(first.number, by="a.labhead")
    second = result(ev, "DS-PU-HCDNA", sample, run_of(row_of(ev, "DS-PU-HCDNA")), value="0.5")
    correct(second.number, sample, second.run, value="0.6")
    with refused("superseded"):
        reviewed(second.number)


@pytest.mark.req("LAB-05", "LAB-11", negative=True)
def test_a_verdict_changed_past_the_door_is_not_reviewed(ev: Lot, sample: Sample) -> None:
    bad = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.5")
    tampered(bad, verdict="conforms")
    with refused("verdict_differs", f"The rules now say something else than what was recorded: {bad.why} Ask the administrator"):
        reviewed(bad.number)
    assert Result.objects.get().status == "entered"


@pytest.mark.req("LAB-05", "LAB-11", negative=True)
def test_a_result_is_not_reviewed_when_the_dilutions_of_its_run_say_something_else_now(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, "DS-CT-PART"))
    kept = result(ev, "DS-CT-PART", sample, run, value="1.0E+11")
    first, second = run.tracking["dilutions"]
    tampered(run, tracking={**run.tracking, "dilutions": [first, {**second, "measured": "1.7E+7"}]})
    with refused("control_differs", f"Blank and dilutions of {run} now give another outcome than was recorded."):
        reviewed(kept.number)
    assert Result.objects.get().status == "entered"


@pytest.mark.req("LAB-05", "LAB-22", negative=True)
def test_a_result_is_not_reviewed_when_its_readings_give_another_potency_now(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, "DS-PT-NFKB"))
    assay = record_potency(act(RECORD_POTENCY, "a.analyst"), run.number, sample=sample.number, readings=READINGS)
    kept = result(ev, "DS-PT-NFKB", sample)
    tampered(assay, readings=[one.replace("; 57", "; 80") for one in assay.readings])
    with refused("evaluation_differs", f"The readings of {assay} now give something else than was recorded."):
        reviewed(kept.number)
    assert Result.objects.get().status == "entered"


@pytest.mark.req("AUD-08", negative=True)
def test_a_stale_page_and_a_double_post_are_refused(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    seen = str(kept.revision)
    review_result(act(REVIEW_RESULT, "b.analyst", seen=seen, once="press"), kept.number)
    with refused("already_recorded"):
        review_result(act(REVIEW_RESULT, "b.analyst", seen=seen, once="press"), kept.number)
    with refused("stale_page", "B. Analyst"):
        review_result(act(REVIEW_RESULT, "a.labhead", seen=seen), kept.number)


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.reviewer", "q.person", "m.author"])
def test_other_roles_are_refused(ev: Lot, sample: Sample, by: str) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    with refused("not_permitted"):
        reviewed(kept.number, by=by)
