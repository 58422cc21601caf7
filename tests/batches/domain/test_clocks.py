"""Clocks: computed from recorded instants, exactly, over one stretch or several. No database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.domain import clocks
from batches.domain.clocks import Clock, Segment, in_words, minutes

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def clock(*segments: tuple[int | None, int | None], least: int | None = None, alert: int | None = None, most: int | None = None) -> Clock:
    parts = tuple(
        Segment(None if a is None else at(a), None if b is None else at(b), position) for position, (a, b) in enumerate(segments, 1)
    )
    return Clock("hold", "CM hold", minutes(least), minutes(alert), minutes(most), parts)


@pytest.mark.req("EXE-10")
@pytest.mark.parametrize(
    ("one", "now", "state"),
    [
        (clock((None, None), most=60), 0, clocks.WAITING),
        (clock((0, None), most=60, alert=45), 10, clocks.RUNNING),
        (clock((0, None), most=60, alert=45), 44, clocks.RUNNING),
        (clock((0, None), most=60, alert=45), 45, clocks.NEAR),
        (clock((0, None), most=60, alert=45), 60, clocks.NEAR),
        (clock((0, None), most=60), 61, clocks.PASSED),
        (clock((0, 60), most=60), 500, clocks.KEPT),
        (clock((0, 61), most=60), 500, clocks.PASSED),
        (clock((0, 10), least=10), 500, clocks.KEPT),
        (clock((0, 9), least=10), 500, clocks.TOO_SHORT),
        (clock((0, 9), (None, None), least=10), 500, clocks.RESTING),
        (clock((0, 30), (60, None), most=60), 89, clocks.RUNNING),
        (clock((0, 30), (60, None), most=60), 91, clocks.PASSED),
        (clock((0, 30), (60, 90), most=60), 900, clocks.KEPT),
        (clock((0, 30), (60, 91), most=60), 900, clocks.PASSED),
        (clock((0, 5), (60, 64), least=10), 900, clocks.TOO_SHORT),
        (clock((0, 5), (60, 65), least=10), 900, clocks.KEPT),
    ],
)
def test_the_state_of_a_clock(one: Clock, now: int, state: str) -> None:
    assert one.state(at(now)) == state
    assert bool(one.sentence(at(now), "CM-1 step 2")) is (state in clocks.EXCEPTIONS)


@pytest.mark.req("EXE-10", negative=True)
@pytest.mark.parametrize("one", [clock((None, 30), most=60), clock((30, 0), most=60), clock((0, 10), (None, 20), least=5, most=60)])
def test_a_clock_that_cannot_be_computed_never_passes(one: Clock) -> None:
    assert one.state(at(90)) == clocks.UNKNOWN
    assert one.sentence(at(90), "CM-1 step 2").startswith("CM hold can't be computed: its start is not recorded")


@pytest.mark.req("EXE-10", negative=True)
def test_what_is_known_to_be_too_long_is_passed_even_where_a_part_is_unknown() -> None:
    assert clock((0, 61), (None, 70), most=60).state(at(90)) == clocks.PASSED


@pytest.mark.req("EXE-10")
def test_the_limit_is_allowed_and_a_moment_more_is_not() -> None:
    whole = clock((0, None), most=1440)
    assert whole.state(at(1440)) == clocks.RUNNING
    assert whole.state(at(1440) + TICK) == clocks.PASSED
    stopped = Clock("hold", "CM hold", minutes(10), None, minutes(1440), (Segment(at(0), at(1440) + TICK, 1),))
    assert stopped.sentence(at(2000), "CM-1 step 2") == "CM hold took 24 h 1 s, at most 24 h are allowed (CM-1 step 2)"
    short = Clock("hold", "CM hold", minutes(10), None, None, (Segment(at(0), at(10) - TICK, 1),))
    assert short.sentence(at(99), "CM-1 step 2") == "CM hold took 9 min 59 s, at least 10 min are needed (CM-1 step 2)"


@pytest.mark.req("EXE-10")
def test_when_it_is_due() -> None:
    one = clock((0, 30), (60, None), least=35, alert=50, most=60)
    assert (one.ripe(at(70)), one.warns(at(70)), one.due(at(70))) == (at(65), at(80), at(90))
    assert one.due(at(500)) == at(90), "it passed then, whenever it is looked at"
    assert clock((0, 30), (None, None), most=60).due(at(40)) is None, "a resting clock is not due"
    assert clock((0, None), least=5).due(at(1)) is None
    both = clock((0, None), (30, None), most=60)
    assert both.due(at(30)) == at(45), "two stretches at the same moment add up"


@pytest.mark.req("EXE-10")
def test_what_an_exception_was_raised_for() -> None:
    running, stopped = clock((0, None), most=5), clock((0, 9), most=5)
    assert (running.subject(), stopped.subject()) == ("hold", "hold@261127120000-261127120900")
    assert clock((0, 8), most=5).subject() != stopped.subject(), "a corrected time is judged anew"
    assert "still runs" in running.sentence(at(6), "CM-1") and "took 9 min" in stopped.sentence(at(6), "CM-1")


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=6), st.integers(1, 20_000))
def test_segments_add_up_whatever_their_order(lengths: list[tuple[int, int]], most: int) -> None:
    parts = tuple(Segment(at(start), at(start + length), 1) for start, length in lengths)
    one, back = (Clock("k", "K", None, None, minutes(most), order) for order in (parts, parts[::-1]))
    total = sum(length for _, length in lengths)
    assert one.elapsed(at(0)) == back.elapsed(at(9_999)) == timedelta(minutes=total)
    assert (one.state(at(0)) == clocks.PASSED) is (total > most)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 min"), (1, "1 s"), (60, "1 min"), (3599, "59 min 59 s"), (86400, "24 h"), (90600, "25 h 10 min"), (-5, "0 min")],
)
def test_lengths_in_words(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(10, None, "at least 10 min"), (None, 1440, "at most 24 h"), (10, 1440, "at least 10 min, at most 24 h"), (None, None, "")],
)
def test_only_the_limits_that_a_clock_has_are_named(least: int | None, most: int | None, words: str) -> None:
    assert clock((0, None), least=least, most=most).limits_in_words() == words
