"""Who acts, as the record room sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command


class Actor(Protocol):
    """A person or a named technical actor."""

    @property
    def user_id(self) -> str: ...
    @property
    def printed_name(self) -> str: ...
    @property
    def kind(self) -> str:
        """`person`, `administrator` or `technical`."""

    def role_for(self, command: Command, *, witness: bool = False) -> str:
        """Title of the role that gives the right to do (or witness) the command; empty when there is none."""

    def blockers_for(self, command: Command, at: datetime) -> list[Blocker]:
        """Reasons in the person: retired, training absent or out of date."""


@dataclass(frozen=True)
class TechnicalActor:
    """A job that acts by itself. It can't sign in, sign or decide: only automatic commands accept it."""

    job: str
    version: str
    kind: str = "technical"

    @property
    def user_id(self) -> str:
        return f"system:{self.job}"

    @property
    def printed_name(self) -> str:
        return f"{self.job} {self.version}"

    def role_for(self, command: Command, *, witness: bool = False) -> str:
        return "Automatic" if command.automatic and not witness else ""

    def blockers_for(self, command: Command, at: datetime) -> list[Blocker]:
        return []
