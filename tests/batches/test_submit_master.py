"""A draft becomes a version: without defects, with its change record, signed by its author, checked by somebody who wrote none of it."""

import pytest

from batches.domain import commands as c
from batches.domain.master_file import read_master
from batches.models import MasterVersion
from batches.selectors.master_drafts import draft_facts, draft_of, place_of
from batches.services.master_drafts import draft_master
from batches.services.masters import approve_master, review_master
from batches.views.work_records import drafts_in_hand
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.people import services as people
from tests.batches.builders_drafts import drafted, edited, submitted
from tests.batches.builders_records import RUN, authored, effective
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import CHANGE, WHY, act, person

pytestmark = pytest.mark.usefixtures("sqlite_cast")


@pytest.mark.req("MST-01", "MST-02", "MST-07")
def test_a_draft_becomes_a_version_that_others_review_and_approve() -> None:
    draft = drafted()
    edited(f"{draft.number}.result.volume", action_high="620.0")
    with one_event(c.SUBMIT_MASTER):
        version = submitted(draft, impact="The upper limit is tighter")
    assert (version.number, version.status, version.impact) == ("MBR-RUN-V1", "draft", "The upper limit is tighter")
    assert read_master(version.source_text) == place_of(draft.number).content
    draft.refresh_from_db()
    assert (draft.status, draft.version) == ("submitted", version)
    (signature,) = valid_signatures(version)
    assert (signature.signer_id, signature.meaning) == ("m.author", "performed")
    assert '"impact":"The upper limit is tighter"' in signature.content
    review_master(act(c.REVIEW_MASTER, "a.verifier"), version.number)
    assert approve_master(act(c.APPROVE_MASTER, "a.reviewer"), version.number).status == "effective"


@pytest.mark.req("MST-01", "MST-06", "MST-07")
def test_the_next_version_shows_what_changed_and_why() -> None:
    first = effective()
    draft = draft_master(act(c.DRAFT_MASTER, "m.author"), based_on=first.number)
    edited(f"{draft.number}.result.volume", action_high="620.0")
    version = submitted(draft, reason="Tighter after the trend of last year", affected_batches="RUN-2026-001 keeps version 1")
    page = text_of(signed_in("a.verifier").get(version.get_absolute_url()))
    for words in ("MBR-RUN-V2", "action high", "630.0", "620.0", "Tighter after the trend of last year", "RUN-2026-001 keeps version 1"):
        assert words in page
    page = text_of(signed_in("m.author").get(draft.get_absolute_url()))
    assert "was written since this draft began" not in page and "Discard the draft" not in page


@pytest.mark.req("MST-09", negative=True)
def test_a_draft_with_defects_is_refused_with_every_sentence() -> None:
    draft = drafted()
    edited(f"{draft.number}.result", witness=None)
    edited(f"{draft.number}.result.volume", unit=None)
    with refused("master_defect", "Step result: A critical step needs a witness", "result.volume: A number needs a unit"):
        submitted(draft)
    assert "are still in this draft" in text_of(signed_in("m.author").get(f"/submit-master/{draft.number}/"))
    assert not MasterVersion.objects.exists()


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.parametrize("part", sorted(CHANGE))
def test_no_version_without_its_change_record(part: str) -> None:
    draft = drafted()
    with refused("change_record_missing", part.replace("_", " ")):
        submitted(draft, **{part: " "})
    with refused("reason_missing"):
        submitted(draft, reason="")


@pytest.mark.req("MST-07", negative=True)
def test_a_version_from_before_the_change_record_is_not_approved() -> None:
    """Versions written by an earlier release have none: the rules refuse them at review and at approval."""
    from batches.domain.lifecycle_records import MASTER
    from batches.selectors.masters import master_facts

    version = authored()
    version.impact = ""
    for command, status in ((c.REVIEW_MASTER, "draft"), (c.APPROVE_MASTER, "reviewed")):
        (blocker,) = MASTER.blockers(command, status=status, facts=master_facts(version))
        assert (blocker.key, "impact" in blocker.message) == ("change_record_missing", True)


@pytest.mark.req("MST-01", negative=True)
def test_a_draft_does_not_undo_what_was_submitted_meanwhile() -> None:
    first = effective()
    one, other = (draft_master(act(c.DRAFT_MASTER, "m.author"), based_on=first.number) for _ in range(2))
    edited(f"{one.number}.setup", title="Mount the membrane")
    edited(f"{other.number}.setup", title="Fit the membrane")
    submitted(one)
    with refused("written_meanwhile", "MBR-RUN-V2"):
        submitted(other)


@pytest.mark.req("MST-01", negative=True)
def test_no_change_no_version_and_no_edit_after_submission() -> None:
    first = effective()
    draft = draft_master(act(c.DRAFT_MASTER, "m.author"), based_on=first.number)
    with refused("nothing_changed", "MBR-RUN-V1"):
        submitted(draft)
    edited(f"{draft.number}.setup", title="Mount the membrane")
    submitted(draft)
    with refused("wrong_status", "submitted"):
        edited(f"{draft.number}.setup", title="Mount it again")
    with refused("wrong_status"):
        submitted(draft)


@pytest.mark.req("MST-02", "SIG-08", negative=True)
def test_who_edited_a_draft_does_not_review_it() -> None:
    """A second author edits, the first one submits: the second one, who may also review, wrote a part of it."""
    people.grant_role(Act(by=person("s.admin"), reason=WHY), "a.verifier", role="master_data_author")
    draft = drafted()
    edited(f"{draft.number}.setup", title="Mount the membrane", by="a.verifier")
    version = submitted(draft)
    with refused("wrote_it", "Another person"):
        review_master(act(c.REVIEW_MASTER, "a.verifier"), version.number)
    review_master(act(c.REVIEW_MASTER, "b.verifier"), version.number)


@pytest.mark.req("MST-01", "MST-08")
def test_a_master_goes_to_another_site_as_a_file_and_needs_the_same_approval_there() -> None:
    version = authored()
    answer = signed_in("i.inspector").get(f"/master/{version.number}/file/")
    assert answer.content.decode() == version.source_text == RUN
    assert answer["Content-Disposition"] == 'attachment; filename="MBR-RUN-V1.toml"'
    draft = drafted(answer.content.decode().replace("MBR-RUN", "MBR-OTHER"))
    assert signed_in("i.inspector").get(f"/master-draft/{draft.number}/file/").content.decode() == draft.content
    there = submitted(draft)
    assert there.status == "draft"
    with refused("wrong_status"):
        approve_master(act(c.APPROVE_MASTER, "a.reviewer"), there.number)


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "a.reviewer", "i.inspector"])
def test_only_authors_submit(by: str) -> None:
    from batches.services.master_drafts import submit_master

    draft = drafted()
    with refused("not_permitted"):
        submit_master(Act(by=person(by), reason=WHY), draft.number, **CHANGE)


@pytest.mark.req("MST-09")
def test_a_draft_waits_for_its_author_with_the_number_of_its_defects() -> None:
    draft = drafted()
    (whole,) = drafts_in_hand(person("m.author"))
    assert (whole["title"], whole["record"]) == (f"Draft {draft.number} can be submitted", draft)
    edited(f"{draft.number}.result", witness=None)
    edited(f"{draft.number}.result.volume", unit="")
    (item,) = drafts_in_hand(person("m.author"))
    assert item["title"] == f"Draft {draft.number}: {draft_facts(draft_of(draft.number))['defects']} defects to mend"
    assert drafts_in_hand(person("a.operator")) == []
