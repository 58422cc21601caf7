"""Editing a draft test by test: every field of the row, defects beside their test, stale pages refused with nothing lost."""

import html
import re
from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from qc.domain.commands import EDIT_SPECIFICATION_PART
from qc.domain.specification_editing import named, rows_of, sets_of
from qc.forms.specification_parts import SpecificationPartForm
from qc.selectors.specification_drafts import Place, changes_of, defects_by_row, place_of
from qc.services import specification_drafts as services
from tests.builders import act, person
from tests.house.test_bad_input import BAD
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_specification_drafts import drafted, drafted_from, edited, sent, shown

pytestmark = pytest.mark.django_db
ENDO = "DS-SF-ENDO"


def form_of(on: str, **typed: Any) -> SpecificationPartForm:
    data = {**shown(on), **{name.replace("__", "-"): value for name, value in typed.items()}}
    return SpecificationPartForm(sent(data), target=place_of(on))


@pytest.mark.req("MST-01", "LAB-23")
def test_a_row_is_edited_with_everything_it_holds() -> None:
    draft = drafted_from()
    before = place_of(draft.number).file
    with one_event(EDIT_SPECIFICATION_PART):
        place = edited(
            f"{draft.number}.{ENDO}", name="Endotoxin", upper="0.50", upper_inclusive=True, lower="0.001", lower_inclusive=None, purpose="reference",
            mandatory=None, rounding="none", method="TM-041 v1.0", notes="Line one\r\nLine two", detection__loq_max="0.10",
            applies_when__dosage_form=["liquid"], applies_when__antibiotic_used=["yes"], control_set="", controls__0__kind="NTC",
            controls__0__criterion="Below the LOQ",
        )  # fmt: skip
    row = next(row for row in place.file.rows if row.code == ENDO)
    assert (str(row.upper), row.upper_inclusive, str(row.lower), row.lower_inclusive) == ("0.50", True, "0.001", False)
    assert (row.name, row.purpose, row.mandatory, row.rounding, row.notes) == ("Endotoxin", "reference", False, "none", "Line one\nLine two")
    assert (row.method_number, row.method, str(row.detection.loq_max)) == ("TM-041", "pH, potentiometric", "0.10")
    assert dict(row.applies_when) == {"dosage_form": ("liquid",), "antibiotic_used": (True,)}
    assert [(control.kind, control.criterion) for control in row.controls] == [("NTC", "Below the LOQ")]
    assert [one for one in place.file.rows if one.code != ENDO] == [one for one in before.rows if one.code != ENDO]
    changed = {change.field for change in changes_of(place.draft)}
    assert changed >= {"upper limit, EU/mL", "equal to the upper limit conforms", "rounding rule", "controls of its run", "applies when"}


@pytest.mark.req("MST-01", "LAB-23")
def test_what_is_shown_comes_back_unchanged() -> None:
    """Every row of a shipped specification, its head and its control sets: the form as it is drawn changes nothing of the file."""
    draft = drafted_from()
    tables = place_of(draft.number).document
    parts = ["", *(row["code"] for row in rows_of(tables)[::4]), *(f"set:{one['key']}" for one in sets_of(tables)[:2])]
    for path in parts:
        place = Place(draft, path)
        shown_now = SpecificationPartForm(target=place)
        form = SpecificationPartForm(sent({name: shown_now[name].value() for name in shown_now.fields}), target=place)
        assert form.is_valid(), (path, form.errors)
        assert form.cleaned_data["content"] == place.part, path
        drawn = {f.name for group in form.groups() for f in [*group["fields"], *(one for row in group["rows"] for one in row)]}
        assert drawn == set(form.fields)
    with refused("nothing_changed"):
        services.edit_specification_part(act(EDIT_SPECIFICATION_PART, "m.author"), f"{draft.number}.{ENDO}", content=Place(draft, ENDO).part)


@pytest.mark.req("MST-01")
def test_the_head_keeps_code_and_stage_of_its_versions() -> None:
    draft = drafted_from()
    assert not {"code", "stage"} & set(SpecificationPartForm(target=place_of(draft.number)).fields)
    assert edited(draft.number, note="Written anew").file.note == "Written anew"
    assert {"code", "stage"} <= set(SpecificationPartForm(target=place_of(drafted().number)).fields)


@pytest.mark.req("LAB-23")
def test_a_criterion_in_one_line_stands_in_place_of_the_limits() -> None:
    draft = drafted_from()
    place = edited(f"{draft.number}.{ENDO}", upper="", criterion="NMT 0.40 EU/mL")
    row = next(row for row in place.file.rows if row.code == ENDO)
    assert (str(row.upper), row.upper_inclusive) == ("0.40", True)
    assert "upper_inclusive" not in place.part
    # A test for presence that names no terms reports one of two; terms of its own stay.
    on = f"{draft.number}.DS-RF-SEV"
    place = edited(on, expected="", accepted="", known="", criterion="must be present")
    assert (place.part["accepted"], place.part["known"]) == (["detected"], ["detected", "not detected"])
    place = edited(on, expected="absent", accepted="", known="not detected\ngrown", criterion="")
    assert ("accepted" in place.part, place.part["known"]) == (False, ["not detected", "grown"])


