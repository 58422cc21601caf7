"""Several batches at the same moment on one material lot: the ledger never goes below zero. First the race is shown."""

import time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from batches.domain import commands as c
from batches.models import MaterialLot, MaterialMovement
from batches.selectors.materials import material_of, stock
from batches.services import uses
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_uses import culture_with_additions, first_step, material
from tests.builders import act
from tests.support.campaign import cases, dice
from tests.support.races import Meeting, Outcome, together

PEOPLE = ("a.operator", "b.operator")


@pytest.fixture
def both_have_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each scan waits, after it has read the stock, until the other has read it too: for a second at most, because under the
    lock the other can't."""
    meeting = Meeting()
    really_facts = uses.facts_of

    def facts_then_wait(*args: Any) -> Any:
        found = really_facts(*args)
        meeting.wait()
        return found

    monkeypatch.setattr(uses, "facts_of", facts_then_wait)


def outcome_of(outcome: Outcome) -> str:
    if outcome.error is None:
        return "done"
    if isinstance(outcome.error, RuleBroken):
        return outcome.error.blockers[0].key
    raise outcome.error


def two_uses(lot: MaterialLot, quantity: str) -> list[str]:
    steps = [first_step(culture_with_additions()).number for _ in PEOPLE]
    said = [act(c.RECORD_USE, by) for by in PEOPLE]
    calls = [
        partial(uses.record_use, one, step, code=lot.number, quantity=Decimal(quantity)) for one, step in zip(said, steps, strict=True)
    ]
    return sorted(outcome_of(outcome) for outcome in together(*calls))


@pytest.mark.req("EXE-18", negative=True)
def test_two_batches_take_the_last_of_a_lot(any_furnished: str, both_have_read: None) -> None:
    lot = material(containers=1, per_container=Decimal(10))
    assert two_uses(lot, "6") == ["done", "overdraw"]
    assert stock(material_of(lot.number)) == Decimal(4)


@pytest.mark.req("EXE-18", negative=True)
def test_without_the_lock_the_ledger_goes_below_zero(
    throwaway_database: Any, postgres_server: Any, monkeypatch: pytest.MonkeyPatch, both_have_read: None
) -> None:
    """The embedded database has one writer at a time by itself, so only PostgreSQL can show what the lock prevents."""
    with throwaway_database("postgresql", "furnished"):
        lot = material(containers=1, per_container=Decimal(10))
        monkeypatch.setattr(MaterialLot, "locked", lambda **lookup: MaterialLot.objects.get(**lookup))
        # The lot's own row is saved by both; without the lock the second simply writes after the first.
        assert two_uses(lot, "6") == ["done", "done"]
        assert stock(material_of(lot.number)) == Decimal(-2)


def used_after(seconds: float, one: Any, step: str, code: str, quantity: Decimal) -> None:
    time.sleep(seconds)
    uses.record_use(one, step, code=code, quantity=quantity)


@pytest.mark.sized
@pytest.mark.req("EXE-18", negative=True)
def test_races_at_random_moments(any_furnished: str) -> None:
    """N races of two batches for one lot, each for 1 to 10 mL of 10, the second 0 to 20 ms after the first: what is left is what
    came in minus what was recorded, and never below zero."""
    chance = dice()
    steps = [first_step(culture_with_additions()).number for _ in PEOPLE]
    for _ in range(cases(3)):
        lot = material(containers=1, per_container=Decimal(10))
        wanted = [Decimal(chance.randint(1, 10)) for _ in PEOPLE]
        said = [act(c.RECORD_USE, by) for by in PEOPLE]
        calls = [
            partial(used_after, chance.uniform(0, 0.02), one, step, lot.number, quantity)
            for one, step, quantity in zip(said, steps, wanted, strict=True)
        ]
        outcomes = [outcome_of(outcome) for outcome in together(*calls)]
        done = [quantity for quantity, outcome in zip(wanted, outcomes, strict=True) if outcome == "done"]
        assert set(outcomes) <= {"done", "overdraw", "used_up"}
        assert (len(done) == 2) == (sum(wanted) <= 10)
        assert MaterialMovement.objects.filter(lot=lot, kind="used").count() == len(done)
        assert stock(material_of(lot.number)) == 10 - sum(done, Decimal(0)) >= 0
