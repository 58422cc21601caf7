"""Pages of masters, batches and steps: what they show, what they refuse, and that they fit the operator's tablet."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import BatchRecord, Entry, ExceptionRecord
from batches.views.work_records import batches_to_review, masters_waiting, steps_in_progress
from evgmp.compliance.models import Event
from evgmp.web.views import FINDERS
from tests.batches.builders_records import (
    ABOVE,
    IN_LIMIT,
    RUN,
    authored,
    completed,
    corrected,
    effective,
    executed,
    logged,
    recorded,
    set_up,
    signed,
    started,
    step_no,
)
from tests.batches.chain import bank_lot, fed
from tests.builders import PASSWORD, person


def signed_in(user_id: str) -> Client:
    client = Client()
    assert client.post("/people/sign-in/", {"username": user_id, "password": PASSWORD}).status_code == 302
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u00a0", " ").replace("&quot;", '"')


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found.group(1)


@pytest.mark.django_db
@pytest.mark.req("REC-01", "MST-04")
def test_a_value_is_typed_and_recorded_from_the_step() -> None:
    step = step_no(started(), 1)
    client = signed_in("a.operator")
    page = client.get(step.get_absolute_url())
    shown = text_of(page)
    assert "Set up the membrane" in shown and "Flush the membrane." in shown and "After 2 more values" in shown
    posted = client.post(f"/record-entry/{step.number}/", {"area": "0.115", "seen": hidden(page, "seen"), "once": hidden(page, "once")})
    assert (posted.status_code, posted["Location"]) == (302, step.get_absolute_url())
    shown = text_of(client.get(step.get_absolute_url()))
    assert "0.115 m2" in shown and "After 1 more value" in shown
    assert 'name="area"' not in client.get(step.get_absolute_url()).content.decode()


@pytest.mark.django_db
@pytest.mark.req("REC-03", negative=True)
def test_a_refused_value_comes_back_on_the_same_screen_with_everything_typed() -> None:
    step = step_no(started(), 1)
    client = signed_in("a.operator")
    seen = hidden(client.get(step.get_absolute_url()), "seen")
    recorded(step, by="b.operator", remark="clean")
    refused = client.post(f"/record-entry/{step.number}/", {"area": "0,115", "integrity": "pass", "seen": seen})
    assert refused.status_code == 422
    assert "has a comma. Write it with a point: 0.115." in text_of(refused)
    assert 'value="0,115"' in refused.content.decode()
    # It shows the step as it is now, so it may be sent again from there.
    assert hidden(refused, "seen") != seen
    again = client.post(f"/record-entry/{step.number}/", {"area": "0.115", "integrity": "pass", "seen": hidden(refused, "seen")})
    assert again.status_code == 302
    assert Entry.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.req("EXE-06")
def test_a_value_outside_its_limit_raises_the_alarm() -> None:
    batch = started()
    set_up(batch)
    recorded(step_no(batch, 2), **ABOVE)
    page = signed_in("a.operator").get(step_no(batch, 2).get_absolute_url())
    assert page.content.decode().count('role="alert"') == 1, "the value and the alarm to be acknowledged stand in one bar"
    assert ">Acknowledge</a>" in page.content.decode()
    shown = text_of(page)
    assert "TMP 0.43 bar is above its limit." in shown and "Above limit" in shown
    assert "Bring the process back and tell the supervisor." in shown
    assert f"{ExceptionRecord.objects.get().number} is open for QA." in shown


@pytest.mark.req("EXE-06")
@pytest.mark.parametrize(("count", "words"), [
    (1, ""), (2, ", and 1 other value of this step is outside"), (3, ", and 2 other values of this step are outside"),
])  # fmt: skip
def test_the_alarm_names_one_value_and_counts_the_others(count: int, words: str) -> None:
    line = SimpleNamespace(parameter=SimpleNamespace(label="VCF"), entry=SimpleNamespace(text="6.0", unit="fold", mark="below_limit"))
    sheet = SimpleNamespace(is_log=False, open_exceptions=[], step=SimpleNamespace(status="signed"))
    shown = render_to_string("batches/_alarm.html", {"part": "title", "alarm": line, "sheet": sheet, "outside": [line] * count, "is_back": False})
    assert f"is below its limit{words}.</b>" in shown


@pytest.mark.django_db
@pytest.mark.req("EXE-06")
def test_the_alarm_says_that_the_process_is_back() -> None:
    """The newest row decides: nobody is asked to bring back what is back. Every open exception of the step is linked."""
    batch = started()
    set_up(batch)
    for row in (ABOVE, ABOVE, IN_LIMIT):
        recorded(step_no(batch, 2), **row)
    client, url = signed_in("a.operator"), step_no(batch, 2).get_absolute_url()
    shown = text_of(client.get(url))
    assert "TMP 0.43 bar was above its limit in row 2 and is back." in shown and "2 values of this step were outside." in shown
    assert "Bring the process back" not in shown
    html = client.get(url).content.decode()
    assert all(f'href="{exception.get_absolute_url()}"' in html for exception in ExceptionRecord.objects.all())
    assert ExceptionRecord.objects.count() == 2
    recorded(step_no(batch, 2), **ABOVE)
    assert "TMP 0.43 bar is above its limit." in text_of(client.get(url))
    signed(step_no(batch, 2))
    assert "Bring the process back" not in text_of(client.get(url)), "the step is over"


@pytest.mark.django_db
@pytest.mark.req("EXE-01", negative=True)
def test_a_step_before_its_turn_says_what_it_waits_for() -> None:
    batch = started()
    page = signed_in("a.operator").get(step_no(batch, 2).get_absolute_url())
    assert "Step 1, “Set up the membrane” is not signed yet" in text_of(page)
    assert 'name="p_feed"' not in page.content.decode()
    assert f'href="{step_no(batch, 1).get_absolute_url()}">Go to step 1</a>' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.req("SIG-01", "SIG-07", "EXE-03")
def test_a_step_is_signed_by_two_people_on_its_own_page() -> None:
    batch = started()
    set_up(batch)
    logged(batch, rows=(ABOVE, IN_LIMIT))
    recorded(step_no(batch, 3), volume="640.0")
    number = step_no(batch, 3).number
    client = signed_in("a.operator")
    page = client.get(f"/sign-step/{number}/")
    shown = text_of(page)
    for words in ("MBR-RUN-V1", "640.0 mL", "Above limit", "EXC-", "sha-256", "I watched this step and checked the values"):
        assert words in shown
    both = {"user_id": "a.operator", "password": PASSWORD, "witness_user_id": "b.operator", "witness_password": PASSWORD}
    wrong = client.post(f"/sign-step/{number}/", {**both, "witness_password": "not it", "seen": hidden(page, "seen")})
    assert wrong.status_code == 422
    assert PASSWORD not in wrong.content.decode()
    assert client.post(f"/sign-step/{number}/", {**both, "seen": hidden(page, "seen")}).status_code == 302
    shown = text_of(client.get(f"/step/{number}/"))
    assert "I performed this" in shown and "A. Operator" in shown and "B. Operator" in shown and "Batch record" in shown


@pytest.mark.django_db
@pytest.mark.req("AUD-04", "SIG-06")
def test_the_record_shows_corrections_struck_through_and_signatures_withdrawn() -> None:
    batch = executed(started())
    corrected(step_no(batch, 2), "p_feed:1", "0.65", reason="The gauge was misread by one division")
    html = signed_in("i.inspector").get(batch.get_absolute_url())
    shown = text_of(html)
    assert "0.55" in shown and "0.65" in shown and "The gauge was misread by one division." in shown
    assert re.search(r"<del>.*?0\.55", html.content.decode())
    assert "is-void" in html.content.decode() and "Withdrawn" in shown
    assert "1 of 3 steps signed" in shown


@pytest.mark.django_db
@pytest.mark.req("MST-06", "SIG-01")
def test_a_master_reads_as_a_document_with_what_changed() -> None:
    effective()
    second = authored(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'), reason="Tighter after the last campaign")
    shown = text_of(signed_in("a.verifier").get(second.get_absolute_url()))
    for words in ("What changed since MBR-RUN-V1", "630.0", "620.0", "Tighter after the last campaign", "filtration.tmp, version 1"):
        assert words in shown
    assert "Sign as reviewer" in shown and "needs it to be effective" in shown
    listed = text_of(signed_in("i.inspector").get("/masters/"))
    assert "MBR-RUN-V1" in listed and "Effective" in listed and "Draft" in listed
    assert "Issue a batch record" not in listed
    offered = text_of(signed_in("a.verifier").get("/masters/"))
    assert "Issue a batch record of MBR-RUN-V1" in offered and "Issue a batch record of MBR-RUN-V2" not in offered


@pytest.mark.django_db
def test_buttons_stand_grey_with_their_reason() -> None:
    batch = started()
    shown = text_of(signed_in("a.operator").get(batch.get_absolute_url()))
    assert "Complete the batch Not signed: Step 1" in shown
    assert "Abort the batch" not in shown, "an operator has no such right"
    assert "Abort the batch" in text_of(signed_in("a.verifier").get(batch.get_absolute_url()))


@pytest.mark.django_db
def test_work_waits_for_those_who_can_do_it() -> None:
    batch = fed(started(), bank_lot())
    operator, verifier, reviewer = person("a.operator"), person("b.verifier"), person("a.reviewer")
    (item,) = [i for i in steps_in_progress(operator) if i["record"] == batch.lot]
    assert (item["urgency"], item["url"]) == (1, step_no(batch, 1).get_absolute_url())
    recorded(step_no(batch, 1), integrity="fail")
    assert [i["urgency"] for i in steps_in_progress(operator) if i["record"] == batch.lot] == [0]
    assert steps_in_progress(verifier) == []
    draft = authored(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'))
    assert [i["url"] for i in masters_waiting(verifier)] == [draft.get_absolute_url()]
    assert masters_waiting(reviewer) == []
    other = completed(executed(fed(started(), batch.lot.inputs.get().parent)))
    assert [i["url"] for i in batches_to_review(verifier) if i["url"] == other.get_absolute_url()] == [other.get_absolute_url()]
    assert other.get_absolute_url() not in [i["url"] for i in batches_to_review(person("a.verifier"))], "the issuer took part"


@pytest.mark.django_db
def test_scanned_ids_find_their_pages() -> None:
    batch = started()
    step = step_no(batch, 1)
    for record, typed in ((step, step.number), (batch, batch.number.lower()), (batch.version, "mbr-run-v1")):
        assert record.get_absolute_url() in [find(typed) for find in FINDERS]
    assert all(find("NOTHING-1") == "" for find in FINDERS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/step/NO-1/", "/batch/BR-NO-1/", "/master/MBR-NO-V1/", "/master/nonsense/", "/record-entry/NO-1/", "/start-batch/NO-V1/"]
)
def test_unknown_records_are_not_found(address: str) -> None:
    started()
    who = "a.verifier" if address.startswith("/start") else "a.operator"
    assert signed_in(who).get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.req("AUD-05", negative=True)
def test_reading_leaves_no_event() -> None:
    batch = executed(started())
    client = signed_in("a.operator")
    before = Event.objects.count()
    for address in (batch.get_absolute_url(), step_no(batch, 1).get_absolute_url(), batch.version.get_absolute_url(), "/masters/"):
        assert client.get(address).status_code == 200
    assert Event.objects.count() == before


def queries(client: Client, address: str) -> int:
    from django.db import connection

    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.django_db
def test_a_long_log_costs_no_more_queries_than_a_short_one() -> None:
    client = signed_in("i.inspector")
    counts = []
    for rows in (2, 12):
        batch: BatchRecord = executed(started(), rows=[IN_LIMIT] * rows)
        counts.append((queries(client, batch.get_absolute_url()), queries(client, step_no(batch, 2).get_absolute_url())))
    assert counts[0] == counts[1]


@pytest.fixture
def site_content() -> str:
    return "furnished"


@pytest.mark.req("EXE-27")
@pytest.mark.parametrize("position", [1, 2, 3])
def test_the_step_fits_the_tablet_and_its_targets_the_glove(new_page: Callable[..., Any], live_site: str, position: int) -> None:
    batch = started()
    if position > 1:
        set_up(batch)
    if position > 2:
        logged(batch)
    page = new_page(width=1024, height=768)
    page.goto("/people/sign-in/")
    page.fill("[name=username]", "a.operator")
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.goto(step_no(batch, position).get_absolute_url())
    scroll = page.evaluate(
        "[document.documentElement.scrollHeight, document.querySelector('main').scrollHeight - document.querySelector('main').clientHeight]"
    )
    assert scroll == [768, 0], "neither the page nor its main part scrolls"
    for box in page.locator("footer .btn, main input.form-control").all():
        size = box.bounding_box()
        assert size["height"] >= 64


@pytest.mark.req("EXE-27", "REC-01")
def test_a_step_is_done_on_the_tablet_without_script(new_page: Callable[..., Any], live_site: str) -> None:
    batch = started()
    page = new_page(width=1024, height=768, java_script_enabled=False)
    page.goto("/people/sign-in/")
    page.fill("[name=username]", "a.operator")
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.goto(step_no(batch, 1).get_absolute_url())
    page.fill("[name=area]", "0.115")
    page.check("[name=integrity][value=pass]")
    page.click("footer button:has-text('Record')")
    page.click("footer a:has-text('Sign')")
    page.fill("[name=user_id]", "a.operator")
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign the step')")
    # Each waits for the page that the click leads to: read at once, it may not be there yet.
    page.get_by_text("I performed this").first.wait_for()
    page.click("footer a:has-text('Next step')")
    page.get_by_text("Pressure log").first.wait_for()
    signed_now = step_no(batch, 1)
    assert signed_now.status == "signed"
    assert signed(logged_step(batch)).status == "signed"


def logged_step(batch: BatchRecord) -> Any:
    return recorded(step_no(batch, 2), **IN_LIMIT)
