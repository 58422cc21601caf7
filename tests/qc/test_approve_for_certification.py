"""QA's approval for certification: every condition, unset one by one, names itself (REL-05)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.domain.commands import RECORD_USE, REPORT_EXCEPTION, SPLIT_LOT
from batches.domain.genealogy import SPLIT
from batches.models import BatchRecord, Disposition, EquipmentEntry, IsolationRun, Lot, LotInput
from batches.services.exceptions import report_exception
from evgmp.compliance.recording import recording
from evgmp.compliance.validity import signatures_of, valid_signatures
from evgmp.compliance.verifying import findings
from qc.domain import commands as c
from qc.selectors.release_state import release_state
from qc.services import release
from tests.batches.builders_uses import SKID, unit
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused


def _own_record(lot: Any) -> None:
    scene.corrected_on_the_floor(lot, "container", "2 mL vial, another stopper")


def _ancestor_record(lot: Any) -> None:
    scene.corrected_on_the_floor(scene.lot_of("isolation_run"), "volume", "101")


def _ancestor_exception(lot: Any) -> None:
    medium = scene.lot_of("conditioned_media")
    scene.corrected_on_the_floor(medium, "volume", "300")
    scene.signed_again(medium)


def _exception_of_a_unit(lot: Any) -> None:
    """Reported of the skid that the isolation run was made with, long after the run."""
    skid = unit(SKID)
    with recording(RECORD_USE, act(RECORD_USE, "a.operator")) as rec:
        EquipmentEntry(unit=skid, kind="used", at=rec.at, lot=scene.lot_of("isolation_run"), note="Filtration", performed_by="A. Operator").save()
        skid.save()
        rec.about(skid)
    report_exception(act(REPORT_EXCEPTION, "a.operator"), skid.code, what="A crack in the pressure gauge was found at the yearly look")


def _affected(lot: Any) -> None:
    _ancestor_exception(lot)
    scene.closed(scene.lot_of("conditioned_media").exceptions.filter(kind="limit").get(), "lot_affected")


def _ineligible(lot: Any) -> None:
    scene.decided("DONOR-LINE-01", "ineligible")


def _ancestor_held(lot: Any) -> None:
    scene.held(scene.lot_of("isolation_run").number)


def _ancestor_rejected(lot: Any) -> None:
    scene.rejected(on=scene.lot_of("passage").number)


def _unreviewed(lot: Any) -> None:
    scene.result_corrected(lot, "DS-GN-PH", value="7.20")


def _invalid(lot: Any) -> None:
    found = scene.result_corrected(lot, "DS-GN-PH", kind="invalid", why_invalid="The electrode failed its check after the run")
    lab.reviewed(found.number)


def _oos(lot: Any) -> None:
    lab.reviewed(scene.result_corrected(lot, "DS-GN-PH", value="9.00").number)


def _factor_of_culture(lot: Any) -> None:
    scene.result_corrected(scene.lot_of("passage"), "EOP-RF-SEV", kind="not_detected", lod=Decimal("9"))


UNSET: dict[str, tuple[Callable[[Any], None], str]] = {
    "own batch record": (_own_record, "batch_not_reviewed"),
    "batch record of an ancestor": (_ancestor_record, "batch_not_reviewed"),
    "exception of an ancestor": (_ancestor_exception, "exception_open"),
    "exception of a unit that an ancestor was made with": (_exception_of_a_unit, "exception_open"),
    "an exception that affects the lot": (_affected, "lot_affected"),
    "donor": (_ineligible, "donor_ineligible"),
    "ancestor on hold": (_ancestor_held, "ancestor_blocked"),
    "ancestor rejected": (_ancestor_rejected, "ancestor_blocked"),
    "review of a result": (_unreviewed, "result_unreviewed"),
    "validity of a result": (_invalid, "result_no_verdict"),
    "OOS": (_oos, "oos_open"),
    "factor test of the producing culture": (_factor_of_culture, "result_unreviewed"),
}


@pytest.mark.req("REL-01", "REL-03", "SIG-01")
@pytest.mark.up_to("qc")
def test_approval_keeps_the_lot_in_quarantine(ready_lot: Any) -> None:
    with one_event(c.APPROVE_FOR_CERTIFICATION):
        lot = scene.approved_by_qa()
    assert lot.disposition == "approved_for_certification"
    row = Disposition.objects.get(lot=lot, decision="approved_for_certification")
    (signature,) = signatures_of(row)
    assert (signature.meaning, signature.signer_id) == ("approved", "a.reviewer")
    assert not findings()


@pytest.mark.req("REL-05", "REL-09", "DEV-04", "TRC-04", negative=True)
@pytest.mark.parametrize("condition", UNSET)
@pytest.mark.up_to("qc")
def test_each_condition_unset_names_itself(ready_lot: Any, condition: str) -> None:
    unset, key = UNSET[condition]
    unset(scene.ev_lot())
    with refused(key):
        scene.approved_by_qa()
    state = release_state(scene.ev_lot())
    assert key in [reason.key for stop in state.stops for reason in stop.reasons]
    assert all(stop.waits for stop in state.stops)
    assert "the release of" in state.sentence


@pytest.mark.req("REL-03", negative=True)
def test_qc_comes_first(ready_lot: Any) -> None:
    with refused("qc_not_approved", "Head of Quality Control"):
        scene.approved_by_qa()


@pytest.mark.req("SIG-06", "REL-05", negative=True)
@pytest.mark.up_to("qa")
def test_a_corrected_result_takes_the_approvals_back(ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20").number)
    row = Disposition.objects.get(decision="approved_for_certification")
    assert not valid_signatures(row)
    with refused("qc_not_approved"):
        scene.certified()
    scene.approved_by_qc()
    with refused("not_approved_for_certification"):
        scene.certified()
    assert scene.approved_by_qa().disposition == "approved_for_certification"
    scene.certified()


@pytest.mark.req("SIG-06", "REL-03")
@pytest.mark.up_to("qa")
def test_a_record_reviewed_anew_is_approved_anew(ready_lot: Any) -> None:
    """A correction upstream withdraws QA's signature although the certificate stays as it is."""
    scene.held(ready_lot.number)
    run = scene.lot_of("isolation_run")
    scene.corrected_on_the_floor(run, "volume", "101")
    scene.signed_again(run)
    scene.lifted(run.number)
    with refused("signature_fell"):
        scene.lifted(ready_lot.number)
    assert scene.approved_by_qa().disposition == "approved_for_certification"
    scene.certified()


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.up_to("qc")
def test_a_hold_stops_it(ready_lot: Any) -> None:
    scene.held(ready_lot.number)
    with refused("wrong_status", "on hold"):
        scene.approved_by_qa()
    scene.lifted(ready_lot.number)
    scene.approved_by_qa()


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.up_to("qp")
def test_a_certified_lot_is_put_on_hold_first(ready_lot: Any) -> None:
    with refused("hold_first"):
        scene.approved_by_qa()


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["a.labhead", "q.person", "a.verifier", "i.inspector"])
@pytest.mark.up_to("qc")
def test_only_qa_approves(ready_lot: Any, who: str) -> None:
    with refused("not_permitted"):
        scene.approved_by_qa(by=who)


