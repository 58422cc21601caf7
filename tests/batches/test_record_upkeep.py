"""Upkeep: done by one person, checked by another, in the log in order of time; a cleaning's validity is computed."""

import datetime

import pytest

from batches.domain.commands import RECORD_UPKEEP
from batches.selectors.equipment import equipment_state, log_of, unit_facts
from batches.services.equipment import record_upkeep
from evgmp.compliance import clock
from tests.batches.builders_uses import LATER, SKID, kept, unit
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-14")
def test_the_log_is_in_order_with_performer_and_checker() -> None:
    found = unit(fit=False)
    with one_event(RECORD_UPKEEP):
        kept(found, "calibrated")
    kept(found, "maintained", by="b.operator", witness="a.operator")
    found = kept(found, "cleaned")
    log = log_of(found)
    assert [(line.kind, line.performed_by, line.checked_by) for line, _ in log] == [
        ("calibrated", "A. Operator", "B. Operator"), ("maintained", "B. Operator", "A. Operator"), ("cleaned", "A. Operator", "B. Operator"),
    ]  # fmt: skip
    assert all(len(signed) == 2 for _, signed in log)
    cleaned = log[-1][0]
    assert cleaned.until == cleaned.at + datetime.timedelta(hours=168)
    today = clock.now().date()
    assert len(log_of(found, today, today)) == 3
    assert log_of(found, None, today - datetime.timedelta(days=1)) == []
    assert equipment_state(found, clock.now()) == "overdue"
    assert equipment_state(kept(found, "qualified"), clock.now()) == "in_date"
    assert unit_facts(found).ends["calibration"] == datetime.datetime(2098, 6, 1, tzinfo=datetime.UTC)


@pytest.mark.req("EXE-14", "EXE-15", negative=True)
def test_what_gives_no_validity_is_refused() -> None:
    found = unit(fit=False)
    with refused("valid_until_missing"):
        kept(found, "calibrated", until=None)
    with refused("already_over", "2020-01-31"):
        kept(found, "qualified", until=datetime.date(2020, 1, 31))
    signing = act(RECORD_UPKEEP, "a.operator", witness="b.operator")
    with refused("computed_value"):
        record_upkeep(signing, SKID, kind="cleaned", evidence="Protocol", valid_until=LATER)
    with refused("no_validity"):
        record_upkeep(signing, SKID, kind="maintained", evidence="Protocol", valid_until=LATER)
    with refused("unknown_kind"):
        record_upkeep(signing, SKID, kind="polished", evidence="Protocol")
