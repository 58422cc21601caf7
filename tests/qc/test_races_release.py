"""Two people at the same moment on one lot or paper: one certification, and no copy number twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import IntegrityError

import tests.qc.builders_release as scene
from evgmp.compliance import issuing
from evgmp.compliance.models import DocumentCopy, IssuedDocument
from evgmp.compliance.verifying import findings
from evgmp.rules.blocker import RuleBroken
from qc.domain import commands as c
from qc.models import CertificationRegister
from qc.services import copies, release
from tests.builders import act
from tests.qc.test_certify_lot import named_qualified_person
from tests.support.races import Meeting, together


def outcomes(*calls: Callable[[], Any]) -> list[str]:
    """What each of several acts at one moment came to: done, refused, or a database error."""
    found = []
    for outcome in together(*calls):
        if outcome.error is not None and not isinstance(outcome.error, RuleBroken | IntegrityError):
            raise outcome.error
        found.append("done" if outcome.error is None else "refused" if isinstance(outcome.error, RuleBroken) else "database error")
    return sorted(found)


@pytest.fixture
def both_have_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each copy waits, after it has counted the copies, until the other has counted too: for a second at most."""
    meeting = Meeting()
    draw = issuing._drawn

    def wait_then_draw(*args: Any) -> bytes:
        meeting.wait()
        return draw(*args)

    monkeypatch.setattr(issuing, "_drawn", wait_then_draw)


@pytest.fixture
def ready_on_postgres(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]], postgres_server: Any) -> Iterator[Any]:
    """The embedded database has one writer at a time by itself, so only PostgreSQL can show what the lock prevents."""
    with throwaway_database("postgresql", "ready"):
        yield scene.ev_lot()


def two_copies() -> list[Callable[[], Any]]:
    key = scene.approved_by_qc().certificate.key
    acts = [act(c.TAKE_COPY, who) for who in ("a.reviewer", "q.person")]
    return [lambda one=one: copies.take_copy(one, key) for one in acts]


@pytest.mark.req("PRT-03", negative=True)
def test_without_the_lock_two_copies_get_one_number(
    ready_on_postgres: Any, both_have_counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is real: only the constraint of the database stops it."""
    calls = two_copies()
    monkeypatch.setattr(IssuedDocument, "locked", lambda **lookup: IssuedDocument.objects.get(**lookup))
    assert outcomes(*calls) == ["database error", "done"]


@pytest.mark.req("PRT-03")
def test_two_copies_at_once_get_two_numbers(ready_lot_anywhere: Any, both_have_counted: None) -> None:
    assert outcomes(*two_copies()) == ["done", "done"]
    assert sorted(DocumentCopy.objects.values_list("copy_number", flat=True)) == [1, 2]
    assert not findings()


@pytest.mark.req("REL-07", negative=True)
def test_two_certifications_at_once_leave_one_row(ready_lot_anywhere: Any) -> None:
    named_qualified_person("b.reviewer")
    scene.up_to("qa")
    number = ready_lot_anywhere.number
    acts = [act(c.CERTIFY_LOT, who) for who in ("q.person", "b.reviewer")]
    assert outcomes(*(lambda one=one: release.certify_lot(one, number, destination="Germany") for one in acts)) == ["done", "refused"]
    assert CertificationRegister.objects.count() == 1
    assert IssuedDocument.objects.filter(kind="batch_certificate").count() == 1
    assert not findings()
