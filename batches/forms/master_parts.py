"""Forms of the parts of a master draft: the head, a step, a value; and of adding, moving and removing one."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from batches.domain.master_editing import key_from, kind_at
from batches.domain.master_parts import MasterFile, ParameterFile, StepFile
from batches.domain.master_words import groups_of
from batches.forms.masters import text_of
from batches.forms.part_fields import initial_of, name_of, part_fields, part_from
from batches.selectors.master_choices import choices_for, choices_for_draft, longest_texts
from evgmp.web.forms import CodeField, CommandForm, NumberField

MOST_ROWS = 60
# What a part holds below itself is edited on its own.
BELOW = {MasterFile: ("steps",), StepFile: ("parameters",), ParameterFile: ()}


class PartForm(CommandForm):
    """Every field of one part, in groups. `target` is its place in the draft. Cleans to {"content": part}."""

    adds = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is None:
            return  # listed without a draft: which fields there are depends on the part
        self.parents = self.target.path if self.adds else self.target.path[:-1]
        self.kind: type[Any] = kind_at((*self.target.path, "new") if self.adds else self.target.path)
        self.part = None if self.adds or self.target.gone else self.target.part
        shown = initial_of(self.part) if self.part is not None else {}
        choices = choices_for(self.target.content, self.target.path, shown)
        self.fields |= dict(part_fields(self.kind, choices, longest_texts(), BELOW[self.kind], rows=self._rows(shown)))
        self.initial = {**shown, **self.initial}

    def _rows(self, shown: Mapping[str, Any]) -> dict[str, int]:
        """How many rows each group has: those of the part, or those that were handed in."""
        found: dict[str, int] = {}
        for name in [*shown, *(self.data if self.is_bound else ())]:
            if match := re.fullmatch(r"([a-z_]+)-(\d{1,3})-.+", str(name)):
                spare = name not in shown
                found[match[1]] = max(found.get(match[1], 0), min(int(match[2]) + (0 if spare else 1), MOST_ROWS))
        return found

    def groups(self) -> list[dict[str, Any]]:
        """Title, bound fields and rows of each group, for the template."""
        return [self._group(title, names) for title, names in groups_of(self.kind, BELOW[self.kind])]

    def _group(self, title: str, names: tuple[str, ...]) -> dict[str, Any]:
        plain = [self[name] for name in names if name in self.fields]
        rows: dict[str, list[Any]] = {}
        for name in self.fields:
            head, *rest = name.split("-")
            if rest and head in names:
                rows.setdefault("-".join((head, rest[0])) if rest[0].isdecimal() else head, []).append(self[name])
        filled = any(self._said(field) for field in [*plain, *(f for row in rows.values() for f in row)])
        return {"title": title, "fields": plain, "rows": list(rows.values()), "open": not title or filled or title == "Limits"}

    def _said(self, field: Any) -> bool:
        return (
            bool(field.errors)
            or (field.value() not in (None, "", False, (), {}) and not isinstance(field.field, forms.BooleanField))
            or (isinstance(field.field, forms.BooleanField) and "-" not in field.name and bool(field.value()))
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        unchanged: dict[str, Any] = {name: getattr(self.part, name, ()) for name in BELOW[self.kind]}
        if "key" in given and not given["key"]:
            given["key"] = self._own_key(given)
        return {"content": part_from(self.kind, given, unchanged)}

    def _own_key(self, given: Mapping[str, Any]) -> str:
        """The key the part has already, or one made from its title that no neighbour has."""
        if self.part is not None:
            return str(self.part.key)
        master = self.target.content
        step = next((s for s in master.steps if self.parents and s.key == self.parents[0]), None)
        neighbours = step.parameters if step is not None else master.steps if not self.parents else ()
        return key_from(str(given.get("title") or given.get("label")), {part.key for part in neighbours}, name_of(self.kind))


class AddPartForm(PartForm):
    """A new step of the draft, or a new value of a step; stands behind `after`."""

    adds = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is None:
            return
        neighbours = () if self.target.gone else self.target.part.parameters if self.target.path else self.target.content.steps
        names = [
            (part.key, f"{place}. {getattr(part, 'title', '') or getattr(part, 'label', '')}") for place, part in enumerate(neighbours, 1)
        ]
        self.fields["after"] = forms.ChoiceField(label="Stands behind", choices=[("", "the last one"), *reversed(names)], required=False)

    def groups(self) -> list[dict[str, Any]]:
        first, *others = super().groups()
        return [{**first, "fields": [*first["fields"], self["after"]]}, *others]

    def clean(self) -> dict[str, Any]:
        after = self.cleaned_data.pop("after", "")
        given = super().clean()
        return given if self.errors else {**given, "after": after}


class _OnePartForm(CommandForm):
    """Names one step or value of the draft."""

    part = forms.ChoiceField(label="Step or value", choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["part"]
        if self.target is not None:
            field.choices = [
            (path, path) for step in self.target.content.steps for path in (step.key, *(f"{step.key}.{p.key}" for p in step.parameters))
        ]


class MovePartForm(_OnePartForm):
    to = NumberField(label="To place", whole=True, low="1", high="9999", help_text="1 is the first.")


class RemovePartForm(_OnePartForm):
    """Which part goes. What a step holds goes with it."""


class DraftMasterForm(CommandForm):
    """A version, a file, or the code of a new master. Cleans to one of based_on, text, content."""

    based_on = forms.ChoiceField(label="Begin from a version", required=False)
    upload = forms.FileField(label="Or from a file", required=False, help_text="A master record as a TOML file. It may still have defects.")
    code = CodeField(label="Or a new master: its code", required=False, help_text="For example MBR-TFF.")
    title = forms.CharField(label="Title of the new master", required=False, max_length=120)
    stage = forms.ChoiceField(label="Stage of the new master", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions, stages = choices_for_draft()
        self.fields["based_on"].choices = [("", "None"), *versions]  # type: ignore[attr-defined]
        self.fields["stage"].choices = [("", "None"), *stages]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        based_on, upload, code = given["based_on"], given["upload"], given["code"]
        if [bool(based_on), bool(upload), bool(code)].count(True) != 1:
            raise ValidationError("Choose a version, or give a file, or give the code of a new master: one of the three.")
        if code and not (given["title"] and given["stage"]):
            raise ValidationError("A new master needs its title and its stage.")
        if upload:
            return {"text": text_of(upload)}
        if based_on:
            return {"based_on": based_on}
        return {"content": MasterFile(code=code, title=given["title"], stage=given["stage"], product="", batch_size="", note="", steps=())}
