"""Each kind of defect of the order of a master is named, with its place (MST-09). No database."""

from decimal import Decimal

import pytest

from batches.domain.master_file import MasterFile, defects, read_master
from batches.domain.master_parts import Condition
from tests.batches.domain.test_master_defects import with_parameter, with_step
from tests.batches.master_order import ORDERED
from tests.batches.master_texts import RUN

MASTER = read_master(ORDERED)


def when(value: str = "choose.primed", choices: tuple[str, ...] = ("yes",), **bounds: Decimal) -> MasterFile:
    return with_step(MASTER, "wash_out", condition=Condition(value, choices, **bounds))


@pytest.mark.req("MST-09", "EXE-01")
def test_branches_groups_and_hold_points_that_can_be_carried_out_are_no_defect() -> None:
    assert defects(MASTER) == []


@pytest.mark.req("MST-09", negative=True)
@pytest.mark.parametrize(
    ("master", "words"),
    [
        (with_step(MASTER, "right", parallel=""), "Step left: It is alone in the parallel group “stacks”."),
        (with_step(MASTER, "image", parallel="x"), "Step image: It is alone in the parallel group “x”."),
        (
            with_step(with_step(MASTER, "right", parallel=""), "image", parallel="stacks"),
            "Step image: The steps of the parallel group “stacks” are not neighbours.",
        ),
        (with_step(MASTER, "release", parallel="stacks"), "Step release: A hold point holds everything"),
        (with_step(MASTER, "choose", parameters=()), "Step choose: A branch needs the value that decides."),
        (when("moon.x"), "Step wash_out: It depends on “moon.x”, which no earlier step records."),
        (when("harvest.harvested"), "Step wash_out: It depends on “harvest.harvested”, which no earlier step records."),
        (when("choose.moon"), "Step wash_out: It depends on “choose.moon”, which step choose does not ask for."),
        (when(choices=()), "Step wash_out: Its condition names either choices or bounds."),
        (when(at_least=Decimal(1)), "Step wash_out: Its condition names either choices or bounds."),
        (when(choices=("perhaps",)), "Step wash_out: Its condition names “perhaps”, which is no choice of choose.primed."),
        (when(choices=("no", "yes")), "Step wash_out: Its condition names every choice, so it always holds."),
        (when(choices=(), below=Decimal(1)), "Step wash_out: Its condition has bounds, but choose.primed is no number."),
        (
            when("choose.confluence", (), at_least=Decimal(5), below=Decimal(5)),
            "Step wash_out: Its condition can never hold: the lower bound is not below the upper one.",
        ),
        (when("choose.confluence", (), at_least=Decimal("100.1")), "Step wash_out: Its condition can never hold: no plausible value"),
        (when("choose.confluence", (), below=Decimal(0)), "Step wash_out: Its condition can never hold: no plausible value"),
        (when("choose.confluence", (), at_least=Decimal(0)), "Step wash_out: Its condition always holds: every plausible value"),
        (when("choose.confluence", (), at_least=Decimal(0), below=Decimal(101)), "Step wash_out: Its condition always holds"),
        (with_parameter(MASTER, "choose.primed", required=False), "Step wash_out: It depends on “choose.primed”, which may be left out"),
        (with_step(MASTER, "choose", may_skip=True), "Step wash_out: It depends on “choose.primed”, which may be left out"),
        (
            with_step(with_step(MASTER, "choose", parallel="a"), "wash_out", parallel="a"),
            "Step wash_out: It depends on “choose.primed” of its own parallel group.",
        ),
        (
            with_step(read_master(RUN), "result", condition=Condition("log.tmp", (), Decimal(1))),
            "Step result: It depends on “log.tmp”, which has a value in every row of a log.",
        ),
        (with_step(MASTER, "release", parameters=MASTER.steps[4].parameters), "Step release: A hold point asks for no values."),
        (with_step(MASTER, "release", witness=True), "Step release: QC or QA signs a hold point alone."),
        (with_step(MASTER, "release", may_skip=True), "Step release: A hold point can't be left out."),
    ],
)
def test_each_defect_is_named(master: MasterFile, words: str) -> None:
    assert [s for s in defects(master) if s.startswith(words)], defects(master)


@pytest.mark.req("MST-09")
@pytest.mark.parametrize("bounds", [{"at_least": Decimal(100)}, {"below": Decimal("0.1")}, {"at_least": Decimal(0), "below": Decimal(100)}])
def test_a_condition_at_the_end_of_the_plausible_range_is_no_defect(bounds: dict[str, Decimal]) -> None:
    assert defects(when("choose.confluence", (), **bounds)) == []


@pytest.mark.parametrize(
    ("condition", "text", "amount", "holds"),
    [
        (Condition("a.b", ("x",)), "x", None, True),
        (Condition("a.b", ("x",)), "y", None, False),
        (Condition("a.b", (), Decimal(5)), "5", Decimal(5), True),
        (Condition("a.b", (), Decimal(5)), "4.9999999999999999999", Decimal("4.9999999999999999999"), False),
        (Condition("a.b", (), None, Decimal(5)), "5", Decimal(5), False),
        (Condition("a.b", (), Decimal(1), Decimal(5)), "3", Decimal(3), True),
        (Condition("a.b", (), Decimal(1)), "text", None, False),
    ],
)
def test_a_condition_holds_exactly(condition: Condition, text: str, amount: Decimal | None, holds: bool) -> None:
    assert condition.holds(text, amount) is holds
