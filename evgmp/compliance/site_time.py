"""Instants and days in the zone of the site, for sentences and for what ends with a day. Templates use {% when %}, which writes the same."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from evgmp.rules.instants import time_text

# Days beyond, which can be typed, have no instant in every zone.
FIRST, LAST = date(2, 1, 1), date(9999, 12, 30)


def site_time(moment: datetime) -> str:
    """`2026-11-23 14:05 UTC+1`."""
    return time_text(moment, settings.EVGMP_TIME_ZONE)[1]


def at_site(moment: datetime) -> datetime:
    """The same instant, carrying the zone of the site."""
    return moment.astimezone(ZoneInfo(settings.EVGMP_TIME_ZONE))


def site_day(moment: datetime) -> date:
    """The day that the calendar at the site shows at this instant."""
    return at_site(moment).date()


def start_of_day(day: date) -> datetime:
    """Midnight at the site, at which a day begins."""
    return datetime.combine(min(max(day, FIRST), LAST), time(), ZoneInfo(settings.EVGMP_TIME_ZONE))


def end_of_day(day: date) -> datetime:
    """The first instant after a day at the site. What is good until a day is good before this instant."""
    return start_of_day(min(day, LAST) + timedelta(days=1))