@pytest.mark.req("LAB-23", "MST-09", negative=True)
def test_a_defect_is_saved_and_stands_beside_its_test(as_person: Any) -> None:
    draft = drafted_from()
    edited(f"{draft.number}.{ENDO}", upper="", purpose="release", difference_max="40")
    found = defects_by_row(place_of(draft.number).file)
    assert any("needs a lower or an upper limit" in one for one in found[ENDO]) and any("“Difference at most, %” of 40 %" in one for one in found[ENDO])
    page = as_person("m.author").get(draft.get_absolute_url()).content.decode()
    at = page.index(f'id="{ENDO}"')
    assert "needs a lower or an upper limit" in page[at : page.index("</li>\n", at) + 2000]
    assert "needs a lower or an upper limit" not in page[:at]
    # Above all tests stands which of them have defects, each as a link to it.
    assert "To be mended at 1 test:" in page[:at] and f'href="#{ENDO}">{ENDO}</a> (2)' in page[:at]
    url = reverse("qc:edit_specification_part", args=[f"{draft.number}.{ENDO}"])
    assert "needs a lower or an upper limit" in as_person("m.author").get(url).content.decode()


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"upper": "1,234"}, "upper"),
    ({"upper": "< 5"}, "upper"),
    ({"upper": "NaN"}, "upper"),
    ({"upper": "five\x00"}, "upper"),
    ({"upper": "1E+999999"}, "upper"),
    ({"lower": "1E+99999999999999999999"}, "lower"),
    ({"detection__lod_max": "<5"}, "detection-lod_max"),
    ({"decimals": "2.5"}, "decimals"),
    ({"decimals": "-1"}, "decimals"),
    ({"category": "poem"}, "category"),
    ({"method": "TM-999 v1.0"}, "method"),
    ({"covers": ["SEV", "poem"]}, "covers"),
    ({"code": "DS 1"}, "code"),
    ({"code": ""}, "code"),
    ({"name": "x" * 161}, "name"),
    ({"replicate_rule": "x" * 401}, "replicate_rule"),
    ({"criterion": "NMT 0.4"}, "criterion"),
    ({"upper": "", "criterion": "about five"}, "criterion"),
    ({"upper": "", "criterion": "NMT 0.4 mg"}, "criterion"),
    ({"upper": "", "result_type": "presence_absence", "criterion": "perhaps"}, "criterion"),
]


@pytest.mark.req("LAB-23", negative=True)
def test_nonsense_is_refused_at_its_field() -> None:
    on = f"{drafted_from().number}.{ENDO}"
    for typed, field in NONSENSE:
        form = form_of(on, **typed)
        assert not form.is_valid(), typed
        assert list(form.errors) == [field], typed
    # Only beside a limit stands the tick that the sentence speaks of; a count has no unit to look at.
    sentences = form_of(on, upper="< 5", detection__lod_max="<5", replicates="-1").errors
    assert "tick of its own" in str(sentences["upper"]) and "tick of its own" not in str(sentences["detection-lod_max"])
    assert "-1 can't be: plausible is 0 to 9999. Check the number." in html.unescape(str(sentences["replicates"]))


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize("path", [ENDO, "set:nta"])
def test_bad_input_in_every_field_is_refused_in_sentences_and_stays(path: str, as_person: Any) -> None:
    on = f"{drafted_from().number}.{path}"
    names = list(SpecificationPartForm(target=place_of(on)).fields)
    for value in BAD.values():
        form = SpecificationPartForm(sent(dict.fromkeys(names, value)), target=place_of(on))
        # “NaN” may be the name of a control set; a test has fields that none of these can fill.
        assert not form.is_valid() or path != ENDO
    client, url = as_person("m.author"), reverse("qc:edit_specification_part", args=[on])
    answer = client.post(url, sent(dict.fromkeys([*names, "controls-99999-kind", "controls-7-kind"], BAD["markup"])))
    text = answer.content.decode()
    assert answer.status_code == 422 and "Problem" in text
    assert html.escape(BAD["markup"]) in text and BAD["markup"] not in text


