"""Authoring a specification: exactly as the file says, or refused with every defect."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.validity import signatures_of
from evgmp.rules.command import Meaning
from qc.domain.commands import AUTHOR_SPECIFICATION
from qc.forms.specifications import AuthorSpecificationForm
from qc.models import Specification, SpecificationVersion
from qc.selectors.specifications import shipped_files, shipped_text
from qc.services.specifications import author_specification
from tests.builders import CHANGE, PASSWORD, WHY, act
from tests.qc.builders_lab import EV_SPEC, MCB_SPEC, author, effective, one_event, refused

pytestmark = pytest.mark.usefixtures("sqlite_methods")


@pytest.mark.req("LAB-23", "MST-01")
@pytest.mark.parametrize(("name", "rows"), [("spec_ev_ds", 57), ("spec_imsc_eop", 39), ("spec_ipsc_mcb", 39), ("spec_cm", 16), ("spec_ev_dp", 26)])
def test_a_shipped_specification_becomes_a_draft(name: str, rows: int) -> None:
    assert name in shipped_files()
    with one_event(AUTHOR_SPECIFICATION):
        version = author(shipped_text(name))
    assert version.status == "draft"
    assert version.number.endswith("-V1")
    assert version.source_text == shipped_text(name)
    assert version.rows.count() == rows


@pytest.mark.req("LAB-09", "LAB-23")
def test_limits_are_kept_as_text_and_exactly() -> None:
    version = author(shipped_text(EV_SPEC))
    row = version.rows.get(code="DS-SF-ENDO")
    assert (row.upper_text, row.upper, row.upper_inclusive) == ("0.500", Decimal("0.500"), False)
    assert str(row.rule.upper) == "0.500"
    assert row.loq_max == Decimal("0.050")
    assert [control["kind"] for control in row.controls] == ["STD_CURVE", "SPIKE_RECOVERY", "NEGATIVE", "DILUTION"]


@pytest.mark.req("MST-01", "SIG-08")
def test_the_signature_covers_the_version_and_every_row() -> None:
    version = author(shipped_text(MCB_SPEC))
    (signature,) = signatures_of(version)
    assert signature.meaning == Meaning.PERFORMED
    assert len(signature.covered) == 1 + version.rows.count()


@pytest.mark.req("LAB-23", negative=True)
def test_every_defect_is_named_at_once() -> None:
    text = shipped_text(EV_SPEC).replace('upper = "0.500"', "").replace('unit = "EU/mL"', 'unit = ""', 1)
    with refused("specification_defect", "DS-SF-ENDO"):
        author(text)
    assert not Specification.objects.exists()


@pytest.mark.req("LAB-02", negative=True)
def test_a_method_without_an_entry_is_refused() -> None:
    text = shipped_text(EV_SPEC).replace('method_number = "TM-050"', 'method_number = "TM-999"')
    with refused("specification_defect", "TM-999"):
        author(text)


@pytest.mark.req("LAB-02", "LAB-18", negative=True)
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('  { kind = "DILUTION", criterion = "Not above the maximum valid dilution" },\n', "", "lacks what TM-025 v1.0 asks of every run: DILUTION"),
        ('difference_max = "20"', 'difference_max = "40"', "allows a difference_max of 40 %, and TM-0"),
    ],
)
def test_a_row_that_asks_for_less_than_its_method_is_refused(before: str, after: str, words: str) -> None:
    text = shipped_text(EV_SPEC)
    assert before in text
    with refused("specification_defect", words):
        author(text.replace(before, after))
    assert not Specification.objects.exists()


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "[specification]"),
        ("no toml at all {", "TOML"),
        ("[specification]\ncode = 'X'\ntitle = 'X'\nunknown = 1", "unknown"),
        ("[specification]\ncode = 'X'\ntitle = 'X'\nstage = 'moon'\nrounding = 'usp_7_20'", "moon"),
    ],
)
def test_a_file_that_is_no_specification_is_refused(text: str, words: str) -> None:
    with refused("specification_defect", words):
        author(text)


@pytest.mark.req("MST-01", negative=True)
def test_the_same_text_twice_and_a_second_code_for_a_stage_are_refused() -> None:
    author(shipped_text(EV_SPEC))
    with refused("nothing_changed", "SPEC-EV-DS-V1"):
        author(shipped_text(EV_SPEC))
    with refused("other_code", "SPEC-EV-DS"):
        author(shipped_text(EV_SPEC).replace('code = "SPEC-EV-DS"', 'code = "SPEC-EV-OTHER"'))
    with refused("other_stage", "ev_ds"):
        author(shipped_text(MCB_SPEC).replace('code = "SPEC-IPSC-MCB"', 'code = "SPEC-EV-DS"'))


@pytest.mark.req("MST-01")
def test_a_changed_text_is_the_next_version() -> None:
    author(shipped_text(EV_SPEC))
    second = author(shipped_text(EV_SPEC) + "\n")
    assert second.version == 2
    assert SpecificationVersion.objects.count() == 2


@pytest.mark.req("MST-01", "MST-06")
def test_a_version_is_written_in_the_browser_from_the_text_of_the_one_before(as_person: Any) -> None:
    first = author(shipped_text(EV_SPEC))
    client, url = as_person("m.author"), reverse("qc:author_specification")
    page = client.get(url, {"from": first.number})
    assert page.context["form"]["written"].value() == first.source_text
    changed = first.source_text.replace('upper = "0.500"', 'upper = "0.250"').replace("\n", "\r\n")
    posted = {"written": changed, **CHANGE, "reason": WHY, "user_id": "m.author", "password": PASSWORD}
    hidden = {name: page.context["act_form"][name].value() for name in ("seen", "once")}
    assert client.post(url, {**posted, **hidden}).status_code == 302
    second = SpecificationVersion.objects.get(version=2)
    assert "\r" not in second.source_text
    shown = client.get(second.get_absolute_url()).content.decode()
    assert "<del>0.500</del>" in shown
    assert "<ins>0.250</ins>" in shown and "DS-SF-ENDO Bacterial endotoxin" in shown and "upper limit, EU/mL" in shown
    signing = as_person("a.labhead").get(reverse("qc:review_specification", args=[second.number])).content.decode()
    assert "<del>0.500</del>" in signing and "<ins>0.250</ins>" in signing, "who signs sees what changed"
    first_page = as_person("a.labhead").get(reverse("qc:review_specification", args=[first.number])).content.decode()
    assert "This is the first version." in first_page and first.get_absolute_url() in first_page
    saved = client.get(reverse("qc:specification_file", args=[second.number]))
    assert saved.content.decode() == second.source_text
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{second.number}.toml"'


@pytest.mark.req("MST-01", negative=True)
def test_text_and_file_at_once_or_neither_are_refused_and_what_was_written_stays(as_person: Any) -> None:
    client, url = as_person("m.author"), reverse("qc:author_specification")
    hidden = {name: client.get(url).context["act_form"][name].value() for name in ("seen", "once")}
    signed = {**CHANGE, "reason": WHY, "user_id": "m.author", "password": PASSWORD, **hidden}
    for said in ({"written": "[specification]", "shipped": EV_SPEC}, {"written": "  "}):
        answer = client.post(url, {**signed, **said})
        assert answer.status_code == 422
        assert "one of the three" in answer.content.decode()
    broken = client.post(url, {**signed, "written": "[specification]\ncode = 5"})
    assert broken.status_code == 422
    assert broken.context["form"]["written"].value() == "[specification]\ncode = 5"
    assert broken.context["form"]["written"].errors and not broken.context["form"]["file"].errors, "the defect stands at the text, not at a file"
    assert not SpecificationVersion.objects.exists()
    for unknown in ("SPEC-X-V9", "nonsense", "SPEC-EV-DS-Vx"):
        assert client.get(url, {"from": unknown}).status_code == 404
        assert client.get(reverse("qc:specification_file", args=[unknown])).status_code == 404


@pytest.mark.req("LAB-23", negative=True)
def test_a_text_longer_than_its_column_is_refused_on_both_databases() -> None:
    text = shipped_text(EV_SPEC).replace('name = "Residual bovine albumin"', f'name = "{"a" * 400}"')
    with refused("text_too_long", "DS-PU-BSA"):
        author(text)


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.analyst", "a.reviewer", "q.person", "a.operator"])
def test_other_roles_are_refused(by: str) -> None:
    with refused("not_permitted"):
        author_specification(act(AUTHOR_SPECIFICATION, by), text=shipped_text(EV_SPEC), **CHANGE)


@pytest.mark.req("AUD-03", negative=True)
def test_a_reason_is_demanded() -> None:
    with refused("reason_missing"):
        author_specification(act(AUTHOR_SPECIFICATION, "m.author", reason=" "), text=shipped_text(EV_SPEC), **CHANGE)


@pytest.mark.req("REC-01", negative=True)
def test_the_same_post_twice_leaves_one_draft() -> None:
    author_specification(act(AUTHOR_SPECIFICATION, "m.author", once="press-1"), text=shipped_text(EV_SPEC), **CHANGE)
    with refused("already_recorded"):
        author_specification(act(AUTHOR_SPECIFICATION, "m.author", once="press-1"), text=shipped_text(MCB_SPEC), **CHANGE)


@pytest.mark.req("MST-07")
def test_a_version_carries_its_change_record_and_the_signature_vouches_for_it() -> None:
    first = author(shipped_text(EV_SPEC))
    assert {name: getattr(first, name) for name in CHANGE} == CHANGE
    assert first.change_reason == WHY
    (signature,) = signatures_of(first)
    assert '"impact":"No earlier version, so none"' in signature.content
    assert '"training_needed"' in signature.content


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.parametrize("part", sorted(CHANGE))
def test_a_version_needs_its_whole_change_record(part: str, as_person: Any) -> None:
    with refused("change_record_missing", part.replace("_", " ")):
        author_specification(act(AUTHOR_SPECIFICATION, "m.author"), text=shipped_text(EV_SPEC), **{**CHANGE, part: "  "})
    form = AuthorSpecificationForm({"shipped": EV_SPEC, **CHANGE, part: " "})
    assert list(form.errors) == [part]
    assert not SpecificationVersion.objects.exists()


@pytest.mark.req("MST-07")
def test_the_next_version_shows_the_change_record_beside_the_differences(as_person: Any) -> None:
    approved = effective()
    change = {"impact": "Tighter endotoxin limit", "affected_batches": "EV-2026-003 keeps version 1", "training_needed": "Analysts read the new limit"}
    text = shipped_text(EV_SPEC).replace('upper = "0.500"', 'upper = "0.250"')
    second = author_specification(act(AUTHOR_SPECIFICATION, "m.author"), text=text, **change)
    page = as_person("i.inspector").get(second.get_absolute_url()).content.decode()
    for words in (*change.values(), WHY, "Change record", "Not approved yet", "<ins>0.250</ins>", approved.number):
        assert words in page
