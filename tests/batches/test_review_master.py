"""The second person's check of a master record."""

import pytest

from batches.domain.commands import REVIEW_MASTER
from batches.services.masters import approve_master, review_master
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import authored, effective
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.usefixtures("sqlite_cast")


@pytest.mark.req("MST-01", "MST-02")
def test_a_draft_is_reviewed() -> None:
    draft = authored()
    with one_event(REVIEW_MASTER):
        version = review_master(act(REVIEW_MASTER, "a.verifier"), draft.number)
    assert version.status == "reviewed"
    # The status is no signed field: the author's signature still counts.
    assert [s.meaning for s in valid_signatures(version)] == ["performed", "reviewed"]
    assert len(valid_signatures(version)[1].covered) == 15


@pytest.mark.req("MST-01", negative=True)
def test_only_a_draft_is_reviewed() -> None:
    version = effective()
    with refused("wrong_status", "effective"):
        review_master(act(REVIEW_MASTER, "b.verifier"), version.number)


@pytest.mark.req("MST-02", "SIG-08", negative=True)
def test_the_author_does_not_review() -> None:
    from evgmp.people.services import grant_role
    from evgmp.rules.command import REGISTER

    grant_role(act(REGISTER["people.grant_role"], "s.admin"), "m.author", role="verifier")
    draft = authored()
    with refused("one_part_a_person"):
        review_master(act(REVIEW_MASTER, "m.author"), draft.number)
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "m.author", "a.analyst", "i.inspector", "s.admin"])
def test_wrong_role(by: str) -> None:
    draft = authored()
    with refused("not_permitted"):
        review_master(Act(by=person(by)), draft.number)


@pytest.mark.req("SIG-03", negative=True)
def test_without_signature() -> None:
    draft = authored()
    with refused("signature_missing"):
        review_master(Act(by=person("a.verifier")), draft.number)


@pytest.mark.req("MST-01", negative=True)
def test_a_stale_page_is_refused_by_name() -> None:
    draft = authored()
    seen = str(draft.revision)
    review_master(act(REVIEW_MASTER, "a.verifier"), draft.number)
    with refused("stale_page", "A. Verifier"):
        review_master(act(REVIEW_MASTER, "b.verifier", seen=seen), draft.number)


@pytest.mark.req("MST-02", negative=True)
def test_an_unreviewed_draft_is_not_approved() -> None:
    from batches.domain.commands import APPROVE_MASTER

    draft = authored()
    with refused("wrong_status", "a draft"):
        approve_master(act(APPROVE_MASTER, "a.reviewer"), draft.number)
