"""Release of a bank: eligible donor, reviewed record, every mandatory test passed, nothing open."""

from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.models import Disposition, Lot
from evgmp.compliance.validity import signatures_of, valid_signatures
from evgmp.compliance.verifying import findings
from qc.domain import commands as c
from qc.services import release
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused


@pytest.fixture
def bank(second_bank: Lot) -> Lot:
    return second_bank


@pytest.mark.req("TRC-07", "REL-01", "SIG-01")
def test_a_tested_bank_is_released(bank: Lot) -> None:
    with one_event(c.RELEASE_BANK):
        lot = scene.released_bank(bank)
    assert lot.disposition == "released"
    (signature,) = signatures_of(Disposition.objects.get(lot=lot, decision="released"))
    assert (signature.meaning, signature.signer_id) == ("approved", "a.reviewer")
    assert not findings()


@pytest.mark.req("TRC-04", "TRC-05", negative=True)
@pytest.mark.parametrize(("eligibility", "key"), [("ineligible", "donor_ineligible"), ("undecided", "donor_undecided")])
def test_the_donor_must_be_eligible(ready_lot: Any, eligibility: str, key: str) -> None:
    line = lab.line("LINE-02", contents=["SEV"])
    if eligibility != "undecided":
        scene.decided(line.donor.code, eligibility)
    bank = scene.bank_in_quarantine(line)
    with refused(key):
        scene.released_bank(bank)


@pytest.mark.req("REL-05", "LAB-24", negative=True)
def test_a_missing_result_stops_the_bank(ready_lot: Any) -> None:
    line = lab.CellLine.objects.get()
    bank = scene.done(scene.begun(scene.floor.BANK, prefix="IPSC-MCB", level="mcb", line=line.code), **scene.BANK_VALUES)
    with refused("no_specification"):
        scene.released_bank(bank)
    lab.all_pass(bank, lab.received(bank), but=("MCB-SF-KARYO",))
    with refused("result_missing", "Karyotype"):
        scene.released_bank(bank)


@pytest.mark.req("REL-05", "LAB-13", negative=True)
def test_an_oos_stops_the_bank(bank: Lot) -> None:
    lab.reviewed(scene.result_corrected(bank, "MCB-SF-ENDO", value="50.0").number)
    with refused("oos_open"):
        scene.released_bank(bank)


@pytest.mark.req("REL-03", negative=True)
def test_production_reviews_first(bank: Lot) -> None:
    scene.corrected_on_the_floor(bank, "cpdl", "31.00")
    scene.signed_again(bank, review=False)
    with refused("batch_not_reviewed"):
        scene.released_bank(bank)


@pytest.mark.req("SIG-06", "PRT-02")
def test_qc_may_certify_the_analysis_before_or_after(bank: Lot) -> None:
    """The certificate of analysis of a bank is optional and changes nothing about its release."""
    scene.released_bank(bank)
    row = Disposition.objects.get(lot=bank, decision="released")
    assert valid_signatures(row)
    with refused("wrong_status"):
        scene.approved_by_qc(on=bank.number)


@pytest.mark.req("REL-01", negative=True)
def test_only_a_bank_is_released_this_way(ready_lot: Any) -> None:
    with refused("wrong_stage", "EV lot"):
        scene.released_bank(ready_lot)


@pytest.mark.req("SIG-08", "AUD-12", negative=True)
def test_who_took_part_in_the_bank_does_not_release_it(bank: Lot) -> None:
    from evgmp.people import services
    from evgmp.people.commands import GRANT_ROLE
    from tests.builders import ADMIN

    services.grant_role(act(GRANT_ROLE, ADMIN), "b.verifier", role="qa_reviewer")
    with refused("took_part", f"BR-{bank.number}"):
        scene.released_bank(bank, by="b.verifier")


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["q.person", "a.labhead", "a.verifier"])
def test_only_qa_releases(bank: Lot, who: str) -> None:
    with refused("not_permitted"):
        scene.released_bank(bank, by=who)


@pytest.mark.req("EXE-20", "REC-01", negative=True)
def test_stale_and_double_posts_are_refused(bank: Lot) -> None:
    with refused("stale_page"):
        release.release_bank(act(c.RELEASE_BANK, "a.reviewer", seen="0"), bank.number)
    release.release_bank(act(c.RELEASE_BANK, "a.reviewer", once="press-5"), bank.number)
    with refused("already_recorded"):
        release.release_bank(act(c.RELEASE_BANK, "a.reviewer", once="press-5"), bank.number)
