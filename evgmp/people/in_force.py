"""What a release of the software brings and GMP acts by: the roles with their rights, and the formulas of the BOOK. Knows no Django.

Both change with a release alone, so QA can't author them; it adopts what is in force, with a change record (MST-07). `in_force()`
is the exact content of this process, read once; `differences()` says in words what changed between two of them.
"""

import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from evgmp.people import roles as matrix
from evgmp.rules.calculation import BOOK, Calculation
from evgmp.rules.command import REGISTER

Row = dict[str, Any]
RIGHTS = {"commands": "may", "witnesses": "may witness"}
HELD = {"title": "title", "kind": "kind", "reads": "reads GMP records"}
COMPUTED = {"title": "title", "unit": "unit", "inputs": "inputs", "source": "source"}


@dataclass(frozen=True)
class InForce:
    """roles: key, title, kind, reads, commands, witnesses of each role; their digest is that of the text they were read from.
    formulas: key, version, title, unit, inputs, source of each, and the digest of that with its words and its code."""

    roles_sha256: str
    roles: tuple[Row, ...]
    formulas_sha256: str
    formulas: tuple[Row, ...]

    @property
    def mark(self) -> str:
        """Short sign of the content, for a page to say what it showed."""
        return _sha256(self.roles_sha256 + self.formulas_sha256)[:16]


@dataclass(frozen=True)
class Difference:
    """One thing that changed. An empty `old` is an addition, an empty `new` a removal."""

    where: str
    field: str
    old: str
    new: str

    @property
    def told(self) -> str:
        """As part of a sentence: “QA reviewer may: Certify the lot (added)”."""
        if self.old and self.new:
            return f"{self.where}, {self.field}: {self.old} → {self.new}"
        return f"{self.where}, {self.field}: {self.new or self.old} ({'added' if self.new else 'removed'})"


@cache
def in_force() -> InForce:
    """The roles and formulas of this process. Every app is loaded by then, so every formula is in the BOOK."""
    formulas = tuple(_formula(one) for one in sorted(BOOK, key=lambda one: (one.key, one.version)))
    return InForce(
        roles_sha256=_sha256(matrix.text()),
        roles=tuple(_role(role) for role in matrix.roles().values()),
        formulas_sha256=_sha256(json.dumps(formulas, sort_keys=True, ensure_ascii=False)),
        formulas=formulas,
    )


def _role(role: matrix.Role) -> Row:
    rights = {"commands": sorted(role.commands), "witnesses": sorted(role.witnesses)}
    return {"key": role.key, "title": role.title, "kind": role.kind, "reads": role.reads, **rights}


def _formula(one: Calculation) -> Row:
    """A changed line of code counts as a change, also where nobody raised the version."""
    shown = {"title": one.title, "unit": one.unit, "inputs": dict(one.inputs), "source": one.source}
    whole = {**shown, "words": one.explanation, "code": inspect.getsource(one.formula)}
    return {"key": one.key, "version": one.version, **shown, "sha256": _sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False))}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def right_in_words(key: str) -> str:
    """What a right is called on its button; the key alone when this release knows no such command."""
    return REGISTER[key].label if key in REGISTER else key


def differences(old: InForce, new: InForce) -> list[Difference]:
    """Every role and right, then every formula that differs."""
    return [*_roles(old.roles, new.roles), *_formulas(old.formulas, new.formulas)]


def _roles(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Difference]:
    before, after = ({role["key"]: role for role in roles} for roles in (old, new))
    for key, gone in before.items():
        if key not in after:
            yield Difference(gone["title"], "role", _rights(gone), "")
    for key, role in after.items():
        if key not in before:
            yield Difference(role["title"], "role", "", _rights(role))
            continue
        yield from _fields(role["title"], before[key], role, HELD)
        for name, words in RIGHTS.items():
            for right in sorted(set(before[key][name]) - set(role[name])):
                yield Difference(role["title"], words, right_in_words(right), "")
            for right in sorted(set(role[name]) - set(before[key][name])):
                yield Difference(role["title"], words, "", right_in_words(right))


def _rights(role: Row) -> str:
    return "; ".join(map(right_in_words, role["commands"])) or "no right"


def _formulas(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Difference]:
    before, after = ({(one["key"], one["version"]): one for one in formulas} for formulas in (old, new))
    for place, gone in before.items():
        if place not in after:
            yield Difference(_named(place), "formula", gone["title"], "")
    for place, one in after.items():
        if place not in before:
            yield Difference(_named(place), "formula", "", one["title"])
        elif before[place]["sha256"] != one["sha256"]:
            shown = list(_fields(_named(place), before[place], one, COMPUTED))
            yield from shown or [Difference(_named(place), "words or code", before[place]["sha256"][:12], one["sha256"][:12])]


def _named(place: tuple[str, int]) -> str:
    return f"{place[0]} version {place[1]}"


def _fields(where: str, old: Row, new: Row, names: Mapping[str, str]) -> Iterator[Difference]:
    for name, words in names.items():
        if old[name] != new[name]:
            yield Difference(where, words, _in_words(old[name]), _in_words(new[name]))


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(f"{name} ({unit})" for name, unit in value.items()) if isinstance(value, dict) else str(value)
