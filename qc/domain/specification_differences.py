"""What changed between two versions of a specification, row by row and field by field (MST-06). Knows no Django."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from batches.domain.master_differences import Difference
from qc.domain.specification_rows import CATEGORIES, Control, Detection, RowFile, SpecificationFile, ValidatedMethod

_APART = {"rows", "code"}
# What decides a verdict or a release: shown first, because a reviewer must not overlook it.
DECISIVE = {
    "lower", "upper", "lower_inclusive", "upper_inclusive", "decimals", "rounding", "unit", "accepted", "known", "expected", "detection",
    "validated_method", "controls", "mandatory", "purpose", "applies_when", "covers", "method_number", "method_version", "result_type",
    "replicates", "combine", "cv_max", "difference_max", "repeat", "computed", "second_reading", "units_for_tests", "reserve_exempt",
}  # fmt: skip


def differences(old: SpecificationFile, new: SpecificationFile) -> list[Difference]:
    """Every difference: the head, rows that are gone, then row by row in the order of the new version, decisive fields first, last the order."""
    found = list(_fields("Specification", old, new))
    before, after = {row.code: row for row in old.rows}, {row.code: row for row in new.rows}
    found += [Difference(code, "test", row.name, "") for code, row in before.items() if code not in after]
    for code, row in after.items():
        if code not in before:
            found.append(Difference(code, "test", "", row.name))
        else:
            changed = _fields(code, before[code], row)
            found += sorted(changed, key=lambda one: one.field.replace(" ", "_") not in DECISIVE)
    common = before.keys() & after.keys()
    found += _order([row for row in old.rows if row.code in common], [row for row in new.rows if row.code in common])
    return found


def _order(old: list[RowFile], new: list[RowFile]) -> list[Difference]:
    """The order of tests that both have, by category as it is printed; of all where it differs between the categories of the file alone."""
    if [row.code for row in old] == [row.code for row in new]:
        return []
    stayed = {(row.code, row.category) for row in old} & {(row.code, row.category) for row in new}
    found = []
    for category in dict.fromkeys(row.category for row in new):
        before, after = (_codes(row for row in rows if row.category == category and (row.code, category) in stayed) for rows in (old, new))
        if before != after:
            found.append(Difference(CATEGORIES.get(category, category) or "Without category", "order of the tests", before, after))
    return found or [Difference("Specification", "order of the tests in the file", _codes(old), _codes(new))]


def _codes(rows: Iterable[RowFile]) -> str:
    return ", ".join(row.code for row in rows)


def _fields(where: str, old: Any, new: Any) -> Iterator[Difference]:
    for field in fields(old):
        if field.name in _APART:
            continue
        before, after = _text(getattr(old, field.name)), _text(getattr(new, field.name))
        if before != after:
            yield Difference(where, field.name.replace("_", " "), before, after)


def _text(value: Any) -> str:
    """A field as text. Figures keep their digits: 5.0 and 5.00 are two different limits, because rounding looks at them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Control):
        return f"{value.kind}: {value.criterion}"
    if isinstance(value, Detection | ValidatedMethod):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return ", ".join(f"{name.replace('_', ' ')} {_text(part)}" for name, part in parts.items() if part not in (None, ""))
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_text(part)}" for name, part in value.items())
    return str(value)

