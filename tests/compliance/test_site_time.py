"""What ends with a day ends at midnight of the site, in summer, in winter and on the nights between."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from evgmp.compliance.site_time import at_site, end_of_day, site_day, site_time, start_of_day
from evgmp.rules.instants import in_own_zone


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Europe/Berlin", date(2026, 5, 31), datetime(2026, 5, 31, 22, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 12, 31), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        # The nights on which clocks are set: the day has 23 or 25 hours and still ends at midnight.
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("America/New_York", date(2026, 5, 31), datetime(2026, 6, 1, 4, tzinfo=UTC)),
        ("Asia/Tokyo", date(2026, 5, 31), datetime(2026, 5, 31, 15, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_of_the_site(settings: Any, zone: str, day: date, ends: datetime) -> None:
    settings.EVGMP_TIME_ZONE = zone
    assert end_of_day(day) == start_of_day(day + timedelta(days=1)) == ends
    assert site_day(end_of_day(day) - timedelta(microseconds=1)) == day
    assert site_day(end_of_day(day)) == day + timedelta(days=1)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
def test_the_first_and_the_last_day_that_can_be_typed_have_an_end(settings: Any, zone: str) -> None:
    settings.EVGMP_TIME_ZONE = zone
    for day in (date.min, date.max):
        assert start_of_day(day).astimezone(UTC) <= end_of_day(day).astimezone(UTC)
        assert site_time(end_of_day(day))


def test_an_instant_is_written_in_the_zone_it_carries(settings: Any) -> None:
    settings.EVGMP_TIME_ZONE = "Europe/Berlin"
    moment = datetime(2026, 11, 23, 23, 5, tzinfo=UTC)
    assert in_own_zone(moment) == "2026-11-23 23:05 UTC+0"
    assert in_own_zone(at_site(moment)) == site_time(moment) == "2026-11-24 00:05 UTC+1"
    assert in_own_zone(moment.astimezone(timezone(timedelta(hours=-3, minutes=-30)))) == "2026-11-23 19:35 UTC\N{MINUS SIGN}3:30"


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no zone"):
        in_own_zone(datetime(2026, 11, 23, 23, 5))
