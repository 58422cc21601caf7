"""Stories: commands as people would do them, told in TOML and performed through the same path as the pages.

    [story]
    title = "A vial is withdrawn"

    [[do]]
    command = "batches.withdraw_vial"
    on = "{bank.number}-V001"          # the record; {name} refers to what an earlier act left (`as`)
    by = "a.operator"
    witness = "b.operator"
    reason = "..."                     # where the command asks for one
    at = "D-41 09:00"                  # days before today in the site's zone, or an absolute time
    data = { destination = "{culture}" }
    as = "withdrawal"
    expect = "refused"                 # optional, with
    blocker = "lot_in_quarantine"      # the key of the blocker that must bar it

An act done many times is told once: `each = [{ row = "DS-GN-PH", value = "7.21" }, ...]` adds to `data` each time, and `on`
may name what such an act left (`on = "{results}"`). `every = 3` puts minutes between them; `as` then names all of them.
In `data`, `D-41 09:00` and `D-41` are times and days
counted the same way as `at`.

A file is told by its name and text, in which {names} are put in as well: `files = { raw_file = { name = "run.csv", text = "..." } }`.

A story holds the one clock that the door reads, so it runs only on a database whose first event declares a demo plant.
"""

import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ChoiceField
from django.urls import get_resolver

from evgmp.compliance import clock
from evgmp.compliance.models import Event
from evgmp.rules.blocker import RuleBroken
from evgmp.web.command_view import VIEWS, CommandView
from evgmp.web.forms import choice_keys
from evgmp.web.performing import Attempted, FormRefused, perform

MOST_OFFERED = 40
ACT_KEYS = {"command", "on", "by", "witness", "reason", "at", "data", "as", "expect", "blocker", "each", "every", "files"}


class StoryStopped(Exception):
    """The story met a surprise: the sentence says which act, and why."""


@dataclass(frozen=True)
class Told:
    """One act of a story, done or refused as expected."""

    at: datetime
    by: str
    sentence: str
    record: str


def demo_plant_declared() -> bool:
    """True when the first event of this database declares a demo plant."""
    first = Event.objects.order_by("seq").first()
    return first is not None and json.loads(first.payload)["details"].get("demo") is True


def instant_of(text: str, today: datetime) -> datetime:
    """`D-41 09:00` counted from `today` in the site's zone, or an absolute time with or without offset."""
    zone = ZoneInfo(settings.EVGMP_TIME_ZONE)
    if relative := re.fullmatch(r"D-(\d{1,4}) (\d{2}):(\d{2})(?::(\d{2}))?", text.strip()):
        days, hour, minute, second = (int(part or 0) for part in relative.groups())
        day = today.astimezone(zone).date() - timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise StoryStopped(f"“{text}” is no time. Write D-41 09:00 or 2026-11-23T14:05+01:00.") from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def load(path: Path) -> list[dict[str, Any]]:
    """The acts of a story file, checked for keys and for floats, which can't hold a measured value."""
    try:
        with path.open("rb") as file:
            story = tomllib.load(file, parse_float=_no_float)
    except (OSError, ValueError) as error:
        raise StoryStopped(f"{path}: {error}") from error
    acts: list[dict[str, Any]] = story.get("do", [])
    if not acts:
        raise StoryStopped(f"{path} tells no act: it needs [[do]] parts.")
    for number, (act, line) in enumerate(zip(acts, _lines(path, len(acts)), strict=True), 1):
        where = f"{path}, act {number}{f' (line {line})' if line else ''}"
        if unknown := set(act) - ACT_KEYS:
            raise StoryStopped(f"{where}: unknown key {', '.join(sorted(unknown))}. An act has: {', '.join(sorted(ACT_KEYS))}.")
        for key in ("command", "by", "at"):
            if key not in act:
                raise StoryStopped(f"{where}: “{key}” is missing.")
        if ("expect" in act or "blocker" in act) and (act.get("expect") != "refused" or not act.get("blocker")):
            raise StoryStopped(f'{where}: an expected refusal is told as expect = "refused" with blocker = "…", the key of what must bar the act.')
        act["line"] = line
    return acts


def _lines(path: Path, acts: int) -> list[int]:
    """The line of each [[do]], or zeros where a text of the story holds one too."""
    text = path.read_text("utf-8").splitlines()
    lines = [number for number, line in enumerate(text, 1) if re.match(r"\s*\[\[\s*do\s*\]\]", line)]
    return lines if len(lines) == acts else [0] * acts


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text} must be written as text, “{text}”, so that no digit is lost")


def told(acts: list[dict[str, Any]], *, password: str, names: dict[str, Any] | None = None, today: datetime | None = None) -> Iterator[Told]:
    """Perform the acts one by one. Raises StoryStopped at the first surprise."""
    if not demo_plant_declared():
        raise StoryStopped(
            "A story runs only on a demo plant. This database's first event does not declare one. "
            "In an empty database open one with manage.py demo --migrate --bare (the plant alone) or manage.py demo --migrate (the whole demo plant)."
        )
    get_resolver().url_patterns  # noqa: B018  loading the addresses registers every command's page
    today = today or datetime.now(UTC)
    names = {} if names is None else names
    for number, act in enumerate(acts, 1):
        where = f"Act {number}{' (line ' + str(act['line']) + ')' if act.get('line') else ''}, {act['command']}"
        start = instant_of(act["at"], today)
        left: list[Any] = []
        for turn, (on, more) in enumerate(turns(act, names)):
            at = start + timedelta(minutes=turn * act.get("every", 1))
            last = Event.objects.order_by("-seq").first()
            if last and at < last.at:
                raise StoryStopped(
                    f"{where}: {at:%Y-%m-%d %H:%M} UTC lies before the last event ({last.at:%Y-%m-%d %H:%M} UTC). Time does not go back. Tell the act after it."
                )
            if at > datetime.now(UTC):
                raise StoryStopped(f"{where}: {act['at']} lies in the future.")
            with clock.held_at(at):
                yield _one(where, {**act, "on": on, "data": {**act.get("data", {}), **more}}, at, password, names, left, today)
        if "as" in act:
            names[act["as"]] = left if "each" in act or len(left) != 1 else left[0]