@pytest.mark.req("LAB-23")
def test_what_the_lists_do_not_know_stays_until_somebody_chooses_otherwise() -> None:
    version = drafted_from().based_on
    assert version is not None
    text = version.source_text.replace('method_number = "TM-050"', 'method_number = "TM-999"').replace('category = "content"', 'category = "poem"', 1)
    draft = drafted(text)
    row = next(one for one in rows_of(place_of(draft.number).document) if one["method_number"] == "TM-999")
    on = f"{draft.number}.{row['code']}"
    assert str(shown(on)["method"]).endswith("(not known)")
    assert edited(on, notes="Kept").part == {**row, "notes": "Kept"}
    odd = next(one for one in rows_of(place_of(draft.number).document) if one["category"] == "poem")
    assert form_of(f"{draft.number}.{odd['code']}").is_valid()


@pytest.mark.req("MST-01")
def test_a_control_set_is_edited_once_for_all_its_tests() -> None:
    draft = drafted_from()
    place = edited(f"{draft.number}.set:endotoxin", key="lal", controls__0__criterion="|r| at least 0.990")
    row = next(row for row in place.file.rows if row.code == ENDO)
    assert row.controls[0].criterion == "|r| at least 0.990"
    assert place.number.endswith(".set:lal") and named(Place(place.draft, ENDO).part, "control_set") == "lal"


@pytest.mark.req("MST-01", negative=True)
def test_two_tests_never_share_a_code() -> None:
    draft = drafted_from()
    with refused("code_taken", "DS-SF-STER"):
        edited(f"{draft.number}.{ENDO}", code="DS-SF-STER")
    assert edited(f"{draft.number}.{ENDO}", code="DS-SF-LAL").path == "DS-SF-LAL"


@pytest.mark.req("LAB-23", negative=True)
def test_content_that_could_not_be_read_again_is_refused() -> None:
    draft = drafted_from()
    with refused("unreadable_part", "poem"):
        services.edit_specification_part(
            act(EDIT_SPECIFICATION_PART, "m.author"), f"{draft.number}.{ENDO}", content={**Place(draft, ENDO).part, "poem": "x"}
        )


@pytest.mark.req("REC-01", negative=True)
def test_a_stale_page_is_refused_and_nothing_typed_is_lost(as_person: Any) -> None:
    draft = drafted_from()
    client, url = as_person("m.author"), reverse("qc:edit_specification_part", args=[f"{draft.number}.{ENDO}"])
    page = client.get(url)
    hidden = {name: page.context["act_form"][name].value() for name in ("seen", "once")}
    edited(f"{draft.number}.DS-SF-STER", notes="Read again")
    data = sent({**shown(f"{draft.number}.{ENDO}"), "upper": "0.25", **hidden})
    answer = client.post(url, data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This page is out of date. M. Author changed it at" in text and "Read again" in text and 'value="0.25"' in text
    assert Place(place_of(draft.number).draft, ENDO).part["upper"] == "0.500"
    again = {name: answer.context["act_form"][name].value() for name in ("seen", "once")}
    assert client.post(url, sent({**shown(f"{draft.number}.{ENDO}"), "upper": "0.25", **again})).status_code == 302
    assert Place(place_of(draft.number).draft, ENDO).part["upper"] == "0.25"
    assert Place(place_of(draft.number).draft, "DS-SF-STER").part["notes"] == "Read again"


@pytest.mark.req("REC-01", negative=True)
def test_a_part_that_somebody_removed_is_told_and_nothing_typed_is_lost(as_person: Any) -> None:
    from qc.domain.commands import REMOVE_SPECIFICATION_PART

    draft = drafted_from()
    on = f"{draft.number}.{ENDO}"
    client, url = as_person("m.author"), reverse("qc:edit_specification_part", args=[on])
    once = client.get(url).context["act_form"]["once"].value()
    typed = sent({**shown(on), "name": "LAL test", "once": once})
    services.remove_specification_part(act(REMOVE_SPECIFICATION_PART, "m.author"), draft.number, part=ENDO)
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert f"no test “{ENDO}” any more" in answer.content.decode() and "LAL test" in answer.content.decode()
    assert f"no test “{ENDO}” any more" in client.get(url).content.decode()
    for nothing in (f"{draft.number}.set:", f"{draft.number}.set:poem", "SD-1999-001"):
        assert client.get(reverse("qc:edit_specification_part", args=[nothing])).status_code in (200, 404)


@pytest.mark.req("MST-08", "AUD-02")
def test_the_trail_says_what_changed() -> None:
    edited(f"{drafted_from().number}.{ENDO}", upper="0.250")
    event = Event.objects.order_by("-seq")[0]
    assert re.search(r"DS-SF-ENDO Bacterial endotoxin, Upper limit: 0\.500 → 0\.250", event.payload)


@pytest.mark.req("MST-08", negative=True)
def test_only_authors_edit() -> None:
    draft = drafted_from()
    for by in ("a.analyst", "a.labhead", "a.reviewer", "i.inspector"):
        with refused("not_permitted"):
            services.edit_specification_part(Act(by=person(by)), f"{draft.number}.{ENDO}", content=Place(draft, ENDO).part)
