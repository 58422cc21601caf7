"""Editing the draft of a specification part by part: the head, a row, a control set. Each function gives a new document. Knows no Django.

The document holds the tables of the file as they were typed (`qc.domain.specification_text`). A part is named by its path: "" is the head,
"DS-SF-ENDO" a row, "set:nta" a control set.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from batches.domain.master_editing import KeyTaken, PartGone

Part = dict[str, Any]
Document = dict[str, Any]
SET = "set:"
# Codes stand in addresses: no blank, no stroke, no colon.
CODE = re.compile(r"\w[\w.()+-]{0,39}")
CODE_HELP = "Letters, digits, hyphens and full stops, without blanks."


def rows_of(document: Mapping[str, Any]) -> list[Part]:
    return list(document.get("row", []))


def sets_of(document: Mapping[str, Any]) -> list[Part]:
    return list(document.get("control_set", []))


def is_set(path: str) -> bool:
    return path.startswith(SET)


def named(part: Mapping[str, Any], name: str) -> str:
    """Code or key of a part, as the reader takes it."""
    return str(part.get(name, "")).strip()


def part_at(document: Document, path: str) -> Part:
    """The head, the row or the control set. Raises PartGone."""
    if not path:
        return dict(document["specification"])
    parts, name, key, what = _place(document, path)
    for part in parts:
        if named(part, name) == key:
            return dict(part)
    raise PartGone(f"The draft has no {what} “{key}” any more. Somebody removed it or renamed it.")


def with_part(document: Document, path: str, part: Part) -> Document:
    """The part put in the place of the one at `path`. Rows that use a control set follow its new key. Raises PartGone, KeyTaken."""
    part_at(document, path)
    if not path:
        return {**document, "specification": part}
    parts, name, key, _ = _place(document, path)
    if named(part, name) != key:
        _free(parts, name, part)
    after = {**document, _table(path): [part if named(one, name) == key else one for one in parts]}
    if not is_set(path) or named(part, name) == key:
        return after
    return {**after, "row": [{**row, "control_set": part["key"]} if named(row, "control_set") == key else row for row in rows_of(document)]}


def added(document: Document, path: str, part: Part, after: str = "") -> Document:
    """A row behind the one named `after` or at the end; with the path "set:" a control set. Raises KeyTaken."""
    parts, name, _, _ = _place(document, path)
    _free(parts, name, part)
    place = next((i for i, one in enumerate(parts, start=1) if named(one, name) == after), len(parts))
    return {**document, _table(path): [*parts[:place], part, *parts[place:]]}


def removed(document: Document, path: str) -> Document:
    """Without the row or the control set. Raises PartGone; a set that rows use stays, told by ValueError."""
    part_at(document, path)
    parts, name, key, _ = _place(document, path)
    if is_set(path) and (users := users_of(document, key)):
        who = f"One test uses the control set “{key}”" if len(users) == 1 else f"{len(users)} tests use the control set “{key}”"
        raise ValueError(f"{who}: {', '.join(users)}. Give them other controls first.")
    return {**document, _table(path): [one for one in parts if named(one, name) != key]}


def moved(document: Document, code: str, to: int) -> Document:
    """The row at another place among the rows of its category, 1 is the first; all others stay where they are. Raises PartGone."""
    row = part_at(document, code)
    rows = rows_of(document)
    places = [i for i, one in enumerate(rows) if named(one, "category") == named(row, "category")]
    rest = [rows[i] for i in places if named(rows[i], "code") != code]
    at = min(max(to, 1), len(places)) - 1
    for place, one in zip(places, [*rest[:at], row, *rest[at:]], strict=True):
        rows[place] = one
    return {**document, "row": rows}


def users_of(document: Mapping[str, Any], key: str) -> list[str]:
    """Codes of the rows that use a control set."""
    return [named(row, "code") for row in rows_of(document) if named(row, "control_set") == key]


def unaddressable(document: Mapping[str, Any]) -> list[str]:
    """Why a document can't be edited part by part: codes and keys that don't name exactly one part. Sentences."""
    found = []
    for what, names in (
        ("code", [named(row, "code") for row in rows_of(document)]),
        ("key of a control set", [named(one, "key") for one in sets_of(document)]),
    ):
        found += [f"The {what} “{name}” is used {times} times. Give each its own." for name, times in Counter(names).items() if times > 1]
        found += [f"The {what} “{name}” can't be used. {CODE_HELP}" for name in names if not CODE.fullmatch(name)]
    return found


def _place(document: Document, path: str) -> tuple[list[Part], str, str, str]:
    """(neighbours, name of the field that names them, the name in the path, what people call them)."""
    if is_set(path):
        return sets_of(document), "key", path.removeprefix(SET), "control set"
    return rows_of(document), "code", path, "test"


def _table(path: str) -> str:
    return "control_set" if is_set(path) else "row"


def _free(parts: list[Part], name: str, part: Part) -> None:
    key = named(part, name)
    if any(named(one, name) == key for one in parts):
        raise KeyTaken(f"The {name} “{key}” is used already. Give this one its own.")
