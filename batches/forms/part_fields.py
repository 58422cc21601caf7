"""Form fields for a part of a master, made from the fields that the part declares, and the part made from what was typed.

Nothing here knows a single step kind or limit: a field that the schema gains gets its input by its type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from django import forms
from django.core.exceptions import ValidationError

from batches.domain.master_editing import KEY, key_from
from batches.domain.master_text import TRUE_UNLESS_SAID
from batches.domain.master_words import words_of
from evgmp.web.forms import NumberField

LONGEST = 10_000
SPARE_ROWS = 1
# Texts of more than one line.
LONG_TEXTS = ("note", "precautions", "sampling", "containers", "closures", "labels")
Choices = Mapping[str, list[tuple[str, str]]]


class KeyField(forms.CharField):
    """The key of a part; empty where it is to be made from the title."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not KEY.fullmatch(text):
            raise ValidationError("Use small letters, digits and underscores only, a letter first, for example feed_pressure.")
        return text


class LinesField(forms.CharField):
    """Several texts, one on each line. Cleans to a tuple."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (tuple, list)) else value

    def clean(self, value: Any) -> Any:
        return tuple(line.strip() for line in (super().clean(value) or "").splitlines() if line.strip())


class PairsField(forms.CharField):
    """`argument = reference` on each line; several references with commas. Cleans to a dict of text or tuples of text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{name} = {given if isinstance(given, str) else ', '.join(given) + ','}" for name, given in value.items())

    def clean(self, value: Any) -> Any:
        found: dict[str, str | tuple[str, ...]] = {}
        for line in (super().clean(value) or "").splitlines():
            name, sign, given = (piece.strip() for piece in line.partition("="))
            if not line.strip():
                continue
            if not sign or not name or not given:
                raise ValidationError(f"“{line.strip()[:60]}” is no input. Write argument = value, for example feed = p_feed.")
            if name in found:
                raise ValidationError(f"The argument “{name}” is given twice. Keep one line.")
            several = tuple(piece.strip() for piece in given.split(",") if piece.strip())
            found[name] = several if "," in given else given
        return found


def inner_part(hint: Any) -> tuple[type[Any] | None, bool]:
    """(part, many) of a field that holds a part or several: Condition | None gives (Condition, False)."""
    options = [hint, *get_args(hint)]
    part = next((o for o in options if isinstance(o, type) and is_dataclass(o)), None)
    return part, get_origin(hint) is tuple and part is not None


def part_fields(
    kind: type[Any],
    choices: Choices,
    longest: Mapping[str, int],
    leave_out: tuple[str, ...] = (),
    prefix: str = "",
    rows: Mapping[str, int] | None = None,
) -> Iterator[tuple[str, forms.Field]]:
    """(name, form field) of everything `kind` declares. rows: how many filled rows each group of rows has."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name in leave_out:
            continue
        label, help_text = words_of(kind.__name__, field.name)
        part, many = inner_part(hints[field.name])
        name = prefix + field.name
        if part is not None and many:
            for row in range((rows or {}).get(field.name, 0) + SPARE_ROWS):
                yield from part_fields(part, choices, longest, prefix=f"{name}-{row}-")
        elif part is not None:
            yield from part_fields(part, choices, longest, prefix=f"{name}-")
        else:
            # Inside a group nothing is demanded of an empty row; what a filled row needs is asked when it is read.
            needed = not prefix and _is_needed(kind, field)
            yield name, _input(kind, field.name, hints[field.name], choices, longest, needed=needed, label=label, help_text=help_text)


def _is_needed(kind: type[Any], field: Any) -> bool:
    """What a part can't be without in a draft: its kind or code, and a name by which people find it."""
    return field.name in ("title", "label", "code") or (field.name in ("kind", "stage") and field.default is MISSING)


