"""One event of every class opens exactly one exception of its class, and what looks again opens none twice (DEV-02)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from batches.domain import commands as c
from batches.domain.commands_labels import PRINT_LABELS, RECONCILE_LABELS
from batches.models import BatchRecord, ExceptionRecord
from batches.services import labels
from batches.services.clocks import notice_clocks
from batches.services.records import abort_batch
from evgmp.compliance import clock
from tests.batches.builders_records import ABOVE, IN_LIMIT, corrected, recorded, set_up, signed, started, step_no
from tests.batches.builders_uses import EQUIPMENT_STEPS, ROOM, SKID, cleared, stopped, unit, used
from tests.batches.test_labels import ev_lot, read_back, template
from tests.batches.test_record_late_entry import late
from tests.batches.test_watch_clocks import at, batch_begun, thawed
from tests.builders import act

pytestmark = pytest.mark.django_db


def outside_its_limit() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **ABOVE)
    recorded(step_no(batch, 2), **IN_LIMIT)
    corrected(step_no(batch, 2), "p_permeate:2", "0.06")
    signed(step_no(batch, 2))


def out_of_time() -> None:
    batch = batch_begun()
    thawed(batch)
    for minute in (31, 32, 45):
        with at(minute):
            notice_clocks(batch)


def said_to_be_earlier() -> None:
    """Late, and before an earlier step was done: two classes, one exception each."""
    now = clock.now().replace(microsecond=0)
    with clock.held_at(now - timedelta(hours=3)):
        batch = started()
    with clock.held_at(now - timedelta(hours=2)):
        set_up(batch)
    late(step_no(batch, 2), now - timedelta(hours=2, minutes=30), **IN_LIMIT)
    recorded(step_no(batch, 2), **IN_LIMIT)


def put_out_of_service_meanwhile() -> None:
    room, skid = unit(ROOM), unit(SKID)
    assert room
    batch = started(EQUIPMENT_STEPS)
    cleared(batch)
    for code in (ROOM, SKID):
        used(step_no(batch, 2), code)
    stopped(skid)
    signed(step_no(batch, 2))


def aborted_unsigned() -> None:
    batch = started()
    recorded(step_no(batch, 1), area="0.115", integrity="pass")
    abort_batch(act(c.ABORT_BATCH, "a.verifier", reason="The membrane holder broke, nothing can be saved"), batch.number)


def labels_missing() -> None:
    issue = labels.print_labels(act(PRINT_LABELS, "a.operator"), ev_lot().number, template=template("vial"), count=4)
    read_back(issue)
    counts = {"used": 2, "specimen": 1, "damaged": 0, "returned": 0, "destroyed": 0}
    labels.reconcile_labels(act(RECONCILE_LABELS, "a.operator", witness="b.operator"), issue.number, **counts)


@pytest.mark.req("DEV-02")
@pytest.mark.parametrize(
    ("event", "kinds"),
    [
        (outside_its_limit, {"limit": 1}),
        (out_of_time, {"time": 1}),
        (said_to_be_earlier, {"late": 1, "order": 1}),
        (put_out_of_service_meanwhile, {"equipment": 1}),
        (aborted_unsigned, {"signature": 1}),
        (labels_missing, {"labels": 1}),
    ],
)
def test_one_event_of_a_class_opens_one_exception_of_it(event: Callable[[], None], kinds: dict[str, int]) -> None:
    event()
    assert Counter(ExceptionRecord.objects.values_list("kind", flat=True)) == kinds


@pytest.mark.req("DEV-02", negative=True)
def test_what_is_as_it_should_be_opens_none() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **IN_LIMIT)
    signed(step_no(batch, 2))
    assert BatchRecord.objects.count() == 1
    assert not ExceptionRecord.objects.exists()
