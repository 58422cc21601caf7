"""A lot is withdrawn with a reason; when its runs are not trusted any more, nothing that rests on them passes (LAB-21)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from batches.models import Lot, Sample
from evgmp.compliance import clock
from qc.domain import commands as c
from qc.models import ReferenceStandard
from qc.selectors.release import release_blockers
from qc.selectors.sheets import sheet
from qc.services.potency import record_potency
from qc.services.standards import withdraw_standard
from tests.builders import act
from tests.journeys.readings import READINGS
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db

ENDOTOXIN, CITED = "DS-SF-ENDO", "STD-2025-0002"
WHY = "Lost half of its activity in the freezer failure"


def withdrawn(number: str = CITED, *, runs: str = "not_trusted", unfit_from: date | None = None, by: str = "a.reviewer") -> ReferenceStandard:
    return withdraw_standard(act(c.WITHDRAW_STANDARD, by, reason=WHY), number, runs=runs, unfit_from=unfit_from)


def today() -> date:
    """Today at the plant, whatever time the test holds."""
    return datetime.now(ZoneInfo(settings.EVGMP_TIME_ZONE)).date()


def line_of(lot: Lot, code: str = ENDOTOXIN) -> Any:
    return next(one for one in sheet(lot).rows if one.row.code == code)


@pytest.mark.req("LAB-21")
@pytest.mark.parametrize("runs", ["stand", "not_trusted"])
def test_runs_stand_when_the_lot_was_good_at_their_time(ev_under_test: Lot, its_sample: Sample, runs: str) -> None:
    kept = lab.result(ev_under_test, ENDOTOXIN, its_sample, lab.run_of(lab.row_of(ev_under_test, ENDOTOXIN)), value="0.1")
    with clock.held_at(clock.now() + timedelta(days=2)), one_event(c.WITHDRAW_STANDARD):
        withdrawn(runs=runs, unfit_from=today() + timedelta(days=1) if runs == "not_trusted" else None)
    lab.reviewed(kept.number)
    assert line_of(ev_under_test).passes


@pytest.mark.req("LAB-21", negative=True)
def test_what_rests_on_a_lot_that_is_not_trusted_is_neither_recorded_nor_reviewed_nor_passed(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    row = lab.row_of(ev_under_test, ENDOTOXIN)
    run, other = lab.run_of(row), lab.run_of(row)
    kept = lab.reviewed(lab.result(ev_under_test, ENDOTOXIN, its_sample, run, value="0.1").number)
    assert line_of(ev_under_test).passes
    potent = lab.run_of(lab.row_of(ev_under_test, "DS-PT-NFKB"))
    withdrawn(unfit_from=today())
    withdrawn("STD-2025-0005", unfit_from=today(), by="a.labhead")
    # Reviewed before: it passes no longer, and the release says why.
    line = line_of(ev_under_test)
    assert (line.passes, line.verdict) == (False, "cannot_conclude")
    assert any(CITED in one.message for one in release_blockers(ev_under_test))
    assert "Not trusted." in as_person("b.analyst").get(kept.get_absolute_url()).content.decode()
    with refused("standard_unfit", "gives no result"):
        record_potency(act(c.RECORD_POTENCY, "a.analyst"), potent.number, sample=its_sample.number, readings=READINGS)
    with refused("standard_unfit", f"{CITED} (Standard endotoxin, lot RS-1) is not trusted"):
        lab.correct(kept.number, its_sample, other, value="0.2")
    # The lawful way on: what rests on it becomes invalid with that reason, is reviewed as such, and the test is repeated with another lot.
    invalid = lab.correct(kept.number, its_sample, run, kind="invalid")
    assert (invalid.kind, invalid.verdict) == ("invalid", "no_verdict")
    lab.reviewed(invalid.number)
    assert not line_of(ev_under_test).passes
    lab.standard("Standard endotoxin", "RS-2")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(lab, "reagents_of", lambda *method: f"Kinetic LAL; L; 2099-12-31\n{lab.standard('Standard endotoxin', 'RS-2')}")
        again = lab.run_of(row)
    lab.reviewed(lab.correct(invalid.number, its_sample, again, value="0.1").number)
    assert line_of(ev_under_test).passes


@pytest.mark.req("LAB-21", negative=True)
def test_a_result_recorded_before_the_distrust_is_not_reviewed_after_it(ev_under_test: Lot, its_sample: Sample) -> None:
    run = lab.run_of(lab.row_of(ev_under_test, ENDOTOXIN))
    kept = lab.result(ev_under_test, ENDOTOXIN, its_sample, run, value="0.1")
    withdrawn(unfit_from=today())
    with refused("standard_unfit"):
        lab.reviewed(kept.number)
    good = _with_another_lot(ev_under_test)
    with refused("run_is_valid"):
        # Nobody calls a good run invalid because another lot was withdrawn.
        lab.correct(kept.number, its_sample, good, kind="invalid")


def _with_another_lot(lot: Lot) -> Any:
    number = lab.standard("Standard endotoxin", "RS-2")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(lab, "reagents_of", lambda *method: f"Kinetic LAL; L; 2099-12-31\n{number}")
        return lab.run_of(lab.row_of(lot, ENDOTOXIN))


@pytest.mark.req("LAB-21", negative=True)
def test_a_withdrawal_says_what_becomes_of_the_runs(ev_under_test: Lot) -> None:
    for said, key in (
        ({"runs": ""}, "runs_undecided"), ({"runs": "stand", "unfit_from": today()}, "day_and_runs"), ({"runs": "not_trusted"}, "day_and_runs"),
        ({"runs": "not_trusted", "unfit_from": today() + timedelta(days=2)}, "in_the_future"), ({"by": "a.analyst"}, "not_permitted"),
    ):  # fmt: skip
        with refused(key):
            withdrawn(**said)
    withdrawn(runs="stand")
    with refused("wrong_status"):
        withdrawn(runs="stand")
