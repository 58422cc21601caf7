"""QA confirms an OOS; the lot is rejected in the same recording."""

import pytest

from batches.models import Lot, Sample
from qc.domain.commands import CONFIRM_OOS
from qc.models import OutOfSpecification
from qc.selectors.results import open_oos, release_blockers
from qc.services.oos import confirm_oos
from tests.builders import act, cast
from tests.qc.builders_lab import chain, confirmed, correct, effective, line, one_event, received, refused, result, reviewed, row_of, run_of

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


@pytest.fixture
def oos(ev: Lot, sample: Sample) -> OutOfSpecification:
    reviewed(result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.9").number)
    return open_oos(ev)[0]


@pytest.mark.req("LAB-13", "REL-01")
def test_confirming_rejects_the_lot(ev: Lot, oos: OutOfSpecification) -> None:
    assert ev.disposition == "quarantine"
    with one_event(CONFIRM_OOS):
        decided = confirmed(oos.number)
    assert Lot.objects.get(pk=ev.pk).disposition == "rejected"
    assert (decided.status, decided.closed_by) == ("confirmed", "A. Reviewer")
    assert decided.decision_reason
    assert decided.closed_at is not None


@pytest.mark.req("LAB-13", negative=True)
def test_an_open_and_a_confirmed_oos_stop_the_release(ev: Lot, oos: OutOfSpecification) -> None:
    assert {"oos_open", "result_oos"} <= {b.key for b in release_blockers(ev)}
    confirmed(oos.number)
    keys = {b.key for b in release_blockers(ev)}
    assert "result_oos" in keys
    assert "oos_open" not in keys


@pytest.mark.req("LAB-13", negative=True)
def test_the_result_stays_after_the_decision(ev: Lot, sample: Sample, oos: OutOfSpecification) -> None:
    confirmed(oos.number)
    with refused("oos_stands", oos.number):
        correct(oos.result.number, sample, oos.result.run, value="0.1")


@pytest.mark.req("LAB-13", negative=True)
def test_an_oos_is_decided_once(oos: OutOfSpecification) -> None:
    confirmed(oos.number)
    with refused("wrong_status", "confirmed"):
        confirmed(oos.number, by="b.reviewer")


@pytest.mark.req("AUD-03", negative=True)
def test_the_decision_says_why(oos: OutOfSpecification) -> None:
    with refused("reason_missing"):
        confirm_oos(act(CONFIRM_OOS, "a.reviewer", reason=""), oos.number, impact="None is touched.")


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.analyst", "a.labhead", "q.person", "a.verifier"])
def test_other_roles_are_refused(oos: OutOfSpecification, by: str) -> None:
    with refused("not_permitted"):
        confirm_oos(act(CONFIRM_OOS, by), oos.number, impact="None is touched.")


@pytest.mark.req("AUD-08", negative=True)
def test_a_stale_page_and_a_double_post_are_refused(oos: OutOfSpecification) -> None:
    seen = str(oos.revision)
    confirm_oos(act(CONFIRM_OOS, "a.reviewer", seen=seen, once="press"), oos.number, impact="None is touched.")
    with refused("already_recorded"):
        confirm_oos(act(CONFIRM_OOS, "a.reviewer", seen=seen, once="press"), oos.number, impact="None is touched.")
    with refused("stale_page"):
        confirm_oos(act(CONFIRM_OOS, "b.reviewer", seen=seen), oos.number, impact="None is touched.")


@pytest.mark.req("LAB-19", negative=True)
def test_the_impact_on_other_lots_is_assessed(oos: OutOfSpecification) -> None:
    with refused("impact_missing", "other lots"):
        confirm_oos(act(CONFIRM_OOS, "a.reviewer"), oos.number, impact=" ")
