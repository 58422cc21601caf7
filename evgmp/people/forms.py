"""Forms of the people's commands and of sign-in."""

import re
from typing import Any

from django import forms

from evgmp.people.commands import TOPICS
from evgmp.people.roles import role_choices, roles
from evgmp.web.forms import CommandForm, DayField

_PASSWORD = {"strip": False, "max_length": 200}


class SignInForm(forms.Form):
    username = forms.CharField(label="User ID", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="Password", strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))


class ChangePasswordForm(forms.Form):
    old = forms.CharField(label="Present password", strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(
        label="New password", strip=False, max_length=200, help_text="At least 12 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class AddPersonForm(CommandForm):
    user_id = forms.CharField(label="User ID", max_length=60, help_text="For example c.operator. It is never given to anybody else.")
    printed_name = forms.CharField(label="Printed name", max_length=120)
    kind = forms.ChoiceField(
        label="Kind", choices=[("person", "Works on GMP records"), ("administrator", "Keeps accounts, no GMP right")], widget=forms.RadioSelect
    )
    password = forms.CharField(
        label="Temporary password", strip=False, max_length=200, help_text="At least 12 characters. It must be changed before signing.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean_user_id(self) -> str:
        user_id = str(self.cleaned_data["user_id"]).strip().casefold()
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", user_id):
            raise forms.ValidationError("Use small letters, digits, dots and hyphens, for example c.operator.")
        return user_id


class RoleForm(CommandForm):
    role = forms.ChoiceField(label="Role", choices=role_choices)


class WithdrawRoleForm(CommandForm):
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {r.key for r in self.target.roles} if self.target else set(roles())
        self.fields["role"].choices = [c for c in role_choices() if c[0] in held]  # type: ignore[attr-defined]


class PasswordForm(CommandForm):
    password = forms.CharField(
        label="Temporary password", strip=False, max_length=200, help_text="At least 12 characters. Its owner must change it before signing.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class TrainingForm(CommandForm):
    topic = forms.ChoiceField(label="Topic", choices=list(TOPICS.items()))
    valid_from = DayField(label="Valid from")
    valid_until = DayField(label="Valid until")
    evidence = forms.CharField(label="Evidence", max_length=200, help_text="Number of the training record.")
