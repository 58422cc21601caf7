"""What the signer sees, and what can't be done to a signature or an earlier value, on the demo plant."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from batches.models import Entry, Lot
from evgmp.compliance import wall
from evgmp.compliance.models import Event, Signature
from evgmp.people.models import Account
from evgmp.web.command_view import VIEWS
from tests.builders import WHY

DEMO_PASSWORD = "demo-plant-2026"


def client_of(user_id: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(user_id=user_id))
    return client


def oos_lot() -> Lot:
    return next(lot for lot in Lot.objects.filter(stage="ev_lot").order_by("pk") if lot.oos.filter(status="open").exists())


@pytest.mark.req("AUD-04", "SIG-01", "SIG-07", negative=True)
def test_nothing_can_be_taken_back_from_a_signed_record(demo_plant: str) -> None:
    """An earlier value and a signature stay as they are, even inside an open door; a barred command offers nothing to sign."""
    corrected = Entry.objects.filter(is_current=False).first()
    assert corrected is not None
    for sql in (
        f"UPDATE batches_entry SET text = '0.55' WHERE id = {corrected.pk}",
        f"UPDATE batches_entry SET recorded_by = 'Somebody' WHERE id = {corrected.pk}",
        "UPDATE compliance_signature SET printed_name = 'Somebody Else'",
        "UPDATE compliance_signature SET meaning = 'approved'",
    ):
        with transaction.atomic(), wall.door(), pytest.raises(DatabaseError, match="evgmp"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    page = client_of("q.person").get(f"/certify-lot/{oos_lot().number}/").content.decode()
    assert 'name="password"' not in page
    assert "out of specification" in page.casefold() or "OOS" in page


@pytest.mark.req("SIG-07", "SIG-01")
def test_the_signing_page_says_what_is_signed(demo_plant: str) -> None:
    waiting = next(lot for lot in Lot.objects.filter(stage="ev_lot") if lot.disposition == "quarantine")
    answer = client_of("a.reviewer").get(f"/reject-lot/{waiting.number}/")
    page = answer.content.decode()
    assert waiting.number in page
    assert "What you sign" in page
    assert "I reject this" in page
    for signature in Signature.objects.filter(meaning="certified"):
        assert signature.printed_name and signature.role and signature.signer_id and signature.at.utcoffset() is not None


@pytest.mark.req("SIG-04")
def test_every_signature_asks_for_both_parts_however_recent_the_last_one(demo_plant: str) -> None:
    client = client_of("b.reviewer")
    data = {"topic": "qc_testing", "valid_from": "2026-01-01", "valid_until": "2027-01-01", "evidence": "TR-9", "user_id": "b.reviewer"}
    for _ in range(2):
        answer = client.post("/people/record-training/a.analyst/", {**data, "password": DEMO_PASSWORD, "reason": WHY})
        assert answer.status_code == 302
    form = client.get("/people/record-training/a.analyst/").context["act_form"]
    assert {"user_id", "password"} <= set(form.fields)


@pytest.mark.req("SIG-04", negative=True)
def test_a_signature_with_one_part_is_refused_right_after_a_full_one(demo_plant: str) -> None:
    client = client_of("b.reviewer")
    data = {"topic": "qc_testing", "valid_from": "2026-01-01", "valid_until": "2027-01-01", "evidence": "TR-9"}
    assert client.post("/people/record-training/a.analyst/", {**data, "user_id": "b.reviewer", "password": DEMO_PASSWORD}).status_code == 302
    before = Event.objects.count()
    for part in ({"user_id": "b.reviewer"}, {"password": DEMO_PASSWORD}, {}):
        answer = client.post("/people/record-training/a.analyst/", {**data, **part})
        assert answer.status_code == 422
        assert "both, at every signature" in answer.content.decode()
    assert Event.objects.count() == before
    assert VIEWS["people.record_training"].command.signs
