"""What changed between two versions of a master record, as a list people can read (MST-06). Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from batches.domain.master_parts import MasterFile, ParameterFile, StepFile
from batches.domain.master_words import in_words

# Compared one level down, or the name under which the parts are found.
_APART = {"steps", "parameters", "key"}


@dataclass(frozen=True)
class Difference:
    """One changed field. An empty `old` is an addition, an empty `new` a removal."""

    where: str
    field: str
    old: str
    new: str


def differences(old: MasterFile, new: MasterFile) -> list[Difference]:
    """Every difference in the order of the new version; removed steps and parameters stand where they were missed first."""
    found = list(_fields("Master", old, new))
    found += _order("Master", "order of the steps", old.steps, new.steps)
    before, after = {s.key: s for s in old.steps}, {s.key: s for s in new.steps}
    found += [Difference(f"Step {s.key}", "step", s.title, "") for s in old.steps if s.key not in after]
    for step in new.steps:
        if step.key not in before:
            found.append(Difference(f"Step {step.key}", "step", "", step.title))
        else:
            found += _step(before[step.key], step)
    return found


def _step(old: StepFile, new: StepFile) -> Iterator[Difference]:
    where = f"Step {new.key}"
    yield from _fields(where, old, new)
    yield from _order(where, "order of the parameters", old.parameters, new.parameters)
    before, after = {p.key: p for p in old.parameters}, {p.key: p for p in new.parameters}
    for gone in old.parameters:
        if gone.key not in after:
            yield Difference(f"{new.key}.{gone.key}", "parameter", gone.label, "")
    for parameter in new.parameters:
        if parameter.key not in before:
            yield Difference(f"{new.key}.{parameter.key}", "parameter", "", parameter.label)
        else:
            yield from _fields(f"{new.key}.{parameter.key}", before[parameter.key], parameter)


def _order(
    where: str, what: str, old: tuple[StepFile, ...] | tuple[ParameterFile, ...], new: tuple[StepFile, ...] | tuple[ParameterFile, ...]
) -> Iterator[Difference]:
    """Parts that both versions have, in another order."""
    common = {part.key for part in old} & {part.key for part in new}
    before, after = ([part.key for part in parts if part.key in common] for parts in (old, new))
    if before != after:
        yield Difference(where, what, ", ".join(before), ", ".join(after))


def _fields(where: str, old: Any, new: Any) -> Iterator[Difference]:
    for field in fields(old):
        if field.name not in _APART and in_words(getattr(old, field.name)) != in_words(getattr(new, field.name)):
            yield Difference(where, field.name.replace("_", " "), in_words(getattr(old, field.name)), in_words(getattr(new, field.name)))
