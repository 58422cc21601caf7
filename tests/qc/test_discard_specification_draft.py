"""A draft that is given up stays readable and is never edited again."""

from typing import Any

import pytest

from evgmp.compliance.recording import Act
from qc.domain.commands import DISCARD_SPECIFICATION_DRAFT
from qc.selectors.specification_drafts import open_drafts
from qc.services.specification_drafts import discard_specification_draft
from tests.builders import WHY, act, person
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_specification_drafts import drafted_from, edited, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.req("REC-02", "MST-01", negative=True)
def test_discarded_and_readable(as_person: Any) -> None:
    draft = drafted_from()
    with one_event(DISCARD_SPECIFICATION_DRAFT):
        draft = discard_specification_draft(act(DISCARD_SPECIFICATION_DRAFT, "m.author"), draft.number)
    assert draft.status == "discarded" and not open_drafts()
    for who in ("m.author", "i.inspector"):
        shown = as_person(who).get(draft.get_absolute_url()).content.decode()
        assert "Bacterial endotoxin" in shown and "Discarded" in shown and "/edit-specification-part/" not in shown
    with refused("wrong_status", "discarded"):
        edited(f"{draft.number}.DS-SF-ENDO", upper="0.250")
    with refused("wrong_status"):
        submitted(draft)
    with refused("wrong_status"):
        discard_specification_draft(act(DISCARD_SPECIFICATION_DRAFT, "m.author"), draft.number)


@pytest.mark.req("MST-08", negative=True)
def test_without_a_reason_or_the_right_nothing_is_discarded() -> None:
    draft = drafted_from()
    with refused("reason_missing"):
        discard_specification_draft(Act(by=person("m.author")), draft.number)
    with refused("not_permitted"):
        discard_specification_draft(Act(by=person("a.labhead"), reason=WHY), draft.number)
