"""Forms of the batch record's commands. What a step asks for comes from its master; the limits judge elsewhere."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from batches.domain.entry_rules import LONGEST_ENTRY, Refused, limits_in_words, read_value
from batches.models import Entry, MasterParameter
from batches.selectors.clocks import unkept
from batches.selectors.sheets import Sheet, is_pressed, parameters_of
from batches.services.order import HOLD_POINT_DECISIONS
from batches.services.records import BANK_LEVELS
from evgmp.compliance import clock
from evgmp.web.components import label_with_unit
from evgmp.web.forms import CodeField, CommandForm, InstantField, NumberField


class TypedValueField(forms.CharField):
    """A number or a text as typed; checked by the same rule as in the service, so that the sentence is the same."""

    def __init__(self, parameter: MasterParameter, **kwargs: Any) -> None:
        self.parameter = parameter
        mode = {"inputmode": "decimal"} if parameter.kind == "number" else {}
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", **mode}))
        super().__init__(max_length=LONGEST_ENTRY, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "").strip()
        if text:
            try:
                read_value(self.parameter, text)
            except Refused as refused:
                raise ValidationError(str(refused)) from refused
        return text


class PressedField(forms.Field):
    """A button of a timer: pressed or not. A time that is typed nevertheless goes to the service, which refuses it."""

    is_pressed = True
    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        return str(value or "").strip()[:LONGEST_ENTRY]


def field_for(parameter: MasterParameter, *, required: bool) -> forms.Field:
    """The form field of one parameter: unit and limits stand beside it, never in it."""
    label = label_with_unit(parameter.label, parameter.unit)
    common: dict[str, Any] = {"label": label, "required": required, "help_text": limits_in_words(parameter)}
    common["error_messages"] = {"required": "Nothing was entered. Write what was read or seen."}
    if parameter.kind == "choice":
        choices = [(choice, choice) for choice in parameter.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **{**common, "help_text": ""})
    if is_pressed(parameter):
        return PressedField(label=label, required=False, help_text="The server sets the time.")
    if parameter.kind == "instant":
        return InstantField(**{**common, "help_text": InstantField().help_text})
    return TypedValueField(parameter, **common)


class RecordEntryForm(CommandForm):
    """One field for each value of the step that is not recorded yet; for a log the fields of one row.

    Fields are named by the keys of the parameters. A value that is recorded or computed already has a field only when
    somebody sends one, so that the refusal names it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.target is None:
            return
        self.is_log = self.target.master_step.kind == "log"
        recorded = set() if self.is_log else set(self.target.entries.filter(is_current=True).values_list("parameter_id", flat=True))
        for parameter in parameters_of(self.target):
            settled = parameter.kind == "calculated" or parameter.pk in recorded
            if not settled:
                self.fields[parameter.key] = field_for(parameter, required=self.is_log and parameter.required)
            elif self.data.get(parameter.key):
                self.fields[parameter.key] = forms.CharField(label=parameter.label, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = {key: value for key, value in (super().clean() or {}).items() if value not in (None, "")}
        if not given and not self.errors:
            raise ValidationError("Nothing was entered. Write at least one value.")
        return given


class RecordLateEntryForm(RecordEntryForm):
    """The values of a step that nobody recorded at their moment, and when they are said to have happened."""

    happened_at = InstantField(label="When it happened", help_text="As 2026-11-23 14:05. The server's time is kept beside it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if isinstance(field, PressedField):
                self.fields[name] = InstantField(label=field.label, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if set(given) <= {"happened_at"} and not self.errors:
            raise ValidationError("Nothing was entered. Write at least one value.")
        return given


class SignStepForm(CommandForm):
    """Nothing is typed but the signature, unless the step stops a clock outside its limits: then the performer says why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Most steps stop no clock.
        if self.target is not None and not self.target.note and self.target.master_step.times:
            sheet = Sheet(self.target.batch)
            self.unkept = unkept(sheet, sheet.step(self.target.pk), clock.now())
            if self.unkept:
                self.fields["why"] = forms.CharField(
                    label="Why the time was not kept", max_length=LONGEST_ENTRY, widget=forms.TextInput(attrs={"autocomplete": "off"}),
                    help_text="; ".join(self.unkept) + ".", error_messages={"required": "Say why the time was not kept."},
                )  # fmt: skip


class DecideHoldPointForm(CommandForm):
    decision = forms.ChoiceField(label="Decision", choices=list(HOLD_POINT_DECISIONS.items()), widget=forms.RadioSelect)


class CorrectEntryForm(CommandForm):
    """Which recorded value is wrong, and what is right. Read by the rule of its own parameter."""

    entry = forms.ChoiceField(label="Which value", choices=())
    value = forms.CharField(label="Right value", max_length=LONGEST_ENTRY, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries: dict[str, Entry] = {}
        if self.target is not None:
            sheet = Sheet(self.target.batch)
            step = sheet.step(self.target.pk)
            is_log = step.master_step.kind == "log"
            # The row that was just recorded is the one most often corrected.
            for entry in sorted(sheet.entries(step), key=lambda entry: -entry.row):
                if entry.parameter.kind != "calculated":
                    name = f"{entry.parameter.key}:{entry.row}" if is_log else entry.parameter.key
                    self.entries[name] = entry
        recorded = [(name, _entry_label(name, entry)) for name, entry in self.entries.items()]
        # None is chosen beforehand: who corrects names the value.
        self.fields["entry"].choices = [("", "Choose the value"), *recorded]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        entry = self.entries.get(given.get("entry", ""))
        if entry is not None and given.get("value"):
            try:
                given["value"] = field_for(entry.parameter, required=True).clean(given["value"])
            except ValidationError as error:
                self.add_error("value", error)
        return given


def _entry_label(name: str, entry: Entry) -> str:
    row = f"row {entry.row}, " if ":" in name else ""
    return f"{row}{entry.parameter.label}: {entry.text} {entry.unit}".strip()


class ConsumeLotForm(CommandForm):
    parent = CodeField(label="Lot consumed", help_text="Scan or type its number, for example CM-2026-001.")
    quantity = NumberField(label="Quantity")
    unit = forms.CharField(label="Unit", max_length=20, help_text="As the lot was made, for example mL.")


class StartBatchForm(CommandForm):
    """What a new lot can't inherit: only a bank or a derivation asks for anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = self.target.master.stage if self.target is not None else ""
        if stage == "cell_bank":
            self.fields["prefix"] = CodeField(label="Code of the bank", help_text="For example IPSC-MCB. The number follows by itself.")
            self.fields["level"] = forms.ChoiceField(label="Kind of bank", choices=list(BANK_LEVELS.items()), widget=forms.RadioSelect)
            self.fields["line"] = CodeField(
                label="Cell line", required=False, help_text="Only when the bank is not made from a lot of this plant."
            )
        if stage == "passage":
            self.fields["is_commitment"] = forms.BooleanField(
                label="This is the derivation: it defines passage 0 and doubling level 0", required=False
            )
