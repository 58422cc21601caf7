"""Stories: the same path as the pages, the one clock, and a stop at the first surprise."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from evgmp.compliance.models import Event
from evgmp.people.models import Person
from evgmp.web.stories import StoryStopped, demo_plant_declared, instant_of, load, told
from tests.builders import PASSWORD, cast

TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def story(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "story.toml"
    path.write_text(text)
    return path


GRANT = """
[[do]]
command = "people.grant_role"
on = "{who}"
by = "s.admin"
at = "{at}"
reason = "Needed in the isolation suite"
data = {{ role = "{role}" }}
"""


@pytest.fixture
def plant(sqlite_database: str) -> None:
    """A demo plant whose clock stands in the past, so that a story can come after it."""
    from evgmp.compliance import clock

    with clock.held_at(datetime(2026, 1, 5, 8, tzinfo=UTC)):
        cast()


def run(path: Path) -> str:
    out = StringIO()
    call_command("replay", str(path), password=PASSWORD, stdout=out)
    return out.getvalue()


def test_a_story_is_told_with_its_own_times(plant: None, tmp_path: Path) -> None:
    said = run(story(tmp_path, GRANT.format(who="i.inspector", at="2026-02-03T10:00+01:00", role="operator")))
    assert "2026-02-03 09:00 UTC  s.admin      Role granted: I. Inspector" in said
    event = Event.objects.latest("seq")
    assert event.at == datetime(2026, 2, 3, 9, tzinfo=UTC)
    assert Person.objects.get(user_id="i.inspector").role_titles == "Operator, Inspector"


def test_an_expected_refusal_goes_on_and_an_unexpected_one_stops(plant: None, tmp_path: Path) -> None:
    refused = GRANT.format(who="s.admin", at="2026-02-03T10:00+01:00", role="operator")
    assert "refused as told" in run(story(tmp_path, refused + 'expect = "refused"\nblocker = "roles_exclude_each_other"\n'))
    with pytest.raises(CommandError, match="Whoever keeps accounts holds no GMP right") as error:
        run(story(tmp_path, refused))
    assert error.value.returncode == 1
    done = GRANT.format(who="i.inspector", at="2026-02-03T10:00+01:00", role="operator")
    with pytest.raises(CommandError, match="the story expects a refusal"):
        run(story(tmp_path, done + 'expect = "refused"\nblocker = "retired"\n'))


EACH = """
[[do]]
command = "people.grant_role"
on = "i.inspector"
by = "s.admin"
at = "2026-02-03T10:00+01:00"
reason = "Covers the vacancy until summer"
each = [{ role = "operator" }, { role = "verifier" }]
every = 5
"""


def test_an_act_done_many_times_is_told_once(plant: None, tmp_path: Path) -> None:
    said = run(story(tmp_path, EACH)).splitlines()
    assert [line[:16] for line in said] == ["2026-02-03 09:00", "2026-02-03 09:05"]
    assert Person.objects.get(user_id="i.inspector").role_titles == "Operator, Production supervisor, Inspector"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"at": "2020-01-01 08:00"}, "Time does not go back"),
        ({"at": "2099-01-01 08:00"}, "lies in the future"),
        ({"at": "yesterday"}, "is no time"),
        ({"who": "nobody"}, "there is no record"),
        ({"who": "{{ghost}}"}, "speaks of {ghost} before"),
        ({"role": "king"}, "bad_input"),
    ],
)
def test_surprises_stop_the_story_with_a_sentence(plant: None, tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    given = {"who": "i.inspector", "at": "2026-02-03T10:00+01:00", "role": "operator", **change}
    with pytest.raises(CommandError, match=sentence.replace("{", r"\{")):
        run(story(tmp_path, GRANT.format(**given).replace("{{", "{").replace("}}", "}")))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("role =", "rolle =", r"Act 2 \(line 11\).* by s.admin: refused \(bad_input, unknown_data\).\n  data.role: .*\n.* no data rolle here. It has: role."),
        ('"verifier"', '"king"', r"Act 2 \(line 11\).*refused \(bad_input\). data.role: Role: .* Offered: operator, "),
        ('"i.inspector"', '"{first.colour}"', r"\{first.colour\}: there is no “colour”. It has: .*user_id"),
        ('"i.inspector"', '"{second}"', r"Left so far: first\."),
        ("reason =", 'expect = "refused"\nreason =', r"act 2 \(line 11\): an expected refusal is told as"),
    ],
)
def test_a_stop_names_the_line_the_data_and_what_there_is(plant: None, tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """A story writer finds the act, the key that is wrong and the ones that may stand there."""
    first = GRANT.format(who="i.inspector", at="2026-02-03T10:00+01:00", role="operator") + 'as = "first"\n'
    second = GRANT.format(who="i.inspector", at="2026-02-03T11:00+01:00", role="verifier")
    with pytest.raises(CommandError, match=sentence):
        run(story(tmp_path, first + second.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "tells no act"),
        ("[[do]]\ncommand = 'x'\n", "“by” is missing"),
        ("[[do]]\ncommand = 'x'\nby = 'y'\nat = 'z'\nwho = 1\n", "unknown key who"),
        ("[[do]]\ncommand = 'x'\nby = 'y'\nat = 'z'\ndata = { a = 1.5 }\n", "must be written as text"),
        ("not toml", "story.toml"),
    ],
)
def test_a_story_that_can_not_be_read_says_why(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(StoryStopped, match=sentence):
        load(story(tmp_path, text))


def test_unknown_commands_and_people_stop_the_story(plant: None) -> None:
    for act, sentence in (
        ({"command": "no.such", "by": "s.admin", "at": "2026-02-03T10:00+01:00"}, "no such command"),
        ({"command": "people.grant_role", "by": "no.body", "at": "2026-02-03T10:00+01:00"}, "no person no.body"),
    ):
        with pytest.raises(StoryStopped, match=sentence):
            list(told([act], password=PASSWORD))


def test_only_a_demo_plant_and_never_a_production_system(sqlite_database: str, tmp_path: Path, settings: object) -> None:
    cast(is_demo=False)
    assert not demo_plant_declared()
    with pytest.raises(CommandError, match="only on a demo plant"):
        run(story(tmp_path, GRANT.format(who="i.inspector", at="D-0 00:01", role="operator")))
    settings.EVGMP_IS_PRODUCTION = True  # type: ignore[attr-defined]
    for command, arguments in (("replay", ["x.toml"]), ("demo", [])):
        with pytest.raises(CommandError, match="production system"):
            call_command(command, *arguments)


def test_a_bare_demo_plant_is_open_for_stories(sqlite_database: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"manage\.py demo --migrate --bare"):
        run(story(tmp_path, GRANT.format(who="s.admin", at="D-300 09:00", role="operator")))
    out = StringIO()
    call_command("demo", "--bare", stdout=out)
    assert Event.objects.count() == 1
    assert "Its administrator is s.admin" in out.getvalue()
    add = 'data = { user_id = "x.operator", printed_name = "X. Operator", kind = "person", password = "a-long-enough-one" }'
    act = f'[[do]]\ncommand = "people.add_person"\nby = "s.admin"\nat = "D-300 09:00"\nreason = "Joins the site as operator"\n{add}\n'
    out = StringIO()
    call_command("replay", str(story(tmp_path, act)), stdout=out)
    assert "X. Operator" in out.getvalue()


def test_days_are_counted_in_the_zone_of_the_site() -> None:
    assert instant_of("D-1 09:00", TODAY) == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert instant_of("D-41 09:00:30", TODAY) == datetime(2026, 10, 13, 7, 0, 30, tzinfo=UTC)
    assert instant_of("2026-11-01 09:00", TODAY) == datetime(2026, 11, 1, 8, tzinfo=UTC)


def test_commands_are_listed_with_all_a_story_needs(sqlite_database: str) -> None:
    out = StringIO()
    call_command("commands", stdout=out)
    text = out.getvalue()
    assert "people.grant_role: Role granted\n  by: Administrator\n  reason: needed\n  on: person, by its user ID\n  data.role: Role; one of operator" in text
    assert "batches.withdraw_vial" in text
    assert "  on: the record's number" not in text
    assert "  on: method list version, by its number or code, as ML-QC-V1" in text
    assert "  on: step, by its number or code" in text
    assert "signatures: performed, verified (the second by a witness)" in text


def test_one_command_is_listed_with_the_examples_of_the_shipped_stories(sqlite_database: str) -> None:
    out = StringIO()
    call_command("commands", "qc.record_result", stdout=out)
    text = out.getvalue()
    assert "batches.withdraw_vial" not in text
    assert "data.lod: LOD of this test; number, written as text; optional; only where the record asks for it" in text
    assert 'data = { row = "DS-GN-APPEAR"' in text
    assert "Data of one command" not in text
    with pytest.raises(CommandError, match="No command is called fly"):
        call_command("commands", "fly", stdout=out)


def test_commands_are_listed_without_a_database(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that ask the database for their choices are told as they are declared."""
    from evgmp.web.command_view import VIEWS

    def no_table(self: object, *args: object, **kwargs: object) -> None:
        raise OperationalError("no such table")

    form = VIEWS["people.grant_role"].form_class
    monkeypatch.setattr(form, "__init__", no_table)
    out = StringIO()
    call_command("commands", "people.grant_role", stdout=out)
    assert "  data.role: Role; one of operator" in out.getvalue()
