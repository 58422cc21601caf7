"""Commands on persons. Only administrators keep accounts; only QA records training."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from evgmp.compliance.actor import TechnicalActor
from evgmp.compliance.models import Event, Plant
from evgmp.compliance.recording import Act, current, fresh, recording
from evgmp.people import selectors
from evgmp.people.adoptions import changes_since
from evgmp.people.commands import (
    ADD_PERSON,
    ADOPT_RELEASE,
    GRANT_ROLE,
    OPEN_PLANT,
    RECORD_TRAINING,
    RESET_PASSWORD,
    RETIRE_PERSON,
    UNLOCK_ACCOUNT,
    WITHDRAW_ROLE,
)
from evgmp.people.in_force import InForce, in_force
from evgmp.people.models import AccessEntry, Account, Adoption, Person, RoleGrant, Training
from evgmp.people.roles import ADMIN, roles
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.change_record import Change


def open_plant(
    *, version: str, name: str, address: str, contact: str, authorisation_number: str, regulatory_profile: str,
    is_demo: bool, admin_user_id: str, admin_name: str, admin_password: str,
) -> Plant:  # fmt: skip
    """The first event of a database: names the plant, says whether it is a demo, and adds the first administrator."""
    act = Act(by=TechnicalActor("set-up", version), reason="First event of this database.")
    with recording(OPEN_PLANT, act) as rec:
        if Event.objects.exists():
            raise refuse("plant_open", "This plant was opened already. It can't be opened twice.")
        plant = Plant(
            name=name, address=address, contact=contact, authorisation_number=authorisation_number,
            regulatory_profile=regulatory_profile, is_demo=is_demo,
        )  # fmt: skip
        plant.save()
        person = _new_person(admin_user_id, admin_name, "administrator", admin_password)
        _grant(person, "administrator")
        rec.about(plant, demo=is_demo, first_administrator=person.user_id)
    return plant


def add_person(act: Act, *, user_id: str, printed_name: str, kind: str, password: str) -> Person:
    """A new person with an account and a temporary password. The user ID must never have been used."""
    with recording(ADD_PERSON, act) as rec:
        person = _new_person(user_id, printed_name, kind, password)
        rec.about(person)
    return person


def _new_person(user_id: str, printed_name: str, kind: str, password: str) -> Person:
    user_id = user_id.strip().casefold()
    if Person.objects.filter(user_id=user_id).exists():
        raise refuse("user_id_taken", f"The user ID {user_id} belongs or belonged to somebody. Choose another: IDs are never given twice.", "user_id")
    person = Person(user_id=user_id, printed_name=printed_name.strip(), kind=kind)
    _check_password(password, person)
    person.save()
    account = Account(person=person, user_id=user_id, must_change_password=not _is_demo())
    account.set_password(password)
    account.save()
    return person


def _is_demo() -> bool:
    plant = Plant.objects.order_by("pk").first()
    return plant is not None and plant.is_demo


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, Account(person=person, user_id=person.user_id))
    except ValidationError as error:
        raise refuse("weak_password", " ".join(error.messages), "password") from error


def _stays(person: Person) -> None:
    """Refused for a person who was retired: nobody comes back under an old user ID."""
    if retired := selectors.retired_blockers(person):
        raise RuleBroken(*retired)


def grant_role(act: Act, on: str, *, role: str) -> Person:
    """Give a role. Accounts and GMP rights exclude each other (ACC-04)."""
    with recording(GRANT_ROLE, act) as rec:
        person = Person.locked(user_id=on)
        fresh(person, act)
        _stays(person)
        if (roles()[role].kind == ADMIN) != (person.kind == "administrator"):
            raise refuse(
                "roles_exclude_each_other",
                "Whoever keeps accounts holds no GMP right, and the other way round. This role needs another person.",
                "role",
            )
        if person.grants.filter(role=role, withdrawn_at=None).exists():
            raise refuse("role_held", f"{person} holds this role already.", "role")
        _grant(person, role)
        person.save()
        rec.about(person, role=role)
    return person


def _grant(person: Person, role: str) -> None:
    RoleGrant(person=person, person_kind=person.kind, role=role, granted_at=current().at).save()


def withdraw_role(act: Act, on: str, *, role: str) -> Person:
    """Take a role back. The grant stays on record with its end."""
    with recording(WITHDRAW_ROLE, act) as rec:
        person = Person.locked(user_id=on)
        fresh(person, act)
        grant = person.grants.filter(role=role, withdrawn_at=None).first()
        if grant is None:
            raise refuse("role_not_held", f"{person} does not hold this role.", "role")
        grant.withdrawn_at = rec.at
        grant.save()
        person.save()
        rec.about(person, role=role)
    return person


def retire_person(act: Act, on: str) -> Person:
    """A leaver: can't sign in or sign any more; everything done before stays under the name (ACC-02)."""
    with recording(RETIRE_PERSON, act) as rec:
        person = Person.locked(user_id=on)
        fresh(person, act)
        _stays(person)
        if person.user_id == act.by.user_id:
            raise refuse("not_yourself", "Nobody retires themselves. Another administrator does it.")
        person.retired_at = rec.at
        person.save()
        rec.about(person)
    return person


