"""Status tables: which command moves a record from which status to which, and why a move is barred."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from evgmp.rules.blocker import Blocker, RuleBroken
from evgmp.rules.command import Command

Facts = Mapping[str, Any]
Rule = Callable[[Facts], Blocker | None]


class LazyFacts(Mapping[str, Any]):
    """Facts that each cost a question to the database: found out when a rule first asks for one, then kept.

    Takes a function without arguments for each name. `facts | {"name": value}` adds what is known already.
    """

    def __init__(self, **ways: Callable[[], Any]) -> None:
        self._ways = ways
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._ways[name]()
        return self._known[name]

    # Mapping takes a KeyError for "not there": one raised while a fact is found out must not pass for an absent fact.
    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._ways else default

    def __contains__(self, name: object) -> bool:
        return name in self._ways

    def __iter__(self) -> Iterator[str]:
        return iter(self._ways)

    def __len__(self) -> int:
        return len(self._ways)

    def __or__(self, known: Facts) -> "LazyFacts":
        ways = {name: partial(facts.__getitem__, name) for facts in (self, known) for name in facts}
        return LazyFacts(**ways)


@dataclass(frozen=True)
class Move:
    """`command` takes a record from one of `sources` to `target`, unless one of `rules` objects."""

    command: Command
    sources: tuple[str, ...]
    target: str
    rules: tuple[Rule, ...] = ()


class Lifecycle:
    """The whole table of one kind of record. `words` turns a status into the word people read."""

    def __init__(self, name: str, words: Mapping[str, str], moves: Iterable[Move]) -> None:
        self.name = name
        self.words = dict(words)
        self._moves = {move.command.key: move for move in moves}

    def blockers(self, command: Command, *, status: str, facts: Facts | None = None) -> list[Blocker]:
        """Every reason why `command` may not be done now: first the status, then the rules over the facts."""
        move = self._moves[command.key]
        found: list[Blocker] = []
        if status not in move.sources:
            allowed = " or ".join(self.words[s] for s in move.sources)
            found.append(
                Blocker(
                    "wrong_status",
                    f"This {self.name} is {self.words.get(status, status)}. “{command.label}” needs it to be {allowed}.",
                )
            )
        for rule in move.rules:
            blocker = rule(facts or {})
            if blocker is not None:
                found.append(blocker)
        return found

    def target(self, command: Command, *, status: str, facts: Facts | None = None) -> str:
        """The status after `command`; raises RuleBroken with all blockers when the move is barred."""
        found = self.blockers(command, status=status, facts=facts)
        if found:
            raise RuleBroken(*found)
        return self._moves[command.key].target
