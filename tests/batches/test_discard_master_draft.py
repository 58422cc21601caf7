"""A draft that is given up stays readable and is never edited again."""

import pytest

from batches.domain.commands import DISCARD_MASTER_DRAFT
from batches.services.master_drafts import discard_master_draft
from tests.batches.builders_drafts import drafted, edited, submitted
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import act

pytestmark = pytest.mark.django_db


@pytest.mark.req("REC-02", "MST-01", negative=True)
def test_discarded_and_readable() -> None:
    draft = drafted()
    with one_event(DISCARD_MASTER_DRAFT):
        draft = discard_master_draft(act(DISCARD_MASTER_DRAFT, "m.author"), draft.number)
    assert draft.status == "discarded"
    shown = text_of(signed_in("i.inspector").get(draft.get_absolute_url()))
    assert "Set up the membrane" in shown and "Discarded" in shown
    with refused("wrong_status", "discarded"):
        edited(f"{draft.number}.setup", title="Mount it")
    with refused("wrong_status"):
        submitted(draft)
    with refused("wrong_status"):
        discard_master_draft(act(DISCARD_MASTER_DRAFT, "m.author"), draft.number)
