"""Forms of the parts of a specification draft: the head, a row, a control set; and of adding, moving and removing one."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from batches.domain.data_file import DataFileError
from evgmp.web.forms import CodeField, CommandForm, NumberField
from qc.domain import specification_fields as asked
from qc.domain.criterion import state_of
from qc.domain.specification_editing import SET, is_set, named, rows_of, sets_of
from qc.domain.specification_file import read_document
from qc.domain.specification_words import in_labels
from qc.forms.authored_text import text_of
from qc.forms.specification_fields import controls_given, part_fields
from qc.selectors.specification_choices import choices_for, choices_for_draft, held_method, longest_texts, methods_for
from qc.selectors.specifications import shipped_text

MOST_CONTROLS = 40
SPARE = 1
# What names a specification and can't change between its versions.
FIXED_BY_VERSIONS = ("code", "stage")
# Beside which a criterion in one line says the same again, by the kind of result.
INSTEAD = {"presence_absence": ("expected",), "qualitative": ("accepted",), "text": ("accepted",)}


class SpecificationPartForm(CommandForm):
    """Every field of one part, in groups. `target` is its place in the draft. Cleans to {"content": table of the file}."""

    adds = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of: tuple[asked.Group, ...] = ()
        self.table: dict[str, Any] = {}
        if self.target is None:
            return  # listed without a draft: which fields there are depends on the part
        self.of = self._groups_asked()
        self.table = {} if self.adds or self.target.gone else self.target.part
        shown = asked.shown_of(asked.asked_in(self.of), self.table)
        choices = choices_for(self.target.document, shown)
        # Sources and notes have no column of their own length; whatever has is asked within it.
        self.fields |= dict(part_fields(asked.asked_in(self.of), choices, methods_for(held_method(shown)), longest_texts()))
        if self._has_controls:
            shown |= self._control_fields()
        self.initial = {**shown, **self.initial}

    def _groups_asked(self) -> tuple[asked.Group, ...]:
        if is_set(self.target.path):
            return asked.CONTROL_SET
        if self.adds or self.target.path:
            return asked.ROW
        fixed = FIXED_BY_VERSIONS if self.target.draft.based_on_id else ()
        return tuple((title, tuple(one for one in several if one.name not in fixed)) for title, several in asked.HEAD)

    @property
    def _has_controls(self) -> bool:
        return self.of is asked.ROW or self.of is asked.CONTROL_SET

    def _control_fields(self) -> dict[str, Any]:
        """Two fields for each control of the part or of what was handed in, and a spare row; what they show."""
        held = asked.controls_shown(self.table)
        sent = [int(found[1]) for name in (self.data if self.is_bound else ()) if (found := re.fullmatch(r"controls-(\d{1,3})-\w+", str(name)))]
        count = min(max([len(held) + SPARE, *(n + 1 for n in sent)]), max(MOST_CONTROLS, len(held)))
        shown: dict[str, Any] = {}
        for row in range(count):
            for one, value in zip(asked.CONTROL, held[row] if row < len(held) else ("", ""), strict=True):
                name = f"controls-{row}-{one.name}"
                said = one if not row else replace(one, help="")
                self.fields[name] = next(field for _, field in part_fields([said], {}, {}, {one.name: 400}))
                shown[name] = value
        return shown

    def groups(self) -> list[dict[str, Any]]:
        """Title, bound fields and rows of each group, for the template."""
        drawn = [self._group(title, [self[one.name] for one in several]) for title, several in self.of]
        if self._has_controls:
            count = len([name for name in self.fields if name.endswith("-kind") and name.startswith("controls-")])
            rows = [[self[f"controls-{row}-{one.name}"] for one in asked.CONTROL] for row in range(count)]
            title = "Controls of this test alone" if self.of is asked.ROW else "Controls"
            said = any(field.errors or field.value() for row in rows for field in row)
            place = next((i for i, group in enumerate(drawn, 1) if group["title"].startswith("Controls")), len(drawn))
            drawn.insert(place, {"title": title, "fields": [], "rows": rows, "open": said or self.of is not asked.ROW})
        return drawn

    def _group(self, title: str, fields: list[Any]) -> dict[str, Any]:
        said = any(f.errors or (f.value() not in (None, "", False, (), []) and not isinstance(f.field, forms.BooleanField)) for f in fields)
        must = any(getattr(f.field, "must", False) for f in fields)
        return {"title": title, "fields": fields, "rows": [], "open": not title or said or must}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        content = asked.table_with(asked.asked_in(self.of), self.table, given)
        if self._has_controls:
            content = asked.with_controls(content, controls_given(given))
        if self.of is asked.ROW:
            content = self._one_criterion(_with_terms(content))
        return {"content": content}

    def _one_criterion(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row if it can be read: a tick beside no limit says nothing, a criterion in one line stands alone and is one that is known."""
        for side in ("lower", "upper"):
            if side not in row:
                row = {name: value for name, value in row.items() if name != f"{side}_inclusive"}
        beside = [self.fields[name].label for name in ("lower", "upper", *INSTEAD.get(named(row, "result_type"), ())) if row.get(name)]
        if row.get("criterion") and beside:
            self.add_error("criterion", f"The criterion stands here in one line and in {' and '.join(f'“{label}”' for label in beside)}. Keep one of them.")
            return row
        alone = {"specification": {"code": "X", "title": "X"}, "control_set": sets_of(self.target.document), "row": [row]}
        try:
            read_document(alone)
        except DataFileError as error:
            said = str(error).removeprefix(f"Row {named(row, 'code')}").removeprefix(":").strip()
            self.add_error("criterion", in_labels(f"{said[:1].upper()}{said[1:]}"))
        return row


