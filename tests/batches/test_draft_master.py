"""A draft begins from a version, from a file with whatever defects it has, or empty for a new code."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from batches.domain.commands import DRAFT_MASTER
from batches.domain.master_file import read_master
from batches.forms.master_parts import DraftMasterForm
from batches.selectors.master_drafts import changes_of, draft_facts
from batches.services.master_drafts import draft_master
from evgmp.compliance.recording import Act
from tests.batches.builders_drafts import drafted
from tests.batches.builders_records import RUN, effective
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("MST-01")
def test_a_draft_from_a_version_is_its_copy() -> None:
    version = effective()
    with one_event(DRAFT_MASTER):
        draft = draft_master(act(DRAFT_MASTER, "m.author"), based_on=version.number)
    assert (draft.status, draft.based_on, draft.number[:3]) == ("open", version, "MD-")
    assert read_master(draft.content) == read_master(RUN)
    assert changes_of(draft) == []


@pytest.mark.req("MST-01", "MST-09")
def test_a_file_with_defects_can_be_drafted_and_not_approved() -> None:
    draft = drafted(RUN.replace('unit = "mL"', 'unit = ""').replace("witness = true\n", "", 1))
    assert draft_facts(draft)["defects"] >= 2


@pytest.mark.req("MST-01")
def test_a_new_code_begins_empty() -> None:
    form = DraftMasterForm({"code": "mbr-new", "title": "New master", "stage": "passage"})
    assert form.is_valid(), form.errors
    draft = draft_master(act(DRAFT_MASTER, "m.author"), **form.cleaned_data)
    content = read_master(draft.content)
    assert (content.code, content.stage, content.steps) == ("MBR-NEW", "passage", ())


@pytest.mark.req("MST-01", negative=True)
def test_a_known_code_is_not_begun_anew() -> None:
    effective()
    form = DraftMasterForm({"code": "MBR-RUN", "title": "Another", "stage": "passage"})
    assert form.is_valid()
    with refused("code_taken", "MBR-RUN has versions already"):
        draft_master(act(DRAFT_MASTER, "m.author"), **form.cleaned_data)


@pytest.mark.req("MST-09", negative=True)
@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("not toml", "unreadable_file", "not valid TOML"),
        (RUN.replace('key = "log"', 'key = "setup"'), "doubled_keys", "names more than one step"),
        (RUN.replace('key = "log"', 'key = "Log 1"'), "doubled_keys", "small letters"),
        ("", "nothing_to_draft", "Choose a version"),
    ],
)
def test_what_cannot_be_edited_is_refused(text: str, key: str, words: str) -> None:
    with refused(key, words):
        drafted(text)


@pytest.mark.parametrize(
    ("data", "files"),
    [
        ({}, {}),
        ({"based_on": "MBR-NONE-V1"}, {}),
        ({"code": "MBR-X"}, {}),
        ({"code": "MBR-X", "title": "X", "stage": "passage"}, {"upload": SimpleUploadedFile("x.toml", b"[master]")}),
        ({}, {"upload": SimpleUploadedFile("x.toml", b"\xff\xfe")}),
    ],
)
def test_the_form_takes_exactly_one_beginning(data: dict[str, str], files: dict[str, SimpleUploadedFile]) -> None:
    assert not DraftMasterForm(data, files).is_valid()


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "a.reviewer", "i.inspector"])
def test_only_authors_draft(by: str) -> None:
    with refused("not_permitted"):
        draft_master(Act(by=person(by)), text=RUN)
