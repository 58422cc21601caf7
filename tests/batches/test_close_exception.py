"""QA closes an exception with a decision; whoever took part in the step can't."""

import pytest

from batches.domain.commands import CLOSE_EXCEPTION, RECORD_ENTRY
from batches.models import ExceptionRecord, Lot
from batches.selectors.exceptions import exception_blockers, exception_of
from batches.selectors.release import processing_blockers
from batches.services import steps
from batches.services.exceptions import close_exception
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.people import services as people
from tests.batches.builders_material import culture, exception, medium, passage, run
from tests.batches.builders_records import step_no
from tests.batches.expecting import one_event, refused
from tests.builders import ADMIN, act, person

pytestmark = pytest.mark.django_db


def close(found: ExceptionRecord, decision: str = "impact_accepted", *, by: str = "a.reviewer", seen: str = "") -> ExceptionRecord:
    reason = "Pressure was above the limit for one minute, membrane intact"
    return close_exception(act(CLOSE_EXCEPTION, by, reason=reason, seen=seen), found.number, decision=decision)


@pytest.mark.req("DEV-01", "DEV-03")
def test_a_decision_is_signed_and_ends_the_exception() -> None:
    found = exception(culture().lot)
    assert found.number.startswith("EXC-")
    with one_event(CLOSE_EXCEPTION):
        found = close(found)
    assert (found.status, found.decision, found.closed_by) == ("closed", "impact_accepted", "A. Reviewer")
    assert "membrane intact" in found.decision_reason
    assert [(s.signer_id, s.meaning) for s in valid_signatures(found)] == [("a.reviewer", "approved")]


@pytest.mark.req("DEV-04", negative=True)
def test_an_open_exception_bars_the_lot_and_everything_below() -> None:
    parent = passage(is_commitment=True)
    child = medium(parent, released=False)
    own, inherited = exception(child), exception(parent)
    (blocker,) = exception_blockers(child)
    assert (blocker.key, blocker.message) == (
        "exceptions_open", f"Not decided yet: {own.number}, {inherited.number} of {parent}. QA closes every exception first.",
    )  # fmt: skip
    assert "exceptions_open" in [b.key for b in processing_blockers(child)]
    close(own, "no_impact")
    close(inherited)
    assert exception_blockers(child) == []


@pytest.mark.req("DEV-04", "REL-01", negative=True)
def test_an_affected_lot_is_not_released_any_more() -> None:
    lot = medium(passage(is_commitment=True), released=False)
    found = close(exception(lot), "lot_affected")
    (blocker,) = processing_blockers(Lot.objects.get(pk=lot.pk))
    assert (blocker.key, blocker.message) == ("lot_affected", f"{found.number} affects this lot, by QA's decision. Reject the lot.")


@pytest.mark.req("SIG-08", "AUD-12", negative=True)
def test_who_took_part_in_the_step_does_not_close_it() -> None:
    batch = culture()
    step = step_no(batch, 1)
    steps.record_entry(act(RECORD_ENTRY, "a.operator"), step.number, seeded="1E+6", harvested="8E+6")
    found = exception(batch.lot, step=step)
    # The operator becomes a QA reviewer too: the role is there, the part in the step stands against it.
    people.grant_role(Act(by=person(ADMIN), reason="Moves to quality assurance next month"), "a.operator", role="qa_reviewer")
    with refused("took_part", "You took part in what"):
        close(found, by="a.operator")
    assert close(found, by="a.reviewer").status == "closed"


@pytest.mark.req("AUD-03", "DEV-03", negative=True)
@pytest.mark.parametrize(("reason", "key"), [("", "reason_missing"), ("ok", "reason_says_nothing"), ("n/a", "reason_says_nothing")])
def test_the_reason_must_say_why(reason: str, key: str) -> None:
    found = exception(culture().lot)
    with refused(key):
        close_exception(act(CLOSE_EXCEPTION, "a.reviewer", reason=reason), found.number, decision="no_impact")


@pytest.mark.req("DEV-03", "REC-04", negative=True)
def test_once_by_qa_on_a_fresh_page_with_a_known_decision() -> None:
    found = exception(run().lot)
    with refused("not_permitted"):
        close_exception(Act(by=person("a.verifier"), reason="Pressure was above for one minute"), found.number, decision="no_impact")
    with refused("unknown_decision", "Impact accepted"):
        close(found, "forget it")
    seen = str(found.revision)
    close(found)
    with refused("stale_page", "Exception closed"):
        close(found, by="b.reviewer", seen=seen)
    with refused("wrong_status", "closed"):
        close(found, by="b.reviewer")
    assert exception_of(found.number).closed_by == "A. Reviewer"
