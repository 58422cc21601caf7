"""Removing a test or a control set."""

from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.recording import Act
from qc.domain.commands import REMOVE_SPECIFICATION_PART
from qc.domain.specification_editing import rows_of, sets_of
from qc.selectors.specification_drafts import defects_by_row, place_of
from qc.services.specification_drafts import remove_specification_part
from tests.builders import act, person
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_specification_drafts import added, drafted_from, submitted

pytestmark = pytest.mark.django_db
HEAD = '[specification]\ncode = "SPEC-ONE"\ntitle = "One"\nstage = "ipsc_mcb"\n[[row]]\ncode = "A"\n'


@pytest.mark.req("MST-01")
def test_a_test_goes_and_the_rest_stays() -> None:
    draft = drafted_from()
    before = place_of(draft.number).file.rows
    with one_event(REMOVE_SPECIFICATION_PART):
        place = remove_specification_part(act(REMOVE_SPECIFICATION_PART, "m.author"), draft.number, part="DS-SF-ENDO")
    assert list(place.file.rows) == [row for row in before if row.code != "DS-SF-ENDO"]
    added(f"{draft.number}.set:", key="spare")
    place = remove_specification_part(act(REMOVE_SPECIFICATION_PART, "m.author"), draft.number, part="set:spare")
    assert "spare" not in [one["key"] for one in sets_of(place.document)]


@pytest.mark.req("LAB-23", negative=True)
def test_without_its_last_test_a_draft_is_never_a_version(as_person: Any) -> None:
    from tests.qc.builders_specification_drafts import drafted

    draft = drafted(HEAD)
    place = remove_specification_part(act(REMOVE_SPECIFICATION_PART, "m.author"), draft.number, part="A")
    assert rows_of(place.document) == []
    assert any("needs a mandatory release row" in sentence for sentence in defects_by_row(place.file)[""])
    assert "No test yet" in as_person("m.author").get(draft.get_absolute_url()).content.decode()
    with refused("specification_defect", "needs a mandatory release row"):
        submitted(draft)


@pytest.mark.req("MST-01", negative=True)
def test_what_is_gone_or_used_is_refused(as_person: Any) -> None:
    draft = drafted_from()
    with refused("part_gone", "DS-NONE"):
        remove_specification_part(act(REMOVE_SPECIFICATION_PART, "m.author"), draft.number, part="DS-NONE")
    with refused("set_in_use", "DS-SF-ENDO"):
        remove_specification_part(act(REMOVE_SPECIFICATION_PART, "m.author"), draft.number, part="set:endotoxin")
    client, url = as_person("m.author"), reverse("qc:remove_specification_part", args=[draft.number])
    assert client.get(url, {"part": "DS-SF-ENDO"}).context["form"]["part"].value() == "DS-SF-ENDO"
    assert client.post(url, {"part": "DS-NONE"}).status_code == 422
    assert "the control set “endotoxin”" in client.post(url, {"part": "set:endotoxin"}).content.decode()


@pytest.mark.req("MST-08", negative=True)
def test_only_authors_remove() -> None:
    draft = drafted_from()
    for by in ("a.analyst", "a.labhead", "a.reviewer", "i.inspector"):
        with refused("not_permitted"):
            remove_specification_part(Act(by=person(by)), draft.number, part="DS-SF-ENDO")
