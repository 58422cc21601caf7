"""A draft begins from a version, from a shipped or an own file with whatever defects it has, or empty for a new code."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evgmp.compliance.recording import Act
from qc.domain.commands import DRAFT_SPECIFICATION
from qc.domain.specification_file import read_specification
from qc.forms.specification_parts import DraftSpecificationForm
from qc.selectors.specification_drafts import changes_of, draft_facts, open_drafts
from qc.selectors.specifications import shipped_text
from qc.services.specification_drafts import draft_specification
from qc.views.work import drafts_of_specifications, laboratory_address
from tests.builders import act, person
from tests.qc.builders_lab import MCB_SPEC, effective, one_event, refused
from tests.qc.builders_specification_drafts import drafted, drafted_from, edited

pytestmark = pytest.mark.django_db
MCB = shipped_text(MCB_SPEC)


@pytest.mark.req("MST-01")
def test_a_draft_from_a_version_is_its_copy() -> None:
    version = effective()
    with one_event(DRAFT_SPECIFICATION):
        draft = drafted_from(version)
    assert (draft.status, draft.based_on, draft.number[:3]) == ("open", version, "SD-")
    assert read_specification(draft.content) == read_specification(version.source_text)
    assert changes_of(draft) == [] and draft_facts(draft) == {"defects": 0, "written_meanwhile": ""}


@pytest.mark.req("MST-01", "LAB-23")
@pytest.mark.parametrize("data", [{"shipped": MCB_SPEC}, {"file": True}])
def test_a_draft_begins_from_a_file_and_keeps_its_head(data: dict[str, Any]) -> None:
    files = {"file": SimpleUploadedFile("x.toml", MCB.replace("\n", "\r\n").encode())} if data.pop("file", None) else {}
    form = DraftSpecificationForm(data, files)
    assert form.is_valid(), form.errors
    draft = draft_specification(act(DRAFT_SPECIFICATION, "m.author"), **form.cleaned_data)
    assert draft.based_on is None and draft.content.startswith(MCB.splitlines()[0])
    assert read_specification(draft.content) == read_specification(MCB)


@pytest.mark.req("LAB-23")
def test_a_file_with_defects_is_drafted_and_its_code_finds_the_version_it_follows() -> None:
    version = effective()
    draft = drafted(version.source_text.replace('upper = "0.500"', ""))
    assert draft.based_on == version
    assert draft_facts(draft)["defects"] >= 1
    (change,) = changes_of(draft)
    assert (change.old, change.new) == ("0.500", "")


@pytest.mark.req("MST-01")
def test_a_new_code_begins_empty_and_its_defects_say_what_it_needs(as_person: Any) -> None:
    form = DraftSpecificationForm({"code": "spec-new", "title": "New bank", "stage": "ipsc_mcb"})
    assert form.is_valid(), form.errors
    draft = draft_specification(act(DRAFT_SPECIFICATION, "m.author"), **form.cleaned_data)
    file = read_specification(draft.content)
    assert (file.code, file.stage, file.rows) == ("SPEC-NEW", "ipsc_mcb", ())
    page = as_person("m.author").get(draft.get_absolute_url()).content.decode()
    assert "Choose “Rounding rule”." in page and "needs a mandatory release row of the category" in page and "No test yet" in page
    assert "stage" in [f.name for group in _form(as_person, draft.number).groups() for f in group["fields"]]


def _form(as_person: Any, on: str) -> Any:
    return as_person("m.author").get(reverse("qc:edit_specification_part", args=[on])).context["form"]


@pytest.mark.req("MST-01", negative=True)
def test_a_known_code_or_stage_is_not_begun_anew() -> None:
    effective()
    with refused("code_taken", "SPEC-EV-DS has versions already"):
        draft_specification(act(DRAFT_SPECIFICATION, "m.author"), head={"code": "SPEC-EV-DS", "title": "X", "stage": "ipsc_mcb"})
    with refused("other_code", "Begin the draft from its newest version"):
        draft_specification(act(DRAFT_SPECIFICATION, "m.author"), head={"code": "SPEC-X", "title": "X", "stage": "ev_ds"})
    assert not DraftSpecificationForm({"code": "SPEC-X", "title": "X", "stage": "ev_ds"}).is_valid()


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("not toml {", "unreadable_file", "not valid TOML"),
        (MCB.replace('title = "', 'titel = "', 1), "unreadable_file", "title"),
        (MCB.replace('code = "MCB-ID-STR"', 'code = "MCB GN"'), "doubled_codes", "without blanks"),
    ],
)
def test_what_cannot_be_edited_is_refused(text: str, key: str, words: str) -> None:
    assert text != MCB
    with refused(key, words):
        drafted(text)


@pytest.mark.req("MST-01", negative=True)
@pytest.mark.parametrize(
    ("data", "upload"),
    [
        ({}, None),
        ({"based_on": "SPEC-NONE-V1"}, None),
        ({"shipped": "../methods"}, None),
        ({"code": "SPEC-X"}, None),
        ({"shipped": MCB_SPEC, "code": "SPEC-X", "title": "X", "stage": "ipsc_mcb"}, None),
        ({}, b"\xff\xfe"),
    ],
)
def test_the_form_takes_exactly_one_beginning(data: dict[str, str], upload: bytes | None) -> None:
    assert not DraftSpecificationForm(data, {"file": SimpleUploadedFile("x.toml", upload)} if upload else {}).is_valid()


@pytest.mark.req("MST-01", negative=True)
def test_nothing_to_begin_from_is_refused() -> None:
    with refused("nothing_to_draft"):
        draft_specification(act(DRAFT_SPECIFICATION, "m.author"))


@pytest.mark.req("MST-08", negative=True)
def test_only_authors_draft(as_person: Any) -> None:
    for by in ("a.analyst", "a.labhead", "a.reviewer", "i.inspector"):
        with refused("not_permitted"):
            draft_specification(Act(by=person(by)), text=MCB)
        assert as_person(by).get(reverse("qc:draft_specification")).status_code == 403


@pytest.mark.req("MST-01")
def test_a_draft_stands_on_the_list_on_its_version_on_the_work_list_and_in_the_search(as_person: Any) -> None:
    version = effective()
    author = as_person("m.author")
    shown = author.get(version.get_absolute_url()).content.decode()
    begin = f"{reverse('qc:draft_specification')}?from={version.number}"
    assert "Edit as the next version" in shown and begin in shown
    assert author.get(begin).context["form"]["based_on"].value() == version.number
    draft = drafted_from(version)
    for url in (version.get_absolute_url(), reverse("qc:specifications")):
        assert draft.get_absolute_url() in author.get(url).content.decode()
    assert draft.get_absolute_url() in as_person("i.inspector").get(reverse("qc:specifications")).content.decode()
    (item,) = drafts_of_specifications(person("m.author"))
    assert (item["title"], item["record"]) == (f"Draft {draft.number} can be submitted", draft)
    edited(f"{draft.number}.DS-SF-ENDO", unit="")
    (item,) = drafts_of_specifications(person("m.author"))
    assert "defects to mend" in item["title"]
    assert drafts_of_specifications(person("a.analyst")) == []
    assert laboratory_address(draft.number.lower()) == draft.get_absolute_url() and laboratory_address("SD-1") == ""
    assert list(open_drafts()) == [draft]
