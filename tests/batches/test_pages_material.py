"""Screens of the material: everybody who reads sees them, nobody else; what bars an act stands beside its button."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.domain import commands as c
from batches.models import ExceptionRecord, Lot
from batches.services.vials import destroy_vial, reserve_vial
from evgmp.people.models import Account
from evgmp.web.searching import found_by
from tests.batches.builders_material import (
    bank,
    culture,
    disposed,
    donor,
    exception,
    feed,
    medium,
    passage,
    run,
    sample,
    vial,
)
from tests.builders import ADMIN, PASSWORD, act

pytestmark = pytest.mark.django_db


def client(user_id: str) -> Client:
    found = Client()
    found.force_login(Account.objects.get(user_id=user_id))
    return found


def text_of(path: str, user_id: str = "i.inspector") -> str:
    answer = client(user_id).get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return html.unescape(answer.content.decode())


def words(text: str) -> str:
    """What people read, without tags and doubled spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")


@pytest.fixture
def chain() -> dict[str, Any]:
    """A bank, a passage, two collections (one rejected), a run in process; a sample and an open exception."""
    mcb = bank(20)
    p0 = passage(mcb, is_commitment=True)
    used, failed, child = medium(p0), medium(p0, released=False), run().lot
    disposed(failed, "rejected", "Contaminated")
    feed(child, used, "100")
    return {
        "bank": mcb, "passage": p0, "media": used, "failed": failed, "run": child, "sample": sample(used, "5"),
        "exception": exception(p0), "donor": mcb.cellbank.line.donor, "line": mcb.cellbank.line, "vial": vial(mcb),
    }  # fmt: skip


def pages_of(chain: dict[str, Any]) -> list[str]:
    lots = [chain[name].number for name in ("bank", "passage", "media", "failed", "run")]
    pages = ["/banks/", "/passages/", "/media-lots/", "/runs/", "/ev-lots/", "/donors/", "/exceptions/", "/exceptions/?status=open"]
    pages += [f"/lot/{number}/{tab}" for number in lots for tab in ("", "genealogy/", "genealogy/?way=forward", "audit-trail/")]
    return pages + [chain[name].get_absolute_url() for name in ("sample", "exception", "donor", "line", "vial")]


@pytest.mark.req("ACC-03", "ACC-04")
def test_who_reads_sees_every_page_and_the_administrator_none(chain: dict[str, Any]) -> None:
    for path in pages_of(chain):
        for user_id in ("a.operator", "i.inspector", "a.reviewer"):
            assert client(user_id).get(path).status_code == 200, f"{path} for {user_id}"
        assert client(ADMIN).get(path).status_code == 403, path
        assert Client().get(path).status_code == 302, path


@pytest.mark.parametrize("path", ["/lot/X-1/", "/vial/X-1/", "/sample/X-1/", "/exception/X-1/", "/donor/X-1/", "/line/X-1/"])
def test_what_does_not_exist_is_not_found(path: str) -> None:
    assert client("a.reviewer").get(path).status_code == 404


@pytest.mark.req("TRC-07")
def test_the_bank_shows_every_vial_in_its_place(chain: dict[str, Any]) -> None:
    mcb = chain["bank"]
    destroy_vial(act(c.DESTROY_VIAL, "a.operator", witness="b.operator", reason="Cap cracked at transfer"), vial(mcb, 3).code)
    sample(mcb, "1", "vials", vials=[vial(mcb, 4).code])
    reserve_vial(act(c.RESERVE_VIAL, "a.verifier"), vial(mcb, 5).code, purpose="Campaign of spring")
    page = text_of(f"/lot/{mcb.number}/")
    assert "16 of 20 vials free to use" in page
    for label in ("Vial 1, A1, withdrawn", "Vial 3, A3, destroyed", "Vial 4, A4, used for QC", "Vial 5, A5, reserved", "Vial 6, A6, in stock"):
        assert f'aria-label="{label}"' in page
    assert page.count('class="is-free"') == 16
    assert "Campaign of spring" in page
    assert "17 of 20" in words(page)  # what is left: 20 - 1 withdrawn - 1 destroyed - 1 sample


@pytest.mark.req("TRC-01")
def test_the_genealogy_is_drawn_and_listed_with_links(chain: dict[str, Any]) -> None:
    page = text_of(f"/lot/{chain['run'].number}/genealogy/")
    for name in ("bank", "passage", "media", "run"):
        assert page.count(f'href="/lot/{chain[name].number}/"') >= 2, name  # in the drawing and in the list
    assert "stops here" in page
    assert "5 records, 1 rejected" in page
    assert "100 mL" in words(page)
    forward = text_of(f"/lot/{chain['passage'].number}/genealogy/?way=forward")
    assert chain["failed"].number in forward
    assert "4 records" in forward


