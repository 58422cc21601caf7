"""Another person reviews a session; an invalid one covers no use of the room (EXE-19)."""

import pytest

from batches.domain import commands as c
from batches.models import ExceptionRecord
from batches.selectors.environment import monitoring_blockers
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_environment import em_reviewed, ended, in_the_room, read, session
from tests.batches.builders_uses import ROOM, unit
from tests.batches.expecting import one_event, refused

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-19")
def test_a_session_is_reviewed_under_a_signature() -> None:
    unit(ROOM)
    record = session("pressure", "12")
    with one_event(c.REVIEW_MONITORING):
        record = em_reviewed(record)
    assert (record.reviewed_by, record.status) == ("A. Labhead", "em_within")
    assert [(s.signer_id, s.meaning) for s in valid_signatures(record)] == [("a.labhead", "reviewed")]


@pytest.mark.req("EXE-19", "SIG-08", negative=True)
def test_nobody_reviews_what_is_pending_twice_or_without_the_role() -> None:
    unit(ROOM)
    record = session()
    with refused("no_result", "Record it first"):
        em_reviewed(record)
    with refused("not_permitted"):
        em_reviewed(record, by="a.analyst")
    with refused("unknown_decision"):
        em_reviewed(record, decision="perhaps")
    em_reviewed(read(record, "2"))
    with refused("wrong_status"):
        em_reviewed(record)


@pytest.mark.req("EXE-19", negative=True)
def test_an_invalid_session_is_no_link() -> None:
    batch = in_the_room()
    em_reviewed(session("pressure", "12"))
    plates = session()
    batch = ended(batch)
    assert not ExceptionRecord.objects.filter(lot=batch.lot, kind="environment").exists()
    assert em_reviewed(plates, "invalid").status == "em_invalid"
    (exception,) = ExceptionRecord.objects.filter(lot=batch.lot, kind="environment")
    assert exception.sentence.startswith("Settle plates of ROOM-C2: no monitoring is recorded")


@pytest.mark.req("EXE-19", "SIG-08", negative=True)
def test_who_recorded_or_read_a_session_does_not_review_it() -> None:
    unit(ROOM)
    record = session()
    for reader in ("", "a.labhead"):
        record.reader_id = reader
        keys = [blocker.key for blocker in monitoring_blockers(c.REVIEW_MONITORING, record, "a.labhead")]
        assert keys == (["took_part"] if reader else [])
