"""Editing a draft part by part: every field of the schema, defects beside their part, stale pages refused with nothing lost."""

import re
from dataclasses import fields
from decimal import Decimal

import pytest

from batches.domain.commands import EDIT_MASTER_PART, MOVE_MASTER_PART, REMOVE_MASTER_PART
from batches.domain.master_file import read_master
from batches.domain.master_parts import ParameterFile, StepFile
from batches.forms.master_parts import PartForm
from batches.forms.part_fields import initial_of
from batches.selectors.master_drafts import Place, defects_of, place_of
from batches.services import master_drafts as services
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from tests.batches.builders_drafts import drafted, edited, shown
from tests.batches.builders_records import RUN
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import hidden, signed_in, text_of
from tests.builders import act, person

pytestmark = pytest.mark.django_db

EVERYTHING = {
    "performer": "operator", "may_skip": "on", "parallel": "wash", "attachment": "allowed", "condition-value": "setup.area",
    "condition-at_least": "0.100", "times-0-title": "Thaw to plate", "times-0-since": "setup", "times-0-maximum_min": "30",
    "materials-0-item": "PBS", "materials-0-quantity": "1.50", "materials-0-unit": "L", "materials-0-tolerance_pct": "5", "materials-0-required": "on",
    "equipment-0-equipment_class": "tff_skid", "samples-0-purpose": "In-process", "samples-0-quantity": "2.0", "samples-0-unit": "mL",
}  # fmt: skip


@pytest.mark.req("MST-01", "MST-03")
def test_a_step_is_edited_with_everything_the_schema_holds() -> None:
    draft = drafted()
    with one_event(EDIT_MASTER_PART):
        place = edited(f"{draft.number}.result", title="Weigh the product", **EVERYTHING)
    step = place.part
    assert (step.title, step.performer, step.may_skip, str(step.condition.at_least)) == ("Weigh the product", "operator", True, "0.100")
    assert (step.times[0].key, step.times[0].maximum_min) == ("thaw_to_plate", 30)
    assert (step.materials[0].key, str(step.materials[0].quantity), step.equipment[0].equipment_class) == ("pbs", "1.50", "tff_skid")
    assert str(step.samples[0].quantity) == "2.0"
    # The values of the step and all other steps stay as they were.
    before = read_master(RUN)
    assert step.parameters == before.steps[2].parameters
    assert place.content.steps[:2] == before.steps[:2]
    # A second save with one more row keeps the first.
    again = edited(f"{draft.number}.result", **{"materials-1-item": "Filter", "materials-1-required": "on"}).part
    assert [m.item for m in again.materials] == ["PBS", "Filter"]
    assert edited(f"{draft.number}.result", **{"materials-0-item": None, "materials-0-quantity": None, "materials-0-unit": None,
                  "materials-0-tolerance_pct": None, "materials-0-key": None}).part.materials[0].item == "Filter"  # fmt: skip


@pytest.mark.req("MST-03")
@pytest.mark.parametrize(("kind", "path"), [(StepFile, "setup"), (ParameterFile, "log.tmp")])
def test_the_form_asks_for_every_field_of_the_part(kind: type, path: str) -> None:
    form = PartForm(target=place_of(f"{drafted().number}.{path}"))
    asked = {name.split("-")[0] for name in form.fields}
    assert asked == {f.name for f in fields(kind)} - {"parameters"}
    drawn = {f.name for group in form.groups() for f in [*group["fields"], *(one for row in group["rows"] for one in row)]}
    assert drawn == set(form.fields)


@pytest.mark.req("MST-03")
@pytest.mark.parametrize("path", ["", ".setup", ".log", ".result", ".setup.integrity", ".log.tmp", ".result.product_volume"])
def test_what_is_shown_comes_back_unchanged(path: str) -> None:
    on = drafted().number + path
    form = PartForm(shown(on), target=place_of(on))
    assert form.is_valid(), form.errors
    assert initial_of(form.cleaned_data["content"]) == initial_of(place_of(on).part) or path == ""
    with refused("nothing_changed"):
        services.edit_master_part(act(EDIT_MASTER_PART, "m.author"), on, **form.cleaned_data)


@pytest.mark.req("MST-03")
def test_a_value_is_edited_digit_for_digit() -> None:
    draft = drafted()
    tmp = edited(f"{draft.number}.log.tmp", action_high="0.410", target="0.30", inputs="feed = p_feed\nretentate = p_retentate").part
    assert (str(tmp.action_high), tmp.target) == ("0.410", Decimal("0.30"))
    assert dict(tmp.inputs) == {"feed": "p_feed", "retentate": "p_retentate"}
    listed = edited(f"{draft.number}.result.product_volume", inputs="values = volume, other").part
    assert dict(listed.inputs) == {"values": ("volume", "other")}
    assert edited(f"{draft.number}.setup.integrity", choices="pass\nfail\nnot done", required=None).part.choices == (
        "pass",
        "fail",
        "not done",
    )


@pytest.mark.req("MST-09", negative=True)
def test_a_defect_is_saved_and_stands_beside_its_part() -> None:
    draft = drafted()
    edited(f"{draft.number}.result", witness=None)
    edited(f"{draft.number}.result.volume", unit=None)
    found = defects_of(Place(place_of(draft.number).draft, ()).content)
    assert any("needs a witness" in sentence for sentence in found["result",])
    assert any("needs a unit" in sentence for sentence in found["result", "volume"])
    page = signed_in("m.author").get(f"/master-draft/{draft.number}/").content.decode()
    row = page[page.index('id="result"') :]
    assert "A critical step needs a witness" in row and "A number needs a unit" in row
    assert "A critical step needs a witness" not in page[: page.index('id="result"')]
    assert "A number needs a unit" in text_of(signed_in("m.author").get(f"/edit-master-part/{draft.number}.result/"))


