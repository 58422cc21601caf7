"""QA's approval of a method list, what bars it, and what is tested by a method that is not, no more or no longer in force."""

from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance.recording import Act
from evgmp.people.services import grant_role
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.change_record import Change
from qc.domain.commands import APPROVE_METHODS, APPROVE_SPECIFICATION, REVIEW_METHODS, REVIEW_SPECIFICATION
from qc.models import MethodListVersion
from qc.selectors import methods as selectors
from qc.services.methods import approve_methods, review_methods
from qc.services.recomputing import recomputed
from qc.services.specifications import approve_specification, review_specification
from tests.builders import ADMIN, WHY, act, person
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import EV_SPEC, author, author_list, methods, one_event, refused, restated
from tests.qc.test_author_methods import ONE
from tests.support.races import together

ENDOTOXIN = "DS-SF-ENDO"
# A test that another method does.
OTHER = "DS-RF-SEV"


def in_review(text: str, code: str = "ML-QC") -> MethodListVersion:
    return review_methods(act(REVIEW_METHODS, "a.labhead"), author_list(text, code).number)


def approved(version: MethodListVersion) -> MethodListVersion:
    return approve_methods(act(APPROVE_METHODS, "a.reviewer"), version.number)


@pytest.mark.usefixtures("sqlite_cast")
@pytest.mark.req("MST-02", "MST-03", "LAB-02")
def test_approval_makes_one_version_effective_and_supersedes_the_one_before() -> None:
    assert not selectors.lists_in_force()
    methods(ONE)
    second = in_review(ONE.replace('"VR-900"', '"VR-900 v2"'))
    assert [method.validation for method in selectors.methods_in_force()] == ["VR-900"]
    with one_event(APPROVE_METHODS):
        approved(second)
    found = {version.version: version for version in MethodListVersion.objects.all()}
    assert (found[1].status, found[2].status) == ("superseded", "effective")
    assert found[2].effective_from is not None
    assert [method.validation for method in selectors.methods_in_force()] == ["VR-900 v2"]


@pytest.mark.usefixtures("sqlite_cast")
@pytest.mark.req("MST-02", negative=True)
def test_an_unreviewed_draft_an_older_version_and_a_person_with_two_parts_are_refused() -> None:
    draft = author_list(ONE)
    with refused("wrong_status", "reviewed"):
        approved(draft)
    grant_role(Act(by=person(ADMIN), reason=WHY), "a.labhead", role="qa_reviewer")
    old = review_methods(act(REVIEW_METHODS, "a.labhead"), draft.number)
    with refused("one_part_a_person", "A. Labhead"):
        approve_methods(act(APPROVE_METHODS, "a.labhead"), old.number)
    for by in ("m.author", "a.analyst", "q.person"):
        with refused("not_permitted"):
            approve_methods(act(APPROVE_METHODS, by), old.number)
    approved(in_review(ONE + "# newer\n"))
    with refused("older_version", "Version 2"):
        approved(old)


@pytest.mark.usefixtures("sqlite_cast")
@pytest.mark.req("LAB-02", negative=True)
def test_two_lists_in_force_never_hold_the_same_method() -> None:
    methods(ONE)
    other = in_review(ONE + "\n", "ML-OTHER")
    with refused("method_list_defect", "TM-900 v1.0 is in ML-QC-V1 already, which is effective"):
        approved(other)
    methods(ONE.replace("TM-900", "TM-901"), "ML-OTHER")
    assert [method.number for method in selectors.methods_in_force()] == ["TM-901", "TM-900"]


@pytest.mark.usefixtures("sqlite_cast")
@pytest.mark.req("MST-07", negative=True)
def test_a_version_whose_change_record_is_not_there_is_not_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    methods(ONE)
    with monkeypatch.context() as careless:
        careless.setattr(Change, "said", lambda self: {})
        bare = author_list(ONE + "\n")
        careless.setattr(MethodListVersion, "change_record_missing", [])
        review_methods(act(REVIEW_METHODS, "a.labhead"), bare.number)
    with refused("change_record_missing", "impact, affected batches, training needed"):
        approved(bare)


@pytest.mark.usefixtures("sqlite_cast")
@pytest.mark.req("LAB-02", negative=True)
def test_without_a_list_in_force_no_specification_is_written_and_the_sentence_says_what_is_missing(as_person: Any) -> None:
    author_list(selectors.example_text())
    with refused("specification_defect", "No method list is in force. QA must author, review and approve the method list first."):
        author(lab.shipped_text(EV_SPEC))
    assert "No method list is in force" in as_person("i.inspector").get(reverse("qc:methods")).content.decode()


@pytest.mark.django_db
@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize("gone", [True, False])
def test_a_method_that_left_the_list_gives_no_new_run_or_result_and_what_was_recorded_stays(
    ev_under_test: Any, its_sample: Any, as_person: Any, gone: bool
) -> None:
    """gone: taken out of the list; otherwise it stays there as retired."""
    row = lab.row_of(ev_under_test, ENDOTOXIN)
    run = lab.run_of(row)
    kept = lab.reviewed(lab.result(ev_under_test, ENDOTOXIN, its_sample, run, **lab.twice("0.1")).number)
    text = selectors.example_text()
    start = text.index('[[method]]\nnumber = "TM-025"')
    newer = text[:start] + text[text.index("[[method]]", start + 1) :] if gone else restated("TM-025", "retired")
    version = in_review(newer)
    left = selectors.tests_left_without(version)
    assert (ENDOTOXIN, "in no method list" if gone else "Retired") in [(one.code, why) for one, why in left]
    assert {one.method_key for one, _ in left} == {row.method_key}
    approved(version)
    key, words = ("unknown_method", "is not among the methods in force") if gone else ("method_unfit", "is retired")
    with refused(key, words):
        lab.run_of(row)
    with refused(key, words):
        lab.correct(kept.number, its_sample, run, **lab.twice("0.2"))
    client = as_person("a.analyst")
    for url, asked in ((reverse("qc:record_run"), {"method": row.method_key}), (reverse("qc:record_result", args=[ev_under_test.number]), {"row": OTHER})):
        assert (words in client.get(url, asked).content.decode()) is (asked != {"row": OTHER})
    known = selectors.method_named("TM-025", "1.0")
    assert known is not None
    assert known.name == "Endotoxin, kinetic"
    assert (selectors.method_in_force("TM-025", "1.0") is None) is gone
    assert [line for one in recomputed() for line in one.differences] == []


