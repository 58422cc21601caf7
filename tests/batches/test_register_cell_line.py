"""A line of a donor: its vector contents decide later what is tested, so they can't be empty or contradict the method."""

from typing import Any

import pytest

from batches.domain.commands import REGISTER_CELL_LINE
from batches.forms.donors import RegisterCellLineForm
from batches.models import CellLine
from batches.services.donors import register_cell_line
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import LINE, decide, donor, line
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


def register(donor_code: str, **changed: Any) -> CellLine:
    return register_cell_line(act(REGISTER_CELL_LINE, "a.verifier"), donor_code, **{"code": "LINE-01", **LINE, **changed})


@pytest.mark.req("TRC-07", "TRC-01")
def test_a_line_is_registered_with_what_its_vectors_carried() -> None:
    found = donor(decided="")
    with one_event(REGISTER_CELL_LINE):
        made = register(found.code)
    assert (made.donor, made.vector_contents) == (found, LINE["vector_contents"])
    assert [s.signer_id for s in valid_signatures(made)] == ["a.verifier"]


@pytest.mark.req("TRC-07", negative=True)
@pytest.mark.parametrize(
    ("method", "contents", "key"),
    [
        ("sendai", [], "vectors_missing"),
        ("mrna", [], "vectors_missing"),
        ("sendai", ["OCT4"], "vectors_contradict"),
        ("episomal", ["SEV", "EBNA1", "ORIP"], "vectors_contradict"),
        ("retrovirus", ["OCT4"], "vectors_contradict"),
        ("sendai", ["SEV", "XYZ"], "vectors_contradict"),
    ],
)
def test_method_and_contents_must_both_be_true(method: str, contents: list[str], key: str) -> None:
    found = donor()
    with refused(key):
        register(found.code, reprogramming_method=method, vector_contents=contents)
    assert not CellLine.objects.exists()


@pytest.mark.req("TRC-12", negative=True)
def test_a_line_code_is_given_once() -> None:
    found = line()
    with refused("code_taken", "LINE-01"):
        register(found.donor.code)


@pytest.mark.req("TRC-04", negative=True)
def test_no_line_of_an_ineligible_donor() -> None:
    found = decide(donor(), "ineligible")
    with refused("wrong_status", "ineligible"):
        register(found.code)


@pytest.mark.req("REC-04", "ACC-03", negative=True)
def test_wrong_role_and_stale_page() -> None:
    found = donor(decided="")
    with refused("not_permitted"):
        register_cell_line(Act(by=person("a.analyst")), found.code, code="LINE-01", **LINE)
    seen = str(found.revision)
    decide(found, "eligible")
    with refused("stale_page", "A. Reviewer"):
        register_cell_line(act(REGISTER_CELL_LINE, "a.verifier", seen=seen), found.code, code="LINE-01", **LINE)


@pytest.mark.req("REC-03", negative=True)
def test_the_form_asks_for_the_contents() -> None:
    form = RegisterCellLineForm({"code": "LINE-01", **LINE, "vector_contents": []})
    assert form.errors["vector_contents"] == ["Choose everything the vectors carried. Each item needs its clearance test."]
