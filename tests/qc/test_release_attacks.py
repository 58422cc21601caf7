"""Attack: a certificate on a result that is missing, invalid, insensitive, unreviewed, self-reviewed, averaged or over-retested.

Each is refused with its own sentence, and no certificate is issued.
"""

from collections.abc import Callable
from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.models import Lot
from evgmp.compliance.models import IssuedDocument
from evgmp.rules.blocker import RuleBroken
from qc.models import OutOfSpecification
from qc.selectors.results import open_oos
from tests.qc import builders_lab as lab
from tests.qc import builders_oos as oos

PH, ENDOTOXIN = "DS-GN-PH", "DS-SF-ENDO"


def _opened(lot: Lot) -> OutOfSpecification:
    lab.reviewed(scene.result_corrected(lot, PH, value="9.00").number)
    return open_oos(lot)[0]


def _planned(lot: Lot, retests: int) -> OutOfSpecification:
    found = _opened(lot)
    oos.planned(found, retests=retests)
    oos.approved(found)
    return found


def _run(found: OutOfSpecification) -> Any:
    return lab.run_of(found.result.row, "b.analyst") if found.result.run_id else None


def missing(lot: Lot) -> None:
    """The failing result is invalidated with cause and evidence; nothing is recorded in its place."""
    oos.invalidated(_planned(lot, 0))


def invalid(lot: Lot) -> None:
    old = scene.result_of(lot, ENDOTOXIN)
    control = old.run.controls[0]["kind"]  # type: ignore[union-attr]
    bad = lab.run_of(old.row, failing=control)
    lab.reviewed(scene.lab.correct(old.number, old.sample, bad, kind="invalid").number)


def insensitive(lot: Lot) -> None:
    old = scene.result_of(lot, "DS-RF-SEV")
    worse = lab.correct(old.number, old.sample, old.run, kind="not_detected", lod=(old.lod or 1) * 1000)
    lab.reviewed(worse.number)


def unreviewed(lot: Lot) -> None:
    scene.result_corrected(lot, PH, value="7.20")


def self_reviewed(lot: Lot) -> None:
    lab.reviewed(scene.result_corrected(lot, PH, value="7.20").number, by="a.analyst")


def averaged(lot: Lot) -> None:
    oos.planned(_opened(lot), evaluation="mean")


def one_failure_among_good_ones(lot: Lot) -> None:
    found = _planned(lot, 3)
    for value in ("7.20", "9.00", "7.20"):
        oos.services.record_retest(oos.act(oos.c.RECORD_RETEST, "b.analyst"), found.number, **lab.found(found.result.sample, _run(found), **lab.twice(value)))
    oos.invalidated(found)


def over_retested(lot: Lot) -> None:
    found = _planned(lot, 1)
    for value in ("9.00", "7.20"):
        oos.services.record_retest(oos.act(oos.c.RECORD_RETEST, "b.analyst"), found.number, **lab.found(found.result.sample, _run(found), **lab.twice(value)))


def replaced(lot: Lot) -> None:
    """A repeat in the place of a valid failure."""
    _opened(lot)
    scene.result_corrected(lot, PH, value="7.20")


ATTACKS: list[tuple[Callable[[Lot], None], str, str]] = [
    (missing, "result_missing", "No result yet"),
    (invalid, "result_no_verdict", ""),
    (insensitive, "result_no_verdict", "sensitive"),
    (unreviewed, "result_unreviewed", "pH"),
    (self_reviewed, "self_review", "another person has to review it"),
    (averaged, "averaging", "never averaged"),
    (one_failure_among_good_ones, "retest_fails", "did not conform"),
    (over_retested, "over_retested", "No further one is allowed"),
    (replaced, "oos_stands", "can't be corrected or replaced"),
]


@pytest.mark.req("LAB-10", "LAB-11", "LAB-13", "LAB-15", "LAB-16", "LAB-18", "LAB-24", negative=True)
@pytest.mark.parametrize(("attack", "key", "words"), ATTACKS, ids=[attack.__name__ for attack, _, _ in ATTACKS])
def test_no_certificate_rests_on_a_result_that_fools(ready_lot: Any, attack: Callable[[Lot], None], key: str, words: str) -> None:
    with pytest.raises(RuleBroken) as told:
        attack(ready_lot)
        scene.approved_by_qc()
    assert key in [blocker.key for blocker in told.value.blockers], told.value.blockers
    assert words in str(told.value)
    # Whatever the attack left behind, the certificate is still refused, unless the attack left nothing at all.
    if attack not in (self_reviewed,):
        with pytest.raises(RuleBroken):
            scene.approved_by_qc()
    assert not IssuedDocument.objects.exists()
