"""Accounts, roles, training: what administrators may do, and that they may do nothing else."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

import batches.domain.commands
import batches.domain.commands_labels  # noqa: F401  registers the commands of labels
import qc.domain.commands  # noqa: F401  registers the commands
from evgmp.compliance import wall
from evgmp.compliance.models import Event
from evgmp.people import services
from evgmp.people.models import AccessEntry, Account, Person, RoleGrant
from evgmp.people.roles import roles
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import REGISTER
from tests.builders import CAST, PASSWORD, WHY, act, person

pytestmark = pytest.mark.django_db


def refused_with(key: str) -> "pytest.RaisesContext[RuleBroken]":
    return pytest.raises(RuleBroken, check=lambda e: key in [b.key for b in e.blockers])


def add(user_id: str = "c.operator", **changes: str) -> Person:
    given = {"printed_name": "C. Operator", "kind": "person", "password": PASSWORD, **changes}
    return services.add_person(act(REGISTER["people.add_person"], "s.admin"), user_id=user_id, **given)


def signed_in(user_id: str) -> Client:
    client = Client()
    assert client.post("/people/sign-in/", {"username": user_id, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.req("ACC-01")
def test_add_person() -> None:
    before = Event.objects.count()
    assert add().user_id == "c.operator"
    assert Event.objects.count() == before + 1
    assert Account.objects.get(user_id="c.operator").password != PASSWORD


@pytest.mark.req("ACC-01", "ACC-02", negative=True)
@pytest.mark.parametrize("taken", ["a.operator", "A.Operator", " a.operator "])
def test_a_user_id_is_never_given_twice_not_even_a_retired_ones(taken: str) -> None:
    services.retire_person(act(REGISTER["people.retire_person"], "s.admin"), "a.operator")
    with refused_with("user_id_taken"):
        add(taken)
    with pytest.raises(TypeError, match="never deleted"):
        Account.objects.get(user_id="a.operator").delete()
    assert person("a.operator").printed_name == "A. Operator"


@pytest.mark.req("ACC-09", negative=True)
@pytest.mark.parametrize("weak", ["short", "password1234", "c.operator.2026", "123456789012345"])
def test_weak_passwords_are_refused(weak: str) -> None:
    with refused_with("weak_password"):
        add(password=weak)


@pytest.mark.req("ACC-04", negative=True)
def test_accounts_and_gmp_rights_exclude_each_other() -> None:
    grant = REGISTER["people.grant_role"]
    with refused_with("roles_exclude_each_other"):
        services.grant_role(act(grant, "s.admin"), "s.admin", role="operator")
    with refused_with("roles_exclude_each_other"):
        services.grant_role(act(grant, "s.admin"), "a.operator", role="administrator")
    operator = person("a.operator")
    for kind, role in (("person", "administrator"), ("administrator", "operator")):
        row = RoleGrant(person=operator, person_kind=kind, role=role, granted_at=datetime.datetime.now(datetime.UTC))
        with transaction.atomic(), wall.door(), pytest.raises(IntegrityError), transaction.atomic():
            super(RoleGrant, row).save_base(raw=True)


@pytest.mark.req("ACC-04", negative=True)
def test_no_role_that_keeps_accounts_has_a_gmp_command() -> None:
    for role in roles().values():
        if role.kind == "admin":
            assert not role.reads
            assert all(key.startswith("people.") and key != "people.record_training" for key in role.commands | role.witnesses)
        else:
            assert not role.commands & {c for r in roles().values() if r.kind == "admin" for c in r.commands}


@pytest.mark.req("ACC-05")
def test_every_command_has_a_role_and_every_right_a_command() -> None:
    known = {c.key for c in REGISTER}
    permitted = {key for role in roles().values() for key in role.commands}
    assert {c.key for c in REGISTER if not c.automatic} == permitted
    assert {key for role in roles().values() for key in role.witnesses} <= known
    assert {c.key for c in REGISTER if len(c.signs) > 1 or c.witness} == {k for r in roles().values() for k in r.witnesses}


@pytest.mark.req("ACC-05")
def test_the_inspector_reads_only() -> None:
    inspector = roles()["inspector"]
    assert inspector.reads
    assert not inspector.commands
    assert not inspector.witnesses


@pytest.mark.req("ACC-06")
def test_grant_role_and_withdraw_role_leave_their_times() -> None:
    services.grant_role(act(REGISTER["people.grant_role"], "s.admin"), "a.analyst", role="operator")
    assert person("a.analyst").role_for(REGISTER["batches.record_entry"]) == "Operator"
    services.withdraw_role(act(REGISTER["people.withdraw_role"], "s.admin"), "a.analyst", role="operator")
    assert person("a.analyst").role_for(REGISTER["batches.record_entry"]) == ""
    grant = RoleGrant.objects.get(person__user_id="a.analyst", role="operator")
    assert grant.granted_at < grant.withdrawn_at
    with refused_with("role_not_held"):
        services.withdraw_role(act(REGISTER["people.withdraw_role"], "s.admin"), "a.analyst", role="operator")
    with refused_with("role_held"):
        services.grant_role(act(REGISTER["people.grant_role"], "s.admin"), "a.analyst", role="qc_analyst")


@pytest.mark.req("ACC-02")
def test_retire_person() -> None:
    services.retire_person(act(REGISTER["people.retire_person"], "s.admin"), "a.operator")
    assert Client().post("/people/sign-in/", {"username": "a.operator", "password": PASSWORD}).status_code == 422
    admin = Client()
    admin.force_login(Account.objects.get(user_id="s.admin"))
    gone: dict[str, dict[str, str]] = {"grant_role": {"role": "verifier"}, "retire_person": {}, "unlock_account": {}, "reset_password": {"password": PASSWORD}}
    assert "never again under this user ID" in admin.get("/people/retire-person/b.operator/").content.decode()
    for command, field in gone.items():
        with refused_with("retired"):
            getattr(services, command)(act(REGISTER[f"people.{command}"], "s.admin"), "a.operator", **field)
        page = admin.get(f"/people/{command.replace('_', '-')}/a.operator/").content.decode()
        assert "is not possible now" in page and "is retired, and nobody comes back under an old user ID" in page
    assert [one["label"] for one in admin.get("/people/person/a.operator/").context["actions"]] == ["Withdraw the role"]
    assert len(admin.get("/people/person/b.operator/").context["actions"]) == 5
    with refused_with("not_yourself"):
        services.retire_person(act(REGISTER["people.retire_person"], "s.admin"), "s.admin")


@pytest.mark.req("ACC-14")
def test_record_training() -> None:
    record = REGISTER["people.record_training"]
    today = datetime.date.today()
    given = {"topic": "qc_testing", "valid_from": today, "valid_until": today, "evidence": "TR-1"}
    services.record_training(act(record, "a.reviewer"), "a.analyst", **given)
    now = datetime.datetime.now(datetime.UTC)
    assert person("a.analyst").trained_in("qc_testing", now)
    assert not person("a.analyst").trained_in("qc_testing", now + datetime.timedelta(days=2))
    with refused_with("dates_reversed"):
        services.record_training(act(record, "a.reviewer"), "a.analyst", **{**given, "valid_until": datetime.date(2020, 1, 1)})
    with refused_with("not_yourself"):
        services.record_training(act(record, "a.reviewer"), "a.reviewer", **given)


@pytest.mark.req("ACC-14", negative=True)
def test_acting_without_valid_training_is_refused() -> None:
    add()
    services.grant_role(act(REGISTER["people.grant_role"], "s.admin"), "c.operator", role="operator")
    (blocker,) = person("c.operator").blockers_for(REGISTER["batches.record_entry"], datetime.datetime.now(datetime.UTC))
    assert blocker.key == "not_trained"
    assert "A QA reviewer records the training" in blocker.message


@pytest.mark.req("ACC-07")
def test_unlock_account() -> None:
    with refused_with("not_locked"):
        services.unlock_account(act(REGISTER["people.unlock_account"], "s.admin"), "a.operator")


@pytest.mark.req("ACC-09", "SIG-09")
def test_reset_password_forces_a_change_before_any_other_page() -> None:
    services.reset_password(act(REGISTER["people.reset_password"], "s.admin"), "a.operator", password="temporary sentence 12")
    client = Client()
    client.post("/people/sign-in/", {"username": "a.operator", "password": "temporary sentence 12"})
    assert client.get("/").headers["Location"] == "/people/password/"
    for old, new in (("wrong", "own long sentence 34"), ("temporary sentence 12", "short"), ("temporary sentence 12", "temporary sentence 12")):
        assert client.post("/people/password/", {"old": old, "new": new}).status_code == 422
    assert client.post("/people/password/", {"old": "temporary sentence 12", "new": "own long sentence 34"}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.req("ACC-08")
def test_idle_sign_out() -> None:
    client = signed_in("a.operator")
    assert client.get("/").status_code == 200
    session = client.session
    session["last_act"] -= 16 * 60
    session.save()
    assert client.get("/").headers["Location"].startswith("/people/sign-in/?next=/")
    assert AccessEntry.objects.first().kind == "timed out"


@pytest.mark.req("ACC-12")
def test_the_access_log_knows_sign_in_out_and_failure() -> None:
    client = signed_in("a.operator")
    client.post("/people/sign-out/")
    Client().post("/people/sign-in/", {"username": "nobody", "password": "x"})
    assert list(AccessEntry.objects.values_list("kind", flat=True)[:3]) == ["failed", "signed out", "signed in"]


@pytest.mark.req("ACC-03", negative=True)
def test_pages_ask_for_the_right_and_refuse_by_post_too() -> None:
    before = Event.objects.count()
    for user_id in CAST:
        client = signed_in(user_id)
        response = client.post("/people/add-person/", {"user_id": "x.y", "printed_name": "X", "kind": "person", "password": PASSWORD, "reason": WHY})
        assert response.status_code == 403
    assert Client().get("/people/add-person/").status_code == 302
    assert Event.objects.count() == before


def test_sign_in_leads_back_to_the_page_asked_for_but_never_elsewhere() -> None:
    for wanted, goes in (("/people/", "/people/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")):
        response = Client().post("/people/sign-in/", {"username": "a.operator", "password": PASSWORD, "next": wanted})
        assert response.headers["Location"] == goes


@pytest.mark.req("ACC-01", negative=True)
def test_only_a_demo_plant_gets_one_password_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_is_demo", lambda: False)
    person("a.operator")
    before = list(Account.objects.values_list("user_id", "password"))
    with refused_with("no_demo"):
        services.strengthen_demo_passwords("another-long-password")
    assert list(Account.objects.values_list("user_id", "password")) == before != []
