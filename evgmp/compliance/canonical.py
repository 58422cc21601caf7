"""One canonical text for any value, so that a digest means the same on both databases and in thirty years.

JSON is used because it delimits its parts: ("ab", "c") and ("a", "bc") differ. Keys are sorted, times are UTC with
microseconds, decimals are plain notation as text.
"""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models


def plain(value: Any) -> Any:
    """`value` as something JSON can hold without loss. Floats are refused: they are not exact."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        raise TypeError("A float cannot be recorded: it is not exact. Use Decimal.")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("A time without an offset cannot be recorded.")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return "sha256:" + hashlib.sha256(bytes(value)).hexdigest()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(v) for v in items]
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def canonical(value: Any) -> str:
    """Canonical JSON text of `value`."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def field_names(model: type[models.Model]) -> list[str]:
    """Names of the concrete columns of `model`, in order of declaration."""
    return [f.attname for f in model._meta.concrete_fields]


def row_values(row: models.Model, names: list[str]) -> dict[str, Any]:
    """The canonical values of the named columns of one row."""
    fields = {f.attname: f for f in row._meta.concrete_fields}
    return {name: plain(fields[name].to_python(getattr(row, name))) for name in names}


def row_digest(row: models.Model, names: list[str]) -> str:
    """SHA-256 over exactly the named columns. A column added later does not change it."""
    return sha256(canonical(row_values(row, names)))