@pytest.mark.req("AUD-10", "AUD-11")
def test_the_trail_of_a_lot_names_every_act_on_it_and_on_what_belongs_to_it(chain: dict[str, Any]) -> None:
    said = words(text_of(f"/lot/{chain['media'].number}/audit-trail/"))
    for sentence in ("Batch record issued", "Parent lot consumed", "Entry recorded", "Step signed", "Batch completed", "Sample drawn"):
        assert sentence in said
    changes = words(text_of(f"/lot/{chain['media'].number}/audit-trail/?show=changes"))
    assert "Batch completed" in changes
    assert "Sample drawn" not in changes


@pytest.mark.req("AUD-10")
def test_a_long_entry_is_shortened_and_shown_whole_on_its_own(chain: dict[str, Any]) -> None:
    page = text_of(f"/lot/{chain['bank'].number}/audit-trail/")
    found = re.search(r'href="\?entry=(\d+)">Show all of entry', page)
    assert found
    whole = text_of(f"/lot/{chain['bank'].number}/audit-trail/?entry={found[1]}")
    assert words(whole).count(" 1 entry") == 1
    assert whole.count("V020") > page.count("V020")
    assert client("a.reviewer").get(f"/lot/{chain['bank'].number}/audit-trail/?entry=9e9").status_code == 200


@pytest.mark.req("REL-05", "SIG-07")
def test_what_bars_a_release_stands_beside_its_button(chain: dict[str, Any]) -> None:
    lot = culture().lot
    page = words(text_of(f"/lot/{lot.number}/", "a.reviewer"))
    assert "This lot is in process. “Release for processing” needs it to be in quarantine." in page
    operator = text_of(f"/lot/{lot.number}/", "a.operator")
    assert "Release for processing" not in operator
    assert f'href="/draw-sample/{lot.number}/"' in operator


@pytest.mark.req("DEV-01")
def test_a_lot_names_its_open_exceptions(chain: dict[str, Any]) -> None:
    lot = chain["passage"]
    assert "1 open exception" in text_of(f"/lot/{lot.number}/")
    listed = text_of(f"/exceptions/?lot={lot.number}&status=open")
    assert chain["exception"].number in listed
    assert chain["exception"].number not in text_of("/exceptions/?status=closed")


# --- commands through their pages ---


def posted(user_id: str, path: str, witness: str = "", **data: str) -> Any:
    signed = {"user_id": user_id, "password": PASSWORD, "witness_user_id": witness, "witness_password": PASSWORD if witness else ""}
    return client(user_id).post(path, {**signed, **data})


@pytest.mark.req("TRC-07", "SIG-01")
def test_a_vial_is_withdrawn_through_its_page(chain: dict[str, Any]) -> None:
    child, found = culture().lot, vial(chain["bank"], 7)
    path = f"/withdraw-vial/{found.code}/"
    page = text_of(path, "a.operator")
    assert "I watched this and checked the values" in page
    wrong = posted("a.operator", path, "b.operator", destination=chain["run"].number)
    assert wrong.status_code == 422
    assert chain["run"].number in wrong.content.decode()
    assert "Problem" in wrong.content.decode()
    done = posted("a.operator", path, "b.operator", destination=child.number)
    assert (done.status_code, done["Location"]) == (302, f"/vial/{found.code}/")
    assert vial(chain["bank"], 7).state == "withdrawn"
    after = words(text_of(f"/vial/{found.code}/"))
    assert "A. Operator" in after
    assert "I performed this" in after


@pytest.mark.req("EXE-21")
def test_a_sample_and_a_donor_through_their_pages(chain: dict[str, Any]) -> None:
    lot = chain["media"]
    data = {"purpose": "Retention", "quantity": "5", "unit": "mL", "container": "Bag", "storage": "-80 °C"}
    assert posted("a.analyst", f"/draw-sample/{lot.number}/", **{**data, "quantity": "5000"}).status_code == 422
    done = posted("a.analyst", f"/draw-sample/{lot.number}/", **data)
    assert done.status_code == 302
    assert done["Location"].startswith("/sample/SMP-")
    new = donor("DONOR-0099", decided="")
    done = posted("a.reviewer", f"/decide-donor-eligibility/{new.code}/", eligibility="eligible", basis="File", reason="Screening is complete")
    assert done.status_code == 302
    assert "Eligible" in words(text_of(new.get_absolute_url()))


