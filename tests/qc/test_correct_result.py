"""Corrections supersede; an out-of-limit result stands."""

import pytest

from batches.models import Lot, Sample
from evgmp.compliance.validity import valid_signatures
from qc.domain.commands import CORRECT_RESULT
from qc.models import Result
from qc.selectors.results import chain_of, sheet
from qc.services.results import correct_result
from tests.builders import act, cast
from tests.qc.builders_lab import (
    chain,
    correct,
    effective,
    found,
    line,
    one_event,
    received,
    refused,
    result,
    reviewed,
    row_of,
    run_of,
    twice,
)

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


@pytest.mark.req("REC-05", "LAB-11")
def test_a_correction_is_a_new_result_and_starts_the_review_again(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = reviewed(result(ev, ENDOTOXIN, sample, run, value="0.12").number)
    assert first.status == "reviewed"
    with one_event(CORRECT_RESULT):
        second = correct(first.number, sample, run, value="0.21")
    first.refresh_from_db()
    assert (first.is_current, first.text, first.status) == (False, "0.12", "reviewed")
    assert (second.is_current, second.supersedes, second.status, second.verdict) == (True, first, "entered", "conforms")
    assert second.reason
    assert [r.text for r in chain_of(second)] == ["0.12", "0.21"]
    line_of_sheet = next(r for r in sheet(ev).rows if r.row.code == ENDOTOXIN)
    assert (line_of_sheet.verdict, line_of_sheet.passes) == ("awaiting_review", False)


@pytest.mark.req("REC-05")
def test_the_superseded_result_keeps_its_signatures_and_history(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = reviewed(result(ev, ENDOTOXIN, sample, run, value="0.12").number)
    correct(first.number, sample, run, value="0.21")
    first.refresh_from_db()
    assert [s.meaning for s in valid_signatures(first)] == ["performed", "reviewed"]
    assert [h.text for h in first.history.order_by("history_id")] == ["0.12", "0.12", "0.12"]  # type: ignore[attr-defined]


@pytest.mark.req("LAB-13", negative=True)
@pytest.mark.parametrize("review", [False, True])
def test_a_valid_result_out_of_its_limit_can_not_be_replaced(ev: Lot, sample: Sample, review: bool) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    bad = result(ev, ENDOTOXIN, sample, run, value="0.9")
    if review:
        reviewed(bad.number)
    again = run_of(row_of(ev, ENDOTOXIN))
    with refused("oos_stands", "can't be corrected or replaced"):
        correct(bad.number, sample, again, value="0.1")
    assert Result.objects.get(lot=ev, row__code=ENDOTOXIN, is_current=True).text == "0.9"


@pytest.mark.req("REC-05")
def test_a_reference_test_is_corrected_whatever_it_showed(ev: Lot, sample: Sample) -> None:
    row = next(r.row for r in sheet(ev).rows if r.applies and r.row.purpose == "reference" and r.row.lower_text and not r.row.controls)
    first = reviewed(result(ev, row.code, sample, value="1000000").number)
    assert first.verdict == "does_not_conform"
    assert correct(first.number, sample, value=row.lower_text).verdict == "conforms"


@pytest.mark.req("LAB-13")
def test_an_invalid_run_is_repeated_with_a_reason(ev: Lot, sample: Sample) -> None:
    failed = run_of(row_of(ev, ENDOTOXIN), failing="NEGATIVE")
    first = result(ev, ENDOTOXIN, sample, failed, kind="invalid")
    again = correct(first.number, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    assert (again.verdict, again.supersedes) == ("conforms", first)
    first.refresh_from_db()
    assert not first.is_current


@pytest.mark.req("LAB-13")
def test_a_value_beyond_the_limit_from_an_invalid_run_is_no_oos_and_is_repeated(ev: Lot, sample: Sample) -> None:
    failed = run_of(row_of(ev, ENDOTOXIN), failing="NEGATIVE")
    first = result(ev, ENDOTOXIN, sample, failed, value="0.9")
    assert first.verdict == "no_verdict"
    assert correct(first.number, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1").verdict == "conforms"


@pytest.mark.req("REC-05", negative=True)
def test_a_superseded_result_is_not_corrected_again(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.12")
    second = correct(first.number, sample, run, value="0.21")
    with refused("superseded", second.number):
        correct(first.number, sample, run, value="0.3")


@pytest.mark.req("REC-05", negative=True)
def test_saying_the_same_again_is_refused(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.12")
    with refused("nothing_changed", first.number):
        correct(first.number, sample, run, value="0.12")


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize("reason", ["", "typo", "....", "n/a"])
def test_a_correction_says_why(ev: Lot, sample: Sample, reason: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.12")
    with refused("reason_says_nothing" if reason == "typo" or reason == "n/a" else "reason_missing"):
        correct_result(act(CORRECT_RESULT, "a.analyst", reason=reason), first.number, **found(sample, run, **twice("0.13")))


@pytest.mark.req("AUD-08", negative=True)
def test_a_stale_page_is_refused(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.12")
    seen = str(first.revision)
    reviewed(first.number)
    with refused("stale_page", "B. Analyst"):
        correct_result(act(CORRECT_RESULT, "a.analyst", seen=seen), first.number, **found(sample, run, **twice("0.13")))


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.labhead", "a.reviewer", "a.operator"])
def test_other_roles_are_refused(ev: Lot, sample: Sample, by: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.12")
    with refused("not_permitted"):
        correct_result(act(CORRECT_RESULT, by), first.number, **found(sample, run, **twice("0.13")))


@pytest.mark.req("REC-01", negative=True)
def test_a_double_post_leaves_one_correction(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.12")
    correct_result(act(CORRECT_RESULT, "a.analyst", once="press"), first.number, **found(sample, run, **twice("0.13")))
    with refused("already_recorded"):
        correct_result(act(CORRECT_RESULT, "a.analyst", once="press"), first.number, **found(sample, run, **twice("0.13")))