def turns(act: dict[str, Any], names: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """How often an act is done: (record, further data) of each time."""
    on = act.get("on", "")
    whole = re.fullmatch(r"\{([a-z0-9_]+)\}", on)
    records = names.get(whole.group(1)) if whole else None
    if isinstance(records, list):
        return [(_key(record), {}) for record in records]
    return [(on, more) for more in act.get("each", [{}])]


def _key(record: Any) -> str:
    return str(getattr(record, "number", None) or getattr(record, "code", None) or record)


def _one(where: str, act: dict[str, Any], at: datetime, password: str, names: dict[str, Any], left: list[Any], today: datetime) -> Told:
    if act["command"] not in VIEWS:
        raise StoryStopped(f"{where}: there is no such command. `manage.py commands` lists them.")
    view: type[CommandView] = VIEWS[act["command"]]
    person: Any = apps.get_model("people", "Person").objects.filter(user_id=act["by"]).first()
    if person is None:
        raise StoryStopped(f"{where}: there is no person {act['by']}. An earlier act adds one by people.add_person.")
    on = filled(act.get("on", ""), names, today)
    attempted = Attempted(
        data=filled(act.get("data", {}), names, today),
        files={field: SimpleUploadedFile(f["name"], filled(f["text"], names, today).encode(), "text/plain") for field, f in act.get("files", {}).items()},
        reason=act.get("reason", ""),
        user_id=act["by"],
        password=password,
        witness_user_id=act.get("witness", ""),
        witness_password=password if act.get("witness") else "",
    )
    expected = act.get("blocker", "") if act.get("expect") == "refused" else ""
    try:
        record = perform(view, actor=person, on=on, attempted=attempted, known_only=True).record
    except RuleBroken as broken:
        keys = [b.key for b in broken.blockers]
        if expected and expected in keys:
            return Told(at, act["by"], f"{view.command.label}: refused as told ({expected})", on)
        wanted = f" The story expects {expected}." if expected else ""
        raise StoryStopped(f"{where} by {act['by']}: refused ({', '.join(keys)}).{_reasons(broken)}{wanted}") from broken
    except (ObjectDoesNotExist, ValueError) as error:
        if not view.takes_target or _exists(view, on):
            raise
        raise StoryStopped(f"{where}: there is no record “{on}”. “on” takes its number, or {{name}} of what an earlier act left (`as`).") from error
    if act.get("expect") == "refused":
        raise StoryStopped(f"{where} by {act['by']}: was done, but the story expects a refusal ({expected}).")
    left.append(record)
    return Told(at, act["by"], view.command.sentence, str(record))


def _reasons(broken: RuleBroken) -> str:
    """Every reason, with the key of the data it speaks of, and what a choice offers."""
    said = [f"{f'data.{blocker.field}: ' if blocker.field else ''}{blocker.message}{_offered(broken, blocker.field)}" for blocker in broken.blockers]
    return "\n  ".join(["", *said]) if len(said) > 1 else f" {said[0]}"


def _offered(broken: RuleBroken, name: str) -> str:
    """What may be chosen in this field, as data takes it, or what the form says beside it."""
    field = broken.form.fields.get(name) if isinstance(broken, FormRefused) else None
    if not isinstance(field, ChoiceField):
        return f" {field.help_text}" if field is not None else ""
    keys = choice_keys(field)
    return f" Offered: {', '.join(keys[:MOST_OFFERED])}{' …' if len(keys) > MOST_OFFERED else ''}." if keys else " Nothing is offered here."


def _exists(view: type[CommandView], on: str) -> bool:
    try:
        view.find(on)
    except (ObjectDoesNotExist, ValueError):
        return False
    return True


def filled(value: Any, names: dict[str, Any], today: datetime) -> Any:
    """Text with {name} and {name.attribute} put in, told days made absolute; numbers as text; lists and tables all through."""
    if isinstance(value, dict):
        return {key: filled(inner, names, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names, today) for inner in value]
    if isinstance(value, bool):
        return value
    if told_day := re.fullmatch(r"(D-\d{1,4})( \d{2}:\d{2})?", str(value)):
        local = instant_of(told_day.group(1) + (told_day.group(2) or " 12:00"), today).astimezone(ZoneInfo(settings.EVGMP_TIME_ZONE))
        return f"{local:%Y-%m-%d %H:%M}" if told_day.group(2) else f"{local:%Y-%m-%d}"
    return re.sub(r"\{([a-z0-9_]+)((?:\.[a-z][a-z0-9_]*)*)\}", lambda m: _named(m, names), str(value))


def _named(match: re.Match[str], names: dict[str, Any]) -> str:
    name, path = match.groups()
    if name not in names:
        raise StoryStopped(f"The story speaks of {{{name}}} before any act left it (`as`). Left so far: {', '.join(sorted(names)) or 'nothing'}.")
    found = names[name]
    for attribute in path.split(".")[1:]:
        if not hasattr(found, attribute):
            has = ", ".join(field.name for field in found._meta.get_fields() if field.concrete) if hasattr(found, "_meta") else "nothing"
            raise StoryStopped(f"{{{name}{path}}}: there is no “{attribute}”. It has: {has}.")
        found = getattr(found, attribute)
        if inspect.ismethod(found):
            found = found()
    return _key(found)
