"""What changed between two versions of a specification, row by row and field by field (MST-06). Knows no Django."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from batches.domain.master_differences import Difference
from qc.domain.specification_rows import Control, Detection, SpecificationFile, ValidatedMethod

_APART = {"rows", "code"}
# What decides a verdict or a release: shown first, because a reviewer must not overlook it.
DECISIVE = {
    "lower", "upper", "lower_inclusive", "upper_inclusive", "decimals", "rounding", "unit", "accepted", "known", "expected", "detection",
    "validated_method", "controls", "mandatory", "purpose", "applies_when", "covers", "method_number", "method_version", "result_type",
    "replicates", "combine", "cv_max", "difference_max", "repeat", "computed", "second_reading", "units_for_tests", "reserve_exempt",
}  # fmt: skip


def differences(old: SpecificationFile, new: SpecificationFile) -> list[Difference]:
    """Every difference: the head, rows that are gone, then row by row in the order of the new version, decisive fields first."""
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
    orders = [[code for code in rows if code in common] for rows in (before, after)]
    if orders[0] != orders[1]:
        found.append(Difference("Specification", "order of the tests", ", ".join(orders[0]), ", ".join(orders[1])))
    return found


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