@pytest.mark.req("EXE-20", negative=True)
def test_a_stale_page_is_refused(ready_lot: Any) -> None:
    scene.approved_by_qc()
    with refused("stale_page", "A. Labhead"):
        release.approve_for_certification(act(c.APPROVE_FOR_CERTIFICATION, "a.reviewer", seen=str(ready_lot.revision)), ready_lot.number)


@pytest.mark.req("REC-01", negative=True)
@pytest.mark.up_to("qc")
def test_a_double_post_leaves_one_decision(ready_lot: Any) -> None:
    release.approve_for_certification(act(c.APPROVE_FOR_CERTIFICATION, "a.reviewer", once="press-2"), ready_lot.number)
    with refused("already_recorded"):
        release.approve_for_certification(act(c.APPROVE_FOR_CERTIFICATION, "a.reviewer", once="press-2"), ready_lot.number)
    assert Disposition.objects.filter(decision="approved_for_certification").count() == 1


@pytest.mark.req("REL-05")
def test_nothing_stops_a_ready_lot_but_the_next_person(ready_lot: Any) -> None:
    said = [release_state(scene.ev_lot()).sentence]
    for sign in (scene.approved_by_qc, scene.approved_by_qa, scene.certified, scene.released):
        sign()
        said.append(release_state(scene.ev_lot()).sentence)
    number = ready_lot.number
    assert said == [
        f"Nothing stops {number}. It waits for the Head of Quality Control",
        f"Nothing stops {number}. It waits for the QA reviewer",
        f"Nothing stops {number}. It waits for the Qualified Person",
        f"Nothing stops {number}. It waits for the QA reviewer",
        f"{number} is released.",
    ]


@pytest.mark.req("PRT-05", "REL-05", negative=True)
def test_a_certificate_that_no_longer_says_what_the_record_says_holds_nothing(ready_lot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the way the record changed: the frozen content is compared with what would be printed now."""
    from dataclasses import replace

    from qc.documents import certificates
    from qc.selectors import gates

    scene.approved_by_qc()
    monkeypatch.setattr(gates, "certificate_of_analysis", lambda lot: replace(certificates.certificate_of_analysis(lot), quantity="99 vials"))
    with refused("qc_not_approved", "no longer says what the record says (quantity)"):
        scene.approved_by_qa()


def _sub_lot_of_the_run(lot: Any) -> Lot:
    """A part of the run went into the fill as a sub-lot. Written as rows: how a lot is split is tested elsewhere."""
    run = scene.lot_of("isolation_run")
    with recording(SPLIT_LOT, act(SPLIT_LOT, "a.operator", witness="b.operator")) as rec:
        part = {"stage": run.stage, "product": run.product, "making_status": "made", "quantity_made": Decimal(10), "unit": run.unit, "made_on": rec.at}
        sub = Lot(number=f"{run.number}-S1", **part)
        sub.save()
        IsolationRun(lot=sub, final_volume_ml=Decimal(10)).save()
        for parent, child, purpose in ((run, sub, SPLIT), (sub, lot, "")):
            LotInput(parent=parent, child=child, quantity=Decimal(10), unit=run.unit, at=rec.at, purpose=purpose).save()
        rec.about(sub)
    return scene.processed(sub)


@pytest.mark.req("REL-03", "REL-05", "SIG-06")
def test_a_sub_lot_answers_with_the_record_of_the_lot_it_is_part_of(ready_lot: Any) -> None:
    run, sub = scene.lot_of("isolation_run"), _sub_lot_of_the_run(ready_lot)
    scene.up_to("qa")
    row = Disposition.objects.get(lot=ready_lot, decision="approved_for_certification")
    (signature,) = valid_signatures(row)
    vouched = [cover["key"] for cover in signature.covered if cover["type"] == "batches.batchrecord"]
    assert sorted(vouched) == sorted(str(batch.pk) for batch in BatchRecord.objects.all())
    assert not BatchRecord.objects.filter(lot=sub).exists()
    scene.corrected_on_the_floor(run, "volume", "101")
    assert not valid_signatures(row)
