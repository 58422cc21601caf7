"""Each of the seven times that a site has to keep: counted down, alarmed, its exception decided by QA before the batch goes on (EXE-10).

The limits are those of the shipped masters; the steps around them are as few as a clock needs.
"""

from pathlib import Path

import pytest

from batches.domain.master_file import read_master
from batches.domain.master_parts import TimeLimit
from batches.models import BatchRecord, ExceptionRecord
from batches.services.clocks import notice_clocks
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.batches.expecting import refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.batches.test_watch_clocks import BEGIN, at, decided, states

FOLDER = Path(__file__).parents[2] / "batches" / "masterdata" / "masters"
# Clock of a shipped master, and what it is called.
SEVEN = {
    "thaw to plate": ("mbr_thaw", "thaw_to_plate"),
    "passage interval": ("mbr_pas", "passage_interval"),
    "conditioning": ("mbr_cm", "conditioning"),
    "hold of conditioned medium": ("mbr_tff", "cm_hold"),
    "TFF process time": ("mbr_tff", "process"),
    "bulk hold": ("mbr_ev", "bulk_hold"),
    "fill to freeze": ("mbr_ev", "fill_to_freeze"),
}
STEPS = """
[master]
code = "MBR-CLOCK"
title = "One clock"
stage = "passage"
product = "iMSC culture"
batch_size = "1 flask"

[[step]]
key = "begin"
section = "Clock"
title = "Begin"
instructions = ["Begin."]

[[step.parameter]]
key = "began"
label = "Began at"
kind = "instant"

[[step.parameter]]
key = "cells"
label = "Viable cells"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"

[[step]]
key = "stop"
section = "Clock"
title = "End"
instructions = ["End."]

[[step.time]]
{limits}

[[step.parameter]]
key = "ended"
label = "Ended at"
kind = "instant"

[[step]]
key = "after"
section = "Clock"
title = "Go on"
instructions = ["Go on."]

[[step.parameter]]
key = "remark"
label = "Remark"
kind = "text"
"""


def limit_of(name: str) -> TimeLimit:
    master, key = SEVEN[name]
    steps = read_master((FOLDER / f"{master}.toml").read_text()).steps
    return next(time for step in steps for time in step.times if time.key == key)


def begun(limit: TimeLimit) -> BatchRecord:
    """A batch whose clock began at minute 0, by an instant or by a signature as in the shipped master."""
    told = {
        "key": limit.key, "title": limit.title, "since": "begin.began" if "." in limit.since else "begin", "until": "ended" if limit.until else "",
        "minimum_min": limit.minimum_min, "alert_min": limit.alert_min, "maximum_min": limit.maximum_min,
    }  # fmt: skip
    lines = [f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in told.items() if value not in ("", None)]
    with at(0) as now:
        batch = started(STEPS.format(limits="\n".join([*lines, *(["holds = true"] if limit.holds else [])])))
        recorded(step_no(batch, 1), began=now, cells="1000000")
        signed(step_no(batch, 1))
    return batch


def stopped(batch: BatchRecord, minute: int) -> None:
    with at(minute) as now:
        recorded(step_no(batch, 2), ended=now)
        signed(step_no(batch, 2))


@pytest.mark.django_db
@pytest.mark.req("EXE-10", "DEV-02")
@pytest.mark.req("EXE-10", negative=True)
@pytest.mark.parametrize("name", SEVEN)
def test_a_time_that_is_passed_raises_the_alarm_and_qa_decides_before_the_batch_goes_on(name: str) -> None:
    limit = limit_of(name)
    assert limit.alert_min is not None and limit.maximum_min is not None
    batch, most = begun(limit), limit.maximum_min
    assert states(batch, limit.alert_min)[limit.key] == "near"
    with at(most):
        assert not notice_clocks(batch), "the limit itself is allowed"
    with at(most + 1):
        shown = text_of(signed_in("a.operator").get(step_no(batch, 2).get_absolute_url()))
        exception = ExceptionRecord.objects.get()
        assert exception.sentence.startswith(f"{limit.title} has passed its limit of")
        assert exception.number in shown and "passed" in shown
        if limit.holds:
            with refused("time_undecided", exception.number):
                recorded(step_no(batch, 2), ended=BEGIN)
    if limit.holds:
        decided(exception.number, most + 2)
    stopped(batch, most + 3)
    waiting = ExceptionRecord.objects.get(status="open")
    with at(most + 4), refused("time_undecided", waiting.number, "QA decides on it first"):
        recorded(step_no(batch, 3), remark="x")
    decided(waiting.number, most + 5)
    with at(most + 6):
        recorded(step_no(batch, 3), remark="x")
        signed(step_no(batch, 3))


@pytest.mark.django_db
@pytest.mark.req("EXE-10")
@pytest.mark.req("EXE-10", negative=True)
@pytest.mark.parametrize("name", ["passage interval", "conditioning"])
def test_a_time_that_is_too_short_waits_for_qa_too(name: str) -> None:
    limit = limit_of(name)
    assert limit.minimum_min is not None
    batch = begun(limit)
    stopped(batch, limit.minimum_min - 1)
    exception = ExceptionRecord.objects.get()
    assert "at least" in exception.sentence
    with at(limit.minimum_min), refused("time_undecided", exception.number):
        recorded(step_no(batch, 3), remark="x")


@pytest.mark.req("EXE-10")
def test_each_of_the_seven_has_its_maximum_in_every_master_of_its_stage_and_a_hold_keeps_its_step_waiting() -> None:
    keys = {path.stem: {time.key for step in read_master(path.read_text()).steps for time in step.times} for path in FOLDER.glob("mbr_*.toml")}
    assert {stem for stem, found in keys.items() if {"bulk_hold", "fill_to_freeze"} <= found} == {"mbr_ev", "mbr_fill", "mbr_lyo"}
    assert [name for name in SEVEN if limit_of(name).holds] == ["hold of conditioned medium"]
    assert [name for name in SEVEN if limit_of(name).minimum_min] == ["passage interval", "conditioning"]
