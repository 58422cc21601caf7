"""A donor is a code, undecided until QA decides."""

import pytest

from batches.domain.commands import REGISTER_DONOR
from batches.forms.donors import RegisterDonorForm
from batches.models import Donor
from batches.services.donors import register_donor
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_material import DONOR, decide, donor
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("TRC-04", "TRC-05")
def test_a_donor_is_registered_undecided() -> None:
    with one_event(REGISTER_DONOR):
        found = donor(decided="")
    assert (found.code, found.eligibility, found.decided_at) == ("DONOR-0007", "undecided", None)
    assert [(s.signer_id, s.meaning) for s in valid_signatures(found)] == [("a.verifier", "performed")]


@pytest.mark.req("SIG-06")
def test_the_decision_leaves_the_registration_signed() -> None:
    found = decide(donor(decided=""), "eligible")
    assert [(s.signer_id, s.meaning) for s in valid_signatures(found)] == [("a.verifier", "performed"), ("a.reviewer", "approved")]


@pytest.mark.req("TRC-12", negative=True)
def test_a_code_is_given_once() -> None:
    donor()
    with refused("code_taken", "DONOR-0007"):
        register_donor(act(REGISTER_DONOR, "a.verifier"), code="DONOR-0007", **DONOR)


@pytest.mark.req("ACC-03", negative=True)
def test_an_operator_registers_nobody() -> None:
    with refused("not_permitted"):
        register_donor(Act(by=person("a.operator")), code="DONOR-0008", **DONOR)
    assert not Donor.objects.exists()


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("field", "value"),
    [("age_band", "47"), ("code", "Jane Doe"), ("code", ""), ("consent_reference", ""), ("sex", "x"), ("testing_summary", "")],
)
def test_what_is_no_donor_is_refused(field: str, value: str) -> None:
    form = RegisterDonorForm({"code": "DONOR-0007", **DONOR, field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]
