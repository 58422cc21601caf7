"""A list of methods as a whole: what bars its use, what changed in it, and where two lists contradict each other. Knows no Django."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from batches.domain.master_differences import Difference
from batches.domain.master_words import in_words
from qc.domain.method_file import FIT_FOR_RELEASE, MethodFile, Sensitivity, entered_twice, own_defects
from qc.domain.specification_rows import Control

Key = tuple[str, str]

CODE = re.compile(r"ML(-[A-Z0-9]+)+")
LONGEST_CODE = 40
# As long as the columns of runs and specification rows that name a method.
LONGEST = {"number": 40, "version": 20, "name": 120}

# How a method is done. What was once in force under a number and version is never done otherwise under the same: runs name both.
FIXED = (
    "name", "principle", "matrix", "reagents", "standards", "potency", "tracking", "controls", "replicates", "replicate_rule", "combine", "cv_max",
    "difference_max", "calculation",
)  # fmt: skip
# Whether a method may be used, what it can show and the least it asks for: first in a list of differences, because a reviewer must not overlook it.
DECISIVE = ("status", "validation", "sensitivity", "controls", "replicates", "combine", "cv_max", "difference_max", "calculation")


def key_of(method: MethodFile) -> Key:
    return method.number, method.version


def code_defect(code: str) -> str:
    """Why this can't be the code of a list; empty when it can."""
    if CODE.fullmatch(code) and len(code) <= LONGEST_CODE:
        return ""
    return f"The code of a method list begins with ML- and has at most {LONGEST_CODE} capital letters, digits and hyphens, as ML-QC. Correct “{code[:60]}”."


def list_defects(methods: Sequence[MethodFile], former: Mapping[Key, MethodFile]) -> list[str]:
    """Everything that bars the use of a list. former: methods as they are or were in force, by number and version."""
    if not methods:
        return ["The list holds no method. Add one at least, as [[method]]."]
    found = entered_twice(methods)
    for method in methods:
        found += _names(method)
        found += own_defects(method)
        if method.status in FIT_FOR_RELEASE and not method.validation:
            found.append(f"{method.number} is {method.status} and names no validation report. Add it, or give the method the status draft.")
        before = former.get(key_of(method))
        if before is not None and (changed := [name for name in FIXED if getattr(before, name) != getattr(method, name)]):
            words = _words(", ".join(changed))
            found.append(f"{method.key} was in force with another {words}. Give the changed method a version of its own: records name number and version.")
    return found


def _names(method: MethodFile) -> Iterator[str]:
    for name, longest in LONGEST.items():
        text = getattr(method, name)
        if not text:
            yield f"{method.number or method.name or 'A method'} has no {name}. Add it."
        elif len(text) > longest:
            yield f"{method.number[:40]}: the {name} “{text[:40]}…” has {len(text)} characters. Keep it within {longest}."


def held_elsewhere(methods: Iterable[MethodFile], others: Mapping[str, Iterable[MethodFile]]) -> list[str]:
    """Methods that another list in force holds too: one method has one place. others: methods by number of their list version."""
    place = {key_of(method): number for number, held in others.items() for method in held}
    return [
        f"{method.key} is in {place[key_of(method)]} already, which is effective. Take it out of one of the two lists."
        for method in methods
        if key_of(method) in place
    ]


def differences(old: Sequence[MethodFile], new: Sequence[MethodFile]) -> list[Difference]:
    """Every difference: methods that are gone, then method by method in the order of the new version, decisive fields first.

    A new version of a method is compared with the last one of its number.
    """
    before, after = {key_of(m): m for m in old}, {key_of(m): m for m in new}
    last = {m.number: m for m in old}
    found = [Difference(m.key, "method", m.name, "") for key, m in before.items() if key not in after]
    for key, method in after.items():
        earlier = before.get(key) or last.get(method.number)
        if key not in before:
            found.append(Difference(method.key, "method", "", f"{method.name}, compared with {earlier.key}" if earlier else method.name))
        if earlier is not None:
            found += sorted(_fields(earlier, method), key=lambda one: one.field not in map(_words, DECISIVE))
    return found


def _fields(old: MethodFile, new: MethodFile) -> Iterator[Difference]:
    for field in fields(old):
        before, after = _text(getattr(old, field.name)), _text(getattr(new, field.name))
        if field.name not in ("number", "version") and before != after:
            yield Difference(new.key, _words(field.name), before, after)


def _words(names: str) -> str:
    return names.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    if isinstance(value, Sensitivity):
        limits = [f"{word} {limit} {value.unit}" for word, limit in (("LOD", value.lod), ("LOQ", value.loq)) if limit is not None]
        return f"{value.matrix}, {value.input_amount}: {', '.join(limits)}"
    if isinstance(value, Control):
        return f"{value.kind}: {value.criterion}"
    return in_words(value)
