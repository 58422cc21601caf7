"""Editing a draft of a master part by part: the head, a step, a parameter of a step. Each function gives a new master. Knows no Django.

A part is named by its path: () is the head, ("setup",) a step, ("setup", "area") a parameter.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from batches.domain.master_parts import MasterFile, ParameterFile, StepFile

Path = tuple[str, ...]
# Keys stand in addresses and in references such as `setup.area`.
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


class PartGone(LookupError):
    """The master has no such part (any more). The message is a sentence."""


class KeyTaken(ValueError):
    """Two parts side by side can't have one key. The message is a sentence."""


Part = TypeVar("Part", StepFile, ParameterFile)


def kind_at(path: Path) -> type[MasterFile] | type[StepFile] | type[ParameterFile]:
    """What stands at a path of this length, which is two at most."""
    return (MasterFile, StepFile, ParameterFile)[len(path)]


def part_at(master: MasterFile, path: Path) -> Any:
    """The head (the master itself), the step or the parameter. Raises PartGone."""
    if not path:
        return master
    if len(path) > 2:
        raise PartGone(f"A master has no part {'.'.join(path)}. It has steps, and these have values.")
    step = _named(master.steps, path[0], "step")
    return step if len(path) == 1 else _named(step.parameters, path[1], f"value of the step {path[0]}")


def with_part(master: MasterFile, path: Path, part: Any) -> MasterFile:
    """The part put in the place of the one at `path`; what it holds below (steps, parameters) stays as it is."""
    if not path:
        head: MasterFile = replace(part, steps=master.steps)
        return head
    step: StepFile = part_at(master, path[:1])
    if len(path) == 1:
        changed = replace(part, parameters=step.parameters)
        return replace(master, steps=_put(master.steps, path[0], changed))
    part_at(master, path)
    inner = replace(step, parameters=_put(step.parameters, path[1], part))
    return replace(master, steps=_put(master.steps, path[0], inner))


def added(master: MasterFile, parent: Path, part: Any, after: str = "") -> MasterFile:
    """A new step (parent: the head) or parameter (parent: a step), behind the one named `after` or at the end."""
    if not parent:
        return replace(master, steps=_insert(master.steps, part, after))
    step: StepFile = part_at(master, parent)
    return with_step(master, replace(step, parameters=_insert(step.parameters, part, after)))


def removed(master: MasterFile, path: Path) -> MasterFile:
    """Without the step or parameter."""
    part_at(master, path)
    if len(path) == 1:
        return replace(master, steps=tuple(s for s in master.steps if s.key != path[0]))
    step: StepFile = part_at(master, path[:1])
    return with_step(master, replace(step, parameters=tuple(p for p in step.parameters if p.key != path[1])))


def moved(master: MasterFile, path: Path, to: int) -> MasterFile:
    """The step or parameter at another place among its neighbours (1 is the first). A step moved into a section joins it."""
    part_at(master, path)
    if len(path) == 1:
        steps = _move(master.steps, path[0], to)
        place = next(i for i, s in enumerate(steps) if s.key == path[0])
        before, after = steps[place - 1] if place else None, steps[place + 1] if place + 1 < len(steps) else None
        if before and after and before.section == after.section:
            steps = _put(steps, path[0], replace(steps[place], section=before.section))
        return replace(master, steps=steps)
    step: StepFile = part_at(master, path[:1])
    return with_step(master, replace(step, parameters=_move(step.parameters, path[1], to)))


def with_step(master: MasterFile, step: StepFile) -> MasterFile:
    return replace(master, steps=_put(master.steps, step.key, step))


def key_from(words: str, taken: Collection[str], fallback: str) -> str:
    """A key made from a title that no neighbour has: `Set up the membrane` gives `set_up_the_membrane`."""
    base = re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")[:50] or fallback
    base = base if base[0].isalpha() else f"{fallback}_{base}"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def doubled_keys(master: MasterFile) -> list[str]:
    """Why a master can't be edited part by part: keys that don't name exactly one part. Sentences."""
    found = _doubled("step", [s.key for s in master.steps])
    for step in master.steps:
        found += _doubled(f"value of the step {step.key}", [p.key for p in step.parameters])
    return found


def _doubled(what: str, keys: list[str]) -> list[str]:
    found = [f"The key “{key}” names more than one {what}. Give each its own." for key in dict.fromkeys(keys) if keys.count(key) > 1]
    odd = [key for key in keys if not KEY.fullmatch(key)]
    return found + [
        f"The key “{key}” of a {what} can't be used. Write small letters, digits and underscores, a letter first." for key in odd
    ]


def _named(parts: Sequence[Part], key: str, what: str) -> Part:
    for part in parts:
        if part.key == key:
            return part
    raise PartGone(f"The draft has no {what} “{key}” any more. Somebody removed it or gave it another key.")


def _put(parts: tuple[Part, ...], key: str, part: Part) -> tuple[Part, ...]:
    if part.key != key and any(p.key == part.key for p in parts):
        raise KeyTaken(f"The key “{part.key}” is used already. Give this part its own.")
    return tuple(part if p.key == key else p for p in parts)


def _insert(parts: tuple[Part, ...], part: Part, after: str) -> tuple[Part, ...]:
    if any(p.key == part.key for p in parts):
        raise KeyTaken(f"The key “{part.key}” is used already. Give this part its own.")
    place = next((i for i, p in enumerate(parts, start=1) if p.key == after), len(parts))
    return parts[:place] + (part,) + parts[place:]  # noqa: RUF005  a type variable can't be unpacked into a tuple


def _move(parts: tuple[Part, ...], key: str, to: int) -> tuple[Part, ...]:
    part = _named(parts, key, "part")
    rest = tuple(p for p in parts if p.key != key)
    place = min(max(to, 1), len(parts)) - 1
    return rest[:place] + (part,) + rest[place:]  # noqa: RUF005
