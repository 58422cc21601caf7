"""Screens of materials and scanning: stock and ledger, what a step needs, and a refusal that says what to do."""

import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evgmp.compliance.models import Attempt, Event
from evgmp.people.models import Account
from tests.batches.builders_uses import (
    ENZYME,
    FILTER,
    culture_with_additions,
    decided,
    first_step,
    material,
    opened,
    received,
    used,
)

pytestmark = pytest.mark.django_db


def client(user_id: str) -> Client:
    found = Client()
    found.force_login(Account.objects.get(user_id=user_id))
    return found


def text_of(path: str, user_id: str = "i.inspector") -> str:
    answer = client(user_id).get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return html.unescape(answer.content.decode())


def posted(path: str, user_id: str, **data: Any) -> tuple[int, str]:
    """Post what the page shows together with `data`."""
    browser = client(user_id)
    hidden = browser.get(path).context["act_form"]
    answer = browser.post(path, {"seen": hidden["seen"].value(), "once": hidden["once"].value(), **data})
    return answer.status_code, html.unescape(answer.content.decode())


@pytest.mark.req("EXE-18", "TRC-02")
def test_list_and_page_of_a_lot() -> None:
    batch = culture_with_additions()
    medium, quarantined = material(), received(ENZYME)
    used(first_step(batch), medium.number, "99")
    shown = text_of("/materials/")
    assert medium.number in shown
    assert "Quarantine" in shown
    assert quarantined.number not in text_of("/materials/?item=MAT-0077")
    page = text_of(f"/material/{medium.number}/")
    for words in ("4901", "Where it was used", batch.lot.number, "coa.pdf", "A. Reviewer", "5000\u00a0mL in 10 containers, by B. Operator"):
        assert words in page, words
    enzyme = opened(decided(quarantined), 2)
    assert f"{enzyme.number}-C02" in text_of(f"/material/{enzyme.number}-C02/")


@pytest.mark.req("EXE-16")
def test_a_list_of_lots_keeps_its_queries() -> None:
    material()

    def queries() -> int:
        with CaptureQueriesContext(connection, ) as found:
            text_of("/materials/")
        return len(found)

    few = queries()
    for _ in range(5):
        material()
    assert queries() == few


@pytest.mark.req("EXE-16", "EXE-27")
def test_the_step_says_what_to_scan_and_which_lot_first() -> None:
    step = first_step(culture_with_additions())
    medium, cartridge = material(), material(FILTER)
    page = text_of(f"/step/{step.number}/", "a.operator")
    assert "Culture medium" in page
    assert f'href="/record-use/{step.number}/"' in page
    scan = text_of(f"/record-use/{step.number}/", "a.operator")
    assert "Take first" in scan
    assert medium.number in scan
    status, _ = posted(f"/record-use/{step.number}/", "a.operator", code=medium.number, quantity="100")
    assert status == 302
    status, _ = posted(f"/record-use/{step.number}/", "a.operator", code=f"{cartridge.number}-C01")
    assert status == 302
    page = text_of(f"/step/{step.number}/", "a.operator")
    assert "100\u00a0mL" in page
    assert "100\u00a0mL" in text_of(f"/batch/BR-{step.batch.lot.number}/")


@pytest.mark.req("EXE-16", "EXE-27", negative=True)
def test_a_refused_scan_says_what_is_wrong_and_keeps_what_was_scanned() -> None:
    step = first_step(culture_with_additions())
    lot = received()
    before = Event.objects.count()
    status, page = posted(f"/record-use/{step.number}/", "a.operator", code=lot.number, quantity="100")
    assert status == 422
    assert f"Problem: {lot.number} is in quarantine." in page
    assert "The attempt is kept" in page
    assert f'value="{lot.number}"' in page
    assert 'value="100"' in page
    assert Event.objects.count() == before
    assert Attempt.objects.filter(kind="scan").count() == 1
    decided(lot)
    status, page = posted(f"/record-use/{step.number}/", "a.operator", code=lot.number)
    assert status == 422
    assert f"{lot.number} is right. Now enter how much was used, in mL." in page


def test_the_decoder_of_the_camera_may_be_compiled_on_the_scan_page_alone() -> None:
    step = first_step(culture_with_additions())
    for path, may in ((f"/record-use/{step.number}/", True), (step.get_absolute_url(), False)):
        policy = client("a.operator").get(path).headers["Content-Security-Policy"]
        assert ("wasm-unsafe-eval" in policy) is may, path
        assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
