"""Every address x every role: one table, no address missing, and nothing is written by looking (ACC-03)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from evgmp.compliance.models import Event
from evgmp.people.models import Account
from evgmp.people.roles import roles
from evgmp.web.command_view import VIEWS

PUBLIC = {"people:sign_in", "people:sign_out", "qc:check", "qc:check_code"}
OWN = {"web:work", "people:people", "people:person", "people:change_password", "web:stay"}

# One account of each role in the demo plant, an account without any role's right to read (the administrator), nobody.
ACCOUNTS = {
    "operator": "a.operator", "verifier": "a.verifier", "qc_analyst": "a.analyst", "qc_reviewer": "a.labhead",
    "qa_reviewer": "a.reviewer", "qualified_person": "q.person", "master_data_author": "m.author",
    "inspector": "i.inspector", "administrator": "s.admin",
}  # fmt: skip


def addresses(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + str(entry.pattern), entry.namespace or space)
        elif isinstance(entry, URLPattern):
            yield f"{space}:{entry.name}", prefix + str(entry.pattern)


ALL = list(addresses())


def path_of(pattern: str) -> str:
    import re

    return "/" + re.sub(r"<[^>]+>", "X-1", re.sub(r"<int:[^>]+>", "1", pattern))


def expected(name: str, role: str) -> set[int]:
    """Status codes of a GET on a record that does not exist: who has the right gets the page or 404, others 403."""
    if name in PUBLIC:
        return {200, 404, 405}
    key = name.replace(":", ".")
    if key in VIEWS:
        return {200, 404} if key in roles()[role].commands else {403}
    if name in OWN:
        return {200, 404, 405}
    return {200, 404} if roles()[role].reads else {403}


def test_every_address_is_named_once() -> None:
    names = [name for name, _ in ALL]
    assert len(names) == len(set(names))
    assert all(name.split(":")[1] not in ("None", "") for name in names)
    assert {key.replace(".", ":") for key in VIEWS} <= set(names)


@pytest.mark.django_db
@pytest.mark.req("ACC-03", "ACC-04", negative=True)
@pytest.mark.parametrize("role", ACCOUNTS)
def test_every_address_by_role(role: str) -> None:
    client = Client()
    client.force_login(Account.objects.get(user_id=ACCOUNTS[role]))
    before = Event.objects.count()
    wrong = []
    for name, pattern in ALL:
        if name == "people:sign_out":
            continue
        status = client.get(path_of(pattern)).status_code
        if status not in expected(name, role):
            wrong.append(f"GET {name} as {role}: {status}")
        if name.replace(":", ".") in VIEWS and name.replace(":", ".") not in roles()[role].commands:
            status = client.post(path_of(pattern), {"reason": "An attack on the address itself"}).status_code
            if status != 403:
                wrong.append(f"POST {name} as {role}: {status}")
    assert not wrong
    assert Event.objects.count() == before


@pytest.mark.django_db
@pytest.mark.req("ACC-03", negative=True)
def test_every_address_signed_out() -> None:
    for name, pattern in ALL:
        response = Client().get(path_of(pattern))
        if name in PUBLIC:
            assert response.status_code in (200, 404, 405), name
        else:
            assert response.status_code == 302, name
            assert response.headers["Location"].startswith("/people/sign-in/"), name


@pytest.mark.django_db
@pytest.mark.req("ACC-03")
def test_every_role_sees_its_work() -> None:
    for user_id in ACCOUNTS.values():
        client = Client()
        client.force_login(Account.objects.get(user_id=user_id))
        assert client.get("/").status_code == 200
