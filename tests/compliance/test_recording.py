"""The door: what it asks, what it leaves, what it refuses."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from evgmp.compliance import verifying
from evgmp.compliance.actor import TechnicalActor
from evgmp.compliance.models import Event, NumberSeries, Plant, Signature
from evgmp.compliance.recording import Act, DoorClosed, fresh, reason_blocker, recording
from evgmp.people import services
from evgmp.people.commands import ADD_PERSON, GRANT_ROLE, OPEN_PLANT, RECORD_TRAINING, UNLOCK_ACCOUNT
from evgmp.people.models import Person
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import Meaning
from tests.builders import PASSWORD, WHY, act, person

pytestmark = pytest.mark.django_db


def keys(broken: pytest.ExceptionInfo[RuleBroken]) -> list[str]:
    return [b.key for b in broken.value.blockers]


def rename(who: str, name: str, given: Act) -> None:
    """A smallest command of its own, for looking at the door alone."""
    with recording(UNLOCK_ACCOUNT, given) as rec:
        someone = Person.locked(user_id=who)
        fresh(someone, given)
        someone.printed_name = name
        someone.save()
        rec.about(someone)


@pytest.mark.req("AUD-01", "AUD-02")
def test_a_command_leaves_exactly_one_event_with_all_it_wrote() -> None:
    before = Event.objects.count()
    services.grant_role(act(GRANT_ROLE, "s.admin"), "i.inspector", role="operator")
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("seq")
    payload = json.loads(event.payload)
    assert payload["actor"] == {"kind": "administrator", "id": "s.admin", "name": "S. Admin", "role": "Administrator"}
    assert payload["reason"] == WHY
    assert payload["at"].endswith("+00:00")
    assert [h["table"] for h in payload["history"]] == ["people_historicalrolegrant", "people_historicalperson"]


@pytest.mark.req("AUD-01", negative=True)
def test_a_refused_command_leaves_nothing() -> None:
    before = Event.objects.count(), Person.objects.count()
    with pytest.raises(RuleBroken):
        services.grant_role(act(GRANT_ROLE, "s.admin"), "a.operator", role="operator")
    assert (Event.objects.count(), Person.objects.count()) == before


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["a.operator", "i.inspector", "q.person"])
def test_a_person_without_the_right_is_refused(who: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        services.grant_role(Act(by=person(who), reason=WHY), "a.operator", role="verifier")
    assert keys(broken) == ["not_permitted"]


@pytest.mark.req("AUD-03")
def test_a_reason_in_own_words_is_taken() -> None:
    assert reason_blocker("Gauge was read before it had settled") is None


@pytest.mark.req("AUD-03", negative=True)
@pytest.mark.parametrize("reason", ["", "   ", ".", "...", "n/a", "Correction", "typo", "see above", "aaaaaaaaaaaa", "😀😀😀", "x" * 40, "kurz"])
def test_a_blank_or_boilerplate_reason_is_refused(reason: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        services.grant_role(act(GRANT_ROLE, "s.admin", reason=reason), "i.inspector", role="operator")
    assert keys(broken)[0] in ("reason_missing", "reason_says_nothing")


def test_a_recording_that_is_about_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="silence"), recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin")):
        pass


def test_a_command_inside_a_command_is_refused() -> None:
    with pytest.raises(RuntimeError, match="durable"), recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin")):
        rename("a.operator", "Other", act(UNLOCK_ACCOUNT, "s.admin"))


def test_a_witness_that_the_register_does_not_know_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="witness"), recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin"), witnessed=True):
        pass


@pytest.mark.req("AUD-06", "REC-02")
def test_outside_the_door_nothing_is_saved() -> None:
    someone = person("a.operator")
    with pytest.raises(DoorClosed):
        someone.save()
    for call in (
        someone.delete,
        lambda: Person.objects.filter(pk=someone.pk).update(printed_name="x"),
        lambda: Person.objects.all().delete(),
        lambda: Person.objects.bulk_create([Person(user_id="z")]),
        lambda: Person.objects.bulk_update([someone], ["printed_name"]),
        Event.objects.latest("seq").delete,
    ):
        with pytest.raises(TypeError):
            call()


@pytest.mark.req("AUD-06", negative=True)
def test_inside_the_door_partial_saves_expressions_and_skipped_history_are_refused() -> None:
    with pytest.raises(TypeError, match="whole"), recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin")):
        person("a.operator").save(update_fields=["printed_name"])
    with pytest.raises(TypeError, match="expression"), recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin")):
        someone = person("a.operator")
        someone.printed_name = F("user_id")
        someone.save()
    with pytest.raises(TypeError, match="skipped"), recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin")):
        someone = person("a.operator")
        someone.skip_history_when_saving = True
        someone.save()


@pytest.mark.req("AUD-05", "AUD-06")
def test_raw_sql_after_a_command_in_the_same_transaction_is_refused() -> None:
    rename("a.operator", "A. Operator", act(UNLOCK_ACCOUNT, "s.admin"))
    for sql in (
        "UPDATE people_person SET printed_name = 'x'",
        "INSERT INTO compliance_numberseries (prefix, last) VALUES ('X', 1)",
        "DELETE FROM people_person",
        "UPDATE compliance_event SET reason = ''",
    ):
        with pytest.raises(DatabaseError, match="evgmp"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.req("AUD-05", negative=True)
def test_raw_sql_after_a_failed_command_is_refused_too() -> None:
    with pytest.raises(RuleBroken):
        services.grant_role(act(GRANT_ROLE, "s.admin"), "a.operator", role="operator")
    with pytest.raises(DatabaseError, match="evgmp"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET printed_name = 'x'")


@pytest.mark.req("REC-01", negative=True)
def test_the_same_act_twice_is_recorded_once() -> None:
    given = act(UNLOCK_ACCOUNT, "s.admin", once="double-click")
    rename("a.operator", "First", given)
    with pytest.raises(RuleBroken) as broken:
        rename("a.operator", "Second", given)
    assert keys(broken) == ["already_recorded"]
    assert person("a.operator").printed_name == "First"


def test_a_stale_page_is_refused_with_name_and_time_of_the_change() -> None:
    seen = str(person("a.operator").revision)
    rename("a.operator", "Changed meanwhile", act(UNLOCK_ACCOUNT, "s.admin"))
    with pytest.raises(RuleBroken, match=r"S\. Admin changed it at 20") as broken:
        rename("a.operator", "Late", act(UNLOCK_ACCOUNT, "s.admin", seen=seen))
    assert keys(broken) == ["stale_page"]


@pytest.mark.req("AUD-09")
def test_time_comes_from_the_server_clock_and_the_chain_grows_by_one(settings: object) -> None:
    first = Event.objects.latest("seq")
    rename("a.operator", "A. Operator", act(UNLOCK_ACCOUNT, "s.admin"))
    last = Event.objects.latest("seq")
    assert last.seq == first.seq + 1
    assert last.previous_hash == first.hash
    assert last.at > first.at


def test_numbers_are_counted_up_and_never_given_twice() -> None:
    with recording(UNLOCK_ACCOUNT, act(UNLOCK_ACCOUNT, "s.admin")) as rec:
        assert [rec.next_number("ZZ-2026") for _ in range(3)] == ["ZZ-2026-001", "ZZ-2026-002", "ZZ-2026-003"]
        someone = Person.locked(user_id="a.operator")
        someone.save()
        rec.about(someone)
    assert NumberSeries.objects.get(prefix="ZZ-2026").last == 3


def test_technical_actors_do_automatic_commands_only() -> None:
    robot = TechnicalActor("worker", "1")
    assert robot.role_for(OPEN_PLANT) == "Automatic"
    assert robot.role_for(OPEN_PLANT, witness=True) == ""
    assert robot.user_id == "system:worker"
    with pytest.raises(RuleBroken) as broken:
        services.add_person(Act(by=robot, reason=WHY), user_id="z.z", printed_name="Z", kind="person", password=PASSWORD)
    assert keys(broken) == ["not_permitted"]


def test_a_plant_is_opened_once() -> None:
    with pytest.raises(RuleBroken) as broken:
        services.open_plant(
            version="2", name="n", address="a", contact="c", authorisation_number="1", regulatory_profile="EU", is_demo=False,
            admin_user_id="z.admin", admin_name="Z", admin_password=PASSWORD,
        )  # fmt: skip
    assert keys(broken) == ["plant_open"]
    assert Plant.objects.count() == 1


@pytest.mark.req("AUD-07")
def test_verify_finds_nothing_in_an_untouched_database() -> None:
    rename("a.operator", "A. Operator", act(UNLOCK_ACCOUNT, "s.admin"))
    assert verifying.findings() == []


@pytest.mark.req("SIG-02", negative=True)
def test_signatures_must_be_those_of_the_register_and_of_this_command() -> None:
    signed = act(RECORD_TRAINING, "a.reviewer")
    assert signed.signings[0].meaning is Meaning.APPROVED
    unsigned = Act(by=person("a.reviewer"))
    with pytest.raises(RuleBroken) as broken, recording(RECORD_TRAINING, unsigned):
        pass
    assert keys(broken) == ["signature_missing"]
    for_other = Act(by=person("s.admin"), reason=WHY, signings=signed.signings)
    with pytest.raises(RuleBroken) as broken, recording(ADD_PERSON, for_other):
        pass
    assert keys(broken) == ["signature_missing"]
    assert Signature.objects.filter(signer_id="s.admin").count() == 0
