"""Holds: a passed hold keeps its step waiting for QA, and what was held too long or too warm is not pooled (G3, EXE-10, EXE-24)."""

from datetime import timedelta
from typing import Any

import pytest

from batches.domain import commands as c
from batches.models import BatchRecord, ExceptionRecord, Lot, LotInput
from batches.services import clocks
from batches.services.clocks import notice_clocks
from batches.services.exceptions import close_exception
from evgmp.compliance.models import Event
from evgmp.rules.blocker import RuleBroken, refuse
from tests.batches.builders_material import MEDIUM, POOL, feed, finished, passage
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.batches.expecting import refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.batches.test_watch_clocks import BEGIN, at
from tests.builders import act

pytestmark = pytest.mark.django_db

HELD = MEDIUM.replace("MBR-COLLECTION", "MBR-HELD") + """
[[step.parameter]]
key = "hold_started_at"
label = "Hold started at"
kind = "instant"

[[step.parameter]]
key = "hold_temperature_c"
label = "Temperature of the hold"
unit = "°C"
decimals = 1
plausible_low = "-90.0"
plausible_high = "30.0"
action_low = "2.0"
action_high = "8.0"
fills = "conditioned_media.hold_temperature_c"
"""
HOLD = """[[step.time]]
key = "cm_hold"
title = "Hold of the conditioned medium"
since = "@parent.collect.hold_started_at"
maximum_min = 1440
holds = true

[[step.parameter]]"""
HOURS = 60


def pool_text() -> str:
    return POOL.replace("MBR-POOL", "MBR-HELDPOOL").replace("[[step.parameter]]", HOLD, 1)


def media(parent: Lot, hour: int, temperature: str = "4.0") -> Lot:
    """Medium whose hold began at that hour."""
    with at(hour * HOURS) as now:
        batch = started(HELD)
        feed(batch.lot, parent)
        recorded(step_no(batch, 1), priming="none", volume="400", hold_started_at=now, hold_temperature_c=temperature)
        signed(step_no(batch, 1))
        return finished(batch, released=True)


def pool() -> BatchRecord:
    return started(pool_text())


@pytest.fixture
def culture() -> Lot:
    with at(0):
        return passage(None)


@pytest.mark.req("EXE-24", "EXE-10")
def test_media_inside_their_hold_are_pooled(culture: Lot) -> None:
    one, two = media(culture, 1), media(culture, 2)
    with at(25 * HOURS):
        batch = pool()
        feed(batch.lot, one, "100")
        feed(batch.lot, two, "100")
    assert LotInput.objects.filter(child=batch.lot).count() == 2
    assert not ExceptionRecord.objects.filter(lot=batch.lot).exists()


@pytest.mark.req("EXE-24", "EXE-10", negative=True)
def test_what_was_held_too_long_is_not_pooled(culture: Lot) -> None:
    one, two = media(culture, 1), media(culture, 4)
    with at(25 * HOURS + 1):
        batch = pool()
        feed(batch.lot, two, "100")
        with refused("pool_hold", f"{one}: “Hold of the conditioned medium” has run 24 h 1 min, at most 24 h are allowed. It can't be pooled"):
            feed(batch.lot, one, "100")


@pytest.mark.req("EXE-10", negative=True)
def test_a_single_lot_held_too_long_is_used_only_after_qa_accepted_it(culture: Lot) -> None:
    one, two = media(culture, 1), media(culture, 4)
    with at(25 * HOURS):
        late = pool()
    with at(25 * HOURS + 2):
        before = Event.objects.count()
        for _ in range(2):
            with pytest.raises(RuleBroken) as broken:
                feed(late.lot, one, "100")
            (blocker,) = broken.value.blockers
            exception = ExceptionRecord.objects.get(lot=one, kind="time")
            assert blocker.key == "hold_passed"
            for words in ("has run 24 h 2 min, at most 24 h are allowed", "QA has to accept it", exception.number):
                assert words in blocker.message
        assert [event.verb for event in Event.objects.order_by("seq")[before:]] == [c.WATCH_CLOCKS.key]
        assert not LotInput.objects.filter(child=late.lot).exists()
        assert exception.number in text_of(signed_in("b.reviewer").get(one.get_absolute_url()))
        why = "Bioburden and particles were measured again"
        close_exception(act(c.CLOSE_EXCEPTION, "b.reviewer", reason=why), exception.number, decision="impact_accepted")
        feed(late.lot, one, "100")
        # QA decided on the hold of this lot: the first step goes on. Whether anything is pooled with it is another question.
        assert not ExceptionRecord.objects.filter(lot=late.lot).exists()
        with refused("pool_hold", "24 h 2 min"):
            feed(late.lot, two, "100")
    with at(25 * HOURS + 9):
        recorded(step_no(late, 1), **numbers(late))
        signed(step_no(late, 1))
    # What the hold came to in the end is QA's to decide as well, before the next step.
    (final,) = ExceptionRecord.objects.filter(lot=late.lot, kind="time")
    assert "took 24 h 9 min" in final.sentence


