"""A long entry of the trail is shortened for reading: changed values never, the rest with a way to the whole."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from batches.models import Entry
from evgmp.compliance import clock
from evgmp.compliance.models import Event
from evgmp.compliance.trail import Change, TrailRow, _is_rounded, _Names, _words, events_about, rows_of
from evgmp.people.models import Account
from evgmp.web.templatetags.evgmp import trail_words
from evgmp.web.trail_rows import LONGEST_VALUE, MOST_VALUES, shortened
from tests.batches.builders_records import executed, started


def change(number: int, *, old: str = "", new: str = "x") -> Change:
    return Change("vial", str(number), f"V{number:03d}", "state", old, new, first=not old)


def row(*changes: Change) -> TrailRow:
    event: Any = SimpleNamespace(seq=96)
    return TrailRow(event, list(changes))


@pytest.mark.req("AUD-02", "AUD-10")
def test_first_values_are_cut_off_and_changed_ones_never() -> None:
    changes = [change(n) for n in range(60)] + [change(n, old="stored", new="thawed") for n in range(60, 100)]
    (found,) = shortened([row(*changes)])
    assert [c for c in found.changes if c.old] == changes[60:]
    assert len([c for c in found.changes if c.record_name and not c.old]) == MOST_VALUES
    assert found.changes[-1].field == "and 36 more"
    assert 'href="?entry=96"' in found.changes[-1].new


def test_long_texts_are_cut_and_short_rows_stay_as_they_are() -> None:
    short = row(change(1), change(2, old="a", new="b"))
    before = sorted(short.changes, key=str)
    assert sorted(shortened([short])[0].changes, key=str) == before
    (found,) = shortened([row(change(1, new="t" * 5000))])
    assert len(found.changes[0].new) == LONGEST_VALUE
    assert "Show all of entry 96" in found.changes[-1].new


@pytest.mark.django_db
@pytest.mark.req("AUD-10")
def test_one_entry_of_the_site_at_its_own_address() -> None:
    client = Client()
    client.force_login(Account.objects.get(user_id="i.inspector"))
    event = Event.objects.order_by("seq")[2]
    page = client.get("/audit-trail/", {"entry": str(event.seq)})
    assert [shown.event for shown in page.context["rows"]] == [event]
    assert list(client.get("/audit-trail/", {"entry": "abc"}).context["rows"]) == []


def test_long_texts_show_the_lines_in_which_they_differ() -> None:
    lines = [f"line {number}" for number in range(200)]
    old, new = "\n".join(lines), "\n".join([*lines[:100], "another", *lines[101:]])
    (found,) = shortened([row(Change("draft", "1", "MD-1", "content", old, new, first=False))])
    assert found.changes[0].old == "…\nline 99\nline 100\n…"
    assert found.changes[0].new == "…\nline 99\nanother\n…"


@pytest.mark.django_db
@pytest.mark.req("AUD-02", "AUD-10")
def test_a_trail_names_records_and_says_values_in_words() -> None:
    """No database id, no stored form: a record by its number, yes or no, a time in the zone of the plant; exact amounts stay readable."""
    batch = executed(started())
    entry = Entry.objects.filter(step__batch=batch, formula_version__isnull=False).order_by("pk")[0]
    said = {one.field: one.new for one in rows_of(events_about([entry]), [entry])[0].changes}
    assert (said["step"], said["is current"]) == (entry.step.number, "yes")
    html = Client()
    html.force_login(Account.objects.get(user_id="i.inspector"))
    page = html.get("/audit-trail/").content.decode()
    assert "<b class=\"fw-semibold\">is the current entry</b> <span>yes</span>" in page
    assert not re.search(r">\d{4}-\d\d-\d\dT[^<]*\.\d{6}", page), "a stored time as text"


def test_a_long_amount_is_rounded_for_reading_and_kept_exactly() -> None:
    field: Any = Entry._meta.get_field("amount")
    assert _words(field, Decimal(1) / Decimal(3), _Names()) == "about 0.333333333333"
    assert _is_rounded(Decimal(1) / Decimal(3)) and not _is_rounded(Decimal("0.43"))
    exact = Change("entry", "1", "", "amount", "", "about 0.333333333333", first=True, new_exact="0." + "3" * 28)
    page = render_to_string("components/_trail.html", {"rows": [TrailRow(Event(at=clock.now(), seq=1), [exact])]})
    assert "about 0.333333333333" in page and "0." + "3" * 28 in page


def test_a_state_is_said_in_its_word() -> None:
    assert (trail_words("does_not_conform"), trail_words("free_text"), trail_words("43.0")) == ("OOS", "free_text", "43.0")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "there"), [("2026-11-24", True), ("2026-11-23", False), ("2026-11-25", False), ("9999-12-31", False), ("0001-01-01", False), ("soon", False)]
)
def test_the_trail_of_a_day_is_that_of_the_day_at_the_site(settings: Any, day: str, there: bool) -> None:
    settings.EVGMP_TIME_ZONE = "Asia/Tokyo"
    # An evening in UTC is the next day in Tokyo.
    with clock.held_at(datetime(2026, 11, 23, 23, 5, tzinfo=UTC)):
        batch = started()
    client = Client()
    client.force_login(Account.objects.get(user_id="i.inspector"))
    page = client.get("/audit-trail/", {"day": day, "record": batch.lot.number})
    assert page.status_code == 200
    assert bool(page.context["rows"]) == there
