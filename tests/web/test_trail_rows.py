"""A long entry of the trail is shortened for reading: changed values never, the rest with a way to the whole."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from evgmp.compliance.models import Event
from evgmp.compliance.trail import Change, TrailRow
from evgmp.people.models import Account
from evgmp.web.trail_rows import LONGEST_VALUE, MOST_VALUES, shortened


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
