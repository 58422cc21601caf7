"""Instants in the zone of the site, for sentences. Templates use {% when %}, which writes the same."""

from datetime import datetime

from django.conf import settings

from evgmp.rules.instants import time_text


def site_time(moment: datetime) -> str:
    """`2026-11-23 14:05 UTC+1`."""
    return time_text(moment, settings.EVGMP_TIME_ZONE)[1]
