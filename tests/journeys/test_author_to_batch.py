"""A master of 25 steps of every kind, written in the browser, reviewed and approved by others, issued and carried out on a tablet.

Every page that a step is done on is opened at 1024 x 768 and must fit without scrolling. The first step of each kind is written and
done by hand in the browser; what repeats a kind goes through the same forms and services, so that the suite stays short.
`make campaign` writes and does all of them by hand.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from batches.domain.master_parts import STEP_KINDS
from batches.models import BatchRecord, MasterDraft, MasterVersion, Step
from batches.selectors.master_drafts import place_of
from batches.selectors.sheets import Sheet
from evgmp.compliance import verifying
from tests.batches.builders_drafts import added, edited
from tests.batches.builders_records import recorded, signed, step_no
from tests.batches.builders_uses import ROOM, material, unit, used
from tests.batches.master_contents import ROW, TYPED
from tests.batches.test_attach_file import PNG
from tests.builders import CHANGE, WHY
from tests.journeys.all_kinds import ENTER, PLAN, SCAN, Line, fields_of
from tests.journeys.browser import Browser

SHOTS = Path(os.environ.get("EVGMP_SHOTS", Path(__file__).resolve().parents[2] / ".data" / "shots")) / "author"
# Parallel steps are done the other way round.
ORDER = [*range(1, 11), 12, 11, *range(13, len(PLAN) + 1)]
# Pages on which an operator does a step.
AT_THE_STEP = ("batches.record_use", "batches.take_sample", "batches.attach_file", "batches.skip_step", "batches.sign_step")


class Tablet(Browser):
    """Whatever an operator opens to do a step fits the screen, once it is filled in."""

    def _keep(self, page: Page, command: str) -> None:
        super()._keep(page, command)
        if command in AT_THE_STEP:
            assert fits(page), f"{command} needs scrolling."


def fits(page: Page) -> bool:
    """Neither the page scrolls nor the part between its head and its foot, which has a scroll bar of its own."""
    within = "(e => e.scrollHeight <= e.clientHeight + 1)"
    return bool(page.evaluate(f"{within}(document.documentElement) && {within}(document.getElementById('main'))"))


@pytest.fixture
def site_content() -> str:
    return "cast"


@pytest.mark.req("EXE-27", "MST-01", "MST-04", "MST-05")
def test_a_master_is_written_approved_and_carried_out(live_site: str, new_page: Callable[..., Any]) -> None:
    walk(new_page, everything=False)


@pytest.mark.campaign
def test_every_step_is_written_by_hand(live_site: str, new_page: Callable[..., Any]) -> None:
    walk(new_page, everything=True)


def walk(new_page: Callable[..., Any], *, everything: bool) -> None:
    assert (len(PLAN), {line.kind for line in PLAN}) == (25, set(STEP_KINDS))
    browser = Tablet(new_page, SHOTS)
    lot = material().number
    unit(ROOM)
    unit()
    draft = written(browser, everything)
    arranged(browser, draft)
    browser.perform({"command": "batches.submit_master", "by": "m.author", "reason": WHY}, draft.number, dict(CHANGE))
    version = MasterVersion.objects.get()
    browser.perform({"command": "batches.review_master", "by": "a.verifier"}, version.number, {})
    browser.perform({"command": "batches.approve_master", "by": "a.reviewer"}, version.number, {})
    blank = browser.look("a.operator", f"/master/{version.number}/blank/", "blank")
    assert [word for word in STEP_KINDS.values() if word not in blank] == []
    browser.perform({"command": "batches.start_batch", "by": "a.verifier"}, version.number, {})
    batch = BatchRecord.objects.get()
    carried_out(browser, batch, lot, everything)
    page = browser.page_of("a.operator")
    page.goto(batch.get_absolute_url())
    record = page.locator("main").inner_text()
    assert [word for word in (lot, ROOM, "vials.png", "sha-256", "SMP-", "Not applicable", "Passed over") if word not in record] == []
    assert verifying.findings() == []


def is_first(line: Line) -> bool:
    """Whether the step is the first of its kind, or shows something else for the first time: that it may be left out."""
    return not line.repeats or line.outcome == "skipped"


def written(browser: Browser, everything: bool) -> MasterDraft:
    """The draft with all its steps and values: the first of each kind of step and of value typed in the browser."""
    author = {"by": "m.author"}
    browser.perform(
        {**author, "command": "batches.draft_master"}, "", {"code": "MBR-JOURNEY", "title": "Journey", "stage": "isolation_run"}
    )
    draft = MasterDraft.objects.get()
    add, shown = {**author, "command": "batches.add_master_part"}, set[str]()
    browser.perform({**author, "command": "batches.edit_master_part"}, draft.number, {"product": "iMSC-EV bulk", "batch_size": "1 L"})
    items = {need["materials-0-item"]: need["materials-0-unit"] for need in (line.fields for line in PLAN) if "materials-0-item" in need}
    for row, (item, unit_of_item) in enumerate(items.items()):
        component = {**ROW, "item": item, "unit": unit_of_item}
        edited(draft.number, **TYPED, **{f"components-{row}-{name}": value for name, value in component.items()})
    for place, line in enumerate(PLAN, 1):
        if everything or is_first(line):
            browser.perform(add, draft.number, fields_of(place))
        else:
            added(draft.number, **fields_of(place))
        for value in line.values:
            if everything or value["kind"] not in shown or "gate" in value:
                shown.add(value["kind"])
                browser.perform(add, f"{draft.number}.s{place}", value)
            else:
                added(f"{draft.number}.s{place}", **value)
    return draft


def arranged(browser: Browser, draft: MasterDraft) -> None:
    """One step moved by its button with the keyboard, and back by dragging; the page fits, and axe finds nothing."""
    page = browser.page_of("m.author")
    page.goto(draft.get_absolute_url())
    button = page.get_by_role("button", name=f"Move {PLAN[1].title} up")
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
    browser.look("m.author", f"/edit-master-part/{draft.number}.s{len(PLAN)}/", "step-form")
    # The values stand beside the form, not under it.
    page.get_by_role("link", name="Add a value").click(trial=True)
    found += Axe().run(page).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:160]) for v in found]
    browser.look("m.author", draft.get_absolute_url(), "draft")


def carried_out(browser: Tablet, batch: BatchRecord, lot: str, everything: bool) -> None:
    """Every step page fits the tablet. The first of each kind is done in the browser, what repeats it through the same services."""
    page = browser.page_of("a.operator")
    for place in ORDER:
        line, step = PLAN[place - 1], step_no(batch, place)
        page.goto(step.get_absolute_url())
        assert fits(page), f"Step {place}, {line.title}, needs scrolling."
        if everything:
            page.screenshot(path=SHOTS / f"step-{line.kind}.png")
        if everything or is_first(line):
            by_hand(browser, line, step, lot)
        elif line.outcome == "signed":
            for command, values in line.done:
                (used if command == SCAN else recorded)(step_no(batch, place), **values)
        if line.outcome == "signed":
            sign(browser, line, step, everything)
    sheet = Sheet(batch)
    outcomes = {"signed": "signed", "decided": "signed", "skipped": "skipped", "passed over": "open"}
    assert [s.status for s in sheet.steps] == [outcomes[line.outcome] for line in PLAN]
    assert sheet.first_open is None


def sign(browser: Tablet, line: Line, step: Step, everything: bool) -> None:
    """By hand where the signature is all that the step asks for, and at the critical step with its witness."""
    if everything or (not line.repeats and (not line.done or step.master_step.critical)):
        witness = "b.operator" if step.master_step.witness else ""
        browser.perform({"by": "a.operator", "command": "batches.sign_step", "witness": witness}, step.number, {})
    else:
        signed(step_no(step.batch, step.position))


def by_hand(browser: Tablet, line: Line, step: Step, lot: str) -> None:
    """Everything that the step asks for, on its own pages."""
    page, operator = browser.page_of("a.operator"), {"by": "a.operator"}
    for command, told in line.done:
        data = {name: value.replace("{lot}", lot) for name, value in told.items()}
        if command == ENTER:
            entered(page, data)
        else:
            photo = {"file": {"name": "vials.png", "mimeType": "image/png", "buffer": PNG}} if command == "batches.attach_file" else {}
            browser.perform({**operator, "command": command}, step.number, {**photo, **data})
        assert page.url.endswith(step.get_absolute_url()), f"{line.title}: {command} led to {page.url}"
        assert fits(page), f"{line.title} needs scrolling once it is recorded."
    if line.outcome == "skipped":
        browser.perform({**operator, "command": "batches.skip_step", "witness": "b.operator", "reason": WHY}, step.number, {})
    elif line.outcome == "decided":
        browser.perform({"by": "a.reviewer", "command": "batches.decide_hold_point", "reason": WHY}, step.number, {"decision": "go_on"})


def entered(page: Page, values: dict[str, str]) -> None:
    """Values typed on the page of the step and recorded; a button of a timer is pressed."""
    button = page.locator("button[form=entries]")
    for name, value in values.items():
        if value == "now":
            button = page.locator(f"button[name={name}]")
        elif page.locator(f"[name={name}][type=radio]").count():
            page.locator(f"[name={name}][value='{value}']").check(force=True)
        else:
            page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        button.click()