@pytest.mark.django_db
@pytest.mark.req("LAB-02", negative=True)
def test_a_plant_whose_lists_were_never_approved_opens_and_enters_nothing(
    ev_under_test: Any, its_sample: Any, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update from a version whose methods came with the software."""
    run = lab.run_of(lab.row_of(ev_under_test, ENDOTOXIN))
    before = MethodListVersion.objects
    monkeypatch.setattr("qc.selectors.methods.MethodListVersion.objects", before.none())
    said = "No method list is in force. QA must author, review and approve the method list first."
    with refused("no_method_list", said):
        lab.result(ev_under_test, ENDOTOXIN, its_sample, run, **lab.twice("0.1"))
    client = as_person("a.analyst")
    assert said in client.get(reverse("qc:record_run")).content.decode()
    assert said in client.get(reverse("qc:record_result", args=[ev_under_test.number]), {"row": ENDOTOXIN}).content.decode()
    for name, args in (("run", [run.number]), ("lot_results", [ev_under_test.number]), ("methods", []), ("record_run", [])):
        assert client.get(reverse(f"qc:{name}", args=args)).status_code == 200


@pytest.mark.django_db
@pytest.mark.req("LAB-02", "LAB-10", negative=True)
def test_what_validation_does_not_show_any_more_proves_no_absence(ev_under_test: Any, its_sample: Any) -> None:
    """Detected is still recorded: nothing that speaks against a lot is refused."""
    row = lab.row_of(ev_under_test, OTHER)
    run = lab.run_of(row)
    text = selectors.example_text()
    start = text.index(f'number = "{row.method_number}"')
    version = in_review(text[:start] + text[start:].replace('lod = "100"', 'lod = "250"', 1))
    assert [(one.code, why) for one, why in selectors.tests_left_without(version) if one.version.spec.stage == "ev_ds"] == [
        (OTHER, "its LOD is not shown any more")
    ]
    approved(version)
    said = {"kind": "not_detected", "lod": row.lod_max}
    with refused("method_insensitive", "the validation of TM-072 v1.0 showed 250 (EV, 0.5 mL or 1.0E+10 particles). The method can't prove this absence."):
        lab.result(ev_under_test, OTHER, its_sample, run, **said)
    found = lab.result(ev_under_test, OTHER, its_sample, run, kind="number", value="900")
    assert found.verdict == "does_not_conform"


@pytest.mark.django_db
@pytest.mark.req("LAB-02", "LAB-04", "LAB-18", negative=True)
def test_a_test_that_asks_for_less_than_its_method_takes_no_result(ev_under_test: Any, its_sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update, where specifications are older than the first list of methods: under its number no list ever held the method."""
    row = lab.row_of(ev_under_test, ENDOTOXIN)
    run = lab.run_of(row)
    monkeypatch.setattr(selectors, "ever_in_force", dict)
    text = selectors.example_text()
    start = text.index('number = "TM-025"')
    blank = '  { kind = "WATER", criterion = "Below the lowest standard" },\n  { kind = "NEGATIVE"'
    strict = text[start:].replace('  { kind = "NEGATIVE"', blank, 1).replace("replicates = 2", "replicates = 3", 1)
    version = in_review(text[:start] + strict)
    specification = author(lab.shipped_text(EV_SPEC) + "# as before\n")
    review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), specification.number)
    less = (
        "DS-SF-ENDO lacks what TM-025 v1.0 asks of every run: WATER (Below the lowest standard). Add it to its controls. "
        "DS-SF-ENDO asks for 2 determinations, and TM-025 v1.0 for 3. Ask for 3 at least."
    )
    assert [why for one, why in selectors.tests_left_without(version) if one.code == ENDOTOXIN] == [less]
    approved(version)
    with refused("method_floor", "lacks what TM-025 v1.0 asks of every run: WATER"):
        lab.result(ev_under_test, ENDOTOXIN, its_sample, run, **lab.twice("0.1"))
    with refused("defect", "lacks what TM-025 v1.0 asks of every run: WATER"):
        approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), specification.number)


@pytest.mark.req("LAB-02", "REC-02", negative=True)
def test_two_lists_with_the_same_method_approved_at_once_leave_one_in_force(any_cast: str) -> None:
    waiting = [in_review(ONE, code).number for code in ("ML-A", "ML-B")]
    asked = [(act(APPROVE_METHODS, by), number) for by, number in zip(("a.reviewer", "b.reviewer"), waiting, strict=True)]
    outcomes = together(*(lambda one=one, number=number: approve_methods(one, number) for one, number in asked))
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert len(errors) == 1
    assert isinstance(errors[0], RuleBroken)
    assert [blocker.key for blocker in errors[0].blockers] == ["method_list_defect"]
    assert len(selectors.methods_in_force()) == 1
