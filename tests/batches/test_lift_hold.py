"""The end of a hold: the lot returns to the decision before, if what that rests on still stands."""

from collections.abc import Iterator

import pytest

from batches.domain.commands import LIFT_HOLD
from batches.models import Lot
from batches.selectors import release
from batches.selectors.release import lift_blockers
from batches.services.dispositions import lift_hold
from evgmp.compliance.recording import Act
from evgmp.rules.blocker import Blocker
from tests.batches.builders_material import culture, decide, disposed, exception, passage, sample
from tests.batches.builders_records import corrected, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db
WHY = "Loggers read, temperature stayed inside its range"


def lift(lot: Lot, *, by: str = "b.reviewer", reason: str = WHY, seen: str = "") -> Lot:
    return lift_hold(act(LIFT_HOLD, by, reason=reason, seen=seen), lot.number)


@pytest.mark.req("REL-01")
@pytest.mark.parametrize(("made_released", "after"), [(True, "released_for_processing"), (False, "quarantine")])
def test_the_lot_returns_to_what_it_was(made_released: bool, after: str) -> None:
    lot = passage(is_commitment=True, released=made_released)
    disposed(lot, "hold", "Alarm")
    with one_event(LIFT_HOLD):
        lift(lot)
    assert lot.disposition == after


@pytest.mark.req("REL-01")
def test_a_lot_in_process_goes_on() -> None:
    lot = culture().lot
    disposed(lot, "hold", "Alarm")
    lift(lot)
    assert lot.disposition == "in_process"


@pytest.mark.req("REL-01", "AUD-11", negative=True)
def test_a_release_does_not_come_back_over_a_corrected_record_or_an_exception() -> None:
    lot = passage(is_commitment=True)
    disposed(lot, "hold", "Alarm")
    number = exception(lot).number
    with refused("exceptions_open", number):
        lift(lot)
    corrected(step_no(lot.batch, 1), "harvested", "7E+6")
    assert {"batch_not_reviewed", "exceptions_open"} <= {b.key for b in lift_blockers(Lot.objects.get(pk=lot.pk))}


@pytest.mark.req("TRC-04", negative=True)
def test_a_release_does_not_come_back_over_an_ineligible_donor() -> None:
    lot = passage(is_commitment=True)
    disposed(lot, "hold", "Alarm")
    decide(lot.inputs.get().parent.cellbank.line.donor, "ineligible")
    with refused("donor_ineligible"):
        lift(lot)


@pytest.fixture
def oos_open() -> Iterator[None]:
    """Another room has a reason against it."""

    def rule(lot: Lot) -> list[Blocker]:
        return [Blocker("oos_open", "OOS-2026-001 is not decided. QA decides on it first.")]

    release.LIFT_HOLD_RULES.append(rule)
    yield
    release.LIFT_HOLD_RULES.remove(rule)


@pytest.mark.req("DEV-04", negative=True)
def test_reasons_of_the_laboratory_count(oos_open: None) -> None:
    lot = passage(is_commitment=True, released=False)
    disposed(lot, "hold", "Out of specification")
    with refused("oos_open"):
        lift(lot)


@pytest.mark.req("REL-01", negative=True)
def test_only_a_held_lot() -> None:
    lot = passage(is_commitment=True)
    with refused("wrong_status"):
        lift(lot)
    disposed(lot, "hold")
    disposed(lot, "rejected")
    with refused("wrong_status", "rejected"):
        lift(lot)


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize(("reason", "key"), [("", "reason_missing"), ("see above", "reason_says_nothing")])
def test_the_reason_must_say_why(reason: str, key: str) -> None:
    lot = culture().lot
    disposed(lot, "hold")
    with refused(key):
        lift(lot, reason=reason)


@pytest.mark.req("ACC-03", "REC-04", negative=True)
def test_wrong_role_and_stale_page() -> None:
    lot = passage(is_commitment=True)
    disposed(lot, "hold")
    with refused("not_permitted"):
        lift_hold(Act(by=person("a.verifier"), reason=WHY), lot.number)
    seen = str(Lot.objects.get(pk=lot.pk).revision)
    sample(lot, "1000", "cells")
    with refused("stale_page", "Sample drawn"):
        lift(lot, seen=seen)
