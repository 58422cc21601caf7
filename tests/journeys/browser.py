"""Performs the acts of a plan in a real browser, each by its own account: opens the command's page, fills it, signs, sends."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

from evgmp.compliance.models import Event
from tests.builders import PASSWORD

# What the first choice of these forms opens is asked for by the address.
OPENED_BY = {"qc.record_run": "method", "qc.record_result": "row"}
# Claimed times of a plan lie in its past; in the browser everything happens now.
NOW_INSTEAD = {"performed_at", "tested_on"}


class Browser:
    """One signed-in page a person; `shots` keeps a screenshot of every kind of command page met."""

    def __init__(self, new_page: Callable[..., Page], shots: Path) -> None:
        self._new_page = new_page
        self._pages: dict[str, Page] = {}
        self.shots = shots
        self.shots.mkdir(parents=True, exist_ok=True)
        self._seen: set[str] = set()

    def page_of(self, user_id: str) -> Page:
        if user_id not in self._pages:
            page = self._new_page(width=1024, height=768)
            page.goto("/people/sign-in/")
            page.fill("[name=username]", user_id)
            page.fill("[name=password]", PASSWORD)
            page.click("form button[type=submit]")
            page.wait_for_url(lambda url: "sign-in" not in url)
            self._pages[user_id] = page
        return self._pages[user_id]

    def perform(self, act: dict[str, Any], on: str, data: dict[str, Any]) -> None:
        """One act. Fails with the page's own sentences when it was refused."""
        page = self.page_of(act["by"])
        app, _, name = act["command"].partition(".")
        address = f"{'/people' if app == 'people' else ''}/{name.replace('_', '-')}/" + (f"{on}/" if on else "")
        if opened_by := OPENED_BY.get(act["command"]):
            address += "?" + urlencode({opened_by: data[opened_by]})
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address} as {act['by']}: {answer.status}"
        form = page.locator("form[method=post]", has=page.locator("[name=once]")).first
        assert form.count(), f"{address} as {act['by']} offers no form: {page.locator('main').inner_text()[:600]}"
        for field, value in data.items():
            if field not in NOW_INSTEAD:
                self._fill(form, field, value)
        for field, told in act.get("files", {}).items():
            self._fill(form, field, {"name": told["name"], "mimeType": "text/plain", "buffer": told["text"].encode()})
        if act.get("reason"):
            form.locator("[name=reason]").fill(act["reason"])
        if form.locator("[name=user_id]").count():
            form.locator("[name=user_id]").fill(act["by"])
            form.locator("[name=password]").fill(PASSWORD)
        if act.get("witness"):
            form.locator("[name=witness_user_id]").fill(act["witness"])
            form.locator("[name=witness_password]").fill(PASSWORD)
        self._keep(page, act["command"])
        before = Event.objects.count()
        inside = form.locator("button[type=submit]")
        button = inside.last if inside.count() else page.locator(f"button[type=submit][form='{form.get_attribute('id')}']").last
        button.click()
        page.wait_for_load_state()
        if Event.objects.count() != before + 1:
            problems = page.locator("#problems").all_inner_texts() or page.locator("main").all_inner_texts()
            raise AssertionError(f"{act['command']} on {on} by {act['by']}: {' '.join(problems)[:600]}")

    def _fill(self, form: Any, field: str, value: Any) -> None:
        inputs = form.locator(f"[name='{field}']")
        assert inputs.count(), f"The page has no field {field}."
        first = inputs.first
        kind = first.evaluate("e => { const group = e.closest('details'); if (group) group.open = true; return e.type; }")
        if kind == "hidden":
            return
        if kind == "file":
            first.set_input_files(value)
            return
        if kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                box = form.locator(f"[name='{field}'][value='{one}']")
                box = box if box.count() else first
                if box.is_checked():
                    continue
                # By keyboard: what was scrolled into view may lie under the bar of the page.
                box.focus()
                box.page.keyboard.press("Space")
                assert box.is_checked(), f"{field} can't be chosen."
        elif kind.startswith("select"):
            first.select_option(value if isinstance(value, list) else str(value))
        else:
            first.fill(str(value))

    def _keep(self, page: Page, command: str) -> None:
        if command not in self._seen:
            self._seen.add(command)
            page.screenshot(path=self.shots / f"{len(self._seen):02d}-{command}.png", full_page=True)

    def look(self, user_id: str, address: str, name: str) -> str:
        """Open a page as somebody, keep its picture, return its text."""
        page = self.page_of(user_id)
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        page.screenshot(path=self.shots / f"page-{name}.png", full_page=True)
        return page.locator("main").inner_text()
