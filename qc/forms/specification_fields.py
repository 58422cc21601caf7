"""Form fields for the parts of a specification, made from what `qc.domain.specification_fields` asks for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from batches.domain.data_file import is_figure
from batches.forms.part_fields import LinesField
from evgmp.rules.reading import UnreadableNumber, parse_number
from evgmp.web.forms import NumberField
from qc.domain.specification_editing import CODE, CODE_HELP
from qc.domain.specification_fields import Asked
from qc.selectors.specification_choices import Key

LONGEST = 10_000
Choices = Mapping[str, list[tuple[str, str]]]
Methods = Mapping[str, tuple[str, Key]]


class CodeOfPartField(forms.CharField):
    """Code of a row or key of a control set: it stands in addresses, so without blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not CODE.fullmatch(text):
            raise ValidationError(CODE_HELP)
        return text


class FigureField(forms.CharField):
    """A figure kept as it was typed: 5.00 stays 5.00. Cleans to its text, empty where nothing was typed. bound: it is one side of a criterion."""

    def __init__(self, *, bound: bool = False, **kwargs: Any) -> None:
        self.bound = bound
        super().__init__(max_length=60, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            reading = parse_number(text)
        except UnreadableNumber as error:
            raise ValidationError(str(error)) from error
        if reading.amount is None or reading.qualifier:
            ticked = " Whether a result equal to it conforms is a tick of its own." if self.bound else ""
            raise ValidationError(f"Write the figure alone, for example 5.00 or 1.0E+10.{ticked}")
        return text if is_figure(text) else str(reading.amount)


class LongField(forms.CharField):
    """A text of several lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def clean(self, value: Any) -> Any:
        return super().clean(value).replace("\r\n", "\n")


class MethodField(forms.ChoiceField):
    """A method by number and version. Cleans to number, version and name, all empty where none is chosen."""

    def __init__(self, *, methods: Methods, **kwargs: Any) -> None:
        self.methods = methods
        super().__init__(choices=[("", "None"), *((value, words) for value, (words, _) in methods.items())], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return next((shown for shown, (_, key) in self.methods.items() if key == value), "")
        return value

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return self.methods[chosen][1] if chosen else ("", "", "")


class ManyField(forms.MultipleChoiceField):
    """Several of a list as ticks. Cleans to a tuple in the order of the list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return tuple(key for key, _ in self.choices if key in chosen)  # type: ignore[misc, union-attr]


def part_fields(asked: Iterable[Asked], choices: Choices, methods: Methods, longest: Mapping[str, int]) -> Iterator[tuple[str, forms.Field]]:
    """(name, form field) of everything that is asked for."""
    for one in asked:
        field: Any = _field(one, choices, methods, longest)
        field.must = one.must
        yield one.name, field


def _field(one: Asked, choices: Choices, methods: Methods, longest: Mapping[str, int]) -> forms.Field:
    said: dict[str, Any] = {"label": one.label, "help_text": one.help, "required": one.needed}
    offered = choices.get(one.name, [])
    if one.name in ("code", "key"):
        return CodeOfPartField(**said)
    if one.kind == "method":
        return MethodField(methods=methods, **said)
    if one.kind == "choice":
        first = [] if any(not key for key, _ in offered) else [("", "None")]
        return forms.ChoiceField(choices=[*first, *offered], **said)
    if one.kind == "many":
        return ManyField(choices=offered, **said)
    if one.kind == "flag":
        return forms.BooleanField(initial=one.default, **said)
    if one.kind == "figure":
        return FigureField(bound=one.name in ("lower", "upper"), **said)
    if one.kind == "whole":
        return NumberField(whole=True, low="0", high="9999", **said)
    if one.kind == "lines":
        return LinesField(**said)
    most = longest.get(one.name, LONGEST)
    return LongField(max_length=most, **said) if one.kind == "long" else forms.CharField(max_length=most, **said)


def controls_given(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Kind and criterion of each filled row of controls among cleaned data, in their order."""
    numbers = sorted({int(found[1]) for name in data if (found := re.fullmatch(r"controls-(\d+)-kind", name))})
    rows = [(data.get(f"controls-{n}-kind") or "", data.get(f"controls-{n}-criterion") or "") for n in numbers]
    return [row for row in rows if any(row)]
