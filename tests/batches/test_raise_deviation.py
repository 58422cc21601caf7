"""An exception may become a deviation: the same record (DEV-02). Anybody reports what was not as it should be (DEV-01)."""

import pytest

from batches.domain import commands as c
from batches.models import ExceptionRecord
from batches.services import exceptions
from tests.batches.builders_records import ABOVE, recorded, set_up, started, step_no
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import PASSWORD, act

pytestmark = pytest.mark.django_db

WHY = "The pressure stayed above its limit for several minutes"


def raised(number: str, classification: str = "major", *, by: str = "a.reviewer", reason: str = WHY) -> ExceptionRecord:
    return exceptions.raise_deviation(act(c.RAISE_DEVIATION, by, reason=reason), number, classification=classification)


def reported(on: str, by: str = "a.operator", what: str = "A drop fell beside the vessel at 10:05") -> ExceptionRecord:
    return exceptions.report_exception(act(c.REPORT_EXCEPTION, by), on, what=what)


@pytest.mark.req("DEV-02")
def test_the_exception_becomes_the_deviation_and_stays_the_same_record() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **ABOVE)
    before = ExceptionRecord.objects.get()
    with one_event(c.RAISE_DEVIATION):
        raised(before.number)
    after = ExceptionRecord.objects.get()
    assert (after.number, after.sentence, after.entry, after.step) == (before.number, before.sentence, before.entry, before.step)
    assert (after.status, after.classification, after.deviation_at is not None) == ("open", "major", True)
    shown = text_of(signed_in("a.reviewer").get(after.get_absolute_url()))
    assert "Major" in shown and "Deviation since" in shown and "Make it a deviation" not in shown


@pytest.mark.req("DEV-02", negative=True)
def test_once_by_qa_with_a_class_and_a_reason() -> None:
    number = reported(started().lot.number).number
    with refused("unknown_class"):
        raised(number, "dreadful")
    with refused("reason_missing"):
        raised(number, reason="")
    with refused("not_permitted"):
        raised(number, by="a.operator")
    raised(number, "critical")
    with refused("deviation_already", "is a deviation since"):
        raised(number)
    exceptions.close_exception(act(c.CLOSE_EXCEPTION, "a.reviewer"), number, decision="no_impact")
    with refused("wrong_status"):
        raised(number)


@pytest.mark.req("DEV-01")
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "a.analyst", "a.labhead", "a.reviewer", "q.person"])
def test_everybody_who_works_with_a_lot_reports_from_a_step_or_a_lot(by: str) -> None:
    batch = started()
    with one_event(c.REPORT_EXCEPTION):
        at_step = reported(step_no(batch, 1).number, by)
    assert (at_step.kind, at_step.step, at_step.lot, at_step.status) == ("reported", step_no(batch, 1), batch.lot, "open")
    of_lot = reported(batch.lot.number, by, "The label of the bag is torn")
    assert (of_lot.step, of_lot.lot, of_lot.sentence) == (None, batch.lot, "The label of the bag is torn")


@pytest.mark.req("DEV-01", "EXE-27")
def test_it_is_reported_from_the_step_in_one_form() -> None:
    batch = started()
    step, client = step_no(batch, 1), signed_in("a.operator")
    assert f'href="/report-exception/{step.number}/"' in client.get(step.get_absolute_url()).content.decode()
    said = {"what": "A drop fell beside the vessel", "user_id": "a.operator", "password": PASSWORD}
    assert client.post(f"/report-exception/{step.number}/", {**said, "what": " "}).status_code == 422
    empty = client.post(f"/report-exception/{step.number}/", {"what": " "})
    assert "3 fields are empty: What was not as it should be; User ID; Password. Fill them in." in text_of(empty), "all at once, not round by round"
    assert client.post(f"/report-exception/{step.number}/", said).status_code == 302
    assert ExceptionRecord.objects.get().step == step


@pytest.mark.req("DEV-01", negative=True)
def test_an_inspector_reports_nothing_in_the_record() -> None:
    batch = started()
    assert signed_in("i.inspector").get(f"/report-exception/{batch.lot.number}/").status_code == 403
