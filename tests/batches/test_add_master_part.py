"""Steps and values added to a draft: behind a neighbour, or last, with a key of their own."""

import pytest

from batches.domain.commands import ADD_MASTER_PART
from batches.forms.master_parts import AddPartForm
from batches.selectors.master_drafts import place_of
from batches.services.master_drafts import add_master_part
from evgmp.compliance.recording import Act
from tests.batches.builders_drafts import added, drafted
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import person

pytestmark = pytest.mark.django_db


@pytest.mark.req("MST-01", "MST-03")
def test_a_step_behind_another_and_a_value_in_it() -> None:
    draft = drafted()
    with one_event(ADD_MASTER_PART):
        place = added(draft.number, title="Rinse", kind="entry", section="Preparation", instructions="Rinse twice.\nDrain.", after="setup")
    assert [s.key for s in place.content.steps] == ["setup", "rinse", "log", "result"]
    assert place.part.instructions == ("Rinse twice.", "Drain.")
    value = added(
        place.number, label="Rinse volume", kind="number", unit="mL", decimals="0", plausible_low="1", plausible_high="500", required="on"
    )
    assert (value.number, str(value.part.plausible_high), value.part.required) == (f"{draft.number}.rinse.rinse_volume", "500", True)
    first = added(draft.number, title="Rinse", kind="entry")
    assert (first.part.key, [s.key for s in first.content.steps][-1]) == ("rinse_2", "rinse_2")


@pytest.mark.req("MST-09", negative=True)
def test_a_taken_key_and_a_missing_title_are_refused() -> None:
    draft = drafted()
    with refused("key_taken", "setup"):
        added(draft.number, title="Again", kind="entry", key="setup")
    assert not AddPartForm({"kind": "entry"}, target=place_of(draft.number)).is_valid()
    assert not AddPartForm({"title": "x", "kind": "entry", "after": "nowhere"}, target=place_of(draft.number)).is_valid()


def test_the_page_offers_every_kind_and_value_parts_have_none() -> None:
    draft = drafted()
    client = signed_in("m.author")
    shown = text_of(client.get(f"/add-master-part/{draft.number}/?after=setup"))
    for kind in ("Hold point", "Fill and reconciliation", "Timer or hold", "Branch"):
        assert kind in shown
    assert 'value="setup" selected' in client.get(f"/add-master-part/{draft.number}/?after=setup").content.decode()
    assert client.get(f"/add-master-part/{draft.number}.setup.area/").status_code == 404


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "a.reviewer"])
def test_only_authors_add(by: str) -> None:
    draft = drafted()
    step = place_of(f"{draft.number}.setup").part
    with refused("not_permitted"):
        add_master_part(Act(by=person(by)), draft.number, content=step)
