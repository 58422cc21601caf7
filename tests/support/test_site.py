"""The served site and the browser share one database, and a page's faults fail its test."""

import urllib.request

import pytest

from tests.support.browser import Faults


def test_the_site_answers_over_a_real_socket(live_site):
    with urllib.request.urlopen(f"{live_site}/") as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_browser_opens_the_served_site(page, live_site):
    page.goto("/")
    assert page.url.startswith(live_site)
    assert page.viewport_size == {"width": 1024, "height": 768}
    assert page.title()


def test_two_pages_are_two_people(new_page):
    first, second = new_page(), new_page(width=390, height=844)
    first.goto("/")
    first.context.add_cookies([{"name": "mine", "value": "1", "url": first.url}])
    second.goto("/")
    assert "mine" in {cookie["name"] for cookie in first.context.cookies()}
    assert "mine" not in {cookie["name"] for cookie in second.context.cookies()}


def test_nothing_beyond_this_machine_is_reached_by_the_browser(page):
    with pytest.raises(Exception, match=r"ERR_NAME_NOT_RESOLVED|ERR_ADDRESS|ERR_BLOCKED"):
        page.goto("http://evgmp.example/")


def test_script_errors_and_policy_breaches_are_kept(chromium, live_site):
    context = chromium.new_context(base_url=live_site)
    page = context.new_page()
    faults = Faults()
    faults.watch(page)
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">inline</p>')")
    page.evaluate("setTimeout(() => { throw new Error('a script that broke') }, 0)")
    page.wait_for_timeout(200)
    context.close()
    assert any("Content Security Policy" in fault for fault in faults)
    assert any("a script that broke" in fault for fault in faults)
