"""The components and layouts in a real browser under the strict policy of the site: no axe finding, no sideways scroll."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django_htmx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from whitenoise import WhiteNoise

from tests.support.browser import Faults
from tests.web.gallery import context
from tests.web.rendering import page as drawn
from tests.web.test_components_layouts import VolumeForm, command_page, operator, shell

ROOT = Path(__file__).resolve().parents[2]
PHONE, TABLET, DESKTOP = (390, 844), (1024, 768), (1440, 900)
POLICY = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items())

PAGES: dict[str, Callable[[], str]] = {
    "/components": lambda: drawn("web/components.html", context() | {"faults": []}),
    "/command": command_page,
    "/refused": lambda: command_page(form=VolumeForm({}), problems=[("id_volume", "Retentate volume: Enter the volume.")]),
    "/barred": lambda: command_page(blockers=["Step 7 is not signed yet. Sign it first."]),
    "/dialog": lambda: command_page(sign_dialog=True),
    "/sign-in": lambda: drawn("people/sign_in.html", {"form": VolumeForm(), "demo_accounts": [("a.operator", "Operator")]}),
    "/work": lambda: drawn("web/work.html", shell() | {"items": []}),
    "/operator": lambda: drawn("operator_step.html", operator()),
    "/gone": lambda: drawn("404.html", shell()),
    "/broken": lambda: drawn("500.html", {}),
}


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not listed."""


def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    found = PAGES.get(environ["PATH_INFO"])
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", POLICY)]
    start_response("200 OK" if found else "404 Not Found", headers)
    return [found().encode()] if found else [b""]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = WhiteNoise(answer)
    for folder in (ROOT / "evgmp/web/static", Path(django_htmx.__file__).parent / "static"):
        app.add_files(str(folder), prefix="static/")
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    faults, contexts = Faults(), []

    def opened(path: str, size: tuple[int, int] = TABLET, **options: Any) -> Any:
        browser_context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(browser_context)
        page = browser_context.new_page()
        faults.watch(page)
        page.goto(address + path)
        return page

    yield opened
    for browser_context in contexts:
        browser_context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP], ids=lambda size: f"{size[0]} px")
@pytest.mark.parametrize("path", sorted(PAGES))
def test_a_page_is_accessible_and_fits(open_page, path, size):
    page = open_page(path, size)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]] == []


def test_the_fonts_of_the_site_are_drawn(open_page):
    page = open_page("/components")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('600 16px \"Source Sans 3\"') && document.fonts.check('600 16px \"Source Code Pro\"')")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {name.strip('"') for name in loaded} == {"Source Sans 3", "Source Code Pro"}


def test_after_a_refusal_the_summary_has_the_focus_and_leads_to_the_field(open_page):
    page = open_page("/refused")
    assert page.evaluate("document.activeElement.id") == "problems"
    page.click("#problems a")
    assert page.evaluate("document.activeElement.id") == "id_volume"


def test_the_menu_of_a_phone_opens_and_closes(open_page):
    page = open_page("/work", PHONE)
    links = page.locator("#nav a").first
    assert not links.is_visible()
    page.click("[data-menu]")
    assert links.is_visible() and page.get_attribute("[data-menu]", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not links.is_visible()


@pytest.mark.parametrize("path", ["/work", "/command", "/dialog"])
def test_without_script_everything_is_a_plain_part_of_the_page(open_page, path):
    page = open_page(path, PHONE, java_script_enabled=False)
    assert page.locator("#nav a").first.is_visible()
    assert not page.locator("[data-menu]").is_visible()
    if path != "/work":
        assert page.locator("#id_password").is_visible() and page.locator("form#command-form button[type=submit]").is_visible()


def test_the_signature_may_open_as_a_dialog_that_reads_its_heading_first(open_page):
    page = open_page("/dialog")
    assert not page.locator("#id_password").is_visible()
    page.click(".ev-command__f button")
    assert page.locator("dialog #id_password").is_visible()
    assert page.evaluate("document.activeElement.id") == "signing"
    page.click("dialog >> text=Cancel")
    assert not page.locator("#id_password").is_visible()


@pytest.mark.req("ACC-08")
def test_the_idle_warning_comes_two_minutes_before_the_end_and_keeps_what_was_typed(chromium, open_page, address):
    page = open_page("/command")
    page.clock.install()
    page.goto(address + "/command")
    page.fill("#id_volume", "598")
    page.clock.fast_forward("12:59")
    assert not page.locator("#idle").is_visible()
    page.clock.fast_forward("00:02")
    assert page.locator("#idle").is_visible() and "2 minutes" in page.inner_text("#idle-title")
    page.clock.fast_forward("02:01")
    assert page.inner_text("#idle-title") == "You were signed out"
    assert page.input_value("#id_volume") == "598"


def test_the_step_of_an_operator_fits_on_a_tablet_without_scrolling(open_page):
    page = open_page("/operator", TABLET)
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert page.evaluate("(m => m.scrollHeight <= m.clientHeight)(document.getElementById('main'))")
    heights = page.evaluate("[...document.querySelectorAll('.op-foot .btn')].map(b => b.getBoundingClientRect().height)")
    assert min(heights) >= 64


def test_a_second_press_sends_nothing(open_page):
    page = open_page("/command")
    sent = page.evaluate(
        """() => {
            const form = document.getElementById("command-form");
            let sent = 0;
            form.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
            const button = form.querySelector("button[type=submit]");
            button.click(); button.click();
            return sent;
        }"""
    )
    assert sent == 1
