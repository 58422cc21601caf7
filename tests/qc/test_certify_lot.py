"""The Qualified Person's certification: register row, batch certificate and disposition in one act, by nobody who took part."""

import datetime
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils.html import escape

import tests.qc.builders_release as scene
from evgmp.compliance.validity import signatures_of, valid_signatures
from evgmp.compliance.verifying import findings
from evgmp.people import services
from evgmp.people.commands import GRANT_ROLE
from qc.domain import commands as c
from qc.models import CertificationRegister
from qc.services import release
from tests.builders import ADMIN, act, train
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused


def named_qualified_person(user_id: str) -> None:
    """Somebody of the cast is nominated as Qualified Person too."""
    services.grant_role(act(GRANT_ROLE, ADMIN), user_id, role="qualified_person")


@pytest.mark.req("REL-06", "REL-07", "SIG-01")
@pytest.mark.up_to("qa")
def test_certification_writes_register_certificate_and_disposition(ready_lot: Any) -> None:
    with one_event(c.CERTIFY_LOT):
        lot = scene.certified(destination="Germany, France")
    row = CertificationRegister.objects.get(lot=lot)
    year = row.certified_at.year
    assert (row.serial, row.qp_name, row.qp_user_id) == (f"QPR-{year}-001", "Q. Person", "q.person")
    assert (row.destination, row.decision, row.product) == ("Germany, France", "certified", "iMSC-EV")
    assert lot.disposition == "certified"
    paper = row.certificate
    assert (paper.number, paper.version, paper.issued_at) == (f"BC-{year}-001", 1, row.certified_at)
    (signature,) = signatures_of(row)
    assert (signature.meaning, signature.role) == ("certified", "Qualified Person")
    assert f"Certificate of analysis, complies: COA-{year}-001 v1" in row.documents
    assert not findings()


@pytest.mark.req("REL-07")
@pytest.mark.up_to("qp")
def test_batch_certificate_names_what_it_rests_on(ready_lot: Any) -> None:
    content = json.loads(CertificationRegister.objects.get().certificate.data)["content"]
    basis = {line["number"]: line["state"] for line in content["basis"]}
    assert basis[f"BR-{ready_lot.number}"].startswith("Reviewed by B. Verifier")
    assert basis["BR-IPSC-MCB-001"].startswith("Reviewed by B. Verifier")
    assert content["statement_is_placeholder"] is True
    assert content["qualified_person"] == "Q. Person (q.person)"
    assert content["quantity"] == "100\u00a0vials"


@pytest.mark.req("REL-07")
@pytest.mark.up_to("qp")
def test_whoever_reads_finds_the_whole_register(ready_lot: Any, as_person: Any) -> None:
    row = CertificationRegister.objects.get()
    client = as_person("i.inspector")
    page = client.get(reverse("qc:certifications")).content.decode()
    for words in (row.serial, ready_lot.get_absolute_url(), row.certificate.get_absolute_url(), "Q. Person", row.documents[0]):
        assert str(escape(words)) in page, words
    assert reverse("qc:certifications") in client.get("/").content.decode()


@pytest.mark.req("REL-07", "REC-02", negative=True)
@pytest.mark.up_to("qp")
def test_register_can_not_be_altered(ready_lot: Any) -> None:
    row = CertificationRegister.objects.get()
    with pytest.raises(TypeError):
        row.delete()
    for statement in ("UPDATE qc_certificationregister SET destination = 'x'", "DELETE FROM qc_certificationregister"):
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.req("REL-07", "REL-02", negative=True)
@pytest.mark.parametrize(("before", "key"), [("", "qc_not_approved"), ("qc", "not_approved_for_certification")])
def test_earlier_gates_come_first(ready_lot: Any, before: str, key: str) -> None:
    if before:
        scene.up_to(before)
    with refused(key):
        scene.certified()
    assert not CertificationRegister.objects.exists()


@pytest.mark.req("REL-06", negative=True)
@pytest.mark.parametrize("who", ["a.labhead", "a.reviewer", "a.operator", "m.author"])
@pytest.mark.up_to("qa")
def test_only_a_qualified_person_certifies(ready_lot: Any, who: str) -> None:
    with refused("not_permitted"):
        scene.certified(by=who)


@pytest.mark.req("REL-06", "ACC-14", negative=True)
@pytest.mark.up_to("qa")
def test_a_lapsed_nomination_is_refused(ready_lot: Any) -> None:
    train("q.person", ("certification",), until=datetime.date(2021, 1, 1))
    with refused("not_trained", "Certification by the Qualified Person"):
        scene.certified()


