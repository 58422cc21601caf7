"""Plain functions that run commands, for tests: a plant, its people by role, and acts with real signatures."""

import datetime
import uuid

from evgmp.compliance.models import Plant
from evgmp.compliance.recording import Act
from evgmp.compliance.signing import prove_signer
from evgmp.people import services
from evgmp.people.commands import ADOPT_RELEASE, RECORD_TRAINING, TOPICS
from evgmp.people.models import Adoption, Person, Training
from evgmp.rules.command import Command, Meaning

PASSWORD = "correct horse battery staple"
WHY = "Needed for the campaign of this quarter"
# The change record of a version in tests, beside its reason.
CHANGE = {"impact": "No earlier version, so none", "affected_batches": "None", "training_needed": "None: nobody works by it yet"}

# The cast, named by role. Every test uses the same people.
CAST = {
    "a.operator": ("A. Operator", "operator"),
    "b.operator": ("B. Operator", "operator"),
    "a.verifier": ("A. Verifier", "verifier"),
    "b.verifier": ("B. Verifier", "verifier"),
    "a.analyst": ("A. Analyst", "qc_analyst"),
    "b.analyst": ("B. Analyst", "qc_analyst"),
    "a.labhead": ("A. Labhead", "qc_reviewer"),
    "a.reviewer": ("A. Reviewer", "qa_reviewer"),
    "b.reviewer": ("B. Reviewer", "qa_reviewer"),
    "q.person": ("Q. Person", "qualified_person"),
    "m.author": ("M. Author", "master_data_author"),
    "i.inspector": ("I. Inspector", "inspector"),
}
ADMIN = "s.admin"


def plant(*, is_demo: bool = True) -> Plant:
    """A plant with one administrator. The first event."""
    return services.open_plant(
        version="test", name="Sample Manufacturing Site", address="1 Sample Street, Sample Town", contact="+00 000 000",
        authorisation_number="SAMPLE-001", regulatory_profile="EU, investigational product", is_demo=is_demo,
        admin_user_id=ADMIN, admin_name="S. Admin", admin_password=PASSWORD,
    )  # fmt: skip


def person(user_id: str) -> Person:
    """A fresh reading of one of the cast (roles are cached on the instance)."""
    return Person.objects.get(user_id=user_id)


def cast(*, trained: bool = True, is_demo: bool = True) -> None:
    """The plant and its whole cast, roles granted, trained in everything. Nothing is done where the cast is there already."""
    if Person.objects.filter(user_id="i.inspector").exists():
        return
    plant(is_demo=is_demo)
    admin = person(ADMIN)
    for user_id, (name, role) in CAST.items():
        services.add_person(Act(by=admin, reason=WHY), user_id=user_id, printed_name=name, kind="person", password=PASSWORD)
        services.grant_role(Act(by=admin, reason=WHY), user_id, role=role)
        account = person(user_id).account
        account.must_change_password = False
        account.save()
    if trained:
        for user_id in CAST:
            train(user_id)
        adopt()


def adopt(by: str = "a.reviewer", *, seen: str = "") -> Adoption:
    """QA adopts the roles and formulas in force, without which nothing is approved or released."""
    return services.adopt_release(act(ADOPT_RELEASE, by, seen=seen), **CHANGE)


def train(user_id: str, topics: tuple[str, ...] = tuple(TOPICS), until: datetime.date = datetime.date(2099, 1, 1)) -> None:
    """Training records by a QA reviewer (each of the two trains the other)."""
    by = "b.reviewer" if user_id == "a.reviewer" else "a.reviewer"
    for topic in topics:
        services.record_training(
            act(RECORD_TRAINING, by), user_id, topic=topic, valid_from=datetime.date(2020, 1, 1), valid_until=until, evidence="TR-001"
        )


def act(
    command: Command, by: str, *, witness: str = "", reason: str | None = None, seen: str = "", once: str = "", witnessed: bool = False
) -> Act:
    """An act by one of the cast with the signatures its command asks for, proved with real passwords."""
    meanings = list(command.signs)
    if witness and command.witness:
        meanings.append(Meaning.VERIFIED)
    signings = []
    if meanings:
        signings.append(prove_signer(person(by), by, PASSWORD, meanings[0], command=command))
    if len(meanings) > 1:
        signings.append(prove_signer(person(by), witness, PASSWORD, meanings[1], command=command, witness=True))
    text = (WHY if command.reason else "") if reason is None else reason
    return Act(by=person(by), signings=tuple(signings), reason=text, seen=seen, once=once or uuid.uuid4().hex)


__all__ = ["ADMIN", "CAST", "CHANGE", "PASSWORD", "WHY", "Training", "act", "adopt", "cast", "person", "plant", "train"]
