"""Roles as data: the approved matrix of `masterdata/roles.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "masterdata" / "roles.toml"

ADMIN = "admin"
GMP = "gmp"


@dataclass(frozen=True)
class Role:
    """A role: what it may do, what it may witness, whether it reads GMP records."""

    key: str
    title: str
    kind: str
    commands: frozenset[str]
    witnesses: frozenset[str]
    reads: bool


@cache
def text() -> str:
    """The text of the matrix, read once: a file that is edited while the server runs changes neither the rights nor their digest."""
    return FILE.read_text("utf-8")


@cache
def roles() -> dict[str, Role]:
    """All roles by key, in the file's order."""
    data = tomllib.loads(text())
    return {
        key: Role(
            key=key,
            title=row["title"],
            kind=row["kind"],
            commands=frozenset(row["commands"]),
            witnesses=frozenset(row.get("witnesses", ())),
            reads=row.get("reads", True),
        )
        for key, row in data.items()
    }


def role_choices() -> list[tuple[str, str]]:
    return [(role.key, role.title) for role in roles().values()]