@pytest.mark.req("SIG-08", "AUD-12", negative=True)
@pytest.mark.parametrize(
    ("who", "record"),
    [
        ("a.operator", "performed EV-"),
        ("b.operator", "verified EV-"),
        ("b.verifier", "reviewed “Batch record reviewed by production” of BR-EV-"),
        ("a.verifier", "performed “Batch record issued” of BR-EV-"),
        ("a.analyst", "performed “Result recorded”"),
        ("b.analyst", "reviewed “Result reviewed”"),
    ],
)
@pytest.mark.up_to("qa")
def test_whoever_took_part_upstream_does_not_certify(ready_lot: Any, who: str, record: str) -> None:
    named_qualified_person(who)
    with refused("took_part_upstream", record):
        scene.certified(by=who)


@pytest.mark.req("SIG-08", "AUD-12", negative=True)
def test_part_in_an_ancestor_alone_bars_and_is_named(ready_lot: Any) -> None:
    """Somebody who only reviewed the batch record of the culture, three lots up."""
    named_qualified_person("a.reviewer")
    services.grant_role(act(GRANT_ROLE, ADMIN), "q.person", role="verifier")
    culture = scene.lot_of("passage")
    scene.corrected_on_the_floor(culture, "seeded", "1000001")
    scene.signed_again(culture, review=False)
    scene.reviewed_by_production(culture.batch, by="q.person")
    scene.lifted(culture.number)
    scene.up_to("qa")
    with refused("took_part_upstream", culture.number):
        scene.certified()


@pytest.mark.req("SIG-08")
def test_decisions_of_qa_on_ancestors_do_not_bar(ready_lot: Any) -> None:
    """QA released the bank and the intermediates; on this lot another QA reviewer approved."""
    named_qualified_person("a.reviewer")
    scene.approved_by_qc()
    scene.approved_by_qa(by="b.reviewer")
    assert scene.certified(by="a.reviewer").disposition == "certified"


@pytest.mark.req("SIG-08", negative=True)
def test_who_approved_for_qa_does_not_certify_the_same_lot(ready_lot: Any) -> None:
    named_qualified_person("a.reviewer")
    scene.up_to("qa")
    with refused("signed_earlier_gate", ready_lot.number):
        scene.certified(by="a.reviewer")


@pytest.mark.req("REL-05", "REL-09", negative=True)
@pytest.mark.up_to("qa")
def test_what_opens_after_qa_stops_the_certification(ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="9.00").number)
    with refused("oos_open"):
        scene.certified()
    assert not CertificationRegister.objects.exists()


@pytest.mark.req("SIG-06", "PRT-02")
@pytest.mark.up_to("qp")
def test_certified_anew_after_a_correction_under_hold(ready_lot: Any) -> None:
    first = CertificationRegister.objects.get()
    scene.held(ready_lot.number)
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20").number)
    assert not valid_signatures(first)
    scene.approved_by_qc()
    scene.approved_by_qa()
    scene.certified()
    second = CertificationRegister.objects.order_by("-pk")[0]
    assert second.certificate.supersedes == first.certificate
    assert second.serial != first.serial
    assert scene.released().disposition == "released"
    assert not findings()


@pytest.mark.req("EXE-20", negative=True)
def test_a_stale_page_is_refused(ready_lot: Any) -> None:
    scene.up_to("qa")
    with refused("stale_page"):
        release.certify_lot(act(c.CERTIFY_LOT, "q.person", seen=str(ready_lot.revision)), ready_lot.number, destination="Germany")


@pytest.mark.req("REC-01", "REL-07", negative=True)
@pytest.mark.up_to("qa")
def test_a_double_post_leaves_one_row(ready_lot: Any) -> None:
    release.certify_lot(act(c.CERTIFY_LOT, "q.person", once="press-3"), ready_lot.number, destination="Germany")
    with refused("already_recorded"):
        release.certify_lot(act(c.CERTIFY_LOT, "q.person", once="press-3"), ready_lot.number, destination="Germany")
    assert CertificationRegister.objects.count() == 1


@pytest.mark.req("REL-10", negative=True)
def test_nothing_is_certified_without_a_signature(ready_lot: Any) -> None:
    from evgmp.compliance.recording import Act
    from tests.builders import person

    scene.up_to("qa")
    with refused("signature_missing"):
        release.certify_lot(Act(by=person("q.person")), ready_lot.number, destination="Germany")
