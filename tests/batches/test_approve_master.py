"""QA's approval: one version effective at a time, the one before superseded in the same recording."""

import pytest
from django.db import IntegrityError, transaction

from batches.domain.commands import APPROVE_MASTER, AUTHOR_MASTER, REVIEW_MASTER, START_BATCH
from batches.models import MasterVersion
from batches.selectors.master_drafts import place_of
from batches.services.masters import approve_master, author_master, review_master
from batches.services.records import start_batch
from evgmp.compliance import wall
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from tests.batches.builders_drafts import drafted, edited
from tests.batches.builders_records import RUN, authored, effective
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import CHANGE, act, person

pytestmark = pytest.mark.usefixtures("sqlite_cast")

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


def lacking() -> str:
    """The short run without its theoretical yield and its precautions."""
    return "\n".join(line for line in RUN.splitlines() if not line.startswith(("theoretical_yield", "precautions")))


def written(text: str) -> MasterVersion:
    """Authored and reviewed exactly as the text is."""
    version = author_master(act(AUTHOR_MASTER, "m.author", reason="First version for the campaign of this quarter"), text=text, **CHANGE)
    return review_master(act(REVIEW_MASTER, "a.verifier"), version.number)


@pytest.mark.req("MST-03", negative=True)
def test_a_master_that_lacks_an_element_is_not_approved_and_the_page_names_it() -> None:
    version = written(lacking())
    with refused("master_incomplete", "The theoretical yield is absent", "The precautions are absent"):
        approve_master(act(APPROVE_MASTER, "a.reviewer"), version.number)
    assert MasterVersion.objects.get().status == "reviewed"
    page = text_of(signed_in("a.reviewer").get(version.get_absolute_url()))
    assert "The theoretical yield is absent" in page and "Not stated" in page


@pytest.mark.req("MST-03")
def test_a_master_shows_what_it_holds_on_its_page_and_on_the_blank_record() -> None:
    version = effective()
    for address in (version.get_absolute_url(), f"/master/{version.number}/blank/"):
        page = text_of(signed_in("a.operator").get(address))
        for words in ("Theoretical yield 600", "Feed 1000 mL ± 10 %", "Bag, sterile", "Sterile connector", "In-process limits of the steps"):
            assert words in page, words


@pytest.mark.req("MST-03", "MST-04")
def test_a_master_approved_before_the_elements_were_asked_for_still_opens_and_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    version = written(lacking())
    with monkeypatch.context() as earlier:
        earlier.setattr("batches.selectors.masters.content_defects", lambda content: [])
        approve_master(act(APPROVE_MASTER, "a.reviewer"), version.number)
    assert "Not stated" in text_of(signed_in("a.operator").get(version.get_absolute_url()))
    assert start_batch(act(START_BATCH, "a.verifier"), version.number).version == version


@pytest.mark.req("MST-03")
def test_a_draft_says_what_it_lacks_and_takes_it_from_its_form() -> None:
    draft = drafted(lacking())
    client = signed_in("m.author")
    for address in (draft.get_absolute_url(), f"/edit-master-part/{draft.number}/"):
        assert "The precautions are absent" in text_of(client.get(address))
    edited(draft.number, theoretical_yield="600", precautions="None", **{"components-1-item": "Buffer", "components-1-quantity": "5"})
    (component,) = [one for one in place_of(draft.number).content.components if one.item == "Buffer"]
    assert (component.key, component.quantity, component.unit) == ("buffer", 5, "")
    page = text_of(client.get(draft.get_absolute_url()))
    assert "The precautions are absent" not in page and "Component Buffer: The unit is absent" in page
