"""Form parts. Forms refuse nonsense (no number, wrong precision, impossible value); limits judge truth elsewhere."""

import re
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from evgmp.rules.command import STATEMENTS, Command, Meaning
from evgmp.rules.reading import Reading, UnreadableNumber, parse_number

LONGEST_TEXT = 2000
EMPTY = "It is empty. Fill it in."


class CommandForm(forms.Form):
    """Data of one command. `target` is the record it is about, `actor` the person signed in."""

    error_css_class = "ev-field--bad"

    def __init__(self, *args: Any, target: Any = None, actor: Any = None, **kwargs: Any) -> None:
        self.target = target
        self.actor = actor
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and field.max_length is None and not isinstance(field, NumberField):
                field.max_length = LONGEST_TEXT
                field.validators.append(_not_too_long)

    def full_clean(self) -> None:
        """What is empty is told in a sentence that says what to do. Here, because many forms add their fields late."""
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _what_is_empty(field)
        super().full_clean()


def _what_is_empty(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return "It is not ticked. Tick it to go on."
    if isinstance(field, forms.FileField):
        return "No file was chosen. Choose one."
    if isinstance(field, forms.ChoiceField):
        return "Nothing is chosen. Choose what holds."
    return EMPTY


def _not_too_long(value: str) -> None:
    if len(value) > LONGEST_TEXT:
        raise ValidationError(f"This text has {len(value)} characters. Keep it under {LONGEST_TEXT}.")


class NumberField(forms.CharField):
    """An exact number as typed. Cleans to a Decimal, or to a Reading with `as_reading` (keeps the text and `<`/`>`).

    unit stands beside the field, never in it. decimals: most decimals accepted. low/high: plausibility, refused outside.
    """

    def __init__(
        self,
        *,
        unit: str = "",
        decimals: int | None = None,
        low: Decimal | str | None = None,
        high: Decimal | str | None = None,
        as_reading: bool = False,
        whole: bool = False,
        **kwargs: Any,
    ) -> None:
        self.unit = unit
        self.decimals = 0 if whole else decimals
        self.low = Decimal(low) if low is not None else None
        self.high = Decimal(high) if high is not None else None
        self.as_reading = as_reading
        self.whole = whole
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            reading: Reading = parse_number(text)
        except UnreadableNumber as error:
            raise ValidationError(str(error)) from error
        amount = reading.amount
        if amount is None:
            raise ValidationError("Enter a number.")
        if reading.qualifier and not self.as_reading:
            raise ValidationError(f"Enter a plain number without “{reading.qualifier}”.")
        if self.decimals is not None and int(amount.normalize().as_tuple().exponent) < -self.decimals:
            word = "whole numbers only" if self.decimals == 0 else f"at most {self.decimals} decimals"
            raise ValidationError(f"{text} is more precise than this reading can be: {word}.")
        if (self.low is not None and amount < self.low) or (self.high is not None and amount > self.high):
            check = "Check the number." if self.whole and not self.unit else "Check the reading and the unit."
            told = " ".join(f"{text} {self.unit} can't be: plausible is {_range(self.low, self.high)} {self.unit}".split())
            raise ValidationError(f"{told}. {check}")
        if self.as_reading:
            return reading
        return int(amount) if self.whole else amount


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"at most {high}"
    if high is None:
        return f"at least {low}"
    return f"{low} to {high}"


class InstantField(forms.CharField):
    """A claimed date and time, as `2026-11-23 14:05` in the site's zone, or with an explicit offset. Cleans to UTC-aware."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "As 2026-11-23 14:05")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            instant = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise ValidationError(f"“{text[:40]}” is no date and time. Write it as 2026-11-23 14:05.") from error
        if not 2000 <= instant.year <= 2100:
            raise ValidationError("The year must lie between 2000 and 2100.")
        return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(settings.EVGMP_TIME_ZONE))


class DayField(forms.CharField):
    """A date as `2026-11-23`. Cleans to a date."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "As 2026-11-23")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            day = datetime.strptime(text.strip(), "%Y-%m-%d").date()
        except ValueError as error:
            raise ValidationError(f"“{text[:40]}” is no date. Write it as 2026-11-23.") from error
        if not 2000 <= day.year <= 2100:
            raise ValidationError("The year must lie between 2000 and 2100.")
        return day


class CodeField(forms.CharField):
    """An identifier: letters, digits and hyphens, stored in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = (super().clean(value) or "").strip().upper()
        if text and not re.fullmatch(r"[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?", text):
            example = re.match(r"For example [A-Z0-9-]+", str(self.help_text))
            raise ValidationError(f"Use letters, digits and hyphens only{f', f{example.group()[1:]}' if example else ''}.")
        return text


class ActForm(forms.Form):
    """Reason and signatures of one act, beside its data. Passwords are never shown again after an error."""

    reason = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), label="Reason")
    user_id = forms.CharField(required=False, max_length=80, label="User ID", widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        required=False, max_length=200, label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    witness_user_id = forms.CharField(required=False, max_length=80, label="Witness: user ID", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    witness_password = forms.CharField(
        required=False, max_length=200, label="Witness: password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, command: Command, meanings: tuple[Meaning, ...], **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or {}
        initial.setdefault("once", uuid.uuid4().hex)
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.statements = [STATEMENTS[m] for m in meanings]
        if not command.reason:
            del self.fields["reason"]
        if not meanings:
            del self.fields["user_id"], self.fields["password"]
        if len(meanings) < 2:
            del self.fields["witness_user_id"], self.fields["witness_password"]

    def tell_empty(self) -> None:
        """Mark the reason and the signatures that are empty, so that they are told together with what else has to be mended."""
        for name in ("reason", "user_id", "password", "witness_user_id", "witness_password"):
            if name in self.fields and not self.cleaned_data.get(name):
                self.add_error(name, ValidationError(EMPTY, code="required"))


def choice_keys(field: forms.ChoiceField) -> list[str]:
    """What may be chosen, as data takes it, grouped choices too; without the empty one."""
    found: list[str] = []
    for key, label in list(field.choices):  # type: ignore[misc, arg-type]
        found += [str(inner) for inner, _ in label] if isinstance(label, list | tuple) else [str(key)]
    return [key for key in found if key]
