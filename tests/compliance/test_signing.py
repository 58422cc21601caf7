"""Signing: both parts at every signature, attempts left behind, five wrong ones lock, a witness stays a guest."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.test import override_settings

import batches.domain.commands  # noqa: F401  registers the commands
from evgmp.compliance import verifying, wall
from evgmp.compliance.models import Attempt, Seat, Signature
from evgmp.compliance.recording import Act, recording
from evgmp.compliance.signing import prove_signer
from evgmp.compliance.validity import signatures_of, valid_signatures
from evgmp.people import services
from evgmp.people.commands import RECORD_TRAINING
from evgmp.people.models import FAILURES_TO_LOCK, Account, Person, Training
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import REGISTER, Meaning
from tests.builders import PASSWORD, act, person, train

pytestmark = pytest.mark.django_db

WITHDRAW = REGISTER["batches.withdraw_vial"]
PERFORMED, VERIFIED = Meaning.PERFORMED, Meaning.VERIFIED


def refused_with(key: str) -> "pytest.RaisesContext[RuleBroken]":
    return pytest.raises(RuleBroken, check=lambda e: [b.key for b in e.blockers] == [key])


@pytest.mark.req("SIG-01", "SIG-03")
def test_a_signature_carries_name_role_id_meaning_and_time() -> None:
    train("a.operator", ("master_data",))
    signature = Signature.objects.latest("pk")
    assert (signature.printed_name, signature.role, signature.signer_id, signature.meaning) == (
        "A. Reviewer", "QA reviewer", "a.reviewer", "approved",
    )  # fmt: skip
    assert signature.at.utcoffset() is not None
    assert signature.statement == "I approve this"
    assert str(signature) == "A. Reviewer, approved"


@pytest.mark.req("SIG-03", negative=True)
@pytest.mark.parametrize(("user_id", "password"), [("", ""), ("a.operator", ""), ("", PASSWORD), ("   ", PASSWORD)])
def test_a_session_alone_never_signs(user_id: str, password: str) -> None:
    with refused_with("signature_missing"):
        prove_signer(person("a.operator"), user_id, password, PERFORMED, command=WITHDRAW)


@pytest.mark.req("SIG-03", negative=True)
def test_another_persons_credentials_are_refused_and_leave_an_attempt() -> None:
    with refused_with("signed_by_other"):
        prove_signer(person("a.operator"), "b.operator", PASSWORD, PERFORMED, command=WITHDRAW)
    attempt = Attempt.objects.first()
    assert attempt is not None
    assert (attempt.user_id, attempt.terminal_user_id, attempt.command) == ("b.operator", "a.operator", WITHDRAW.key)
    assert PASSWORD not in str(attempt)


@pytest.mark.req("ACC-07", "SIG-03", negative=True)
def test_five_wrong_passwords_lock_sign_in_and_signing_together(client: object) -> None:
    operator = person("a.operator")
    for _ in range(FAILURES_TO_LOCK - 1):
        with refused_with("wrong_password"):
            prove_signer(operator, "a.operator", "wrong", PERFORMED, command=WITHDRAW)
    response = client.post("/people/sign-in/", {"username": "a.operator", "password": "wrong"})  # type: ignore[attr-defined]
    assert response.status_code == 422
    with refused_with("wrong_password"):
        prove_signer(operator, "a.operator", PASSWORD, PERFORMED, command=WITHDRAW)
    assert Account.objects.find("a.operator").locked_at is not None
    assert Attempt.objects.count() == FAILURES_TO_LOCK
    services.unlock_account(act(REGISTER["people.unlock_account"], "s.admin"), "a.operator")
    assert prove_signer(operator, "a.operator", PASSWORD, PERFORMED, command=WITHDRAW).user_id == "a.operator"


def test_a_right_password_forgets_the_wrong_ones_before() -> None:
    with refused_with("wrong_password"):
        prove_signer(person("a.operator"), "a.operator", "wrong", PERFORMED, command=WITHDRAW)
    prove_signer(person("a.operator"), "A.OPERATOR ", PASSWORD, PERFORMED, command=WITHDRAW)
    assert Account.objects.find("a.operator").failures == 0


def test_an_unknown_user_id_gets_the_same_kind_of_sentence() -> None:
    with refused_with("wrong_password"):
        prove_signer(person("a.operator"), "nobody", PASSWORD, VERIFIED, command=WITHDRAW, witness=True)


@pytest.mark.req("SIG-08", negative=True)
def test_a_witness_is_another_person_with_the_right_to_witness() -> None:
    operator = person("a.operator")
    assert prove_signer(operator, "b.operator", PASSWORD, VERIFIED, command=WITHDRAW, witness=True).meaning is VERIFIED
    with refused_with("same_person"):
        prove_signer(operator, "a.operator", PASSWORD, VERIFIED, command=WITHDRAW, witness=True)
    with refused_with("not_permitted"):
        prove_signer(operator, "a.analyst", PASSWORD, VERIFIED, command=WITHDRAW, witness=True)


@pytest.mark.req("ACC-14", negative=True)
def test_a_witness_without_valid_training_is_refused() -> None:
    import datetime

    train("b.operator", ("cell_banking",), until=datetime.date(2020, 1, 2))
    with refused_with("not_trained"):
        prove_signer(person("a.operator"), "b.operator", PASSWORD, VERIFIED, command=WITHDRAW, witness=True)


@pytest.mark.req("SIG-09", negative=True)
def test_a_password_set_by_an_administrator_does_not_sign() -> None:
    services.reset_password(act(REGISTER["people.reset_password"], "s.admin"), "a.operator", password="another long sentence 1")
    with pytest.raises(RuleBroken, match="Choose your own password first"):
        prove_signer(person("a.operator"), "a.operator", "another long sentence 1", PERFORMED, command=WITHDRAW)


@pytest.mark.req("ACC-10")
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_an_old_hash_signs_in_and_signs_and_is_upgraded(client: object) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    def weaken() -> None:
        account = Account.objects.find("a.operator")
        account.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
        account.save()

    weaken()
    response = client.post("/people/sign-in/", {"username": "a.operator", "password": PASSWORD})  # type: ignore[attr-defined]
    assert response.status_code == 302
    assert f"${PBKDF2PasswordHasher.iterations}$" in Account.objects.find("a.operator").password
    weaken()
    prove_signer(person("a.operator"), "a.operator", PASSWORD, PERFORMED, command=WITHDRAW)
    assert f"${PBKDF2PasswordHasher.iterations}$" in Account.objects.find("a.operator").password
    assert make_password(PASSWORD) != PASSWORD


@pytest.mark.req("SIG-05", "SIG-06")
def test_a_signature_falls_with_a_covered_field_and_only_then() -> None:
    services.grant_role(act(REGISTER["people.grant_role"], "s.admin"), "i.inspector", role="operator")
    subject = person("i.inspector")
    with recording(RECORD_TRAINING, act(RECORD_TRAINING, "a.reviewer")) as rec:
        subject.save()
        rec.about(subject, covers=[(subject, ["printed_name"])])
    (signature,) = valid_signatures(subject)
    assert not signature.withdrawn
    services.retire_person(act(REGISTER["people.retire_person"], "s.admin"), "i.inspector")
    assert [s.pk for s in valid_signatures(subject)] == [signature.pk]  # retired_at was not covered
    with recording(REGISTER["people.unlock_account"], act(REGISTER["people.unlock_account"], "s.admin")) as rec:
        changed = Person.locked(user_id="i.inspector")
        changed.printed_name = "I. Inspector the second"
        changed.save()
        rec.about(changed)
    assert valid_signatures(subject) == []
    (fallen,) = signatures_of(subject)
    assert "Account unlocked" in fallen.withdrawn_why
    assert "S. Admin" in fallen.withdrawn_why
    assert verifying.findings() == []


@pytest.mark.req("SIG-08", negative=True)
def test_one_person_has_one_part_in_a_record() -> None:
    training = Training.objects.latest("pk")
    seat = Seat.objects.get(record_type="people.training", record_key=str(training.pk))
    with transaction.atomic(), wall.door(), pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.bulk_create([Seat(record_type=seat.record_type, record_key=seat.record_key, signer_id=seat.signer_id, meaning="reviewed")])
    given = act(RECORD_TRAINING, "a.reviewer")
    other = Act(by=given.by, signings=(given.signings[0],))
    with recording(RECORD_TRAINING, other) as rec:
        subject = Person.locked(user_id="a.operator")
        subject.save()
        rec.about(subject)
    reviewing = REGISTER["batches.close_exception"]
    assert reviewing.signs == (Meaning.APPROVED,)
