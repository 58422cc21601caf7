"""Which kind of record a command is about, for `manage.py commands`: read off what its page looks the record up with."""

import inspect
import re
import typing
from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from evgmp.web.command_view import CommandView


def record_kind(view: type[CommandView]) -> str:
    """“step, by its number”: the name of the model that `find` returns, or what its look-up says of itself; “the record's number” when neither tells."""
    said = ""
    for found in _looked_up(view):
        kind, first = typing.get_type_hints(found).get("return"), _first_sentence(found)
        if isinstance(kind, type) and issubclass(kind, Model):
            shape = re.search(r"`([^`]+)`", first)
            key = "user ID" if kind._meta.model_name == "person" else "number or code"
            return f"{kind._meta.verbose_name}, by its {key}{f', as {shape.group(1)}' if shape else ''}"
        said = said or first
    return f"{said[:1].lower()}{said[1:]}" or "the record's number"


def _first_sentence(found: Any) -> str:
    text = " ".join((found.__doc__ or "").split())
    return re.split(r"\. |; |\.$", text)[0]


def _looked_up(view: type[CommandView]) -> Iterator[Any]:
    """`find` itself, then the functions that it calls, also those of a module of selectors."""
    find = view.find.__func__  # type: ignore[attr-defined]
    names = find.__code__.co_names
    yield from [find] if typing.get_type_hints(find).get("return") is not Any else []
    for name in names:
        called = find.__globals__.get(name)
        if inspect.ismodule(called):
            yield from (inner for inner in (getattr(called, other, None) for other in names) if inspect.isfunction(inner))
        elif inspect.isfunction(called):
            yield called
