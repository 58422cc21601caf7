"""Adding a test behind another one, and a control set."""

from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.recording import Act
from qc.domain.commands import ADD_SPECIFICATION_PART
from qc.forms.specification_parts import AddSpecificationPartForm
from qc.selectors.specification_drafts import changes_of, defects_by_row, place_of
from qc.services.specification_drafts import add_specification_part
from tests.builders import act, person
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_specification_drafts import added, drafted_from, edited, sent

pytestmark = pytest.mark.django_db
TEST = {"code": "DS-SF-NEW", "name": "Residual DNA", "category": "safety", "mandatory": True, "lower_inclusive": True, "upper_inclusive": True}


@pytest.mark.req("MST-01", "LAB-23")
def test_a_test_is_added_behind_another_and_its_defects_say_what_it_lacks() -> None:
    draft = drafted_from()
    with one_event(ADD_SPECIFICATION_PART):
        place = added(draft.number, after="DS-SF-ENDO", upper="10.0", **TEST)
    codes = [row.code for row in place.file.rows]
    assert codes.index("DS-SF-NEW") == codes.index("DS-SF-ENDO") + 1
    assert place.part == {"code": "DS-SF-NEW", "name": "Residual DNA", "category": "safety", "upper": "10.0"}
    said = defects_by_row(place.file)["DS-SF-NEW"]
    assert "Choose “Kind of result”." in said and [one for one in said if "method" in one] == ["The method, with its number and version, is absent. Add it."]
    (new,) = changes_of(place.draft)
    assert (new.where, new.field, new.old, new.new) == ("DS-SF-NEW", "test", "", "Residual DNA: ≤ 10.0")
    sendai = {"code": "DS-RF-SEV2", "name": "Sendai", "category": "reprogramming_factor_absence", "purpose": "release", "mandatory": True}
    asked = {"result_type": "presence_absence", "expected": "absent", "unit": "copies/mL", "detection__lod_max": "100", "covers": ["SEV"]}
    place = added(draft.number, **sendai, **asked, method="TM-070 v1.0", control_set="nta", applies_when__reprogramming_method=["sendai"])
    assert changes_of(place.draft)[-1].new == (
        "Sendai: not detected, LOD at most 100 copies/mL, TM-070 v1.0, 8 controls, release, proves the absence of SEV, "
        "only where reprogramming method = sendai"
    )
    assert added(draft.number, **{**TEST, "code": "DS-SF-LAST"}).file.rows[-1].code == "DS-SF-LAST"


@pytest.mark.req("MST-01")
def test_the_page_offers_the_place_and_the_category(as_person: Any) -> None:
    draft = drafted_from()
    form = as_person("m.author").get(reverse("qc:add_specification_part", args=[draft.number]), {"after": "DS-SF-ENDO"}).context["form"]
    assert (form["after"].value(), form["category"].value(), form["mandatory"].value()) == ("DS-SF-ENDO", "safety", True)


@pytest.mark.req("MST-01")
def test_a_control_set_is_added_and_chosen_by_a_test() -> None:
    draft = drafted_from()
    place = added(f"{draft.number}.set:", key="own", controls__0__kind="NTC", controls__0__criterion="Not detected", controls__5__kind="PTC")
    assert [control["kind"] for control in place.part["controls"]] == ["NTC", "PTC"]
    row = next(row for row in edited(f"{draft.number}.DS-SF-ENDO", control_set="own").file.rows if row.code == "DS-SF-ENDO")
    assert [control.kind for control in row.controls] == ["NTC", "PTC"]


@pytest.mark.req("MST-01", negative=True)
def test_a_taken_code_a_nameless_test_and_an_odd_place_are_refused(as_person: Any) -> None:
    draft = drafted_from()
    with refused("code_taken", "DS-SF-ENDO"):
        added(draft.number, **{**TEST, "code": "DS-SF-ENDO"})
    with refused("code_taken", "nta"):
        added(f"{draft.number}.set:", key="nta")
    for typed, field in (({"name": ""}, "name"), ({"after": "DS-NONE"}, "after"), ({"code": "a b"}, "code")):
        form = AddSpecificationPartForm(sent({**TEST, **typed}), target=place_of(draft.number))
        assert not form.is_valid() and list(form.errors) == [field]
    for on in (f"{draft.number}.DS-SF-ENDO", f"{draft.number}.set:nta"):
        assert as_person("m.author").get(reverse("qc:add_specification_part", args=[on])).status_code == 404


@pytest.mark.req("MST-08", negative=True)
def test_only_authors_add() -> None:
    draft = drafted_from()
    for by in ("a.analyst", "a.labhead", "a.reviewer", "i.inspector"):
        with refused("not_permitted"):
            add_specification_part(Act(by=person(by)), draft.number, content=dict(TEST))
    assert add_specification_part(act(ADD_SPECIFICATION_PART, "m.author"), draft.number, content={"code": "OK", "name": "x"}).path == "OK"
