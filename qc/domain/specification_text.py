"""Writing a specification as the text of its file from the tables of the document. Knows no Django.

The tables are those that `batches.domain.data_file.document` gives, every figure as the text that was typed: what is written reads back as
the same tables, so a field that nobody edits is never lost and 5.00 stays 5.00. Remarks at the head of a file are kept, remarks inside are not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from batches.domain.toml_text import key_text, value_text
from qc.domain.specification_format import CONTROL_SET, HEAD, ROW

Document = Mapping[str, Any]
ORDER: dict[str, tuple[str, ...]] = {"specification": tuple(HEAD), "control_set": tuple(CONTROL_SET), "row": tuple(ROW)}


def write_document(document: Document, remarks: str = "") -> str:
    """The document as TOML: the head, the control sets, the rows in their order, each with its fields in the order of the format."""
    first = [name for name in ORDER if name in document]
    lines = [remarks] if remarks else []
    for name in [*first, *(name for name in document if name not in first)]:
        value = document[name]
        for one in value if isinstance(value, list) else [value]:
            lines += ["", f"[[{name}]]" if isinstance(value, list) else f"[{name}]", *_fields(name, one)]
    return "\n".join(lines).strip() + "\n"


def remarks_of(text: str) -> str:
    """The remarks that stand at the head of a file, before anything else."""
    found = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        found.append(line.rstrip())
    return "\n".join(found)


def _fields(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    order = ORDER.get(name, ())
    for key in [*(key for key in order if key in table), *(key for key in table if key not in order)]:
        yield f"{key_text(key)} = {_value(table[key])}"


def _value(value: Any) -> str:
    """A list of tables, one on each line; anything else on one."""
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return "\n".join(["[", *(f"  {value_text(item)}," for item in value), "]"])
    return value_text(value)
