"""QA's approval: one version effective at a time, the one before superseded in the same recording."""

import pytest
from django.db import IntegrityError, transaction

from batches.domain.commands import APPROVE_MASTER, REVIEW_MASTER
from batches.models import MasterVersion
from batches.services.masters import approve_master, review_master
from evgmp.compliance import wall
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from tests.batches.builders_records import RUN, authored, effective
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db

SECOND = RUN.replace('action_high = "630.0"', 'action_high = "620.0"')


def reviewed(text: str = RUN) -> MasterVersion:
    return review_master(act(REVIEW_MASTER, "a.verifier"), authored(text).number)


@pytest.mark.req("MST-01", "MST-02")
def test_a_reviewed_version_becomes_effective() -> None:
    version = reviewed()
    with one_event(APPROVE_MASTER):
        version = approve_master(act(APPROVE_MASTER, "a.reviewer"), version.number)
    assert version.status == "effective"
    assert version.effective_from == Event.objects.order_by("-seq")[0].at


@pytest.mark.req("MST-01")
def test_the_earlier_version_is_superseded_in_the_same_recording() -> None:
    first = effective()
    second = reviewed(SECOND)
    approve_master(act(APPROVE_MASTER, "a.reviewer"), second.number)
    first.refresh_from_db()
    assert first.status == "superseded"
    recordings = {v.history.order_by("-history_id").first().recording_id for v in MasterVersion.objects.all()}
    assert len(recordings) == 1


@pytest.mark.req("MST-01", negative=True)
def test_an_overtaken_version_never_becomes_effective() -> None:
    first = reviewed()
    second = reviewed(SECOND)
    approve_master(act(APPROVE_MASTER, "a.reviewer"), second.number)
    with refused("overtaken", "MBR-RUN-V2"):
        approve_master(act(APPROVE_MASTER, "a.reviewer"), first.number)


@pytest.mark.req("MST-01", negative=True)
def test_two_effective_versions_are_refused_by_the_database() -> None:
    effective()
    second = reviewed(SECOND)
    with pytest.raises(IntegrityError), transaction.atomic(), wall.door():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE batches_masterversion SET status = 'effective' WHERE id = %s", [second.pk])


@pytest.mark.req("MST-01", negative=True)
def test_the_content_of_a_version_never_changes() -> None:
    from django.db import DatabaseError, connection

    version = effective()
    step = version.steps.first()
    for statement, key in (
        ("UPDATE batches_masterversion SET source_text = 'x' WHERE id = %s", version.pk),
        ("UPDATE batches_masterstep SET title = 'x' WHERE id = %s", step.pk),
        ("UPDATE batches_masterparameter SET action_high = '9' WHERE step_id = %s", step.pk),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), wall.door(), connection.cursor() as cursor:
            cursor.execute(statement, [key])


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "m.author", "q.person", "i.inspector"])
def test_wrong_role(by: str) -> None:
    version = reviewed()
    with refused("not_permitted"):
        approve_master(Act(by=person(by)), version.number)


@pytest.mark.req("MST-01", negative=True)
def test_stale_and_twice() -> None:
    version = reviewed()
    approve_master(act(APPROVE_MASTER, "a.reviewer", seen=str(version.revision), once="f" * 32), version.number)
    with refused("already_recorded"):
        approve_master(act(APPROVE_MASTER, "a.reviewer", once="f" * 32), version.number)
    with refused("stale_page"):
        approve_master(act(APPROVE_MASTER, "b.reviewer", seen=str(version.revision)), version.number)
    with refused("wrong_status", "effective"):
        approve_master(act(APPROVE_MASTER, "b.reviewer"), version.number)
