"""An alarm is cleared by a signed comment and by nothing else; a batch is not completed before (EXE-26)."""

import pytest
from django.db import DatabaseError, connection, transaction

from batches.documents.executed_record import executed_record
from batches.domain import commands as c
from batches.domain.alarms import ALARM_KINDS, alarms_acknowledged
from batches.domain.lifecycle_records import BATCH
from batches.models import AlarmAcknowledgement, BatchRecord, Entry, ExceptionRecord
from batches.selectors.alarms import alarm_of, alarms_of, waiting_alarms
from batches.selectors.executed import executed as gathered
from batches.selectors.records import performers_of
from batches.services import records
from batches.services.alarms import acknowledge_alarm
from batches.services.exceptions import close_exception, open_exception, report_exception
from evgmp.compliance.recording import Act, recording
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import (
    ABOVE,
    IN_LIMIT,
    WHAT_WAS_DONE,
    acknowledged,
    completed,
    corrected,
    executed,
    recorded,
    set_up,
    signed,
    started,
    step_no,
)
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import PASSWORD, act, person

pytestmark = pytest.mark.django_db

# TMP 0.39 bar: inside the limit of 0.40, beyond the alert limit of 0.38.
NEAR = {"p_feed": "0.64", "p_retentate": "0.24", "p_permeate": "0.05"}


def ringing(rows: tuple[dict[str, str], ...] = (IN_LIMIT, ABOVE, NEAR)) -> BatchRecord:
    """A batch whose log rings twice: a pressure above its limit (an exception), then one beyond its alert limit."""
    return executed(fed(started(), bank_lot()), rows=rows)


def complete(batch: BatchRecord) -> BatchRecord:
    return records.complete_batch(act(c.COMPLETE_BATCH, "a.operator"), batch.number)


@pytest.mark.req("EXE-26")
def test_an_alarm_keeps_person_time_and_comment_under_a_signature() -> None:
    batch = ringing()
    high, near = alarms_of(batch)
    assert (high.exception is not None, high.entry, near.exception) == (True, None, None)
    assert near.number == f"{batch.lot.number}-02.tmp:3"
    assert "near its limit: alert" in near.sentence and "step 2 row 3" in near.sentence
    with one_event(c.ACKNOWLEDGE_ALARM):
        row = acknowledged(near.number)
    signature = valid_signatures(row)[0]
    assert (row.acknowledged_by, row.comment, row.at) == ("A. Operator", WHAT_WAS_DONE, signature.at)
    assert (signature.signer_id, signature.meaning) == ("a.operator", "performed")
    assert [alarm.number for alarm in waiting_alarms(batch)] == [high.number]


@pytest.mark.req("EXE-26", negative=True)
@pytest.mark.parametrize(("by", "comment", "key"), [
    (Act, "", "signature_missing"), (None, "", "reason_missing"), (None, "ok", "reason_says_nothing"), (None, "see above", "reason_says_nothing"),
])  # fmt: skip
def test_without_a_signed_comment_an_alarm_is_not_cleared(by: type[Act] | None, comment: str, key: str) -> None:
    batch = ringing(rows=(ABOVE,))
    number = waiting_alarms(batch)[0].number
    with refused(key):
        if by is None:
            acknowledged(number, comment=comment)
        else:
            acknowledge_alarm(Act(by=person("a.operator"), reason=WHAT_WAS_DONE), number)
    assert number in [alarm.number for alarm in waiting_alarms(batch)]


@pytest.mark.req("EXE-26", negative=True)
def test_a_batch_is_not_completed_while_an_alarm_waits_whatever_qa_decided() -> None:
    batch = ringing()
    exception = ExceptionRecord.objects.get(lot=batch.lot)
    close_exception(act(c.CLOSE_EXCEPTION, "a.reviewer", reason="One reading of three, back within minutes"), exception.number, decision="no_impact")
    with refused("alarms_unacknowledged", "above its limit", "near its limit", "Acknowledge each alarm"):
        complete(batch)
    acknowledged(exception.number)
    with refused("alarms_unacknowledged", "near its limit"):
        complete(batch)
    acknowledged(waiting_alarms(batch)[0].number)
    assert complete(batch).status == "completed"


@pytest.mark.req("EXE-26", negative=True)
def test_a_review_waits_for_an_alarm_that_rang_after_the_completion() -> None:
    batch = completed(ringing(rows=(IN_LIMIT,)))
    with recording(c.REPORT_EXCEPTION, act(c.REPORT_EXCEPTION, "a.operator")) as rec:
        late = open_exception(rec, lot=batch.lot, kind="balance", sentence="More was used than was made")
        rec.about(late)
    with refused("alarms_unacknowledged", "More was used"):
        records.review_batch(act(c.REVIEW_BATCH, "b.verifier"), batch.number)
    acknowledged(late.number)
    assert records.review_batch(act(c.REVIEW_BATCH, "b.verifier"), batch.number).status == "reviewed"


@pytest.mark.req("EXE-26", negative=True)
def test_an_alarm_is_acknowledged_once_and_stays_as_it_is() -> None:
    batch = ringing(rows=(ABOVE,))
    number = waiting_alarms(batch)[0].number
    row = acknowledged(number)
    with refused("acknowledged_already", "by A. Operator at"):
        acknowledged(number, by="b.operator")
    with connection.cursor() as cursor, transaction.atomic(), pytest.raises(DatabaseError):
        cursor.execute("UPDATE batches_alarmacknowledgement SET comment = 'Nothing was wrong' WHERE id = %s", [row.pk])
    assert AlarmAcknowledgement.objects.get(pk=row.pk).comment == WHAT_WAS_DONE


