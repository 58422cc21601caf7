"""Each kind of defect of a clock is named, with its place (MST-09). No database."""

from typing import Any

import pytest

from batches.domain.master_file import MasterFile, defects, read_master
from batches.domain.master_parts import Condition, TimeLimit
from tests.batches.domain.test_master_defects import with_step
from tests.batches.master_texts import TIMED

MASTER = read_master(TIMED)
LIMIT: dict[str, Any] = {"key": "plate", "title": "Thaw to plate", "since": "thaw", "maximum_min": 30}


def timed(**changed: Any) -> MasterFile:
    return with_step(MASTER, "plate", times=(TimeLimit(**{**LIMIT, **changed}),))


@pytest.mark.req("MST-09", "EXE-10")
def test_clocks_that_can_run_are_no_defect() -> None:
    assert defects(MASTER) == []
    for changed in (
        {"since": "@parent_made"},
        {"since": "@parent.hold.hold_started_at"},
        {"since": "thaw.taken_out"},
        {"until": "plated"},
        {"holds": True},
    ):
        assert defects(timed(**changed)) == []


@pytest.mark.req("MST-09", "EXE-10", negative=True)
@pytest.mark.parametrize(
    ("master", "words"),
    [
        (timed(title=""), "The title is absent."),
        (timed(maximum_min=None), "It has no limit, so it controls nothing."),
        (timed(maximum_min=0), "A limit of a clock is one minute or more."),
        (timed(maximum_min=None, minimum_min=5, alert_min=3), "An alert warns of the maximum."),
        (timed(maximum_min=None, minimum_min=5, holds=True), "It holds its step once the maximum is passed, but has none."),
        (timed(since="plate.plated", holds=True), "It begins in the step that it would hold."),
        (timed(alert_min=30), "The alert comes at or after the maximum."),
        (timed(minimum_min=31), "The minimum is longer than the maximum."),
        (timed(since=""), "It begins at “”, which is no step of this master."),
        (timed(since="moon"), "It begins at “moon”, which is no step of this master."),
        (timed(since="plate"), "It begins at “plate”, which comes no earlier than this step."),
        (timed(since="hold"), "It begins at “hold”, which comes no earlier than this step."),
        (timed(since="hold.begun"), "It begins at “hold.begun”, which comes no earlier than this step."),
        (timed(since="thaw.moon"), "It begins at thaw.moon, which is no instant of step thaw."),
        (timed(since="thaw.cells"), "It begins at thaw.cells, which is no instant of step thaw."),
        (timed(since="thaw.looked"), "It begins at thaw.looked, which may be left out"),
        (timed(since="@parent.hold"), "“@parent.hold” does not say which instant of the parent's record."),
        (timed(until="moon"), "It stops at moon, which is no instant of step plate."),
        (timed(until="plated", since="plate.plated"), "It begins and stops at the same instant."),
        (with_step(timed(), "thaw", may_skip=True), "It begins at thaw, which may be passed over"),
        (with_step(timed(), "thaw", condition=Condition("a.b", ("x",))), "It begins at thaw, which may be passed over"),
        (
            with_step(timed(since="thaw.taken_out"), "thaw", kind="log"),
            "It begins at thaw.taken_out, which has a value in every row of a log.",
        ),
        (with_step(MASTER, "plate", times=(TimeLimit(**LIMIT), TimeLimit(**LIMIT))), "One step stops a clock once."),
    ],
)
def test_each_defect_is_named(master: MasterFile, words: str) -> None:
    assert [s for s in defects(master) if s.startswith(f"Step plate, clock plate: {words}")], defects(master)


@pytest.mark.req("MST-09", negative=True)
def test_segments_of_one_clock_have_one_limit() -> None:
    again = with_step(timed(), "hold", times=(*MASTER.steps[2].times, TimeLimit(**{**LIMIT, "maximum_min": 31})))
    assert "Step hold, clock plate: Its segments contradict each other." in " ".join(defects(again))


@pytest.mark.req("MST-09", negative=True)
def test_a_timer_without_a_clock_and_an_instruction_with_values() -> None:
    assert "Step hold: A timer needs a clock. Add a time with its limits." in defects(with_step(MASTER, "hold", times=()))
    assert "Step plate: An instruction asks for no values." in " ".join(defects(with_step(MASTER, "plate", kind="instruction")))
