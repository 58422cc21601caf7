"""Writing values of master data as TOML, so that the reader gives back the same values. Knows no Django."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value_text(value: Any) -> str:
    """A value of a master-data file. Figures are written in quotes, with all their digits. Raises TypeError for what such a file never holds."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return quoted(str(value))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key_text(name)} = {value_text(inner)}" for name, inner in value.items()) + " }" if value else "{}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, str):
        return quoted(value)
    raise TypeError(f"A file of master data holds no {type(value).__name__}.")


def key_text(name: str) -> str:
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among TOML's; DEL alone needs one more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