@pytest.mark.req("EXE-26")
def test_the_acknowledgement_stands_when_qa_decides_and_when_the_value_is_corrected() -> None:
    batch = ringing()
    high, near = (acknowledged(alarm.number) for alarm in alarms_of(batch))
    assert high.exception is not None
    close_exception(act(c.CLOSE_EXCEPTION, "a.reviewer", reason="One reading of three, back within minutes"), high.exception.number, decision="no_impact")
    corrected(step_no(batch, 2), "p_feed:3", "0.55")
    assert all(len(valid_signatures(row)) == 1 for row in (high, near))
    assert [alarm.acknowledged for alarm in alarms_of(batch)] == [high, near]


@pytest.mark.req("EXE-26")
def test_whoever_may_acknowledge_finds_the_alarm_in_the_work_until_it_is_done() -> None:
    batch = ringing()
    for who in ("a.operator", "a.verifier"):
        assert f"2 alarms of {batch.lot} wait to be acknowledged" in text_of(signed_in(who).get("/"))
    acknowledged(waiting_alarms(batch)[0].number)
    assert f"An alarm of {batch.lot} waits to be acknowledged" in text_of(signed_in("a.verifier").get("/"))
    acknowledged(waiting_alarms(batch)[0].number)
    assert "acknowledged" not in text_of(signed_in("a.verifier").get("/"))


@pytest.mark.req("EXE-26", negative=True)
def test_what_is_no_alarm_has_no_acknowledgement() -> None:
    batch = ringing(rows=(IN_LIMIT,))
    seen = report_exception(act(c.REPORT_EXCEPTION, "a.operator"), batch.lot.number, what="A lamp flickers in the corridor")
    assert alarms_of(batch) == []
    for number in (seen.number, f"{batch.lot.number}-02.tmp:1", f"{batch.lot.number}-02.none", f"{batch.lot.number}-02.tmp:²", "EXC-1999-001", "."):
        with pytest.raises((ExceptionRecord.DoesNotExist, Entry.DoesNotExist)):
            alarm_of(number)


@pytest.mark.req("EXE-26", "SIG-08")
def test_who_acknowledged_took_part_and_does_not_review() -> None:
    batch = ringing(rows=(ABOVE,))
    for alarm in waiting_alarms(batch):
        acknowledged(alarm.number, by="b.verifier")
    assert "b.verifier" in performers_of(batch.lot)
    batch = complete(batch)
    with refused("took_part"):
        records.review_batch(act(c.REVIEW_BATCH, "b.verifier"), batch.number)


@pytest.mark.req("ACC-04", negative=True)
@pytest.mark.parametrize("by", ["a.analyst", "a.reviewer", "i.inspector"])
def test_wrong_role(by: str) -> None:
    number = waiting_alarms(ringing(rows=(ABOVE,)))[0].number
    with refused("not_permitted"):
        acknowledge_alarm(Act(by=person(by), reason=WHAT_WAS_DONE), number)


def test_the_kinds_and_the_sentence_of_many_alarms() -> None:
    assert set(ALARM_KINDS) == {"limit", "order", "time", "material", "equipment", "balance"}
    said = alarms_acknowledged({"unacknowledged": ["one", "two", "three", "four", "five"]})
    assert said is not None and "one; two; three; and 2 more." in said.message
    assert alarms_acknowledged({"unacknowledged": []}) is None
    assert [b.key for b in BATCH.blockers(c.ACKNOWLEDGE_ALARM, status="aborted")] == ["wrong_status"]


@pytest.mark.req("EXE-26", "PRT-01")
def test_the_executed_record_prints_each_alarm_with_its_comment() -> None:
    batch = ringing()
    high, _ = alarms_of(batch)
    acknowledged(high.number)
    lines = executed_record(gathered(BatchRecord.objects.get(pk=batch.pk))).alarms
    assert [(line.exception, line.comment, len(line.signatures)) for line in lines] == [(high.number, WHAT_WAS_DONE, 1), ("", "", 0)]


@pytest.mark.req("EXE-26")
def test_the_pages_show_the_alarm_and_the_way_to_clear_it() -> None:
    batch = fed(started(), bank_lot())
    set_up(batch)
    recorded(step_no(batch, 2), **ABOVE)
    step, client = step_no(batch, 2), signed_in("a.operator")
    number = waiting_alarms(batch)[0].number
    for page in (step.get_absolute_url(), batch.get_absolute_url()):
        response = client.get(page)
        assert f"/acknowledge-alarm/{number}/" in response.content.decode()
    url = f"/acknowledge-alarm/{number}/"
    form = client.get(url)
    assert "Comment" in text_of(form) and "above its limit" in text_of(form)
    data = {"reason": "", "user_id": "a.operator", "password": PASSWORD}
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "reason": WHAT_WAS_DONE}).status_code == 302
    shown = client.get(batch.get_absolute_url())
    assert WHAT_WAS_DONE in text_of(shown) and "Not acknowledged" not in text_of(shown)
    assert url not in client.get(step.get_absolute_url()).content.decode()
    signed(step_no(batch, 2))
