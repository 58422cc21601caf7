"""QA decides on a donor, and may decide again. The decision bars or opens everything derived from the donor."""

import pytest

from batches.domain.commands import DECIDE_DONOR_ELIGIBILITY
from batches.selectors.donors import decisions_on_donor
from batches.selectors.genealogy import donor_blockers
from batches.selectors.lots import usable_blockers
from batches.selectors.release import processing_blockers
from batches.services.donors import decide_donor_eligibility
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import signatures_of
from tests.batches.builders_material import bank, decide, donor, passage
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("TRC-04")
def test_a_decision_is_signed_with_its_basis() -> None:
    found = donor(decided="")
    with one_event(DECIDE_DONOR_ELIGIBILITY):
        found = decide(found, "eligible")
    assert (found.eligibility, found.decision_basis) == ("eligible", "Donor file DF-0007")
    assert found.decided_at is not None


@pytest.mark.req("TRC-04", "AUD-04")
def test_a_second_decision_leaves_the_first_readable_and_withdraws_its_signature() -> None:
    found = decide(donor(), "ineligible", by="b.reviewer", basis="New serology of 2026")
    rows = decisions_on_donor(found)
    assert [(row.eligibility, row.decision_basis) for row in rows] == [
        ("ineligible", "New serology of 2026"), ("eligible", "Donor file DF-0007"),
    ]  # fmt: skip
    approvals = [s for s in signatures_of(found) if s.meaning == "approved"]
    assert [(s.signer_id, s.withdrawn) for s in approvals] == [("a.reviewer", True), ("b.reviewer", False)]


@pytest.mark.req("TRC-05", negative=True)
def test_an_undecided_donor_bars_the_bank() -> None:
    (blocker,) = donor_blockers(bank(released=False, decided=""))
    assert (blocker.key, blocker.message) == (
        "donor_undecided", "The eligibility of DONOR-0001 is not decided. QA decides it first.",
    )  # fmt: skip


@pytest.mark.req("TRC-04", "TRC-05", negative=True)
def test_an_ineligible_donor_bars_everything_below_even_after_its_release() -> None:
    lot = passage(is_commitment=True, released=False)
    parent = lot.inputs.get().parent
    decide(parent.cellbank.line.donor, "ineligible")
    assert "donor_ineligible" in [b.key for b in processing_blockers(lot)]
    assert [b.key for b in usable_blockers(parent)] == ["donor_ineligible"]


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize(("reason", "key"), [("", "reason_missing"), ("n/a", "reason_says_nothing")])
def test_a_decision_needs_a_reason_that_says_why(reason: str, key: str) -> None:
    found = donor(decided="")
    with refused(key):
        decide_donor_eligibility(
            act(DECIDE_DONOR_ELIGIBILITY, "a.reviewer", reason=reason), found.code, eligibility="eligible", basis="File"
        )


@pytest.mark.req("TRC-04", negative=True)
@pytest.mark.parametrize(("eligibility", "basis", "key"), [("perhaps", "File", "unknown_decision"), ("eligible", " ", "basis_missing")])
def test_a_decision_without_content_is_refused(eligibility: str, basis: str, key: str) -> None:
    found = donor(decided="")
    with refused(key):
        decide_donor_eligibility(act(DECIDE_DONOR_ELIGIBILITY, "a.reviewer"), found.code, eligibility=eligibility, basis=basis)


@pytest.mark.req("ACC-03", "SIG-08", negative=True)
def test_only_qa_decides() -> None:
    found = donor(decided="")
    with refused("not_permitted"):
        decide_donor_eligibility(Act(by=person("a.verifier")), found.code, eligibility="eligible", basis="File")


@pytest.mark.req("REC-04", negative=True)
def test_a_stale_page_is_refused() -> None:
    found = donor(decided="")
    seen = str(found.revision)
    decide(found, "eligible")
    with refused("stale_page", "A. Reviewer", "Donor eligibility decided"):
        decide_donor_eligibility(act(DECIDE_DONOR_ELIGIBILITY, "b.reviewer", seen=seen), found.code, eligibility="ineligible", basis="File")