def unlock_account(act: Act, on: str) -> Person:
    """Unlock after five wrong passwords."""
    with recording(UNLOCK_ACCOUNT, act) as rec:
        person = Person.locked(user_id=on)
        _stays(person)
        account = Account.objects.get(person=person)
        if account.locked_at is None:
            raise refuse("not_locked", f"The account of {person} is not locked.")
        account.locked_at, account.failures = None, 0
        account.save()
        AccessEntry.note("unlocked", person.user_id)
        person.save()
        rec.about(person)
    return person


def reset_password(act: Act, on: str, *, password: str) -> Person:
    """A temporary password. It can't sign: its owner must choose another first (SIG-09)."""
    with recording(RESET_PASSWORD, act) as rec:
        person = Person.locked(user_id=on)
        _stays(person)
        account = Account.objects.get(person=person)
        _check_password(password, person)
        account.set_password(password)
        account.must_change_password = True
        account.save()
        AccessEntry.note("password reset", person.user_id)
        person.save()
        rec.about(person)
    return person


def record_training(act: Act, on: str, *, topic: str, valid_from: date, valid_until: date, evidence: str) -> Person:
    """A training with its validity. Acting is refused outside it."""
    with recording(RECORD_TRAINING, act) as rec:
        person = Person.locked(user_id=on)
        if valid_until < valid_from:
            raise refuse("dates_reversed", "The training ends before it begins. Check the dates.", "valid_until")
        if person.user_id == act.by.user_id and Training.objects.filter(person=person).exists():
            raise refuse("not_yourself", "Nobody records their own training. Another QA reviewer does it.")
        training = Training(person=person, topic=topic, valid_from=valid_from, valid_until=valid_until, evidence=evidence)
        training.save()
        person.save()
        rec.about(training, person=person.user_id)
    return person


def change_password(account: Account, *, old: str, new: str) -> str:
    """The owner's own new password. Empty when done, else why not. No GMP record: logged in the access log."""
    if sentence := account.why_not(old, signing=False):
        return sentence
    if account.check_password(new):
        return "Choose another password than the present one."
    try:
        validate_password(new, account)
    except ValidationError as error:
        return " ".join(error.messages)
    account.set_password(new)
    account.must_change_password = False
    account.save()
    AccessEntry.note("password changed", account.user_id)
    return ""


def strengthen_demo_passwords(password: str) -> int:
    """Give the accounts of a demo plant the real hash of the demo password. Refused anywhere else."""
    if not _is_demo():
        raise refuse("no_demo", "Only a demo plant has demo accounts.")
    done = 0
    for account in Account.objects.all():
        account.set_password(password)
        account.must_change_password = False
        account.save()
        done += 1
    return done


__all__: list[Any] = [
    "add_person", "change_password", "grant_role", "open_plant", "record_training", "reset_password", "retire_person",
    "strengthen_demo_passwords", "unlock_account", "withdraw_role",
]  # fmt: skip


def adopt_release(act: Act, *, impact: str, affected_batches: str, training_needed: str) -> Adoption:
    """QA takes responsibility for the roles and formulas that are in force, as they are: the server reads them itself, nobody types them.
    Refused when they changed since the page was shown, and when they are adopted already."""
    with recording(ADOPT_RELEASE, act) as rec:
        # The number is the lock: of two who adopt at once the second one finds the adoption of the first.
        number, now = rec.next_number(f"ADP-{rec.at.year}"), in_force()
        if act.seen and act.seen != now.mark:
            raise refuse("stale_page", "Roles or formulas have changed since this page was opened. Read them as they are now, then adopt them.")
        last = Adoption.objects.order_by("-pk").first()
        if last is not None and _same(last, now):
            raise refuse("adopted_already", f"{last} has adopted exactly these roles and formulas for this version of the software.")
        adoption = Adoption(
            number=number, software_version=settings.EVGMP_VERSION, roles_sha256=now.roles_sha256, roles=list(now.roles),
            formulas_sha256=now.formulas_sha256, formulas=list(now.formulas), adopted_by=act.by.printed_name,
            change_reason=act.reason.strip(), effective_from=rec.at, **Change(impact, affected_batches, training_needed).said(),
        )  # fmt: skip
        adoption.save()
        rec.about(adoption, software=adoption.software_version, changes=[one.told for one in changes_since(last, now)])
    return adoption


def _same(last: Adoption, now: InForce) -> bool:
    held = (last.roles_sha256, last.formulas_sha256, last.software_version)
    return held == (now.roles_sha256, now.formulas_sha256, settings.EVGMP_VERSION)