@pytest.mark.req("DEV-03", "SIG-08")
def test_an_exception_is_closed_through_its_page_and_nothing_is_ticked_beforehand(chain: dict[str, Any]) -> None:
    number = chain["exception"].number
    assert "checked" not in re.sub(r"checked the", "", text_of(f"/close-exception/{number}/", "a.reviewer"))
    done = posted("a.reviewer", f"/close-exception/{number}/", decision="no_impact", reason="Short peak, product not in contact")
    assert done.status_code == 302
    assert ExceptionRecord.objects.get(number=number).decision == "no_impact"


@pytest.mark.req("REL-01", "SIG-07")
def test_the_page_of_a_decision_says_what_is_decided(chain: dict[str, Any]) -> None:
    page = words(text_of(f"/hold-lot/{chain['passage'].number}/", "a.reviewer"))
    assert f"Made from it {chain['media'].number}, {chain['failed'].number}, {chain['run'].number}" in page
    disposed(chain["passage"], "hold", "Alarm in the night")
    lifting = words(text_of(f"/lift-hold/{chain['passage'].number}/", "a.reviewer"))
    assert "Alarm in the night" in lifting
    assert "Returns to released for further processing" in lifting


# --- work and search ---


@pytest.mark.req("DEV-01")
def test_what_waits_for_whom(chain: dict[str, Any]) -> None:
    reserve_vial(act(c.RESERVE_VIAL, "a.verifier"), vial(chain["bank"], 9).code, purpose="Campaign of spring")
    donor("DONOR-0099", decided="")
    waiting = passage(chain["passage"], released=False)
    reviewer = words(text_of("/", "a.reviewer"))
    assert f"{chain['exception'].number} waits for your decision" in reviewer
    assert "Eligibility of DONOR-0099 is not decided" in reviewer
    assert f"{waiting} waits for release for processing" in reviewer
    operator = words(text_of("/", "a.operator"))
    assert "is reserved For Campaign of spring" in operator
    assert "waits for your decision" not in operator


@pytest.mark.req("TRC-01")
def test_an_id_leads_to_its_record(chain: dict[str, Any]) -> None:
    for name in ("bank", "run", "vial", "sample", "exception", "donor", "line"):
        record = chain[name]
        answer = client("i.inspector").get("/search/", {"q": str(record).lower()})
        assert (answer.status_code, answer["Location"]) == (302, record.get_absolute_url()), name


@pytest.mark.req("TRC-01")
def test_a_part_of_an_id_or_a_name_leads_to_what_holds_it(chain: dict[str, Any]) -> None:
    part = str(chain["bank"])[2:]
    shown = words(text_of(f"/search/?q={part.lower()}"))
    assert str(chain["bank"]) in shown
    assert "Vials 8 and more" in shown
    assert str(chain["exception"]) in words(text_of(f"/search/?q={chain['exception'].sentence[3:12]}"))
    assert "Nothing was found" in text_of("/search/?q=%25%25")
    assert "Type more of it" in text_of("/search/?q=E")
    assert found_by("e") == []


@pytest.mark.req("ACC-03", negative=True)
def test_the_search_tells_an_administrator_nothing(chain: dict[str, Any]) -> None:
    assert client(ADMIN).get("/search/", {"q": str(chain["bank"])[2:]}).status_code == 403


# --- speed ---


def queries(path: str) -> int:
    one = client("i.inspector")
    one.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert one.get(path).status_code == 200
    return len(captured)


def test_lists_do_not_ask_once_for_each_line() -> None:
    p0 = passage(is_commitment=True)
    medium(p0)
    exception(p0)
    few = {path: queries(path) for path in ("/banks/", "/passages/", "/media-lots/", "/exceptions/", "/donors/")}
    for number in (2, 3):
        bank(number=number)
        exception(medium(passage(p0)))
    assert {path: queries(path) for path in few} == few
    assert max(few.values()) <= 20, few


def test_the_overview_stays_bounded_while_the_chain_grows() -> None:
    p0 = passage(is_commitment=True)
    before = queries(f"/lot/{p0.number}/")
    for _ in range(3):
        feed(run().lot, medium(p0), "10")
    assert queries(f"/lot/{p0.number}/") == before
    assert Lot.objects.count() == 8
