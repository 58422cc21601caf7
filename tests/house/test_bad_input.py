"""Bad input on every form of every command: a sentence, nothing lost, no 500, nothing written (REC-03)."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import get_resolver

from evgmp.compliance.models import Event, GmpModel
from evgmp.people.models import Account, Person
from evgmp.rules.command import REGISTER
from evgmp.web.command_view import VIEWS, CommandView

get_resolver().url_patterns  # noqa: B018  loading the addresses fills the registers

BAD = {
    "blank": "",
    "text": "not a number",
    "thousands": "1,234",
    "huge": "1e999",
    "nan": "NaN",
    "infinity": "-Infinity",
    "emoji": "😀",
    "long": "9" * 10_000,
    "unit inside": "5 bar",
    "nul": "a\x00b",
    "markup": "<script>alert(1)</script>",
    "sql": "x' OR '1'='1",
}
SIGNATURE = ("user_id", "password", "witness_user_id", "witness_password")


# Parts of a record have keys too, but no address of their own.
PARTS = {"MasterStep", "MasterParameter", "SpecRow"}


# Records of one kind and status tried at most before a command is taken to be open on none of them.
TRIED = 45


def record_keys() -> dict[str, str]:
    """Numbers and codes of everything in the demo plant that has an address, each with its status: what stands at a rare status
    before the rest, since that is where something waits to be done; of one status a spread over all of its time first."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if issubclass(model, GmpModel) and model.__name__ not in PARTS:
            groups: dict[str, list[str]] = {}
            for row in model._default_manager.order_by("-pk"):
                if key := _key(row):
                    groups.setdefault(str(getattr(row, "status", "")), []).append(key)
            for status, keys in sorted(groups.items(), key=lambda group: len(group[1])):
                spread = keys[:: -(-len(keys) // TRIED)]
                found |= dict.fromkeys([*spread, *keys], status)
    return found


def _key(row: Any) -> str:
    return str(next((value for name in ("key", "number", "code", "user_id") if (value := getattr(row, name, None))), ""))


class Targets:
    """Records of the demo plant that a command can be tried on. Commands that look their record up alike share what was found."""

    def __init__(self) -> None:
        self._status = record_keys()
        self._series: dict[str, list[str]] = {}
        for key in self._status:
            self._series.setdefault(re.sub(r"\d+", "0", key), []).append(key)
        self._found: dict[Any, tuple[list[Any], Iterator[Any]]] = {}

    @property
    def keys(self) -> list[str]:
        """Every key, one of each series first."""
        return list(dict.fromkeys([*(group[0] for group in self._series.values()), *self._status]))

    def of(self, view: type[CommandView]) -> str | None:
        """A record on which the command is open, or else any record it accepts."""
        first, tried = None, Counter[tuple[type, str]]()
        for target, status in self._all(view):
            first = first or target
            tried[type(target), status] += 1
            if tried[type(target), status] <= TRIED and not view.barred(target):
                return view.key_of(target)
        return view.key_of(first) if first else None

    def _all(self, view: type[CommandView]) -> Iterator[tuple[Any, str]]:
        look_up = view.find.__func__  # type: ignore[attr-defined]
        seen, rest = self._found.setdefault(look_up, ([], self._look(view)))
        yield from list(seen)
        for target in rest:
            seen.append(target)
            yield target

    def _look(self, view: type[CommandView]) -> Iterator[tuple[Any, str]]:
        """What the page of this command would find: keys that differ in their digits alone are of one kind of record, so one
        of each is tried first, then the series of which it was found."""
        worth = {key for group in self._series.values() if found(view, group[0]) is not None for key in group}
        for key, status in self._status.items():
            if (key in worth or not worth) and (target := found(view, key)) is not None:
                yield target, status


def found(view: type[CommandView], key: str) -> Any:
    """The record that the page of this command would find; None when it is none of its kind."""
    try:
        return view.find(key)
    except (ObjectDoesNotExist, ValueError):
        return None


def actor_for(view: type[CommandView]) -> str:
    return next(p.user_id for p in Person.objects.filter(retired_at=None) if p.role_for(view.command))


@pytest.mark.req("REC-03", negative=True)
def test_bad_input_on_every_form(demo_plant: str) -> None:
    targets = Targets()
    before = Event.objects.count()
    wrong, posts = [], 0
    for command in REGISTER:
        if command.automatic:
            continue
        view = VIEWS[command.key]
        client, actor = Client(raise_request_exception=False), actor_for(view)
        client.force_login(Account.objects.get(user_id=actor))
        on = targets.of(view) if view.takes_target else ""
        assert on is not None, f"The demo plant has no record for {command.key}."
        url = f"/{'people/' if command.app == 'people' else ''}{command.name.replace('_', '-')}/" + (f"{on}/" if on else "")
        shown = client.get(url)
        assert shown.status_code == 200, f"{url}: {shown.status_code}"
        form: Any = shown.context["form"]
        if not form.fields and not shown.context["act_form"].visible_fields():
            continue  # nothing is typed here, so nothing can be typed badly
        for kind, value in BAD.items():
            data = {name: value for name, field in form.fields.items() if not isinstance(field, forms.FileField)}
            # Where nothing is signed, the blank reason is what must not pass; where something is, the password is wrong as well.
            data |= {"reason": value if command.signs else "", "seen": "", "once": ""}
            if command.signs:
                data |= {"user_id": actor, "password": "wrong password", "witness_user_id": value, "witness_password": "wrong"}
            answer = client.post(url, data)
            posts += 1
            text = answer.content.decode(errors="replace")
            if answer.status_code != 422:
                wrong.append(f"{url} with {kind}: {answer.status_code}")
            elif "Problem" not in text:
                wrong.append(f"{url} with {kind}: no sentence")
            elif kind == "text" and any(_is_typed(f) for f in form.fields.values()) and html.escape(value) not in text:
                wrong.append(f"{url} with {kind}: what was typed is lost")
            elif kind == "markup" and value in text:
                wrong.append(f"{url} with {kind}: markup comes back raw")
            if "wrong password" in text:
                wrong.append(f"{url}: a password comes back")
            account = Account.objects.get(user_id=actor)
            account.failures, account.locked_at = 0, None
            account.save()
    assert not wrong, "\n".join(wrong)
    assert posts >= 12 * 40
    assert Event.objects.count() == before


def _is_typed(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)


@pytest.mark.req("REC-01", "AUD-08", negative=True)
def test_a_double_post_and_a_stale_page_leave_one_record(demo_plant: str) -> None:
    from tests.builders import WHY

    client = Client()
    client.force_login(Account.objects.get(user_id="s.admin"))
    page = client.get("/people/grant-role/i.inspector/")
    act_form = page.context["act_form"]
    data = {"role": "operator", "reason": WHY, "seen": act_form["seen"].value(), "once": act_form["once"].value()}
    before = Event.objects.count()
    assert client.post("/people/grant-role/i.inspector/", data).status_code == 302
    again = client.post("/people/grant-role/i.inspector/", data)
    assert again.status_code == 422
    assert "recorded already" in again.content.decode()
    stale = client.post("/people/grant-role/i.inspector/", {**data, "role": "verifier", "once": "another"})
    assert stale.status_code == 422
    assert "This page is out of date. S. Admin changed it at" in stale.content.decode()
    assert Event.objects.count() == before + 1
