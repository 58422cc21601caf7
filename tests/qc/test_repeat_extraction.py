"""The one repeat extraction: fixed beforehand, allowed once, both kept and printed, a positive well in the second does not conform."""

from decimal import Decimal
from typing import Any

import pytest

from batches.models import Lot, Sample
from qc.documents import wording
from qc.documents.results import corrections_of, groups_of
from qc.domain.commands import REPEAT_EXTRACTION
from qc.models import AssayRun, Result
from qc.selectors.release import release_blockers
from qc.selectors.sheets import open_oos, sheet
from qc.services.results import repeat_extraction
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import found, one_event, refused

pytestmark = pytest.mark.django_db

SEV = "DS-RF-SEV"
ABSENT: dict[str, Any] = {"kind": "not_detected", "lod": Decimal(100)}
DETECTED: dict[str, Any] = {"kind": "below_loq", "loq": Decimal(500)}


def run(lot: Lot, **outcome: str) -> AssayRun:
    return lab.run_of(lab.row_of(lot, SEV), **outcome)


@pytest.fixture
def first(ev_under_test: Lot, its_sample: Sample) -> Result:
    """A valid first extraction with one positive well of three."""
    return lab.result(ev_under_test, SEV, its_sample, run(ev_under_test), **DETECTED, wells_positive=1)


def again(first: Result, by: str = "a.analyst", *, with_run: AssayRun | None = None, sample: Sample | None = None, **said: Any) -> Result:
    fields = found(sample or first.sample, with_run or run(first.lot), **said)
    return repeat_extraction(act(REPEAT_EXTRACTION, by), first.number, **fields)


def blockers(lot: Lot) -> list[str]:
    return [one.key for one in release_blockers(lot) if SEV in one.message]


@pytest.mark.req("LAB-10", "LAB-16")
def test_one_positive_well_gives_no_verdict_until_the_repeat_extraction(first: Result) -> None:
    assert first.verdict == "no_verdict"
    assert first.why == "1 of 3 wells was positive. Extract once more, all 3 wells again; this extraction stays on record."
    assert "result_unreviewed" in blockers(first.lot)
    assert lab.reviewed(first.number).verdict == "no_verdict"
    assert blockers(first.lot) == ["result_no_verdict"]
    assert not open_oos(first.lot)


@pytest.mark.req("LAB-16")
def test_a_clean_repeat_conforms_and_both_extractions_are_kept_and_printed(first: Result) -> None:
    other = run(first.lot)
    with one_event(REPEAT_EXTRACTION):
        second = again(first, with_run=other, **ABSENT, wells_positive=0)
    assert second.verdict == "conforms"
    assert second.why.endswith("1 of 3 wells positive; repeat extraction: all 3 not detected.")
    lab.reviewed(second.number)
    assert blockers(first.lot) == []
    kept = Result.objects.get(pk=first.pk)
    assert (kept.is_current, kept.wells_positive, second.supersedes_id, second.is_repeat) == (False, 1, kept.pk, True)
    (line,) = (one for group in groups_of(sheet(first.lot), {}) for one in group.lines if one.code == SEV)
    assert line.note == "1 of 3 wells positive; repeat extraction: 0 of 3 wells positive"
    (printed,), _ = corrections_of(first.lot)
    assert (printed.old, printed.why) == (wording.result(kept), "Repeat extraction, fixed beforehand by the specification")


@pytest.mark.req("LAB-16", "LAB-13", negative=True)
def test_a_positive_well_in_the_repeat_does_not_conform_and_opens_an_oos(first: Result) -> None:
    second = again(first, **DETECTED, wells_positive=1)
    assert (second.verdict, second.why) == ("does_not_conform", "1 of 3 wells positive, and 1 of 3 in the repeat extraction: detected.")
    lab.reviewed(second.number)
    assert [one.result for one in open_oos(first.lot)] == [second]


@pytest.mark.req("LAB-16", negative=True)
def test_it_is_allowed_once_and_the_first_is_never_written_over(first: Result) -> None:
    other, sample = run(first.lot), lab.received(first.lot)
    with refused("extraction_stands", "Record the repeat extraction"):
        lab.correct(first.number, first.sample, other, **ABSENT, wells_positive=0)
    with refused("same_run", "a run of its own"):
        again(first, with_run=first.run, **ABSENT, wells_positive=0)
    with refused("resampling", "the same sample"):
        again(first, with_run=other, sample=sample, **ABSENT, wells_positive=0)
    second = again(first, with_run=other, **ABSENT, wells_positive=0)
    third = run(first.lot)
    with refused("superseded"):
        again(first, with_run=third, **ABSENT, wells_positive=0)
    with refused("repeated_already", "allowed once"):
        again(second, with_run=third, **ABSENT, wells_positive=0)


