"""QA's approval of a specification, and what bars it."""

import pytest

from evgmp.compliance.recording import Act
from evgmp.people.services import grant_role
from evgmp.rules.change_record import Change
from qc.domain.commands import APPROVE_SPECIFICATION, REVIEW_SPECIFICATION
from qc.models import SpecificationVersion
from qc.selectors.specifications import shipped_text
from qc.services.specifications import approve_specification, review_specification
from tests.builders import ADMIN, WHY, act, person
from tests.qc.builders_lab import EV_SPEC, author, effective, line, one_event, refused

pytestmark = pytest.mark.usefixtures("sqlite_methods")


def in_review(text: str) -> SpecificationVersion:
    version = author(text)
    return review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), version.number)


@pytest.mark.req("MST-02", "MST-03")
def test_approval_makes_one_version_effective_and_supersedes_the_one_before() -> None:
    first = effective()
    second = in_review(shipped_text(EV_SPEC) + "\n")
    with one_event(APPROVE_SPECIFICATION):
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), second.number)
    found = {v.version: v for v in SpecificationVersion.objects.all()}
    assert found[1].status == "superseded"
    assert found[2].status == "effective"
    assert found[2].effective_from is not None
    assert first.spec_id == second.spec_id


@pytest.mark.req("MST-02", negative=True)
def test_an_unreviewed_draft_is_refused() -> None:
    version = author(shipped_text(EV_SPEC))
    with refused("wrong_status", "reviewed"):
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), version.number)


@pytest.mark.req("MST-02", negative=True)
def test_a_version_older_than_the_effective_one_is_refused() -> None:
    old = in_review(shipped_text(EV_SPEC))
    new = in_review(shipped_text(EV_SPEC) + "\n")
    approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), new.number)
    with refused("older_version", "Version 2"):
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), old.number)


@pytest.mark.req("SIG-08", negative=True)
def test_one_person_has_one_part_in_a_version() -> None:
    grant_role(Act(by=person(ADMIN), reason=WHY), "a.labhead", role="qa_reviewer")
    version = in_review(shipped_text(EV_SPEC))
    with refused("one_part_a_person", "A. Labhead"):
        approve_specification(act(APPROVE_SPECIFICATION, "a.labhead"), version.number)


@pytest.mark.req("LAB-23")
def test_all_items_of_every_usual_kit_are_covered() -> None:
    line("LINE-S", method="sendai")
    line("LINE-E", method="episomal", contents=["EBNA1", "ORIP", "OCT4", "SOX2", "KLF4", "LMYC", "LIN28A", "SHP53"])
    assert effective().status == "effective"


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize("item", ["SEV", "OCT4", "SOX2", "KLF4", "MYC"])
def test_an_item_of_a_line_without_its_row_is_named(item: str) -> None:
    line("LINE-S")
    version = in_review(shipped_text(EV_SPEC).replace(f'covers = ["{item}"]', "covers = []"))
    with refused("vector_item_uncovered", f"({item})") as _:
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), version.number)


@pytest.mark.req("LAB-23", negative=True)
def test_a_row_that_does_not_apply_to_the_line_covers_nothing() -> None:
    line("LINE-S")
    text = shipped_text(EV_SPEC).replace('applies_when = { vector_carries = ["KLF4"] }', 'applies_when = { reprogramming_method = ["mrna"] }')
    version = in_review(text)
    with refused("vector_item_uncovered", "LINE-S"):
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), version.number)


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["m.author", "a.labhead", "a.analyst", "q.person"])
def test_other_roles_are_refused(by: str) -> None:
    version = in_review(shipped_text(EV_SPEC))
    with refused("not_permitted"):
        approve_specification(act(APPROVE_SPECIFICATION, by), version.number)


@pytest.mark.req("MST-07", negative=True)
def test_a_version_of_an_earlier_release_without_its_change_record_is_authored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier release asked for a reason alone: its versions are neither reviewed nor approved, and the same text may come again."""
    effective()
    text = shipped_text(EV_SPEC) + "\n"
    with monkeypatch.context() as earlier:
        earlier.setattr(Change, "said", lambda self: {})
        old = author(text)
        waiting = author(text + "\n")
        earlier.setattr(SpecificationVersion, "change_record_missing", [])
        review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), waiting.number)
    with refused("change_record_missing", "impact, affected batches, training needed. Author it again with a complete change record."):
        review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), old.number)
    with refused("change_record_missing", "Author it again"):
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), waiting.number)
    again = in_review(text + "\n")
    assert approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), again.number).status == "effective"
