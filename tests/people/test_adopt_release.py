"""QA adopts the roles and formulas that a release brings: read by the server itself, signed, with a change record (MST-07)."""

import inspect
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import signatures_of
from evgmp.people.adoptions import changes_since, content_of, not_adopted
from evgmp.people.commands import ADOPT_RELEASE
from evgmp.people.in_force import differences, in_force
from evgmp.people.models import Account, Adoption
from evgmp.people.roles import FILE, roles
from evgmp.people.services import adopt_release
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.calculation import BOOK
from tests.builders import CHANGE, PASSWORD, WHY, act, adopt, person
from tests.support.release import another_release

pytestmark = pytest.mark.django_db
TMP = BOOK.get("filtration.tmp", 1)
# One right more for the operator, in the text of the roles.
MORE = ('"batches.consume_lot", "batches.record_entry",', '"batches.consume_lot", "batches.hold_lot", "batches.record_entry",')


def another_sum(*, feed: Decimal, retentate: Decimal, permeate: Decimal) -> Decimal:
    return feed + retentate - permeate


def refused(key: str, *words: str) -> "pytest.RaisesContext[RuleBroken]":
    return pytest.raises(RuleBroken, check=lambda e: key in [b.key for b in e.blockers] and all(word in str(e) for word in words))


def signed_in(user_id: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(user_id=user_id))
    return client


@pytest.mark.req("MST-07")
def test_what_is_in_force_is_kept_exactly_and_signed() -> None:
    (adoption,) = Adoption.objects.all()
    assert content_of(adoption) == in_force()
    assert {role["key"]: role["commands"] for role in adoption.roles} == {role.key: sorted(role.commands) for role in roles().values()}
    assert {(one["key"], one["version"]) for one in adoption.formulas} == {(one.key, one.version) for one in BOOK}
    assert (adoption.impact, adoption.change_reason, adoption.adopted_by) == (CHANGE["impact"], WHY, "A. Reviewer")
    assert adoption.effective_from == Event.objects.get(verb=ADOPT_RELEASE.key).at
    (signature,) = signatures_of(adoption)
    assert signature.meaning == "approved"
    for said in (adoption.roles_sha256, adoption.formulas_sha256, CHANGE["impact"], '"software_version"'):
        assert said in signature.content
    assert not_adopted() == ""


@pytest.mark.req("MST-07")
def test_a_release_with_other_roles_and_formulas_is_told_in_words_and_adopted_anew(tmp_path: Path) -> None:
    first = Adoption.objects.get()
    second = replace(TMP, version=99, title="Transmembrane pressure, corrected for height")
    with another_release(tmp_path, roles=MORE, formulas=(second,)):
        told = [one.told for one in changes_since(first)]
        assert told == ["Operator, may: Put the lot on hold (added)", f"filtration.tmp version 99, formula: {second.title} (added)"]
        for words in ("ADP-", *told, "A QA reviewer reads and adopts them on the page “Roles and formulas” first."):
            assert words in not_adopted()
        shown = signed_in("i.inspector").get(reverse("people:in_force")).content.decode()
        assert "Not adopted." in shown and "<ins>Put the lot on hold</ins>" in shown
        work = signed_in("a.reviewer").get("/").content.decode()
        assert "Adopt roles and formulas" in work
        again = adopt("b.reviewer")
        assert not_adopted() == "" and again.number != first.number
        page = signed_in("i.inspector").get(again.get_absolute_url()).content.decode()
        for words in ("<ins>Put the lot on hold</ins>", CHANGE["impact"], first.number, "Effective from", again.formulas[0]["title"]):
            assert words in page
    assert [one.told for one in changes_since(again)] == [one.replace("(added)", "(removed)") for one in told]


@pytest.mark.req("MST-07", negative=True)
def test_every_kind_of_change_counts(tmp_path: Path) -> None:
    now = in_force()
    changes = (
        ({"roles": ("[inspector]\ntitle", "# Reads everything.\n[inspector]\ntitle")}, []),
        ({"roles": ('title = "Inspector"', 'title = "Inspecting authority"')}, ["Inspecting authority, title: Inspector → Inspecting authority"]),
        ({"roles": ('witnesses = [\n  "batches.reprint_labels", ', "witnesses = [\n  ")}, ["Operator, may witness: Print labels again (removed)"]),
        ({"roles": ("[inspector]", '[visitor]\ntitle = "Visitor"\nkind = "gmp"\ncommands = []\n\n[inspector]')}, ["Visitor, role: no right (added)"]),
        ({"formulas": (replace(TMP, unit="mbar"),)}, ["filtration.tmp version 1, unit: bar → mbar"]),
        # Nobody raised the version: the code alone gives it away.
        ({"formulas": (replace(TMP, formula=another_sum),)}, [f"filtration.tmp version 1, words or code: {_digest(now, TMP)} → "]),
    )  # fmt: skip
    for changed, told in changes:
        with another_release(tmp_path, **changed):
            found = [one.told for one in differences(now, in_force())]
            assert len(found) == len(told)
            assert all(one.startswith(words) for one, words in zip(sorted(found), sorted(told), strict=True)), found
            assert not_adopted() != ""
            assert "Not adopted." in signed_in("i.inspector").get(reverse("people:in_force")).content.decode()
    assert not_adopted() == ""


