"""The second person's check of a specification."""

import pytest

from qc.domain.commands import REVIEW_SPECIFICATION
from qc.selectors.specifications import shipped_text
from qc.services.specifications import review_specification
from tests.builders import act
from tests.qc.builders_lab import EV_SPEC, author, effective, one_event, refused

pytestmark = pytest.mark.usefixtures("sqlite_methods")


@pytest.mark.req("MST-02")
def test_a_draft_is_reviewed() -> None:
    version = author(shipped_text(EV_SPEC))
    with one_event(REVIEW_SPECIFICATION):
        reviewed = review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), version.number)
    assert reviewed.status == "reviewed"


@pytest.mark.req("MST-02", negative=True)
@pytest.mark.parametrize("by", ["m.author", "a.analyst", "a.reviewer", "q.person"])
def test_other_roles_and_the_author_are_refused(by: str) -> None:
    version = author(shipped_text(EV_SPEC))
    with refused("not_permitted"):
        review_specification(act(REVIEW_SPECIFICATION, by), version.number)


@pytest.mark.req("MST-02", negative=True)
def test_a_version_is_reviewed_once() -> None:
    version = effective()
    with refused("wrong_status", "needs it to be a draft"):
        review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), version.number)


@pytest.mark.req("AUD-08", negative=True)
def test_a_stale_page_is_refused() -> None:
    version = author(shipped_text(EV_SPEC))
    seen = str(version.revision)
    review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), version.number)
    with refused("stale_page", "A. Labhead"):
        review_specification(act(REVIEW_SPECIFICATION, "a.labhead", seen=seen), version.number)
