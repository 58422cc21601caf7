"""A moment on a page or on paper: in the zone of the site, always with its offset from UTC (AUD-09)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from evgmp.rules.instants import offset_text, time_text

NOON = datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "text"), [
    ("Europe/Berlin", "2026-07-01 14:00 UTC+2"), ("Asia/Kolkata", "2026-07-01 17:30 UTC+5:30"), ("America/Sao_Paulo", "2026-07-01 09:00 UTC\N{MINUS SIGN}3"),
    ("UTC", "2026-07-01 12:00 UTC+0"),
])  # fmt: skip
def test_the_offset_stands_beside_every_time(zone: str, text: str) -> None:
    assert time_text(NOON, zone) == (NOON.astimezone(ZoneInfo(zone)).isoformat(), text)
    assert time_text(NOON, zone, seconds=True)[1] == text.replace(":00 ", ":00:05 ", 1).replace(":30 ", ":30:05 ", 1)


def test_a_plain_date_has_no_hour() -> None:
    assert time_text(date(2026, 7, 1), "Europe/Berlin") == ("2026-07-01", "2026-07-01")


def test_a_time_without_a_zone_is_never_shown() -> None:
    for shown in (offset_text, lambda moment: time_text(moment, "UTC")):
        with pytest.raises(ValueError, match="no zone"):
            shown(NOON.replace(tzinfo=None))
