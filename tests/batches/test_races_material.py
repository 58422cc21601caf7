"""Two people at the same moment on one lot or vial: what is there is taken once. First the race is shown without the lock."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from batches.domain import commands as c
from batches.models import Container, Lot, LotInput, Sample
from batches.selectors.lots import remaining
from batches.services import genealogy, records, samples, splits, vials
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_material import BOX, SAMPLE, bank, culture, medium, passage, run, vial
from tests.builders import act
from tests.support.races import Meeting, Outcome, together


@pytest.fixture
def both_have_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each act waits, after it has read what is left, until the other has read it too: for a second at most, because under
    the lock the other can't."""
    meeting = Meeting()

    def then_wait(lot: Lot) -> Decimal | None:
        left = remaining(lot)
        meeting.wait()
        return left

    monkeypatch.setattr(genealogy, "remaining", then_wait)
    monkeypatch.setattr(samples, "remaining", then_wait)
    monkeypatch.setattr(splits, "remaining", then_wait)


@pytest.fixture
def lock_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lot, "locked", lambda **lookup: Lot.objects.get(**lookup))


@pytest.fixture
def postgres_furnished(throwaway_database: Any, postgres_server: Any) -> Iterator[str]:
    """The embedded database has one writer at a time by itself, so only PostgreSQL can show what the lock prevents."""
    with throwaway_database("postgresql", "furnished"):
        yield "postgresql"


def outcome_of(outcome: Outcome) -> str:
    if outcome.error is None:
        return "done"
    if isinstance(outcome.error, RuleBroken):
        return outcome.error.blockers[0].key
    if isinstance(outcome.error, IntegrityError):
        return "database error"
    raise outcome.error


def race(*calls: Callable[[], Any]) -> list[str]:
    return sorted(outcome_of(outcome) for outcome in together(*calls))


def two_consumptions() -> tuple[Lot, list[Callable[[], Any]]]:
    """Two runs, each wanting 300 of the 400 mL."""
    lot = medium(passage(is_commitment=True))
    said = [(act(c.CONSUME_LOT, by, witness=w), run().lot.number) for by, w in (("a.operator", "b.operator"), ("b.operator", "a.operator"))]
    return lot, [
        lambda one=one, number=number: records.consume_lot(one, number, parent=lot.number, quantity=Decimal(300), unit="mL")
        for one, number in said
    ]


def consumption_and_sample() -> tuple[Lot, list[Callable[[], Any]]]:
    lot = medium(passage(is_commitment=True))
    number = run().lot.number
    taking, drawing = act(c.CONSUME_LOT, "a.operator", witness="b.operator"), act(c.DRAW_SAMPLE, "a.analyst")
    return lot, [
        lambda: records.consume_lot(taking, number, parent=lot.number, quantity=Decimal(300), unit="mL"),
        lambda: samples.draw_sample(drawing, lot.number, quantity=Decimal(300), unit="mL", **SAMPLE),
    ]


def consumption_and_split() -> tuple[Lot, list[Callable[[], Any]]]:
    """A run wants 300 of the 400 mL while the whole lot is split."""
    lot = medium(passage(is_commitment=True))
    number = run().lot.number
    taking, splitting = act(c.CONSUME_LOT, "a.operator", witness="b.operator"), act(c.SPLIT_LOT, "b.operator", witness="a.operator")
    return lot, [
        lambda: records.consume_lot(taking, number, parent=lot.number, quantity=Decimal(300), unit="mL"),
        lambda: splits.split_lot(splitting, lot.number, parts=[Decimal(200), Decimal(195)]),
    ]


@pytest.mark.req("EXE-24", "EXE-18", negative=True)
def test_a_lot_is_not_split_while_it_is_consumed(any_furnished: str, both_have_read: None) -> None:
    """Whoever comes first: the other finds less than it wants."""
    lot, calls = consumption_and_split()
    assert race(*calls) == ["done", "overdraw"]
    assert remaining(lot) in (Decimal(100), Decimal(5))


@pytest.mark.req("EXE-24", "EXE-18", negative=True)
@pytest.mark.parametrize("acts", [two_consumptions, consumption_and_sample])
def test_what_is_there_is_taken_once(
    any_furnished: str, both_have_read: None, acts: Callable[[], tuple[Lot, list[Callable[[], Any]]]]
) -> None:
    lot, calls = acts()
    assert race(*calls) == ["done", "overdraw"]
    assert remaining(lot) == Decimal(100)


@pytest.mark.req("EXE-24", "EXE-18", negative=True)
@pytest.mark.parametrize("acts", [two_consumptions, consumption_and_sample, consumption_and_split])
@pytest.mark.usefixtures("lock_off", "both_have_read")
def test_without_the_lock_more_is_taken_than_was_made(
    postgres_furnished: str, acts: Callable[[], tuple[Lot, list[Callable[[], Any]]]]
) -> None:
    lot, calls = acts()
    assert race(*calls) == ["done", "done"]
    assert remaining(lot) in (Decimal(-200), Decimal(-295))


@pytest.mark.req("TRC-07", negative=True)
def test_two_people_withdraw_one_vial(any_furnished: str) -> None:
    found = vial(bank())
    said = [(act(c.WITHDRAW_VIAL, by, witness=w), culture().lot.number) for by, w in (("a.operator", "b.operator"), ("b.operator", "a.operator"))]
    done = race(*(lambda one=one, number=number: vials.withdraw_vial(one, found.code, destination=number) for one, number in said))
    assert done == ["done", "wrong_status"]
    assert LotInput.objects.filter(container=found).count() == 1


@pytest.mark.req("TRC-07", "EXE-25", negative=True)
def test_two_banks_stored_in_one_box_at_once(any_furnished: str) -> None:
    banks = [bank(stored=0, number=n) for n in (1, 2)]
    said = [act(c.STORE_VIALS, "a.operator", witness="b.operator"), act(c.STORE_VIALS, "b.operator", witness="a.operator")]
    done = race(*(lambda one=one, lot=lot: vials.store_vials(one, lot.number, count=20, **BOX) for one, lot in zip(said, banks, strict=True)))
    assert done == ["done", "position_taken"]
    assert Container.objects.count() == 20


@pytest.mark.req("EXE-21")
def test_two_samples_at_once_get_two_numbers(any_furnished: str) -> None:
    lot = medium(passage(is_commitment=True))
    said = [act(c.DRAW_SAMPLE, "a.operator"), act(c.DRAW_SAMPLE, "a.analyst")]
    done = race(*(lambda one=one: samples.draw_sample(one, lot.number, quantity=Decimal(10), unit="mL", **SAMPLE) for one in said))
    assert done == ["done", "done"]
    assert len(set(Sample.objects.values_list("number", flat=True))) == 2
