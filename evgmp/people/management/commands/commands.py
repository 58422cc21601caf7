"""List every command: who may do it, what is signed, which data it takes, how a story tells it."""

from argparse import ArgumentParser
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.urls import get_resolver

from evgmp.people.roles import roles
from evgmp.rules.command import REGISTER
from evgmp.web.command_view import VIEWS
from evgmp.web.forms import CommandForm, NumberField, choice_keys
from evgmp.web.record_kinds import record_kind
from evgmp.web.story_examples import Example, as_toml, examples

HEAD = """How a story is written: manage.py replay --help. `on` names the record, `data` takes what is listed as data.…, all as text; `witness` signs second.
A step is named by its lot and place, as EV-2026-001-03; its data are the keys that its master gives it (batches/masterdata). One command with every
example: manage.py commands KEY. Formats: specifications by manage.py judge --help; methods, masters and labels as in */masterdata."""

MOST = 40


class Command(BaseCommand):
    help = "List every command with role, signatures, data fields and units: enough to write a story."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="*", help="only these: a key such as qc.record_result, or a part of one")

    def handle(self, *args: Any, **options: Any) -> None:
        get_resolver().url_patterns  # noqa: B018  loading the addresses registers every command's page
        wanted: list[str] = options["key"]
        chosen = [c for c in sorted(REGISTER, key=lambda c: c.key) if not wanted or any(part in c.key for part in wanted)]
        if not chosen:
            raise CommandError(f"No command is called {' or '.join(wanted)}. manage.py commands lists them all.", returncode=1)
        self.stdout.write(HEAD)
        told = examples()
        for command in chosen:
            self._write(command)
            self._examples(told.get(command.key, []), most=5 if wanted else 1)

    def _write(self, command: Any) -> None:
        self.stdout.write(f"\n{command.key}: {command.sentence}")
        if command.automatic:
            self.stdout.write("  automatic, no person does it")
            return
        by = [r.title for r in roles().values() if command.key in r.commands]
        self.stdout.write(f"  by: {', '.join(by)}")
        if command.signs:
            self.stdout.write(f"  signatures: {', '.join(command.signs)}" + (" (the second by a witness)" if len(command.signs) > 1 else ""))
        if command.witness:
            self.stdout.write("  witness: when the master record says so")
        if witnesses := [r.title for r in roles().values() if command.key in r.witnesses]:
            self.stdout.write(f"  may witness: {', '.join(witnesses)}")
        if command.reason:
            self.stdout.write("  reason: needed")
        if command.training:
            self.stdout.write(f"  training: {command.training}")
        view = VIEWS[command.key]  # every command has a page: tests/house/test_registers.py
        if view.takes_target:
            self.stdout.write(f"  on: {record_kind(view)}")
        always, sometimes = _fields(view.form_class)
        for name, field in always.items():
            self.stdout.write(f"  data.{name}: {_described(field)}")
        for name, field in sometimes.items():
            self.stdout.write(f"  data.{name}: {_described(field)}; only where the record asks for it")
        if "__init__" in view.form_class.__dict__ and view.form_class.__doc__ and view.form_class.__doc__ != CommandForm.__doc__:
            self.stdout.write(f"  data depends on the record: {view.form_class.__doc__.strip().splitlines()[0]}")

    def _examples(self, told: list[Example], most: int) -> None:
        for example in told[:most]:
            self.stdout.write(f"  example ({example.place}):")
            for line in as_toml(example.act):
                self.stdout.write(f"    {line}")


def _fields(form_class: type[CommandForm]) -> tuple[dict[str, forms.Field], dict[str, forms.Field]]:
    """The fields of the form, and those that it shows for some records only. Without tables all of them are told as declared."""
    declared: dict[str, forms.Field] = dict(form_class.base_fields)  # type: ignore[attr-defined]
    try:
        always = dict(form_class().fields)
    except (OperationalError, ProgrammingError):
        return declared, {}
    return always, {name: field for name, field in declared.items() if name not in always}


def _described(field: forms.Field) -> str:
    parts = [str(field.label or "")]
    if isinstance(field, NumberField):
        parts.append(f"number{f' in {field.unit}' if field.unit else ''}, written as text")
    elif isinstance(field, forms.ChoiceField):
        keys = _keys(field)
        parts.append("one of " + ", ".join(keys[:MOST]) + (" …" if len(keys) > MOST else "") if keys else "a choice that depends on the record")
    if not field.required:
        parts.append("optional")
    if field.help_text:
        parts.append(str(field.help_text))
    return "; ".join(p for p in parts if p)


def _keys(field: forms.ChoiceField) -> list[str]:
    """What may be chosen, as data takes it; none where that is asked of a database that has no tables yet."""
    try:
        return choice_keys(field)
    except (OperationalError, ProgrammingError):
        return []