@pytest.mark.req("LAB-16", negative=True)
@pytest.mark.parametrize(("said", "positive"), [(ABSENT, 0), (DETECTED, 2), (DETECTED, 3)])
def test_no_repeat_after_a_clean_or_a_clearly_positive_extraction(ev_under_test: Lot, its_sample: Sample, said: dict[str, Any], positive: int) -> None:
    kept = lab.result(ev_under_test, SEV, its_sample, run(ev_under_test), **said, wells_positive=positive)
    assert kept.verdict == ("does_not_conform" if positive else "conforms")
    other = run(ev_under_test)
    with refused("repeat_not_due" if not positive else "oos_stands"):
        again(kept, with_run=other, **ABSENT, wells_positive=0)


@pytest.mark.req("LAB-16", negative=True)
def test_no_repeat_after_an_invalid_run_and_none_for_a_test_without_the_rule(ev_under_test: Lot, its_sample: Sample) -> None:
    kept = lab.result(ev_under_test, SEV, its_sample, run(ev_under_test, failing="NTC"), **DETECTED, wells_positive=1)
    assert "failed" in kept.why
    other = run(ev_under_test)
    with refused("repeat_not_due"):
        again(kept, with_run=other, **ABSENT, wells_positive=0)
    ph = lab.result(ev_under_test, "DS-GN-PH", its_sample, value="7.20")
    with refused("no_repeat_rule"):
        repeat_extraction(act(REPEAT_EXTRACTION, "a.analyst"), ph.number, **found(its_sample, **lab.twice("7.20")))


@pytest.mark.req("LAB-16", negative=True)
def test_an_invalid_repeat_is_done_again_and_still_knows_the_first(first: Result) -> None:
    invalid = again(first, with_run=run(first.lot, failing="NTC"), kind="invalid")
    assert invalid.verdict == "no_verdict"
    done = lab.correct(invalid.number, first.sample, run(first.lot), **DETECTED, wells_positive=1)
    assert (done.is_repeat, done.verdict) == (True, "does_not_conform")
    assert done.why.startswith("1 of 3 wells positive, and 1 of 3 in the repeat")


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({**ABSENT, "wells_positive": None}, "wells_missing"),
        ({**ABSENT, "wells_positive": 1}, "wells_contradict"),
        ({**DETECTED, "wells_positive": 0}, "wells_contradict"),
        ({**DETECTED, "wells_positive": 4}, "wells_impossible"),
        ({**DETECTED, "wells_positive": -1}, "wells_impossible"),
    ],
)
def test_wells_are_counted_and_agree_with_the_result(ev_under_test: Lot, its_sample: Sample, said: dict[str, Any], key: str) -> None:
    valid = run(ev_under_test)
    with refused(key):
        lab.result(ev_under_test, SEV, its_sample, valid, **said)


@pytest.mark.req("LAB-10", negative=True)
def test_wells_where_the_test_has_none_are_refused(ev_under_test: Lot, its_sample: Sample) -> None:
    with refused("wells_not_wanted"):
        lab.result(ev_under_test, "DS-GN-PH", its_sample, value="7.20", wells_positive=0)


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.labhead", "a.reviewer", "a.operator"])
def test_other_roles_are_refused(first: Result, by: str) -> None:
    other = run(first.lot)
    with refused("not_permitted"):
        again(first, by, with_run=other, **ABSENT, wells_positive=0)


@pytest.mark.req("LAB-10", negative=True)
def test_a_file_that_does_not_tell_the_wells_gives_no_absence(ev_under_test: Lot, its_sample: Sample) -> None:
    from qc.selectors.imports import preview_of
    from tests.qc.builders_imports import approved, handed_in

    of_oct4 = lab.run_of(lab.row_of(ev_under_test, "DS-RF-EXO-OCT4"))
    file = f"Well;Sample;Target;Status;Conc(copies/mL);LOD\nA01;{its_sample.number};OCT4;OK;Not detected;150\n"
    (line,) = preview_of(handed_in(of_oct4, approved("ddpcr_junctions"), file)).lines
    assert line.blocker == "DS-RF-EXO-OCT4 is judged by how many of its 3 wells were positive, which this file does not tell. Record it by hand."
