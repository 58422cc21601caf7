"""With the laws dropped by the owner of the database, `verify` names what was done."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from evgmp.compliance import verifying, wall
from evgmp.compliance.canonical import canonical, sha256
from evgmp.compliance.models import Event, FileContent, IssuedDocument, Signature
from evgmp.compliance.recording import FIRST_HASH
from evgmp.people.models import Person

pytestmark = pytest.mark.req("AUD-07", "SIG-05", negative=True)


@contextmanager
def laws_dropped() -> Iterator[Any]:
    """What an owner of the database can do: take every law off, change, put the laws back."""
    with connection.cursor() as cursor:
        for law in wall.laws():
            if wall.statement(law, connection.vendor):
                on = f' ON "{law.table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{law.name}"{on}')
        yield cursor
    wall.install()


def found_after(*statements: tuple[str, list[Any]]) -> str:
    with laws_dropped() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
    return "\n".join(verifying.findings())


def operator() -> Person:
    return Person.objects.get(user_id="a.operator")


def test_a_changed_live_row(any_cast: str) -> None:
    found = found_after(("UPDATE people_person SET printed_name = 'X' WHERE user_id = 'a.operator'", []))
    assert f"people.Person {operator().pk}: printed_name was changed past the door." in found


def test_an_old_history_row(any_cast: str) -> None:
    first = operator().history.order_by("history_id").first()
    found = found_after(("UPDATE people_historicalperson SET printed_name = 'X' WHERE history_id = %s", [first.history_id]))
    assert f"History row {first.history_id} of people_historicalperson" in found
    assert "was altered" in found


def test_live_and_last_history_row_together(any_cast: str) -> None:
    last = operator().history.order_by("history_id").last()
    found = found_after(
        ("UPDATE people_person SET printed_name = 'X' WHERE user_id = 'a.operator'", []),
        ("UPDATE people_historicalperson SET printed_name = 'X' WHERE history_id = %s", [last.history_id]),
    )
    assert f"History row {last.history_id} of people_historicalperson" in found


def test_a_row_deleted_with_its_history(any_cast: str) -> None:
    from evgmp.people.models import Training

    pk = Training.objects.latest("pk").pk
    found = found_after(
        ("DELETE FROM people_training WHERE id = %s", [pk]), ("DELETE FROM people_historicaltraining WHERE id = %s", [pk])
    )
    assert "of people_historicaltraining, written by event" in found
    assert "is gone" in found
    assert f"is on people.training {pk}, which does not exist" in found


def test_a_row_deleted_without_its_history(any_cast: str) -> None:
    from evgmp.people.models import Training

    pk = Training.objects.latest("pk").pk
    assert f"people.Training {pk} was deleted past the door." in found_after(("DELETE FROM people_training WHERE id = %s", [pk]))


def test_a_row_slipped_in_without_history(any_cast: str) -> None:
    found = found_after(
        ("INSERT INTO people_person (revision, user_id, printed_name, kind) VALUES (1, 'ghost', 'Ghost', 'person')", [])
    )
    assert "has no history: it was written past the door." in found


def test_a_moved_signature(any_cast: str) -> None:
    one, other = Signature.objects.order_by("pk")[:2]
    found = found_after(
        ("UPDATE compliance_signature SET record_key = %s WHERE id = %s", [other.record_key, one.pk]),
    )
    assert f"Signature {one.pk}" in found
    assert "moved or altered" in found


def test_a_signature_moved_to_another_event(any_cast: str) -> None:
    one, other = Signature.objects.filter(signer_id="a.reviewer").order_by("pk")[0], Signature.objects.filter(signer_id="b.reviewer").first()
    found = found_after(("UPDATE compliance_signature SET event_id = %s WHERE id = %s", [other.event_id, one.pk]))
    assert f"Signature {one.pk} (A. Reviewer, approved) does not belong to event" in found
    assert "A signature given in event" in found


def test_an_altered_and_a_removed_signature(any_cast: str) -> None:
    one, two = Signature.objects.order_by("pk")[:2]
    found = found_after(
        ("UPDATE compliance_signature SET content = content || ' ' WHERE id = %s", [one.pk]),
        ("DELETE FROM compliance_signature WHERE id = %s", [two.pk]),
    )
    assert f"Signature {one.pk} (A. Reviewer, approved) was altered" in found
    assert "A signature given in event" in found


@pytest.mark.parametrize("column", ["reason", "actor_name", "verb", "record_key"])
def test_an_altered_event_column(any_cast: str, column: str) -> None:
    seq = Event.objects.order_by("seq")[5].seq
    assert f"Event {seq} was altered" in found_after((f"UPDATE compliance_event SET {column} = 'x' WHERE seq = %s", [seq]))


def test_an_altered_payload_and_a_hole(any_cast: str) -> None:
    found = found_after(
        ("UPDATE compliance_event SET payload = replace(payload, 'A. Operator', 'B. Operator') WHERE seq = 3", []),
    )
    assert "Event 3" in found
    assert "its hash does not fit its content" in found


def test_a_removed_event(any_cast: str) -> None:
    assert Signature.objects.filter(event__seq=2).count() == 0
    found = found_after(("DELETE FROM compliance_event WHERE seq = 2", []))
    assert "Events 2 to 2 are missing from the chain." in found
    assert "was written by no event" in found


def test_a_file_that_was_changed(any_demo_plant: str) -> None:
    paper = IssuedDocument.objects.select_related("content").first()
    assert paper is not None
    assert found_after(("UPDATE compliance_filecontent SET data = %s WHERE sha256 = %s", [b"%PDF other", paper.content_id])).count("was changed") == 1
    assert str(paper) in "\n".join(verifying.file_findings())
    assert FileContent.objects.count() > 0


def _rewrite_chain(from_seq: int) -> None:
    """What a patient owner does: change a payload and recompute every hash after it."""
    with laws_dropped() as cursor:
        previous = FIRST_HASH
        for event in Event.objects.order_by("seq"):
            payload = json.loads(event.payload)
            if event.seq >= from_seq:
                payload["actor"]["name"] = "Nobody"
            text = canonical(payload)
            digest = sha256(previous + text)
            cursor.execute(
                "UPDATE compliance_event SET payload = %s, actor_name = %s, previous_hash = %s, hash = %s WHERE seq = %s",
                [text, payload["actor"]["name"], previous, digest, event.seq],
            )
            previous = digest


def test_a_checkpoint_finds_a_rewritten_chain_and_a_cut_tail(any_cast: str, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    call_command("checkpoint", str(kept), stdout=StringIO())
    call_command("verify", checkpoint=str(kept), stdout=StringIO())
    _rewrite_chain(1)
    assert not list(verifying.chain_findings())  # the chain itself is consistent again: only the checkpoint can tell
    assert "the chain was rewritten" in "\n".join(verifying.findings(json.loads(kept.read_text())))
    last = Event.objects.latest("seq")
    with laws_dropped() as cursor:
        cursor.execute("DELETE FROM compliance_signature WHERE event_id = %s", [last.pk])
        cursor.execute("DELETE FROM compliance_event WHERE seq = %s", [last.seq])
    assert "its tail was cut off" in "\n".join(verifying.findings(json.loads(kept.read_text())))


def test_the_command_names_findings_and_exits_with_1(any_cast: str, tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify", stdout=out)
    assert "Nothing found. Looked at" in out.getvalue()
    with laws_dropped() as cursor:
        cursor.execute("UPDATE people_person SET printed_name = 'X' WHERE user_id = 'a.operator'")
    with pytest.raises(CommandError) as error:
        call_command("verify", stderr=err)
    assert error.value.returncode == 1
    assert "printed_name was changed past the door" in err.getvalue()
    with pytest.raises(CommandError, match="no checkpoint file"):
        call_command("verify", checkpoint=str(tmp_path / "absent.json"))


def test_the_head_of_an_empty_chain_is_a_valid_checkpoint(any_database: str) -> None:
    assert verifying.chain_head() == {"seq": 0, "hash": FIRST_HASH, "at": None}
    assert verifying.findings(verifying.chain_head()) == []
