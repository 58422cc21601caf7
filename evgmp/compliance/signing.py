"""Signing: user ID and password at every signature (SIG-03). Happens before the door, so a wrong password leaves an
Attempt although nothing else is written."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from evgmp.compliance import clock
from evgmp.compliance.actor import Actor
from evgmp.compliance.models import Attempt
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.command import Command, Meaning


@dataclass(frozen=True)
class Signing:
    """Proof that one person signed one act. Made by `prove_signer` only."""

    command_key: str
    meaning: Meaning
    user_id: str
    printed_name: str
    role: str


def _refused(terminal: Actor, command: Command, user_id: str, key: str, sentence: str, field: str) -> RuleBroken:
    Attempt(
        at=clock.now(),
        kind="signature",
        user_id=user_id[:80],
        terminal_user_id=terminal.user_id,
        command=command.key,
        why=sentence[:200],
    ).save()
    return refuse(key, sentence, field)


def prove_signer(
    terminal: Actor, user_id: str, password: str, meaning: Meaning, *, command: Command, witness: bool = False
) -> Signing:
    """Check one signature given at `terminal`'s session.

    The first signature must be the signed-in person's; a witness is another one, who isn't signed in by it. Raises
    RuleBroken and leaves an Attempt when anything is wrong; five wrong passwords, here and at sign-in together, lock the
    account.
    """
    prefix = "witness_" if witness else ""
    user_id = user_id.strip().casefold()
    if not user_id or not password:
        raise refuse("signature_missing", "Enter user ID and password: both, at every signature.", f"{prefix}user_id")
    if not witness and user_id != terminal.user_id:
        raise _refused(
            terminal, command, user_id, "signed_by_other",
            f"{terminal.printed_name} is signed in here, so only {terminal.user_id} can sign this line.", f"{prefix}user_id",
        )  # fmt: skip
    if witness and user_id == terminal.user_id:
        raise _refused(
            terminal, command, user_id, "same_person",
            "The witness must be another person than the one who performs.", f"{prefix}user_id",
        )  # fmt: skip
    account: Any = get_user_model().objects.find(user_id)  # type: ignore[attr-defined]
    sentence = account.why_not(password) if account else "User ID or password is wrong. Check both and sign again."
    if sentence:
        raise _refused(terminal, command, user_id, "wrong_password", sentence, f"{prefix}password")
    signer: Actor = account.person
    role = signer.role_for(command, witness=witness)
    if not role:
        raise _refused(
            terminal, command, user_id, "not_permitted",
            f"{signer.printed_name} has no role that may sign this. Ask somebody who has.", f"{prefix}user_id",
        )  # fmt: skip
    if standing := signer.blockers_for(command, clock.now()):
        raise _refused(terminal, command, user_id, standing[0].key, standing[0].message, f"{prefix}user_id")
    return Signing(command.key, meaning, signer.user_id, signer.printed_name, role)
