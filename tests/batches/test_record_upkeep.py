"""Upkeep: done by one person, checked by another, in the log in order of time; a cleaning's validity is computed."""

import datetime

import pytest
from django.conf import settings

from batches.domain.commands import RECORD_UPKEEP
from batches.selectors.equipment import equipment_state, log_of, unit_facts, unit_of
from batches.services.equipment import record_upkeep
from batches.views import equipment as pages
from evgmp.compliance import clock
from evgmp.compliance.models import Event
from evgmp.compliance.site_time import end_of_day, site_day
from tests.batches.builders_records import started
from tests.batches.builders_uses import EQUIPMENT_STEPS, LATER, ROOM, SKID, cleared, kept, unit
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import act

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-14")
def test_the_log_is_in_order_with_performer_and_checker() -> None:
    found = unit(fit=False)
    with one_event(RECORD_UPKEEP):
        kept(found, "calibrated")
    kept(found, "maintained", by="b.operator", witness="a.operator")
    found = kept(found, "cleaned")
    log = log_of(found)
    assert [(line.kind, line.performed_by, line.checked_by) for line, _ in log] == [
        ("calibrated", "A. Operator", "B. Operator"), ("maintained", "B. Operator", "A. Operator"), ("cleaned", "A. Operator", "B. Operator"),
    ]  # fmt: skip
    assert all(len(signed) == 2 for _, signed in log)
    cleaned = log[-1][0]
    assert cleaned.until == cleaned.at + datetime.timedelta(hours=168)
    today = site_day(clock.now())
    assert len(log_of(found, today, today)) == 3
    assert log_of(found, None, today - datetime.timedelta(days=1)) == []
    assert equipment_state(found, clock.now()) == "overdue"
    assert equipment_state(kept(found, "qualified"), clock.now()) == "in_date"
    assert unit_facts(found).ends["calibration"] == end_of_day(datetime.date(2098, 5, 31))


@pytest.mark.req("EXE-14", "EXE-15", negative=True)
def test_what_gives_no_validity_is_refused() -> None:
    found = unit(fit=False)
    with refused("valid_until_missing"):
        kept(found, "calibrated", until=None)
    with refused("already_over", "2020-01-31"):
        kept(found, "qualified", until=datetime.date(2020, 1, 31))
    signing = act(RECORD_UPKEEP, "a.operator", witness="b.operator")
    with refused("computed_value"):
        record_upkeep(signing, SKID, kind="cleaned", evidence="Protocol", valid_until=LATER)
    with refused("no_validity"):
        record_upkeep(signing, SKID, kind="maintained", evidence="Protocol", valid_until=LATER)
    with refused("unknown_kind"):
        record_upkeep(signing, SKID, kind="polished", evidence="Protocol")


@pytest.mark.req("EXE-14")
def test_use_comes_into_the_log_by_itself_and_the_page_shows_the_days_asked_for_with_performer_and_checker() -> None:
    """Use, product, lot and cleaning stand in order of time; a range of days is shown, and printed, with nothing outside it."""
    for code in (ROOM, SKID):
        unit(code)
    batch = started(EQUIPMENT_STEPS)
    cleared(batch)
    with clock.held_at(clock.now() + datetime.timedelta(days=2)):
        kept(unit_of(ROOM), "maintained")
    log = [(line.kind, [sig.printed_name for sig in signed_by]) for line, signed_by in log_of(unit_of(ROOM))]
    assert log[-3:] == [
        ("used", ["A. Operator", "B. Operator"]), ("cleared", ["A. Operator", "B. Operator"]), ("maintained", ["A. Operator", "B. Operator"]),
    ]  # fmt: skip
    at = [line.at for line, _ in log_of(unit_of(ROOM))]
    assert at == sorted(at)
    client, today = signed_in("i.inspector"), site_day(clock.now())
    page = text_of(client.get(f"/equipment/{ROOM}/?from={today}&to={today}&paper=1"))
    for words in (batch.lot.product, batch.lot.number, "A. Operator (performed), B. Operator (verified)", f"from {today}, to {today}. Uncontrolled print"):
        assert words in page, words
    # On paper the head of the log, with who prints and when, is repeated on each page, and nothing but the log is printed.
    drawn = client.get(f"/equipment/{ROOM}/?from={today}&to={today}&paper=1").content.decode()
    assert drawn.index('class="ev-card eq-log"') < drawn.index('<thead><tr class="eq-print">') < drawn.index("Uncontrolled print")
    style = (settings.BASE_DIR / "evgmp/web/static/web/css/equipment.css").read_text()
    assert ".ev-cols--side .ev-card:not(.eq-log),.eq-log .eq-days{display:none!important}" in style
    assert "Used" in lines_of(page) and "Maintained" not in lines_of(page)
    assert lines_of(page).index("Qualified") < lines_of(page).index("Line cleared")
    # What is on the screen is newest first; it is no log for paper and prints none.
    screen = client.get(f"/equipment/{ROOM}/?from={today}&to={today}")
    assert lines_of(text_of(screen)).index("Line cleared") < lines_of(text_of(screen)).index("Qualified")
    assert "eq-log eq-screen" in screen.content.decode() and ".eq-screen .ev-table{display:none}" in style


def lines_of(page: str) -> str:
    """The text of the log alone."""
    begin = "Newest first again" if "Newest first again" in page else "For paper, oldest first"
    return page.split(begin, 1)[1].split("Audit trail")[0].split("What holds now")[0]


@pytest.mark.req("EXE-14")
def test_a_long_log_is_read_by_pages_and_goes_to_paper_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = unit(fit=False)
    for number in range(5):
        kept(found, "cleaned" if number % 2 else "maintained")
    monkeypatch.setattr(pages, "LOG_LINES", 2)
    monkeypatch.setattr(pages, "PAPER_LINES", 4)
    client = signed_in("i.inspector")
    first, last = (client.get(f"/equipment/{SKID}/", {"page": number}) for number in (1, 3))
    newest = list(found.log.order_by("-pk"))
    assert [line for line, _ in first.context["log"]] == newest[:2] and [line for line, _ in last.context["log"]] == newest[4:]
    assert "Page 1 of 3, 5 in all" in text_of(first) and "The newest 2; the others stand in the audit trail" in text_of(first)
    assert [row.event for row in first.context["rows"]] == list(Event.objects.filter(verb=RECORD_UPKEEP.key).order_by("-seq")[:2])
    assert "These days hold 5 lines, and one print holds at most 4. Choose fewer days" in text_of(client.get(f"/equipment/{SKID}/", {"paper": "1"}))
    monkeypatch.setattr(pages, "PAPER_LINES", 5)
    paper = client.get(f"/equipment/{SKID}/", {"paper": "1"})
    assert [line for line, _ in paper.context["log"]] == newest[::-1]


@pytest.mark.req("EXE-14", negative=True)
def test_nobody_logs_upkeep_without_a_checker_or_as_their_own_checker() -> None:
    unit(ROOM)
    with refused("signature_missing"):
        record_upkeep(act(RECORD_UPKEEP, "a.operator"), ROOM, kind="cleaned", evidence="Protocol")
    with refused("same_person"):
        record_upkeep(act(RECORD_UPKEEP, "a.operator", witness="a.operator"), ROOM, kind="cleaned", evidence="Protocol")
    assert [line.kind for line, _ in log_of(unit_of(ROOM))] == ["qualified", "cleaned"]
