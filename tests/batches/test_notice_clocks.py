"""Two people look at a batch whose clock passed: one exception, and no other refusal is kept quiet (EXE-10)."""

from collections.abc import Callable

import pytest

from batches.models import BatchRecord, ExceptionRecord
from batches.services import clocks
from evgmp.compliance.recording import Act
from evgmp.rules.blocker import refuse
from tests.batches.expecting import refused
from tests.batches.test_watch_clocks import at, batch_begun, thawed

pytestmark = pytest.mark.django_db

Watch = Callable[[Act, str], BatchRecord]


@pytest.mark.req("EXE-10", "DEV-02", negative=True)
def test_a_clock_that_somebody_else_noticed_a_moment_earlier_opens_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = batch_begun()
    thawed(batch)
    watch: Watch = clocks.watch_clocks

    def overtaken(act: Act, on: str) -> BatchRecord:
        watch(Act(by=clocks.WATCH), on)
        return watch(act, on)

    monkeypatch.setattr(clocks, "watch_clocks", overtaken)
    with at(31):
        assert not clocks.notice_clocks(batch), "this look opened nothing"
    assert ExceptionRecord.objects.get().kind == "time"


@pytest.mark.req("EXE-10", negative=True)
def test_a_watch_that_may_not_write_is_not_taken_for_a_clock_that_kept_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = batch_begun()
    thawed(batch)

    def barred(act: Act, on: str) -> BatchRecord:
        raise refuse("not_permitted", "The watch holds no right to open an exception.")

    monkeypatch.setattr(clocks, "watch_clocks", barred)
    with at(31), refused("not_permitted", "holds no right"):
        clocks.notice_clocks(batch)
