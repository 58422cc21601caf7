"""Debian's Chromium through Playwright; what a page did wrong is kept and judged at the end of the test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # Names outside this machine don't resolve: a page that asks for one fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def chromium_path() -> str:
    """The one that CHROMIUM names; else the headless shell, which draws the same pages without a window of its own to draw, in
    four fifths of the time; else the whole browser."""
    if path := os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium"):
        return path
    raise FileNotFoundError(
        "Chromium is not installed. `make test` installs it, or install the Debian package chromium-headless-shell yourself. "
        "These tests are never skipped."
    )


@contextmanager
def running_chromium() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def chromium_with(browser: "Browser", *flags: str) -> Iterator["Browser"]:
    """A second browser beside the one of the tests, with further flags: for a test that needs a camera."""
    second = browser.browser_type.launch(executable_path=chromium_path(), args=[*FLAGS, *flags])
    try:
        yield second
    finally:
        second.close()


class Faults(list[str]):
    """Script errors and refusals by the content security policy that pages of one test caused."""

    def watch(self, page: "Page") -> None:
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message))

    def _hear(self, page: "Page", message: "ConsoleMessage") -> None:
        if "Content Security Policy" in message.text:
            self.append(f"{page.url}: {message.text}")
