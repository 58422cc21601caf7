"""Why something may not happen: a stable key for tests and stories, and a sentence for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Blocker:
    """One reason that bars a command. `message` says what is wrong and what to do; `field` names the form field, if any."""

    key: str
    message: str
    field: str = ""

    def __str__(self) -> str:
        return self.message


class RuleBroken(Exception):
    """A command was refused. Carries every blocker found, never an empty list."""

    def __init__(self, *blockers: Blocker) -> None:
        if not blockers:
            raise TypeError("RuleBroken needs at least one blocker")
        self.blockers = blockers
        super().__init__(" ".join(b.message for b in blockers))


def refuse(key: str, message: str, field: str = "") -> RuleBroken:
    """Shorthand: `raise refuse("vial_taken", "...")`."""
    return RuleBroken(Blocker(key, message, field))