@pytest.mark.req("EXE-10", negative=True)
def test_a_single_lot_that_qa_did_not_accept_stays_refused(culture: Lot) -> None:
    one = media(culture, 1)
    with at(25 * HOURS + 2):
        late = pool()
        with pytest.raises(RuleBroken):
            feed(late.lot, one, "100")
        number = ExceptionRecord.objects.get(lot=one).number
        close_exception(act(c.CLOSE_EXCEPTION, "b.reviewer", reason="The medium is not used any more"), number, decision="lot_affected")
        with refused("hold_passed", "QA has to accept it"):
            feed(late.lot, one, "100")


@pytest.mark.req("EXE-10", negative=True)
def test_two_who_are_refused_the_same_held_lot_leave_one_exception(culture: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    one = media(culture, 1)
    with at(25 * HOURS + 2):
        late = pool()
        opening = clocks._open_for_hold

        def overtaken(*told: Any) -> None:
            opening(*told)
            opening(*told)

        monkeypatch.setattr(clocks, "_open_for_hold", overtaken)
        (waiting,) = clocks.notice_holds(one, late)
    assert ExceptionRecord.objects.get(lot=one, kind="time").number == waiting


@pytest.mark.req("EXE-10", negative=True)
def test_a_passed_hold_that_can_not_be_told_to_qa_is_no_quiet_refusal(culture: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    one = media(culture, 1)

    def barred(*_: Any, **__: Any) -> ExceptionRecord:
        raise refuse("not_permitted", "The watch holds no right to open an exception.")

    with at(25 * HOURS + 2):
        late = pool()
        monkeypatch.setattr(clocks, "open_exception", barred)
        with refused("not_permitted", "holds no right"):
            clocks.notice_holds(one, late)


def numbers(batch: BatchRecord) -> dict[str, str]:
    """A number for each that the first step asks for."""
    return {parameter.key: "90" for parameter in step_no(batch, 1).master_step.parameters.all() if parameter.kind == "number"}


@pytest.mark.req("EXE-24", negative=True)
def test_what_was_held_too_warm_is_pooled_only_after_qa_accepted_it(culture: Lot) -> None:
    one, warm = media(culture, 1), media(culture, 1, "9.5")
    exception = ExceptionRecord.objects.get(lot=warm, kind="limit")
    with at(2 * HOURS):
        batch = pool()
        feed(batch.lot, one, "100")
        with refused("pool_hold", f"{warm}: Temperature of the hold was 9.5 °C, outside its limits, and QA has not accepted it ({exception.number})"):
            feed(batch.lot, warm, "100")
        close_exception(act(c.CLOSE_EXCEPTION, "b.reviewer", reason="One hour at 9.5 °C is inside the validated hold"), exception.number, decision="no_impact")
        feed(batch.lot, warm, "100")
    assert LotInput.objects.filter(child=batch.lot).count() == 2


@pytest.mark.req("EXE-10", negative=True)
def test_a_passed_hold_keeps_its_own_step_waiting_for_qa(culture: Lot) -> None:
    one = media(culture, 1)
    with at(20 * HOURS):
        batch = pool()
        feed(batch.lot, one, "100")
    step, values = step_no(batch, 1), numbers(batch)
    with at(25 * HOURS + 1), refused("time_undecided", "Hold of the conditioned medium"):
        recorded(step, **values)
    with at(25 * HOURS + 2):
        assert notice_clocks(batch)
        number = ExceptionRecord.objects.get(lot=batch.lot, kind="time").number
        with refused("time_undecided", number):
            recorded(step, **values)
        close_exception(act(c.CLOSE_EXCEPTION, "a.reviewer", reason="Bioburden and particles were measured again"), number, decision="impact_accepted")
    with at(25 * HOURS + 3):
        recorded(step, **values)
        signed(step_no(batch, 1))
    assert step_no(batch, 1).done_at == BEGIN + timedelta(hours=25, minutes=3)
