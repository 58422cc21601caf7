"""Moving a test among those of its category, by the buttons' own posts."""

from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.recording import Act
from qc.domain.commands import MOVE_SPECIFICATION_ROW
from qc.selectors.specification_drafts import Place, place_of
from qc.services.specification_drafts import move_specification_row
from tests.builders import act, person
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_specification_drafts import drafted_from

pytestmark = pytest.mark.django_db


def safety(place: Place) -> list[str]:
    return [row.code for row in place.file.rows if row.category == "safety"]


@pytest.mark.req("MST-01")
def test_a_test_changes_its_place_among_those_of_its_category() -> None:
    draft = drafted_from()
    before = place_of(draft.number)
    last = safety(before)[-1]
    with one_event(MOVE_SPECIFICATION_ROW):
        place = move_specification_row(act(MOVE_SPECIFICATION_ROW, "m.author"), draft.number, row=last, to=1)
    assert safety(place) == [last, *safety(before)[:-1]]
    others = [[row.code for row in one.file.rows if row.category != "safety"] for one in (before, place)]
    assert others[0] == others[1]
    assert place.get_absolute_url().endswith(f"#{last}")


@pytest.mark.req("REC-01", "MST-01", negative=True)
def test_a_button_pressed_twice_moves_once(as_person: Any) -> None:
    draft = drafted_from()
    client, url = as_person("m.author"), reverse("qc:move_specification_row", args=[draft.number])
    first, second, *_ = safety(place_of(draft.number))
    data = {"row": first, "to": "2", "seen": str(draft.revision)}
    assert client.post(url, data).status_code == 302
    again = client.post(url, {**data, "to": "3"})
    assert again.status_code == 422 and "This page is out of date" in again.content.decode()
    assert safety(place_of(draft.number))[:2] == [second, first]


@pytest.mark.req("MST-01", negative=True)
def test_what_cannot_be_moved_is_refused(as_person: Any) -> None:
    draft = drafted_from()
    first = safety(place_of(draft.number))[0]
    with refused("part_gone", "DS-NONE"):
        move_specification_row(act(MOVE_SPECIFICATION_ROW, "m.author"), draft.number, row="DS-NONE", to=1)
    with refused("nothing_changed"):
        move_specification_row(act(MOVE_SPECIFICATION_ROW, "m.author"), draft.number, row=first, to=1)
    client = as_person("m.author")
    for data in ({"row": "DS-NONE", "to": "1"}, {"row": first, "to": "0"}, {"row": first, "to": "first"}):
        assert client.post(reverse("qc:move_specification_row", args=[draft.number]), data).status_code == 422
    assert client.get(reverse("qc:move_specification_row", args=[f"{draft.number}.{first}"])).status_code == 404


@pytest.mark.req("MST-08", negative=True)
def test_only_authors_move() -> None:
    draft = drafted_from()
    for by in ("a.analyst", "a.labhead", "a.reviewer", "i.inspector"):
        with refused("not_permitted"):
            move_specification_row(Act(by=person(by)), draft.number, row="DS-SF-ENDO", to=1)
