"""One way to perform a command, for pages and stories alike: form, signatures, service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evgmp.compliance.actor import Actor
from evgmp.compliance.recording import Act
from evgmp.compliance.signing import prove_signer
from evgmp.rules.blocker import Blocker, RuleBroken
from evgmp.rules.command import Meaning


@dataclass(frozen=True)
class Attempted:
    """What a person handed in: data, reason, signatures, and the state of the page."""

    data: Any
    files: Any = None
    reason: str = ""
    user_id: str = ""
    password: str = ""
    witness_user_id: str = ""
    witness_password: str = ""
    seen: str = ""
    once: str = ""


class FormRefused(RuleBroken):
    """The data couldn't be read. Carries the bound form, so that nothing typed is lost."""

    def __init__(self, form: Any, *more: Blocker) -> None:
        self.form = form
        blockers = [
            Blocker("bad_input", f"{_label(form, name)}{message}", name if name != "__all__" else "")
            for name, messages in form.errors.items()
            for message in messages
        ]
        super().__init__(*blockers, *more)


def _label(form: Any, name: str) -> str:
    return f"{form.fields[name].label or name}: " if name in form.fields else ""


def _unknown(form: Any, attempted: Attempted) -> list[Blocker]:
    """Data that the form, as it is for this record and these data, doesn't have: one blocker that names them."""
    names = sorted({*attempted.data, *(attempted.files or {})} - set(form.fields))
    has = f"It has: {', '.join(form.fields)}." if form.fields else "It has none."
    return [Blocker("unknown_data", f"The command has no data {', '.join(names)} here. {has}")] if names else []


@dataclass
class Performed:
    """The record a command left."""

    record: Any
    form: Any = field(default=None)


def perform(view: Any, *, actor: Actor, on: str, attempted: Attempted, known_only: bool = False) -> Performed:
    """Read the form, prove the signatures, call the service.

    known_only: refuse data that the form doesn't have; a page can't send any, a story can, and would lose it without a word.

    Raises FormRefused or RuleBroken. Signatures are proved only when the data can be read, so that a mistyped number
    doesn't cost a password; and before the door, so that a wrong password leaves its Attempt.
    """
    target = view.find(on) if view.takes_target else None
    form = view.form_class(attempted.data, attempted.files, target=target, actor=actor)
    unknown = _unknown(form, attempted) if known_only else []
    if not form.is_valid():
        raise FormRefused(form, *unknown)
    if unknown:
        raise RuleBroken(*unknown)
    meanings = view.meanings(target)
    signings = []
    if meanings:
        signings.append(prove_signer(actor, attempted.user_id, attempted.password, meanings[0], command=view.command))
    if len(meanings) > 1:
        signings.append(
            prove_signer(
                actor, attempted.witness_user_id, attempted.witness_password, Meaning(meanings[1]), command=view.command, witness=True
            )
        )
    act = Act(by=actor, signings=tuple(signings), reason=attempted.reason.strip(), seen=attempted.seen, once=attempted.once)
    data: Mapping[str, Any] = form.cleaned_data
    record = view.service(act, on, **data) if view.takes_target else view.service(act, **data)
    return Performed(record, form)
