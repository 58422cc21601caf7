"""The second person's check of a method list."""

import pytest

from qc.domain.commands import REVIEW_METHODS
from qc.services.methods import review_methods
from tests.builders import act
from tests.qc.builders_lab import author_list, one_event, refused
from tests.qc.test_author_methods import ONE

pytestmark = pytest.mark.usefixtures("sqlite_cast")


@pytest.mark.req("MST-02", "LAB-02")
def test_a_draft_is_reviewed_once() -> None:
    version = author_list(ONE)
    with one_event(REVIEW_METHODS):
        assert review_methods(act(REVIEW_METHODS, "a.labhead"), version.number).status == "reviewed"
    with refused("wrong_status", "needs it to be a draft"):
        review_methods(act(REVIEW_METHODS, "a.labhead"), version.number)


@pytest.mark.req("MST-02", "ACC-03", negative=True)
@pytest.mark.parametrize("by", ["m.author", "a.analyst", "a.reviewer", "q.person"])
def test_other_roles_and_the_author_are_refused(by: str) -> None:
    version = author_list(ONE)
    with refused("not_permitted"):
        review_methods(act(REVIEW_METHODS, by), version.number)


@pytest.mark.req("AUD-08", negative=True)
def test_a_stale_page_is_refused() -> None:
    version = author_list(ONE)
    seen = str(version.revision)
    review_methods(act(REVIEW_METHODS, "a.labhead"), version.number)
    with refused("stale_page", "A. Labhead"):
        review_methods(act(REVIEW_METHODS, "a.labhead", seen=seen), version.number)
