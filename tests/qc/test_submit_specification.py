"""A draft becomes the next version, with its change record and its author's signature; never with a defect, never over another version."""

from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.recording import Act
from evgmp.compliance.validity import signatures_of
from evgmp.people import services as people
from qc.domain import commands as c
from qc.domain.specification_file import read_specification
from qc.models import SpecificationVersion
from qc.selectors.specification_drafts import place_of
from qc.selectors.specifications import shipped_text
from qc.services.specification_drafts import submit_specification
from qc.services.specifications import approve_specification, review_specification
from tests.builders import CHANGE, PASSWORD, WHY, act, person
from tests.qc.builders_lab import MCB_SPEC, effective, one_event, refused
from tests.qc.builders_specification_drafts import drafted, drafted_from, edited, submitted

pytestmark = pytest.mark.django_db
ENDO = "DS-SF-ENDO"


@pytest.mark.req("MST-01", "MST-02", "MST-06", "MST-07")
def test_a_draft_becomes_the_next_version_that_others_review_and_approve(as_person: Any) -> None:
    first = effective()
    draft = drafted_from(first)
    edited(f"{draft.number}.{ENDO}", upper="0.250")
    with one_event(c.SUBMIT_SPECIFICATION):
        version = submitted(draft, impact="Tighter by half")
    assert (version.version, version.status, version.impact) == (first.version + 1, "draft", "Tighter by half")
    draft.refresh_from_db()
    assert (draft.status, draft.version) == ("submitted", version)
    # What it became is no version that somebody else wrote meanwhile, and nothing is offered on it any more.
    page = as_person("m.author").get(draft.get_absolute_url())
    assert page.context["actions"] == [] and "was written since this draft began" not in page.content.decode()
    assert version.source_text == draft.content
    assert str(version.rows.get(code=ENDO).upper_text) == "0.250"
    (signature,) = signatures_of(version)
    assert (signature.signer_id, signature.meaning, len(signature.covered)) == ("m.author", "performed", 1 + version.rows.count())
    shown = as_person("a.labhead").get(reverse("qc:review_specification", args=[version.number])).content.decode()
    assert "<del>0.500</del>" in shown and "<ins>0.250</ins>" in shown
    review_specification(act(c.REVIEW_SPECIFICATION, "a.labhead"), version.number)
    assert approve_specification(act(c.APPROVE_SPECIFICATION, "a.reviewer"), version.number).status == "effective"


@pytest.mark.req("MST-01", "LAB-23")
def test_a_shipped_specification_submitted_as_a_draft_holds_the_same_rows() -> None:
    version = submitted(drafted())
    assert (version.version, version.status) == (1, "draft")
    assert read_specification(version.source_text) == read_specification(shipped_text(MCB_SPEC))


@pytest.mark.req("LAB-23", "MST-09", negative=True)
def test_a_draft_with_defects_is_refused_with_every_sentence(as_person: Any) -> None:
    draft = drafted_from()
    edited(f"{draft.number}.{ENDO}", upper="")
    edited(f"{draft.number}.DS-SF-STER", source="")
    before = SpecificationVersion.objects.count()
    with refused("specification_defect", f"{ENDO}: A numeric release row needs a lower or an upper limit"):
        submitted(draft)
    with refused("specification_defect", "DS-SF-STER: The source is absent"):
        submitted(draft)
    assert SpecificationVersion.objects.count() == before
    assert "are still in this draft" in as_person("m.author").get(reverse("qc:submit_specification", args=[draft.number])).content.decode()


@pytest.mark.req("MST-01", negative=True)
def test_a_draft_does_not_undo_what_was_submitted_meanwhile() -> None:
    first = effective()
    one, other = drafted_from(first), drafted_from(first)
    edited(f"{one.number}.{ENDO}", upper="0.250")
    edited(f"{other.number}.{ENDO}", upper="0.300")
    version = submitted(one)
    with refused("written_meanwhile", version.number):
        submitted(other)


@pytest.mark.req("MST-01", negative=True)
def test_no_change_no_version_and_no_edit_after_submission() -> None:
    draft = drafted_from()
    with refused("nothing_changed", "says the same as"):
        submitted(draft)
    edited(f"{draft.number}.{ENDO}", upper="0.250")
    submitted(draft)
    with refused("wrong_status", "submitted"):
        edited(f"{draft.number}.{ENDO}", upper="0.300")
    with refused("wrong_status"):
        submitted(draft)


@pytest.mark.req("MST-07", negative=True)
def test_no_version_without_its_change_record() -> None:
    draft = drafted_from()
    edited(f"{draft.number}.{ENDO}", upper="0.250")
    for part in CHANGE:
        with refused("change_record_missing", part.replace("_", " ")):
            submitted(draft, **{part: " "})
    with refused("reason_missing"):
        submitted(draft, reason="")


@pytest.mark.req("MST-02", "SIG-08", negative=True)
def test_who_edited_a_draft_neither_reviews_nor_approves_it() -> None:
    """The heads of Quality Control and QA edit, the author submits: both wrote a part of it."""
    for user_id in ("a.labhead", "a.reviewer"):
        people.grant_role(Act(by=person("s.admin"), reason=WHY), user_id, role="master_data_author")
    people.grant_role(Act(by=person("s.admin"), reason=WHY), "b.reviewer", role="qc_reviewer")
    draft = drafted_from()
    edited(f"{draft.number}.{ENDO}", upper="0.250", by="a.labhead")
    edited(f"{draft.number}.{ENDO}", notes="Read again", by="a.reviewer")
    version = submitted(draft)
    with refused("wrote_it", "Another person"):
        review_specification(act(c.REVIEW_SPECIFICATION, "a.labhead"), version.number)
    review_specification(act(c.REVIEW_SPECIFICATION, "b.reviewer"), version.number)
    with refused("wrote_it", "Another person"):
        approve_specification(act(c.APPROVE_SPECIFICATION, "a.reviewer"), version.number)


@pytest.mark.req("REC-01", "MST-01", negative=True)
def test_a_draft_edited_meanwhile_is_not_submitted_from_an_old_page(as_person: Any) -> None:
    draft = drafted_from()
    edited(f"{draft.number}.{ENDO}", upper="0.250")
    client, url = as_person("m.author"), reverse("qc:submit_specification", args=[draft.number])
    page = client.get(url)
    assert "<ins>0.250</ins>" in page.content.decode(), "who signs sees what changed"
    hidden = {name: page.context["act_form"][name].value() for name in ("seen", "once")}
    edited(f"{draft.number}.{ENDO}", upper="0.300")
    answer = client.post(url, {**CHANGE, **hidden, "reason": WHY, "user_id": "m.author", "password": PASSWORD})
    assert answer.status_code == 422 and "This page is out of date" in answer.content.decode()


@pytest.mark.req("MST-01", "MST-08")
def test_a_draft_goes_to_another_site_as_a_file(as_person: Any) -> None:
    draft = drafted_from()
    answer = as_person("i.inspector").get(reverse("qc:specification_draft_file", args=[draft.number]))
    assert answer.content.decode() == draft.content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{draft.number}.toml"'
    assert place_of(drafted(answer.content.decode()).number).file == place_of(draft.number).file
    assert as_person("i.inspector").get(reverse("qc:specification_draft_file", args=["SD-1"])).status_code == 404


@pytest.mark.req("MST-08", negative=True)
def test_only_authors_submit() -> None:
    draft = drafted_from()
    for by in ("a.analyst", "a.labhead", "a.reviewer", "i.inspector"):
        with refused("not_permitted"):
            submit_specification(Act(by=person(by), reason=WHY), draft.number, **CHANGE)