def _with_terms(row: dict[str, Any]) -> dict[str, Any]:
    """A test for presence that names no terms of its own reports one of two: what is expected conforms."""
    expected = row.get("expected") or state_of(named(row, "criterion"))
    if row.get("result_type") != "presence_absence" or row.get("accepted") or row.get("known") or expected not in asked.PRESENCE_TERMS:
        return row
    conforms, *others = asked.PRESENCE_TERMS[expected]
    return {**row, "accepted": [conforms], "known": [conforms, *others]}


class AddSpecificationPartForm(SpecificationPartForm):
    """A new row of the draft, which stands behind `after`; on `….set:` a new control set."""

    adds = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.of is asked.ROW:
            names = [(named(row, "code"), f"{named(row, 'code')} {named(row, 'name')}") for row in rows_of(self.target.document)]
            self.fields["after"] = forms.ChoiceField(label="Stands behind", choices=[("", "the last one"), *names], required=False)

    def groups(self) -> list[dict[str, Any]]:
        first, *others = super().groups()
        return [{**first, "fields": [*first["fields"], self["after"]]} if "after" in self.fields else first, *others]

    def clean(self) -> dict[str, Any]:
        after = self.cleaned_data.pop("after", "")
        given = super().clean()
        return given if self.errors else {**given, "after": after}


class MoveRowForm(CommandForm):
    """A row of the draft, and its new place among the rows of its category."""

    row = forms.ChoiceField(label="Test", choices=())
    to = NumberField(label="To place", whole=True, low="1", high="9999", help_text="Among the tests of its category. 1 is the first.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is not None:
            self.fields["row"].choices = _rows(self.target.document)  # type: ignore[attr-defined]


class RemoveSpecificationPartForm(CommandForm):
    """Which row or control set goes."""

    part = forms.ChoiceField(label="Test or control set", choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is not None:
            sets = [(f"{SET}{named(one, 'key')}", f"Control set {named(one, 'key')}") for one in sets_of(self.target.document)]
            self.fields["part"].choices = [*_rows(self.target.document), *sets]  # type: ignore[attr-defined]


def _rows(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(named(row, "code"), f"{named(row, 'code')} {named(row, 'name')}") for row in rows_of(document)]


class DraftSpecificationForm(CommandForm):
    """A version, a specification of the list, a file, or the code of a new one. Cleans to one of based_on, text, head."""

    based_on = forms.ChoiceField(label="Begin from a version", required=False)
    shipped = forms.ChoiceField(label="Or from a specification that comes with the software", required=False)
    file = forms.FileField(label="Or from an own file", required=False, help_text="A specification as a TOML file. It may still have defects.")
    code = CodeField(label="Or a new specification: its code", required=False, help_text="For example SPEC-EV-DS.")
    title = forms.CharField(label="Title of the new specification", required=False, max_length=120)
    stage = forms.ChoiceField(label="Stage of the new specification", required=False, help_text="Those that have no specification yet.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices_for_draft().items():
            self.fields[name].choices = [("", "None"), *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        if [bool(given[name]) for name in ("based_on", "shipped", "file", "code")].count(True) != 1:
            raise ValidationError("Choose a version or a specification of the list, or give a file, or give the code of a new one: one of the four.")
        if given["code"] and not (given["title"] and given["stage"]):
            raise ValidationError("A new specification needs its title and its stage.")
        if given["code"]:
            return {"head": {name: given[name] for name in ("code", "title", "stage")}}
        if given["based_on"]:
            return {"based_on": given["based_on"]}
        return {"text": shipped_text(given["shipped"]) if given["shipped"] else text_of(given["file"], "specification")}
