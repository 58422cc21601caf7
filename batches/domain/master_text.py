"""Writing a master record as the text of its file, so that `read_master` gives back the same master. Knows no Django.

The fields are walked as the parts declare them: a new field of a part is written under its own name, unless the file calls it otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from batches.domain.master_parts import MasterFile
from batches.domain.toml_text import value_text

# What the file calls a field, where it differs from the name of the field.
NAMES_IN_FILE = {
    "steps": "step", "parameters": "parameter", "condition": "when", "choices_of_condition": "is", "times": "time",
    "materials": "material", "samples": "sample", "components": "component", "equipment_class": "class",
}  # fmt: skip
# The reader takes an absent kind for one of them, so it is always written.
ALWAYS_SAID = {"kind"}
# Flags that are true unless the file says otherwise.
TRUE_UNLESS_SAID = {"required"}


def write_master(master: MasterFile) -> str:
    """The master as TOML: head, then the steps in their order, each with its parts. Figures keep their digits, in quotes."""
    return "\n".join(_table("master", master, "[master]")).strip() + "\n"


def _table(path: str, part: Any, heading: str) -> Iterator[str]:
    """A part as a table: its plain fields first, its inner tables after them, as TOML wants it."""
    yield ""
    yield heading
    inner: list[tuple[str, Any]] = []
    for field in fields(part):
        value, name = getattr(part, field.name), name_in_file(part, field.name)
        if is_dataclass(value) or (isinstance(value, tuple) and value and is_dataclass(value[0])):
            inner.append((name, value))
        elif _is_said(field.name, value):
            yield f"{name} = {value_text(value)}"
    for name, value in inner:
        below = name if path == "master" else f"{path}.{name}"
        if isinstance(value, tuple):
            for item in value:
                yield from _table(below, item, f"[[{below}]]")
        else:
            yield from _table(below, value, f"[{below}]")


def name_in_file(part: Any, name: str) -> str:
    """How the file calls a field of a part."""
    of_condition = type(part).__name__ == "Condition" and name == "choices"
    return NAMES_IN_FILE.get("choices_of_condition" if of_condition else name, name)


def _is_said(name: str, value: Any) -> bool:
    """Whether a field is written: what the reader would assume anyway is left out."""
    if isinstance(value, bool):
        return value is (name not in TRUE_UNLESS_SAID)
    if name in ALWAYS_SAID:
        return True
    return value is not None and value not in ("", ()) and not (isinstance(value, Mapping) and not value)
