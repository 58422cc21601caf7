"""Pages of review, release and papers, and the public check: what they say, to whom, and that posting signs."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tests.qc.builders_release as scene
from evgmp.compliance.files import bytes_of
from evgmp.compliance.models import Event
from evgmp.people.models import Account
from evgmp.web.views import FINDERS
from qc.domain.commands import APPROVE_QC
from qc.selectors import papers
from qc.selectors.release_state import state_of
from qc.views.release import review_url
from qc.views.work_release import gates_to_sign, paper_address
from tests.builders import PASSWORD, person
from tests.qc import builders_lab as lab
from tests.qc.test_certify_lot import named_qualified_person


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(user_id=who))
    return client


def words_of(answer: Any) -> str:
    """The words of a page, tags and blanks taken out."""
    text = re.sub(r"<(style|script|svg).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def review_page(who: str, number: str) -> str:
    answer = signed_in(who).get(reverse("qc:lot_review", args=[number]))
    assert answer.status_code == 200
    return words_of(answer)


def post(who: str, view: str, on: str, **data: str) -> Any:
    return signed_in(who).post(reverse(f"qc:{view}", args=[on]), {"user_id": who, "password": PASSWORD, **data})


@pytest.mark.req("REL-05", "REL-04")
def test_the_page_opens_with_what_stops_the_lot(ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="9.00").number)
    medium = scene.lot_of("conditioned_media")
    scene.corrected_on_the_floor(medium, "volume", "300")
    scene.signed_again(medium)
    page = review_page("a.reviewer", ready_lot.number)
    assert f"things stop the release of {ready_lot.number}" in page
    assert "pH is out of specification 9.00, limit 6.90 to 7.70." in page
    assert "Waits for QA reviewer" in page
    assert "Volume collected" in page and medium.number in page
    assert page.index("Blocks release") < page.index("Sign-off")
    assert "corrected to 300" in page
    assert "corrected to 9.00" in page


@pytest.mark.req("REL-05", "SIG-01")
def test_the_page_says_whom_it_waits_for_and_shows_every_signature(ready_lot: Any) -> None:
    number = ready_lot.number
    assert f"Nothing stops {number}. It waits for the Head of Quality Control" in review_page("i.inspector", number)
    scene.up_to("stock")
    page = review_page("i.inspector", number)
    assert f"{number} is released." in page
    for name, role, user_id in (
        ("B. Verifier", "Production supervisor", "b.verifier"),
        ("A. Labhead", "Head of Quality Control", "a.labhead"),
        ("A. Reviewer", "QA reviewer", "a.reviewer"),
        ("Q. Person", "Qualified Person", "q.person"),
    ):
        assert f"{name} {role} · {user_id} Signed 20" in page
    assert "I certify this" in page
    assert "register entry QPR-" in page


@pytest.mark.req("SIG-06")
@pytest.mark.up_to("qc")
def test_a_fallen_signature_stays_struck_through_with_the_reason(ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20").number)
    page = review_page("a.labhead", ready_lot.number)
    assert "QC approval no longer stands" in page
    assert "Withdrawn" in page and "Result corrected" in page


@pytest.mark.req("REL-05", "SIG-08")
def test_a_qualified_person_who_took_part_is_told_before_signing(ready_lot: Any) -> None:
    named_qualified_person("a.operator")
    scene.up_to("qa")
    page = review_page("a.operator", ready_lot.number)
    assert "so you can't certify" in page
    form = words_of(signed_in("a.operator").get(reverse("qc:certify_lot", args=[ready_lot.number])))
    assert "is not possible now" in form and "so you can't certify" in form


@pytest.mark.req("REL-01", "SIG-03")
def test_posting_signs_gate_after_gate(ready_lot: Any) -> None:
    number = ready_lot.number
    steps = [
        ("a.labhead", "approve_qc", {}),
        ("a.reviewer", "approve_for_certification", {}),
        ("q.person", "certify_lot", {"destination": "Germany"}),
        ("a.reviewer", "release_to_stock", {}),
    ]
    for who, view, data in steps:
        answer = post(who, view, number, **data)
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("qc:lot_review", args=[number]))
    assert scene.ev_lot().disposition == "released"


@pytest.mark.req("SIG-03", "REL-07", negative=True)
@pytest.mark.up_to("qa")
def test_posting_without_password_or_destination_is_refused(ready_lot: Any) -> None:
    events = Event.objects.count()
    for data in ({"password": "", "destination": "Germany"}, {"password": "wrong password!", "destination": "Germany"}, {"destination": " "}):
        answer = post("q.person", "certify_lot", ready_lot.number, **data)
        assert answer.status_code == 422
        assert "Problem" in words_of(answer)
    assert Event.objects.count() == events


@pytest.mark.req("REL-05")
def test_a_barred_command_shows_every_reason(ready_lot: Any) -> None:
    scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20")
    page = words_of(signed_in("a.labhead").get(reverse("qc:approve_qc", args=[ready_lot.number])))
    assert "is not possible now" in page and "pH (DS-GN-PH)" in page
    page = review_page("a.reviewer", ready_lot.number)
    assert "QC approval comes first" in page


@pytest.mark.req("REL-05")
def test_lots_under_review_each_with_its_sentence(ready_lot: Any) -> None:
    page = words_of(signed_in("q.person").get(reverse("qc:reviews")))
    assert f"Nothing stops {ready_lot.number}" in page
    assert "IPSC-MCB-001" not in page
    scene.up_to("qp")
    page = words_of(signed_in("i.inspector").get(reverse("qc:reviews")))
    assert "QPR-" in page and "to Germany, France" in page


@pytest.mark.req("REL-05")
def test_work_lists_name_the_next_gate_of_each_role(ready_lot: Any) -> None:
    def waiting(who: str) -> list[str]:
        return [item["title"] for item in gates_to_sign(person(who))]

    number = ready_lot.number
    assert waiting("a.labhead") == [f"Approve and issue the certificate of analysis: {number}"]
    assert waiting("q.person") == waiting("a.reviewer") == waiting("a.operator") == []
    scene.up_to("qa")
    assert waiting("q.person") == [f"Certify the lot: {number}"]
    scene.certified()
    assert waiting("a.reviewer") == [f"Release to stock: {number}"]
    assert waiting("q.person") == []


@pytest.mark.req("PRT-02", "REC-08")
def test_a_paper_is_found_read_and_downloaded(ready_lot: Any) -> None:
    paper = scene.approved_by_qc().certificate
    client = signed_in("i.inspector")
    assert paper.number in words_of(client.get(reverse("qc:papers")))
    page = words_of(client.get(paper.get_absolute_url()))
    for words in ("Intact. The stored file and its data are byte for byte what was issued.", paper.check_code, paper.data_sha256, ready_lot.number):
        assert words in page
    listed = client.get(reverse("qc:papers")).content.decode()
    assert f'href="{ready_lot.get_absolute_url()}"' in listed, "the list says which lot a paper is about"
    file = client.get(reverse("qc:paper_file", args=[paper.key]))
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.content == bytes_of(papers.paper_of(paper.key).content)
    assert paper_address in FINDERS
    assert paper_address(paper.number) == paper_address(paper.key.lower()) == paper.get_absolute_url()
    for missing in ("COA-2026-999-V1", "COA-2026-001", "nothing", "COA-2026-001-Vx"):
        assert client.get(reverse("qc:paper", args=[missing])).status_code == 404
        assert client.get(reverse("qc:paper_file", args=[missing])).status_code == 404


@pytest.mark.req("PRT-03", "AUD-13")
def test_a_copy_is_taken_and_downloaded(ready_lot: Any) -> None:
    paper = scene.approved_by_qc().certificate
    answer = signed_in("a.reviewer").post(reverse("qc:take_copy", args=[paper.key]), {})
    assert (answer.status_code, answer.headers["Location"]) == (302, paper.get_absolute_url())
    client = signed_in("i.inspector")
    assert "Copy 1 taken by A. Reviewer" in words_of(client.get(paper.get_absolute_url()))
    assert client.get(reverse("qc:copy_file", args=[paper.key, 1])).content.startswith(b"%PDF-1.7")
    assert client.get(reverse("qc:copy_file", args=[paper.key, 2])).status_code == 404


@pytest.mark.req("PRT-02")
def test_a_superseded_paper_says_so_everywhere(ready_lot: Any) -> None:
    old = scene.approved_by_qc().certificate
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20").number)
    new = scene.approved_by_qc().certificate
    client = signed_in("i.inspector")
    assert f"Superseded. This version no longer holds. It stays readable for ever. {new}" in words_of(client.get(old.get_absolute_url()))
    assert "Superseded" in words_of(client.get(reverse("qc:papers")))
    public = words_of(Client().get(reverse("qc:check_code", args=[old.check_code])))
    assert "Genuine, but superseded by version 2." in public
    assert "Genuine and current." in words_of(Client().get(reverse("qc:check_code", args=[new.check_code])))


@pytest.mark.req("PRT-04")
def test_anybody_checks_a_paper_without_an_account(ready_lot: Any) -> None:
    paper = scene.approved_by_qc().certificate
    page = words_of(Client().get(reverse("qc:check_code", args=[paper.check_code])))
    for words in ("Genuine and current.", paper.number, "Certificate of analysis", ready_lot.number, paper.data_sha256, paper.content_id):
        assert words in page
    answer = Client().get(reverse("qc:check"), {"code": f" {paper.check_code.lower().replace('-', ' ')} "})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("qc:check_code", args=[paper.check_code]))


@pytest.mark.req("PRT-04", negative=True)
@pytest.mark.up_to("qc")
def test_an_unknown_code_is_told_and_says_nothing_else(ready_lot: Any) -> None:
    for code in ("0000-0000-0000-0000", "<script>alert(1)</script>", "' OR 1=1 --", "é" * 30):
        for answer in (Client().get(reverse("qc:check"), {"code": code}, follow=True),):
            assert answer.status_code == 404
            assert "No paper has this code." in words_of(answer)
            assert ready_lot.number not in words_of(answer)
            assert "<script>alert" not in answer.content.decode()
    assert Client().get(reverse("qc:check")).status_code == 200


@pytest.mark.req("ACC-04", negative=True)
def test_administrators_and_strangers_read_no_paper(ready_lot: Any) -> None:
    paper = scene.approved_by_qc().certificate
    for name, args in (("papers", []), ("paper", [paper.key]), ("paper_file", [paper.key]), ("reviews", []), ("lot_review", [ready_lot.number])):
        address = reverse(f"qc:{name}", args=args)
        assert signed_in("s.admin").get(address).status_code == 403
        assert Client().get(address).status_code == 302


@pytest.mark.req("REL-05")
def test_every_reason_that_stops_the_next_signature_stands_on_the_page(ready_lot: Any) -> None:
    for code, value in (("DS-GN-PH", "7.20"), ("DS-SF-ENDO", "0.2")):
        scene.result_corrected(ready_lot, code, value=value)
    reasons = state_of(scene.ev_lot()).blockers(APPROVE_QC)
    assert len(reasons) > 1
    for user_id in ("a.labhead", "i.inspector"):
        page = html.unescape(signed_in(user_id).get(review_url(scene.ev_lot())).content.decode())
        assert f"Cannot be signed yet: {len(reasons)} reasons." in page
        assert [reason.message for reason in reasons if reason.message not in page] == []