def _digest(held: Any, one: Any) -> str:
    return next(str(row["sha256"]) for row in held.formulas if (row["key"], row["version"]) == (one.key, one.version))[:12]


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.parametrize("part", sorted(CHANGE))
def test_no_adoption_without_its_whole_change_record(part: str, tmp_path: Path) -> None:
    with another_release(tmp_path, roles=MORE):
        with refused("change_record_missing", part.replace("_", " ")):
            adopt_release(act(ADOPT_RELEASE, "a.reviewer"), **{**CHANGE, part: " "})
        with refused("reason_missing"):
            adopt_release(act(ADOPT_RELEASE, "a.reviewer", reason=""), **CHANGE)
        with refused("signature_missing"):
            adopt_release(Act(by=person("a.reviewer"), reason=WHY), **CHANGE)
        assert not_adopted() != ""


@pytest.mark.req("MST-08", "ACC-03", negative=True)
@pytest.mark.parametrize("by", ["m.author", "a.operator", "a.labhead", "q.person", "s.admin", "i.inspector"])
def test_qa_alone_adopts(by: str, tmp_path: Path) -> None:
    with another_release(tmp_path, roles=MORE), refused("not_permitted"):
        adopt_release(Act(by=person(by), reason=WHY), **CHANGE)
    assert signed_in(by).get(reverse("people:adopt_release")).status_code == 403


@pytest.mark.req("MST-07", negative=True)
def test_what_is_adopted_is_not_adopted_twice() -> None:
    with refused("adopted_already", "ADP-"):
        adopt()
    assert "adopted already" in signed_in("a.reviewer").get(reverse("people:adopt_release")).content.decode()
    assert Adoption.objects.count() == 1


@pytest.mark.req("MST-07")
def test_a_new_version_of_the_software_may_be_adopted_although_nothing_else_changed(settings: Any) -> None:
    settings.EVGMP_VERSION = "9.9.9"
    assert not_adopted() == ""
    assert adopt().software_version == "9.9.9"


@pytest.mark.req("MST-07", negative=True)
def test_nobody_adopts_what_another_release_brought_meanwhile(tmp_path: Path) -> None:
    client, url = signed_in("a.reviewer"), reverse("people:adopt_release")
    said = {**CHANGE, "reason": WHY, "user_id": "a.reviewer", "password": PASSWORD}
    with another_release(tmp_path, roles=MORE):
        page = client.get(url)
        hidden = {name: page.context["act_form"][name].value() for name in ("seen", "once")}
        assert "<ins>Put the lot on hold</ins>" in page.content.decode()
        with another_release(tmp_path, formulas=(replace(TMP, version=99),)):
            stale = client.post(url, {**said, **hidden})
            assert stale.status_code == 422 and "changed since this page was opened" in stale.content.decode()
        assert Adoption.objects.count() == 1
        assert client.post(url, {**said, **hidden, "once": "another"}).status_code == 302
    assert Adoption.objects.count() == 2


@pytest.mark.req("MST-07", "AUD-05", negative=True)
def test_an_adoption_is_neither_forged_nor_changed_by_sql() -> None:
    with connection.cursor() as cursor:
        for sql in ("UPDATE people_adoption SET roles_sha256 = 'x'", "DELETE FROM people_adoption"):
            with pytest.raises(DatabaseError, match="evgmp"):
                cursor.execute(sql)


@pytest.mark.req("MST-07")
def test_the_first_adoption_has_nothing_to_compare_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evgmp.people.adoptions.adoptions", Adoption.objects.none)
    assert "Nobody has adopted the roles and formulas of this software yet." in not_adopted()
    for name in ("in_force", "adopt_release"):
        shown = signed_in("a.reviewer").get(reverse(f"people:{name}"))
        assert shown.status_code == 200
        assert ("Nothing adopted yet" if name == "in_force" else "The first adoption") in shown.content.decode()


@pytest.mark.req("MST-07", negative=True)
def test_a_file_edited_while_the_server_runs_changes_neither_rights_nor_digest(tmp_path: Path) -> None:
    with another_release(tmp_path):
        held = roles()["inspector"]
        (tmp_path / "roles.toml").write_text(FILE.read_text("utf-8").replace('title = "Inspector"', 'title = "Visitor"'), "utf-8")
        in_force.cache_clear()
        assert roles()["inspector"] == held
        assert not_adopted() == ""


def test_every_formula_has_its_code_at_hand() -> None:
    assert all(inspect.getsource(one.formula) for one in BOOK)
