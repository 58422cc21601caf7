"""Every page of the site in a browser: axe finds nothing, nothing scrolls sideways at three widths, every template is drawn."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client, signals
from django.urls import get_resolver, reverse

from batches.models import CellBank, MasterDraft, MonitoringRecord, Step
from evgmp.compliance import jobs
from evgmp.compliance.recording import Act
from evgmp.compliance.signing import prove_signer
from evgmp.people.models import Account
from evgmp.rules.command import Meaning
from evgmp.web.command_view import VIEWS
from qc.domain.commands import AUTHOR_SPECIFICATION
from qc.models import Result, SpecificationDraft, SpecificationVersion
from qc.services.specifications import author_specification
from tests.house.test_bad_input import Targets, actor_for
from tests.house.test_urls_by_role import ALL

WIDTHS = {390: 844, 1024: 768, 1440: 900}
ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(os.environ.get("EVGMP_SHOTS", ROOT / ".data" / "shots")) / "pages"
# Not pages: files, actions by POST only, and the sign-out.
NOT_PAGES = {"people:sign_out", "web:stay"}

get_resolver().url_patterns  # noqa: B018  loading the addresses fills the registers


def pages_of_the_plant() -> Iterator[tuple[str, str, str]]:
    """(name, address, who) of one page a URL name, with a record of the demo plant where one is needed."""
    targets = Targets()
    for name, pattern in ALL:
        if name in NOT_PAGES:
            continue
        view = VIEWS.get(name.replace(":", "."))
        who = actor_for(view) if view else "s.admin" if name.startswith("people:pe") else "i.inspector"
        if "<" not in pattern:
            yield name, f"/{pattern}", who
            continue
        client = Client(raise_request_exception=False)
        client.force_login(Account.objects.get(user_id=who))
        candidates = [targets.of(view)] if view else targets.keys
        for key in candidates:
            address = "/" + re.sub(r"<[^>]+>", str(key), re.sub(r"<int:[^>]+>", "1", pattern))
            answer = client.get(address)
            if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
                yield name, address, who
                break
            if answer.status_code == 200:
                break
    yield from pages_that_look_different()


def pages_that_look_different() -> Iterator[tuple[str, str, str]]:
    """Pages of a URL name that another kind of record fills differently: a log with rows, a bank, a lot's results."""
    log = Step.objects.filter(master_step__kind="log", entries__isnull=False)[0]
    yield "batches:step of a log", log.get_absolute_url(), "i.inspector"
    yield "batches:lot of a bank", CellBank.objects.all()[0].lot.get_absolute_url(), "i.inspector"
    job = jobs.ask("batches.issue_record", on=log.batch.number, title="Executed record", by="q.person")
    yield "web:job that waits", job.get_absolute_url(), "i.inspector"
    draft = MasterDraft.objects.filter(status="open")[0]
    yield "batches:master draft of its author", draft.get_absolute_url(), "m.author"
    written = SpecificationDraft.objects.filter(status="open")[0]
    yield "qc:specification draft of its author", written.get_absolute_url(), "m.author"
    yield "qc:test of a specification draft", reverse("qc:edit_specification_part", args=[f"{written.number}.DP-SF-ENDO"]), "m.author"
    yield "batches:room that was monitored", MonitoringRecord.objects.all()[0].unit.get_absolute_url(), "i.inspector"
    unread = next(one for one in Result.objects.filter(is_current=True, row__second_reading=True, reading=None))
    yield "qc:result that waits for its second reader", unread.get_absolute_url(), "i.inspector"
    number = Result.objects.filter(status="reviewed", kind="number", qualifier="")[0]
    yield "qc:trend of a test", reverse("qc:trend", args=[number.row.code]), "i.inspector"
    newer = newer_specification()
    yield "qc:specification that follows another", newer.get_absolute_url(), "i.inspector"
    yield "qc:review of a specification that follows another", f"/review-specification/{newer.number}/", "a.labhead"
    lot = Result.objects.all()[0].lot
    yield "qc:results of a lot", reverse("qc:lot_results", args=[lot.number]), "i.inspector"


@pytest.mark.campaign
@pytest.mark.req("EXE-27")
def test_axe_and_width_of_every_page(live_demo: str, new_page: Callable[..., Any]) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    pages = list(pages_of_the_plant())
    assert len(pages) > 60
    open_pages: dict[tuple[str, int], Any] = {}
    wrong = []
    for name, address, who in pages:
        for width, height in WIDTHS.items():
            page = open_pages.get((who, width)) or signed_in(new_page, who, width, height)
            open_pages[who, width] = page
            page.goto(address)
            found = Axe().run(page).response["violations"]
            wrong += [f"{name} at {width}: {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{name} at {width}: scrolls sideways")
            page.screenshot(path=SHOTS / f"{name.replace(':', '-')}-{width}.png", full_page=True)
    assert not wrong, "\n".join(wrong)


def signed_in(new_page: Callable[..., Any], who: str, width: int, height: int) -> Any:
    page = new_page(width=width, height=height)
    page.goto("/people/sign-in/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", "demo-plant-2026")
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def newer_specification() -> SpecificationVersion:
    """A draft that follows an effective version of the demo plant and moves one of its limits."""
    latest = SpecificationVersion.objects.get(spec__code="SPEC-EV-DS", version=1)
    author = Account.objects.get(user_id="m.author").person
    signing = prove_signer(author, "m.author", settings.EVGMP_DEMO_PASSWORD, Meaning.PERFORMED, command=AUTHOR_SPECIFICATION)
    act = Act(author, (signing,), "The upper limit for pH follows from ten lots", once="newer specification")
    text = re.sub(r'^upper = "(\d)', r'upper = "1\1', latest.source_text, count=1, flags=re.MULTILINE)
    return author_specification(act, text=text, impact="None on lots that are made", affected_batches="None", training_needed="None")


@pytest.mark.campaign
def test_every_template_is_drawn_by_some_page(demo_plant: str) -> None:
    """Pages and commands of the demo plant draw every screen template; paper and error pages have tests of their own."""
    drawn: set[str] = set()

    def note(sender: Any, template: Any, **kwargs: Any) -> None:
        drawn.add(template.name)

    signals.template_rendered.connect(note)
    try:
        for _, address, who in pages_of_the_plant():
            client = Client()
            client.force_login(Account.objects.get(user_id=who))
            client.get(address)
            client.post(address, {})
    finally:
        signals.template_rendered.disconnect(note)
    screens = {
        p.relative_to(ROOT / "templates").as_posix() for folder in ("people", "batches", "qc", "web") for p in (ROOT / "templates" / folder).rglob("*.html")
    }
    assert not sorted(screens - drawn - {"web/components.html"})
