"""A command is the one thing a person does. It has one key, used in every room of the house."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50). The list is controlled: no free meaning exists."""

    PERFORMED = "performed"
    VERIFIED = "verified"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    CERTIFIED = "certified"
    REJECTED = "rejected"


STATEMENTS: dict[Meaning, str] = {
    Meaning.PERFORMED: "I performed this",
    Meaning.VERIFIED: "I watched this and checked the values",
    Meaning.REVIEWED: "I reviewed this",
    Meaning.APPROVED: "I approve this",
    Meaning.CERTIFIED: "I certify this",
    Meaning.REJECTED: "I reject this",
}


@dataclass(frozen=True)
class Command:
    """One act.

    key: `app.verb_noun`, the same word in register, permission, event, URL, service and template.
    sentence: what the audit trail says happened. label: the words on the button.
    signs: the meanings signed, the actor's first; a second one belongs to another person.
    witness: another person may be asked to sign as well, when the data (a master step) says so.
    reason: the person must say why. training: topic that must be in date, or empty.
    automatic: only technical actors may do it.
    """

    key: str
    sentence: str
    label: str
    signs: tuple[Meaning, ...] = ()
    witness: bool = False
    reason: bool = False
    training: str = ""
    automatic: bool = False

    @property
    def app(self) -> str:
        return self.key.split(".")[0]

    @property
    def name(self) -> str:
        return self.key.split(".")[1]

    @property
    def in_a_sentence(self) -> str:
        """The label inside a sentence: small at its beginning alone, so that OOS and QA stay what they are."""
        return self.label if self.label[:2].isupper() else self.label[:1].lower() + self.label[1:]


class Register:
    """All commands of the plant, by key."""

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}

    def add(self, command: Command) -> Command:
        if command.key in self._commands:
            raise ValueError(f"The command {command.key} is registered twice.")
        self._commands[command.key] = command
        return command

    def __getitem__(self, key: str) -> Command:
        return self._commands[key]

    def __contains__(self, key: object) -> bool:
        return key in self._commands

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __len__(self) -> int:
        return len(self._commands)


REGISTER = Register()
