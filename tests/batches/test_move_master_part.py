"""Moving steps and values, by the buttons' own posts."""

import pytest

from batches.domain.commands import MOVE_MASTER_PART
from batches.selectors.master_drafts import place_of
from batches.services.master_drafts import move_master_part
from tests.batches.builders_drafts import drafted
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import act

pytestmark = pytest.mark.django_db


@pytest.mark.req("MST-01")
def test_steps_and_values_change_places() -> None:
    draft = drafted()
    with one_event(MOVE_MASTER_PART):
        place = move_master_part(act(MOVE_MASTER_PART, "m.author"), draft.number, part="result", to=1)
    assert [s.key for s in place.content.steps] == ["result", "setup", "log"]
    place = move_master_part(act(MOVE_MASTER_PART, "m.author"), draft.number, part="log.tmp", to=2)
    assert [p.key for p in place.content.steps[2].parameters] == ["p_feed", "tmp", "p_retentate", "p_permeate"]
    # A calculation above its inputs is a defect, told beside it; the draft may hold it.
    assert "further up" in text_of(signed_in("m.author").get(f"/edit-master-part/{draft.number}.log/"))


@pytest.mark.req("MST-01")
def test_a_step_moved_into_a_section_joins_it() -> None:
    draft = drafted()
    place = move_master_part(act(MOVE_MASTER_PART, "m.author"), draft.number, part="setup", to=2)
    assert [(s.key, s.section) for s in place.content.steps][1] == ("setup", "Filtration")


@pytest.mark.req("REC-01", "MST-01", negative=True)
def test_a_button_pressed_twice_moves_once() -> None:
    draft = drafted()
    client = signed_in("m.author")
    data = {"part": "setup", "to": "2", "seen": str(draft.revision)}
    assert client.post(f"/move-master-part/{draft.number}/", data).status_code == 302
    again = client.post(f"/move-master-part/{draft.number}/", {**data, "to": "3"})
    assert again.status_code == 422 and "This page is out of date" in text_of(again)
    assert [s.key for s in place_of(draft.number).content.steps] == ["log", "setup", "result"]


@pytest.mark.req("MST-01", negative=True)
def test_what_cannot_be_moved_is_refused() -> None:
    draft = drafted()
    with refused("part_gone", "nothing"):
        move_master_part(act(MOVE_MASTER_PART, "m.author"), draft.number, part="nothing", to=1)
    with refused("nothing_changed"):
        move_master_part(act(MOVE_MASTER_PART, "m.author"), draft.number, part="setup", to=1)