@pytest.mark.req("MST-09", negative=True)
@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        ("setup.area", {"plausible_low": "1,234"}, "plausible_low"),
        ("setup.area", {"decimals": "2.5"}, "decimals"),
        ("setup.area", {"kind": "poem"}, "kind"),
        ("setup", {"kind": "poem"}, "kind"),
        ("setup", {"title": ""}, "title"),
        ("setup", {"key": "Set up"}, "key"),
        ("setup", {"title": "x" * 121}, "title"),
        ("log.tmp", {"inputs": "feed"}, "inputs"),
        ("log.tmp", {"inputs": "feed = a\nfeed = b"}, "inputs"),
        ("setup", {"samples-0-purpose": "QC"}, "samples-0-quantity"),
        ("setup", {"condition-at_least": "5"}, "condition-value"),
        ("setup", {"materials-0-item": "a", "materials-0-key": "k", "materials-1-item": "b", "materials-1-key": "k"}, "materials-1-key"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_at_its_field(path: str, typed: dict[str, str], field: str) -> None:
    on = f"{drafted().number}.{path}"
    form = PartForm({**shown(on), **typed}, target=place_of(on))
    assert not form.is_valid()
    assert field in form.errors


@pytest.mark.req("MST-09", negative=True)
def test_two_parts_never_share_a_key() -> None:
    draft = drafted()
    with refused("key_taken", "log"):
        edited(f"{draft.number}.setup", key="log")
    with refused("key_taken", "area"):
        edited(f"{draft.number}.setup.remark", key="area")


@pytest.mark.req("REC-01", negative=True)
def test_a_stale_page_is_refused_and_nothing_typed_is_lost() -> None:
    draft = drafted()
    client = signed_in("m.author")
    address = f"/edit-master-part/{draft.number}.setup/"
    page = client.get(address)
    edited(f"{draft.number}.log", title="Gauge log")
    data = {**shown(f"{draft.number}.setup"), "title": "Mount the membrane", "seen": hidden(page, "seen"), "once": hidden(page, "once")}
    answer = client.post(address, data)
    shown_now = text_of(answer)
    assert answer.status_code == 422
    assert "This page is out of date. M. Author changed it at" in shown_now
    assert "Mount the membrane" in answer.content.decode()
    assert "Step log title" in shown_now and "Gauge log" in shown_now
    assert place_of(f"{draft.number}.setup").part.title == "Set up the membrane"
    # What others changed was shown, so the same text may be saved on top of it.
    again = client.post(address, {**data, "seen": hidden(answer, "seen"), "once": hidden(answer, "once")})
    assert again.status_code == 302
    assert place_of(f"{draft.number}.setup").part.title == "Mount the membrane"
    assert place_of(f"{draft.number}.log").part.title == "Gauge log"


@pytest.mark.req("REC-01", negative=True)
def test_a_part_that_somebody_removed_is_told_and_nothing_typed_is_lost() -> None:
    from batches.domain.commands import REMOVE_MASTER_PART

    draft = drafted()
    client = signed_in("m.author")
    page = client.get(f"/edit-master-part/{draft.number}.setup/")
    typed = {**shown(f"{draft.number}.setup"), "title": "Mount the membrane", "seen": "", "once": hidden(page, "once")}
    services.remove_master_part(act(REMOVE_MASTER_PART, "m.author"), draft.number, part="setup")
    answer = client.post(f"/edit-master-part/{draft.number}.setup/", typed)
    assert answer.status_code == 422
    assert "no step “setup” any more" in text_of(answer) and "Mount the membrane" in answer.content.decode()
    assert "no step “setup” any more" in text_of(client.get(f"/edit-master-part/{draft.number}.setup/"))


@pytest.mark.req("MST-08", "AUD-02")
def test_the_trail_says_what_changed() -> None:
    draft = drafted()
    edited(f"{draft.number}.result.volume", action_high="620.0")
    event = Event.objects.order_by("-seq")[0]
    assert re.search(r"result\.volume, action high: 630\.0 → 620\.0", event.payload)
    trail = text_of(signed_in("i.inspector").get("/audit-trail/"))
    assert "630.0" in trail and "620.0" in trail


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "a.reviewer", "a.analyst", "q.person", "i.inspector"])
def test_only_authors_edit(by: str) -> None:
    draft = drafted()
    with refused("not_permitted"):
        services.edit_master_part(Act(by=person(by)), f"{draft.number}.setup", content=place_of(f"{draft.number}.setup").part)
    client = signed_in(by)
    assert client.get(f"/edit-master-part/{draft.number}.setup/").status_code == 403
    assert "Add a step" not in text_of(client.get(f"/master-draft/{draft.number}/"))


@pytest.mark.req("MST-03", negative=True)
def test_a_value_has_no_parts_that_could_be_edited_moved_or_removed() -> None:
    draft, client = drafted(), signed_in("m.author")
    for act_on in ("edit", "add", "move", "remove"):
        assert client.get(f"/{act_on}-master-part/{draft.number}.setup.area.more/").status_code == 404
    with refused("part_gone", "A master has no part setup.area.more. It has steps, and these have values."):
        services.remove_master_part(act(REMOVE_MASTER_PART, "m.author"), draft.number, part="setup.area.more")
    with refused("part_gone"):
        services.move_master_part(act(MOVE_MASTER_PART, "m.author"), draft.number, part="setup.area.more", to=3)
    assert place_of(draft.number).content == read_master(RUN)