def _input(
    kind: type[Any], name: str, hint: Any, choices: Choices, longest: Mapping[str, int], *, needed: bool, label: str, help_text: str
) -> forms.Field:
    said: dict[str, Any] = {"label": label, "help_text": help_text, "required": needed}
    types = {hint, *get_args(hint)} - {NoneType}
    offered = choices.get(f"{kind.__name__}.{name}") or choices.get(name)
    if offered:
        return forms.ChoiceField(choices=offered if needed else [("", "None"), *(o for o in offered if o[0])], **said)
    if name == "key":
        return KeyField(**said)
    if bool in types:
        return forms.BooleanField(label=label, help_text=help_text, required=False, initial=name in TRUE_UNLESS_SAID)
    if Decimal in types:
        return NumberField(**said)
    if int in types:
        return NumberField(whole=True, low="0", high="999999", **said)
    if get_origin(hint) is tuple:
        return LinesField(**said)
    if str in types and hint is str:
        widget = forms.Textarea(attrs={"rows": 2}) if name in LONG_TEXTS else forms.TextInput()
        return forms.CharField(max_length=longest.get(f"{kind.__name__}.{name}", 1000), widget=widget, **said)
    return PairsField(**said)


def initial_of(part: Any, prefix: str = "") -> dict[str, Any]:
    """What the fields show at first."""
    shown: dict[str, Any] = {}
    for field in fields(part):
        value, name = getattr(part, field.name), prefix + field.name
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            for row, inner in enumerate(value):
                shown |= initial_of(inner, f"{name}-{row}-")
        elif is_dataclass(value):
            shown |= initial_of(value, f"{name}-")
        else:
            shown[name] = value
    return shown


def part_from(kind: type[Any], data: Mapping[str, Any], unchanged: Mapping[str, Any], prefix: str = "") -> Any:
    """The part as typed. unchanged: fields that the form does not ask for. Raises ValidationError by field for a half-filled row."""
    hints, made = get_type_hints(kind), dict(unchanged)
    for field in fields(kind):
        if field.name in made:
            continue
        part, many = inner_part(hints[field.name])
        name = prefix + field.name
        if part is not None and many:
            made[field.name] = tuple(_rows(part, data, name))
        elif part is not None:
            made[field.name] = _one(part, data, f"{name}-")
        else:
            made[field.name] = _plain(hints[field.name], data.get(name))
    return kind(**made)


def _plain(hint: Any, value: Any) -> Any:
    """A missing text is empty, a missing figure is none."""
    return "" if value is None and hint is str else value


def _rows(part: type[Any], data: Mapping[str, Any], name: str) -> Iterator[Any]:
    taken: list[str] = []
    numbers = sorted({int(key.removeprefix(f"{name}-").split("-")[0]) for key in data if key.startswith(f"{name}-")})
    for number in numbers:
        if (one := _one(part, data, f"{name}-{number}-", taken)) is not None:
            taken.append(one.key)
            yield one


def _one(part: type[Any], data: Mapping[str, Any], prefix: str, taken: list[str] | None = None) -> Any:
    """One inner part, or None where nothing was typed. A tick alone fills no row."""
    said = {f.name: data.get(prefix + f.name) for f in fields(part)}
    if all(isinstance(value, bool) or value in (None, "", ()) for value in said.values()):
        return None
    hints = get_type_hints(part)
    if "key" in said:
        words = next((str(v) for n, v in said.items() if n != "key" and isinstance(v, str) and v), "")
        said["key"] = said["key"] or key_from(words, taken or [], name_of(part))
        if said["key"] in (taken or []) and part.__name__ != "TimeLimit":
            raise ValidationError({prefix + "key": f"The key “{said['key']}” is used already. Give this one its own."})
    for field in fields(part):
        wanted = field.default is MISSING and field.name not in ("key", "title", "unit") and NoneType not in get_args(hints[field.name])
        if wanted and said[field.name] in (None, ""):
            label = words_of(part.__name__, field.name)[0]
            raise ValidationError({prefix + field.name: f"{label} is absent. Fill it in, or empty the whole row."})
    return part(**{n: _plain(hints[n], v) for n, v in said.items()})


def name_of(part: type[Any]) -> str:
    """`MaterialNeed` gives `material`."""
    return part.__name__.removesuffix("Need").removesuffix("Limit").removesuffix("File").lower()
