"""List every command: who may do it, what is signed, which data it takes."""

from typing import Any

from django import forms
from django.core.management.base import BaseCommand
from django.urls import get_resolver

from evgmp.people.roles import roles
from evgmp.rules.command import REGISTER
from evgmp.web.command_view import VIEWS
from evgmp.web.forms import NumberField


class Command(BaseCommand):
    help = "List every command with role, signatures, data fields and units: enough to write a story."

    def handle(self, *args: Any, **options: Any) -> None:
        get_resolver().url_patterns  # noqa: B018  loading the addresses registers every command's page
        for command in sorted(REGISTER, key=lambda c: c.key):
            self.stdout.write(f"\n{command.key}: {command.sentence}")
            if command.automatic:
                self.stdout.write("  automatic, no person does it")
                continue
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
                self.stdout.write("  on: the record's number")
            for name, field in view.form_class().fields.items():
                self.stdout.write(f"  data.{name}: {_described(field)}")
            if "__init__" in view.form_class.__dict__ and view.form_class.__doc__:
                self.stdout.write(f"  data depends on the record: {view.form_class.__doc__.strip().splitlines()[0]}")


def _described(field: forms.Field) -> str:
    parts = [str(field.label or "")]
    if isinstance(field, NumberField):
        parts.append(f"number{f' in {field.unit}' if field.unit else ''}, written as text")
    elif isinstance(field, forms.ChoiceField):
        keys = [str(key) for key, _ in list(field.choices) if key != ""]  # type: ignore[misc, arg-type]
        parts.append("one of " + ", ".join(keys[:12]) + (" …" if len(keys) > 12 else "") if keys else "a choice that depends on the record")
    if not field.required:
        parts.append("optional")
    if field.help_text:
        parts.append(str(field.help_text))
    return "; ".join(p for p in parts if p)
