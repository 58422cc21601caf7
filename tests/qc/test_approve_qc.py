"""QC's approval: it issues the certificate of analysis in the same recording, once the data are final."""

import json
from typing import Any

import pytest

import tests.qc.builders_release as scene
from evgmp.compliance.models import FileContent, IssuedDocument, Signature
from evgmp.compliance.validity import valid_signatures
from evgmp.compliance.verifying import findings
from qc.domain import commands as c
from qc.models import QcApproval
from qc.services import release
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused


@pytest.mark.req("PRT-02", "PRT-05", "SIG-01", "SIG-05")
def test_approval_issues_the_certificate_in_one_recording(ready_lot: Any) -> None:
    with one_event(c.APPROVE_QC):
        approval = scene.approved_by_qc()
    paper = approval.certificate
    assert (paper.number, paper.version, paper.supersedes) == (f"COA-{approval.at.year}-001", 1, None)
    assert approval.specification == "SPEC-EV-DS-V1"
    assert paper.issued_at == approval.at
    content = json.loads(paper.data)["content"]
    assert content["complies"] is True
    assert content["signatures"][-1]["printed_name"] == "A. Labhead"
    (signature,) = Signature.objects.filter(record_type="qc.qcapproval", record_key=str(approval.pk))
    covered = {cover["type"] for cover in signature.covered}
    assert {"compliance.issueddocument", "qc.result", "batches.lot", "batches.batchrecord", "qc.lotspecification"} <= covered
    assert not findings()


@pytest.mark.req("REL-05", "REC-05")
def test_certificate_says_what_the_records_say(ready_lot: Any) -> None:
    content = json.loads(scene.approved_by_qc().certificate.data)["content"]
    assert content["lot"] == ready_lot.number
    assert content["quantity"] == "100\u00a0vials"
    lines = {line["code"]: line for group in content["groups"] for line in group["lines"]}
    assert lines["DS-RF-SEV"]["result"] == "Not detected (LOD\u00a0200\u00a0copies/mL)"
    assert lines["DS-CT-PART"]["criterion"] == "≥\u00a01.0\u00a0×\u00a010¹⁰\u00a0particles/mL"
    assert lines["DS-GN-PH"]["result"] == "7.30"
    parents = {parent["lot"]: parent for parent in content["parent_tests"]}
    assert [line["code"] for line in parents["IPSC-MCB-001"]["lines"]] == ["MCB-ID-STR", "MCB-SF-KARYO", "MCB-RF-SEV", "MCB-SF-ENDO"]
    assert parents["IPSC-MCB-001"]["certificate"] == "None issued"
    assert content["parents"][-1] == {"stage": "Donor", "lots": "DONOR-LINE-01"}


@pytest.mark.req("PRT-02", "SIG-06")
def test_after_a_correction_a_new_version_supersedes_the_old_one(ready_lot: Any) -> None:
    first = scene.approved_by_qc()
    corrected = scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20")
    assert not valid_signatures(first)
    lab.reviewed(corrected.number)
    second = scene.approved_by_qc()
    old, new = scene.paper(first.certificate.number, 1), scene.paper(first.certificate.number, 2)
    assert new.supersedes == old
    assert old.is_superseded and not new.is_superseded
    assert second.certificate == new
    data = json.loads(new.data)
    assert data["supersedes"] == f"version 1 of {json.loads(old.data)['issued_at'][:10]}"
    (change,) = data["content"]["corrections"]
    assert (change["what"], change["old"], change["new"]) == ("pH", "7.30", "7.20")
    assert old.content_id != new.content_id
    assert FileContent.objects.filter(pk=old.content_id).exists()
    assert not findings()


@pytest.mark.req("PRT-05", "PRT-02", negative=True)
@pytest.mark.up_to("qc")
def test_a_standing_approval_is_not_signed_twice(ready_lot: Any) -> None:
    with refused("gate_signed"):
        scene.approved_by_qc()
    assert IssuedDocument.objects.count() == 1


@pytest.mark.req("PRT-05", "LAB-11", negative=True)
def test_an_unreviewed_result_refuses_the_certificate(ready_lot: Any) -> None:
    scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20")
    with refused("result_unreviewed", "pH"):
        scene.approved_by_qc()
    assert not IssuedDocument.objects.exists()


@pytest.mark.req("PRT-05", "LAB-13", negative=True)
def test_an_open_oos_refuses_the_certificate(ready_lot: Any) -> None:
    failing = scene.result_corrected(ready_lot, "DS-GN-PH", value="9.00")
    lab.reviewed(failing.number)
    with refused("oos_open"):
        scene.approved_by_qc()


@pytest.mark.req("PRT-05", "DEV-04", negative=True)
def test_an_open_exception_upstream_refuses_the_certificate(ready_lot: Any) -> None:
    medium = scene.lot_of("conditioned_media")
    scene.corrected_on_the_floor(medium, "volume", "300")
    scene.signed_again(medium)
    with refused("exception_open", medium.number):
        scene.approved_by_qc()


@pytest.mark.req("REL-03", "PRT-05", negative=True)
def test_production_reviews_first(ready_lot: Any) -> None:
    scene.corrected_on_the_floor(ready_lot, "vials", "99")
    scene.signed_again(ready_lot, review=False)
    with refused("batch_not_reviewed", ready_lot.number):
        scene.approved_by_qc()
    scene.reviewed_by_production(ready_lot.batch)
    scene.approved_by_qc()


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["a.analyst", "a.reviewer", "q.person", "a.operator"])
def test_only_the_head_of_qc_approves(ready_lot: Any, who: str) -> None:
    with refused("not_permitted"):
        scene.approved_by_qc(by=who)


@pytest.mark.req("SIG-08", negative=True)
def test_who_tested_the_lot_does_not_approve_its_results(ready_lot: Any) -> None:
    from evgmp.people import services
    from evgmp.people.commands import GRANT_ROLE
    from tests.builders import ADMIN

    services.grant_role(act(GRANT_ROLE, ADMIN), "a.analyst", role="qc_reviewer")
    with refused("tested_here", "RES-"):
        scene.approved_by_qc(by="a.analyst")


@pytest.mark.req("EXE-20", negative=True)
def test_a_stale_page_is_refused(ready_lot: Any) -> None:
    with refused("stale_page"):
        release.approve_qc(act(c.APPROVE_QC, "a.labhead", seen="0"), ready_lot.number)


@pytest.mark.req("REC-01", negative=True)
def test_a_double_post_leaves_one_certificate(ready_lot: Any) -> None:
    release.approve_qc(act(c.APPROVE_QC, "a.labhead", once="press-1"), ready_lot.number)
    with refused("already_recorded"):
        release.approve_qc(act(c.APPROVE_QC, "a.labhead", once="press-1"), ready_lot.number)
    assert IssuedDocument.objects.count() == QcApproval.objects.count() == 1


@pytest.mark.req("TRC-07", "PRT-02")
def test_a_bank_can_have_a_certificate_too(ready_lot: Any) -> None:
    bank = scene.another_bank()
    approval = scene.approved_by_qc(on=bank.number)
    content = json.loads(approval.certificate.data)["content"]
    assert (content["lot"], content["stage"], content["complies"]) == (bank.number, "Cell bank", True)


@pytest.mark.req("REL-01", negative=True)
def test_an_intermediate_has_no_certificate(ready_lot: Any) -> None:
    with refused("wrong_stage"):
        scene.approved_by_qc(on=scene.lot_of("isolation_run").number)
