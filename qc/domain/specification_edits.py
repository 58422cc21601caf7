"""What an edit changed in the draft of a specification, as it was typed: for the audit trail and for who edits at the same time. Knows no Django.

`specification_differences` says what changed in the meaning, as reviewers read it; here stands what was typed, control sets included.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from batches.domain.master_differences import Difference
from qc.domain.specification_editing import named, rows_of, sets_of
from qc.domain.specification_rows import CATEGORIES, titled
from qc.domain.specification_words import LABELS


def edits(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Every difference of two documents: the head, the control sets, the rows, the order of the rows."""
    found = list(_fields("Specification", old["specification"], new["specification"]))
    found += _parts("Control set", "key", sets_of(old), sets_of(new))
    found += _parts("", "code", rows_of(old), rows_of(new))
    before, after = ([named(row, "code") for row in rows_of(one)] for one in (old, new))
    common = set(before) & set(after)
    if [code for code in before if code in common] != [code for code in after if code in common]:
        found += _order(old, new, common)
    return found


def _parts(what: str, name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Difference]:
    before, after = ({named(part, name): part for part in parts} for parts in (old, new))
    kind = what.lower() or "test"
    for key, part in before.items():
        if key not in after:
            yield Difference(_where(what, key, part), kind, named(part, "name") or key, "")
    for key, part in after.items():
        if key not in before:
            yield Difference(_where(what, key, part), kind, "", named(part, "name") or key)
        else:
            yield from _fields(_where(what, key, part), before[key], part)


def _where(what: str, key: str, part: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (what, key, named(part, "name"))))


def _fields(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for name in dict.fromkeys([*before, *after]):
        one, other = _words(before.get(name)), _words(after.get(name))
        if one != other:
            yield Difference(where, LABELS.get(name, name.replace("_", " ").replace("-", ", ")), one, other)


def _order(old: Mapping[str, Any], new: Mapping[str, Any], common: set[str]) -> Iterator[Difference]:
    """The order of the rows, category by category: others say nothing about it."""
    for category in dict.fromkeys(named(row, "category") for row in rows_of(new)):
        one, other = (
            ", ".join(named(row, "code") for row in rows_of(doc) if named(row, "code") in common and named(row, "category") == category)
            for doc in (old, new)
        )
        if one != other:
            yield Difference(CATEGORIES.get(category, category) or "Without category", "order of the tests", one, other)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}-")
        else:
            yield prefix + name, value


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return f"{titled(str(value.get('kind', '')))}: {value.get('criterion', '')}"
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_words, value))
    return str(value).strip()
