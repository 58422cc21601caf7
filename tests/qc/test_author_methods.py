"""Authoring a method list: exactly as the text says and with its whole change record, or refused with every defect."""

from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.validity import signatures_of
from evgmp.rules.command import Meaning
from qc.domain.commands import AUTHOR_METHODS
from qc.models import MethodList, MethodListVersion
from qc.selectors.methods import example_text
from qc.services.methods import author_methods
from tests.builders import CHANGE, PASSWORD, WHY, act
from tests.qc.builders_lab import author_list, methods, one_event, refused, restated

pytestmark = pytest.mark.usefixtures("sqlite_cast")

ONE = """[[method]]
number = "TM-900"
version = "1.0"
name = "Endotoxin, gel clot"
principle = "Limulus lysate, gel clot"
matrix = "EV"
validation = "VR-900"
"""


@pytest.mark.req("LAB-02", "MST-07")
def test_a_text_becomes_a_draft() -> None:
    with one_event(AUTHOR_METHODS):
        version = author_list(example_text(), " ml-qc ")
    assert (version.number, version.status, version.change_reason, version.source_text) == ("ML-QC-V1", "draft", WHY, example_text())
    (signature,) = signatures_of(version)
    assert signature.meaning == Meaning.PERFORMED


@pytest.mark.req("MST-07", "MST-01")
def test_a_later_version_keeps_its_change_record() -> None:
    author_list(ONE)
    second = author_list(ONE + "# another validation report is written\n", impact=" None on results ")
    assert (second.number, second.impact, second.affected_batches) == ("ML-QC-V2", "None on results", CHANGE["affected_batches"])


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.parametrize(
    ("lacks", "words"), [("impact", "impact"), ("affected_batches", "affected batches"), ("training_needed", "training needed")]
)
def test_a_version_without_a_part_of_its_change_record_is_refused(lacks: str, words: str) -> None:
    with refused("change_record_missing", f"The change record lacks: {words}. Write what holds"):
        author_list(ONE, **{lacks: "  "})
    assert not MethodList.objects.exists()


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("", "method_list_defect", "holds no method"),
        ("no toml at all {", "method_list_defect", "not valid TOML"),
        (ONE + "lod = 5\n", "method_list_defect", "fields that are not known: lod"),
        (ONE.replace('validation = "VR-900"\n', ""), "method_list_defect", "names no validation report"),
        (ONE + ONE, "method_list_defect", "entered 2 times"),
    ],
)
def test_a_text_with_a_defect_is_refused(text: str, key: str, words: str) -> None:
    with refused(key, words):
        author_list(text)
    assert not MethodList.objects.exists()


@pytest.mark.req("MST-01", negative=True)
def test_a_wrong_code_and_the_same_text_twice_are_refused() -> None:
    with refused("method_list_code", "begins with ML-"):
        author_list(ONE, code="QC methods")
    author_list(ONE)
    with refused("nothing_changed", "ML-QC-V1"):
        author_list(ONE)


@pytest.mark.req("LAB-02", "MST-07", negative=True)
def test_a_method_that_was_in_force_is_not_done_otherwise_under_the_same_version() -> None:
    methods(ONE)
    with refused("method_list_defect", "TM-900 v1.0 was in force with another principle"):
        author_list(ONE.replace("gel clot", "kinetic").replace("Endotoxin, kinetic", "Endotoxin, gel clot"), code="ML-OTHER")


@pytest.mark.req("ACC-03", "MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.analyst", "a.labhead", "a.reviewer", "q.person"])
def test_other_roles_are_refused(by: str) -> None:
    with refused("not_permitted"):
        author_methods(act(AUTHOR_METHODS, by), code="ML-QC", text=ONE, **CHANGE)


@pytest.mark.req("AUD-03", negative=True)
def test_a_reason_is_demanded() -> None:
    with refused("reason_missing"):
        author_methods(act(AUTHOR_METHODS, "m.author", reason=" "), code="ML-QC", text=ONE, **CHANGE)


@pytest.mark.req("MST-01", "MST-06", "MST-07")
def test_a_version_is_written_in_the_browser_from_the_text_of_the_one_before(as_person: Any) -> None:
    first = methods(ONE + restated("TM-025", "draft"))
    client, url = as_person("m.author"), reverse("qc:author_methods")
    page = client.get(url, {"from": first.number})
    assert (page.context["form"]["code"].value(), page.context["form"]["written"].value()) == ("ML-QC", first.source_text)
    changed = first.source_text.replace('"VR-900"', '"VR-900 v2"').replace("\n", "\r\n")
    hidden = {name: page.context["act_form"][name].value() for name in ("seen", "once")}
    said = {"code": "ML-QC", "written": changed, "reason": WHY, "user_id": "m.author", "password": PASSWORD, **hidden}
    lacking = client.post(url, said)
    assert lacking.status_code == 422
    assert "3 fields are empty: Impact; Affected batches; Training needed. Fill them in." in lacking.content.decode()
    assert lacking.context["form"]["written"].value() == changed
    assert client.post(url, {**said, **CHANGE}).status_code == 302
    second = MethodListVersion.objects.get(version=2)
    assert "\r" not in second.source_text
    shown = client.get(second.get_absolute_url()).content.decode()
    assert "<del>VR-900</del>" in shown
    assert "<ins>VR-900 v2</ins>" in shown
    assert CHANGE["training_needed"] in shown
    saved = client.get(reverse("qc:method_list_file", args=[second.number]))
    assert saved.content.decode() == second.source_text
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{second.number}.toml"'
    assert f"Review {second.number}" in as_person("a.labhead").get("/").content.decode()
    assert as_person("i.inspector").get("/search/", {"q": "ml-qc-v2"}).headers["Location"] == second.get_absolute_url()
    for unknown in ("ML-X-V9", "nonsense", "ML-QC-Vx"):
        assert client.get(url, {"from": unknown}).status_code == 404
        assert client.get(reverse("qc:method_list_file", args=[unknown])).status_code == 404


@pytest.mark.req("MST-01", "REC-03", negative=True)
def test_text_and_examples_at_once_or_neither_are_refused_and_what_was_written_stays(as_person: Any) -> None:
    client, url = as_person("m.author"), reverse("qc:author_methods")
    hidden = {name: client.get(url).context["act_form"][name].value() for name in ("seen", "once")}
    signed = {"code": "ML-QC", "reason": WHY, "user_id": "m.author", "password": PASSWORD, **hidden}
    signed |= CHANGE
    for said in ({"written": ONE, "shipped": "methods"}, {"written": " "}):
        answer = client.post(url, {**signed, **said})
        assert answer.status_code == 422
        assert "one of the three" in answer.content.decode()
    broken = client.post(url, {**signed, "written": ONE + "lod = 5"})
    assert broken.status_code == 422
    assert broken.context["form"]["written"].value() == ONE + "lod = 5"
    assert not MethodList.objects.exists()
