"""A master that scans a room has it cleared before the first use and after the last; what is absent is named (EXE-12, MST-09)."""

import pytest

from batches.domain.master_defects import defects
from batches.domain.master_file import read_master

CLEARANCE = """
[[step]]
key = "{key}"
section = "Room"
title = "Line clearance"
instructions = ["Scan the room, check each point, sign."]
kind = "clearance"
witness = true
{more}

[[step.equipment]]
key = "room"
class = "{room}"

[[step.parameter]]
key = "area"
label = "Area free of the lot"
kind = "choice"
choices = ["clear", "not clear"]
accepted = ["clear"]
"""
USE = """
[[step]]
key = "{key}"
section = "Culture"
title = "Work in the room"
instructions = ["Scan the room."]
kind = "equipment"

[[step.equipment]]
key = "room"
class = "{room}"
"""
NOTE = """
[[step]]
key = "note"
section = "Closing"
title = "Bring the papers to QA"
instructions = ["Bring the papers to QA."]
kind = "instruction"
"""
HEAD = """
[master]
code = "MBR-ROOM"
title = "Culture in a room"
stage = "passage"
product = "iMSC"
batch_size = "1.0E+9 cells"
"""


def clearance(key: str, room: str = "room_grade_c", more: str = "") -> str:
    return CLEARANCE.format(key=key, room=room, more=more)


def use(key: str = "work", room: str = "room_grade_c") -> str:
    return USE.format(key=key, room=room)


def found(*steps: str) -> list[str]:
    return defects(read_master(HEAD + "".join(steps)))


@pytest.mark.req("EXE-12", "MST-09")
def test_a_room_cleared_before_and_after_has_no_defect() -> None:
    assert found(clearance("before"), use(), clearance("after"), NOTE) == []
    assert found(clearance("before"), clearance("after")) == []
    grade_b = clearance("b1", "room_grade_b"), use("b2", "room_grade_b"), clearance("b3", "room_grade_b")
    assert found(clearance("before"), grade_b[0], use(), grade_b[1], clearance("after"), grade_b[2]) == []
    assert found(NOTE) == [], "A master that scans no room has none to clear."


@pytest.mark.req("EXE-12", "MST-09", negative=True)
@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((use(), clearance("after")), "Step work: It uses “Room, grade C” before a line clearance of it."),
        ((use(), clearance("between"), use("again"), clearance("after")), "Step work: It uses “Room, grade C” before a line clearance"),
        ((clearance("before", "room_grade_b"), use(), clearance("after")), "Step work: It uses “Room, grade C” before a line clearance"),
        ((clearance("before"), use()), "“Room, grade C” is not cleared after its last use."),
        ((clearance("before"),), "“Room, grade C” is not cleared after its last use."),
        ((clearance("before"), clearance("early"), use()), "“Room, grade C” is not cleared after its last use."),
        ((clearance("before"), use(), clearance("after", "room_grade_b")), "“Room, grade C” is not cleared after its last use."),
        (
            (clearance("before"), clearance("b1", "room_grade_b"), use(), clearance("after"), use("b2", "room_grade_b"), clearance("b3", "room_grade_b")),
            "Step b2: It comes after the last line clearance of “Room, grade C”.",
        ),
        ((clearance("before"), use(), clearance("after", more="may_skip = true")), "Step after: A line clearance is always done, in its turn."),
    ],
)
def test_a_clearance_that_is_absent_is_named(steps: tuple[str, ...], said: str) -> None:
    assert any(sentence.startswith(said) for sentence in found(*steps)), found(*steps)
