"""A master of 25 steps written in the browser, reviewed and approved by others, issued and carried out on a tablet.

Every step page is opened at 1024 x 768 and must fit without scrolling. The first steps of each kind are written and done by hand in the
browser; the rest goes through the same forms and services, so that the suite stays short. `make campaign` writes all of them by hand.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from batches.models import BatchRecord, MasterDraft, MasterVersion
from batches.selectors.master_drafts import place_of
from evgmp.compliance import verifying
from tests.batches.builders_drafts import added
from tests.batches.builders_records import CHANGE, recorded, signed, step_no
from tests.builders import WHY
from tests.journeys.browser import Browser

SHOTS = Path(os.environ.get("EVGMP_SHOTS", Path(__file__).resolve().parents[2] / ".data" / "shots")) / "author"
STEPS, BY_HAND = 25, 4
NUMBER = {"kind": "number", "unit": "mL", "decimals": "1", "plausible_low": "0.1", "plausible_high": "900.0", "action_low": "5.0",
          "action_high": "50.0", "required": True}  # fmt: skip
MEAN = {"kind": "calculated", "unit": "mL", "decimals": "1", "formula": "statistics.mean", "formula_version": "1", "required": True}


@pytest.fixture
def site_content() -> str:
    return "cast"


def kind_of(place: int) -> str:
    """Readings, instructions and logs in turn; the last step measures what was made."""
    return "entry" if place == STEPS else ("entry", "instruction", "log")[place % 3]


@pytest.mark.req("EXE-27", "MST-01", "MST-04", "MST-05")
def test_a_master_is_written_approved_and_carried_out(live_site: str, new_page: Callable[..., Any]) -> None:
    walk(new_page, BY_HAND)


@pytest.mark.campaign
def test_every_step_is_written_by_hand(live_site: str, new_page: Callable[..., Any]) -> None:
    walk(new_page, STEPS)


def walk(new_page: Callable[..., Any], by_hand: int) -> None:
    browser = Browser(new_page, SHOTS)
    draft = written(browser, by_hand)
    arranged(browser, draft)
    browser.perform({"command": "batches.submit_master", "by": "m.author", "reason": WHY}, draft.number, dict(CHANGE))
    version = MasterVersion.objects.get()
    browser.perform({"command": "batches.review_master", "by": "a.verifier"}, version.number, {})
    browser.perform({"command": "batches.approve_master", "by": "a.reviewer"}, version.number, {})
    browser.look("a.operator", f"/master/{version.number}/blank/", "blank")
    browser.perform({"command": "batches.start_batch", "by": "a.verifier"}, version.number, {})
    carried_out(browser, BatchRecord.objects.get())
    assert verifying.findings() == []


def written(browser: Browser, by_hand: int) -> MasterDraft:
    """The draft with all its steps and values, each typed into its form: the first `by_hand` and the last in the browser."""
    author = {"by": "m.author"}
    browser.perform(
        {**author, "command": "batches.draft_master"}, "", {"code": "MBR-JOURNEY", "title": "Journey", "stage": "isolation_run"}
    )
    draft = MasterDraft.objects.get()
    add = {**author, "command": "batches.add_master_part"}
    browser.perform({**author, "command": "batches.edit_master_part"}, draft.number, {"product": "iMSC-EV bulk", "batch_size": "1 L"})
    for place in range(1, STEPS + 1):
        step = {"title": f"Step {place} of the run", "kind": kind_of(place), "section": f"Part {(place - 1) // 5 + 1}", "key": f"s{place}",
                "instructions": "Read the balance.\nWrite what it shows."}  # fmt: skip
        if by_hand < place < STEPS:
            added(draft.number, **step)
            if kind_of(place) != "instruction":
                added(f"{draft.number}.s{place}", **{**NUMBER, "label": "Volume", "key": "volume"})
            continue
        browser.perform(add, draft.number, {**step, **({"witness": "on"} if place == 4 else {})})
        if kind_of(place) != "instruction":
            fills = {"fills": "lot.quantity_made"} if place == STEPS else {}
            browser.perform(add, f"{draft.number}.s{place}", {**NUMBER, "label": "Volume", "key": "volume", **fills})
    browser.perform(add, f"{draft.number}.s{STEPS}", {**MEAN, "label": "Mean of the log", "key": "mean", "inputs": "values = *s2.volume"})
    return draft


def arranged(browser: Browser, draft: MasterDraft) -> None:
    """One step moved by its button with the keyboard, and back by dragging; the page fits, and axe finds nothing."""
    page = browser.page_of("m.author")
    page.goto(draft.get_absolute_url())
    button = page.get_by_role("button", name="Move Step 2 of the run up")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#s2")
    assert [s.key for s in place_of(draft.number).content.steps][:2] == ["s2", "s1"]
    for width in (360, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 768})
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), width
    page.set_viewport_size({"width": 1024, "height": 768})
    handle, below = page.locator("#s2 [data-handle]"), page.locator("#s1")
    handle.scroll_into_view_if_needed()
    box, under = handle.bounding_box(), below.bounding_box()
    assert box and under
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(under["x"] + 5, under["y"] + under["height"] - 2, steps=4)
    with page.expect_navigation():
        page.mouse.up()
    assert [s.key for s in place_of(draft.number).content.steps][:2] == ["s1", "s2"]
    found = Axe().run(page).response["violations"]
    browser.look("m.author", f"/edit-master-part/{draft.number}.s{STEPS}/", "step-form")
    # The values stand beside the form, not under it.
    page.get_by_role("link", name="Add a value").click(trial=True)
    found += Axe().run(page).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:160]) for v in found]
    browser.look("m.author", draft.get_absolute_url(), "draft")


def carried_out(browser: Browser, batch: BatchRecord) -> None:
    """Every step page fits the tablet. The first of each kind is recorded and signed in the browser."""
    page, by_hand = browser.page_of("a.operator"), set[str]()
    for place in range(1, STEPS + 1):
        step = step_no(batch, place)
        page.goto(step.get_absolute_url())
        fits = page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        assert fits, f"Step {place} ({kind_of(place)}) needs scrolling."
        if kind_of(place) not in by_hand:
            page.screenshot(path=SHOTS / f"step-{kind_of(place)}.png")
        if kind_of(place) in by_hand or place == 4:
            if kind_of(place) != "instruction":
                recorded(step, volume="20.0")
            signed(step_no(batch, place))
            continue
        by_hand.add(kind_of(place))
        if kind_of(place) != "instruction":
            page.fill("[name=volume]", "20.0")
            page.locator("button[form=entries]").click()
            page.wait_for_load_state()
        browser.perform({"command": "batches.sign_step", "by": "a.operator"}, step.number, {})
    assert {s.status for s in batch.steps.all()} == {"signed"}
