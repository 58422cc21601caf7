"""The result of a session that was pending is read once, by whoever counts the plates (EXE-19)."""

import pytest

from batches.domain import commands as c
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_environment import read, session
from tests.batches.builders_uses import ROOM, unit
from tests.batches.expecting import one_event, refused

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-19")
def test_plates_are_counted_days_later_by_another() -> None:
    unit(ROOM)
    record = session()
    with one_event(c.READ_MONITORING):
        record = read(record, "2", by="b.analyst")
    assert (record.status, str(record.value), record.read_by, record.recorded_by) == ("em_within", "2", "B. Analyst", "A. Analyst")
    assert [s.signer_id for s in valid_signatures(record)] == ["b.analyst"]


@pytest.mark.req("EXE-19", negative=True)
def test_a_result_is_read_once_and_by_its_role() -> None:
    unit(ROOM)
    record, pending = session("settle_plates", "2"), session()
    with refused("read_already", "monitored again"):
        read(record, "1")
    with refused("not_permitted"):
        read(pending, "1", by="a.operator")
