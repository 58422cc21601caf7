"""How an instant is written for people: in the zone of the site, always with its offset from UTC. Knows no Django."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MINUS = "\u2212"
NO_ZONE = "This time has no zone. Every time shown must carry its offset from UTC."


def offset_text(moment: datetime) -> str:
    """`UTC+1`, `UTC+5:30`, `UTC−3`, `UTC+0`."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(NO_ZONE)
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{MINUS if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def in_own_zone(moment: datetime) -> str:
    """`2026-11-23 14:05 UTC+1`: an instant in the zone it carries. Who reads records hands the rules instants in the zone of the site."""
    return f"{moment:%Y-%m-%d %H:%M} {offset_text(moment)}"


def time_text(moment: date, zone: str, *, seconds: bool = False) -> tuple[str, str]:
    """(machine form, text) of a moment in `zone`, or of a plain date, which has no hour and no offset."""
    if not isinstance(moment, datetime):
        return moment.isoformat(), moment.isoformat()
    if moment.tzinfo is None:
        raise ValueError(NO_ZONE)
    local = moment.astimezone(ZoneInfo(zone))
    text = local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    return local.isoformat(timespec="seconds"), f"{text} {offset_text(local)}"
