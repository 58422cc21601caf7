"""Persons, grants and training are GMP records. Accounts are not: Django writes last sign-in and upgrades hashes."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.urls import reverse

from evgmp.compliance import clock
from evgmp.compliance.models import GmpModel
from evgmp.compliance.models.change_record import ChangeRecorded
from evgmp.compliance.site_time import site_day
from evgmp.people.commands import TOPICS
from evgmp.people.roles import ADMIN, GMP, Role, role_choices, roles
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command

FAILURES_TO_LOCK = 5


class Person(GmpModel):
    """Somebody who acts. The user ID is given once, never again and to nobody else, and the person is never deleted.

    `kind` is fixed for life: a person who keeps accounts never holds a GMP right.
    """

    fixed_fields = ("user_id", "kind")

    user_id = models.CharField(max_length=60, unique=True)
    printed_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, default="person")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["user_id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=("person", "administrator")), name="person_kind_known"),
        ]

    def __str__(self) -> str:
        return self.printed_name

    def get_absolute_url(self) -> str:
        return reverse("people:person", args=[self.user_id])

    @cached_property
    def roles(self) -> list[Role]:
        """Roles held now."""
        held = {g.role for g in self.grants.all() if g.withdrawn_at is None}
        return [role for key, role in roles().items() if key in held]

    @property
    def role_titles(self) -> str:
        return ", ".join(role.title for role in self.roles)

    @property
    def reads_records(self) -> bool:
        return self.retired_at is None and any(role.reads for role in self.roles)

    def role_for(self, command: Command, *, witness: bool = False) -> str:
        """Title of the role that permits the command (or to witness it); empty when none does."""
        for role in self.roles:
            if command.key in (role.witnesses if witness else role.commands):
                return role.title
        return ""

    def blockers_for(self, command: Command, at: datetime) -> list[Blocker]:
        """Retired, or the training that the command asks for is absent or out of date (ACC-14)."""
        if self.retired_at is not None:
            return [Blocker("retired", f"{self.printed_name} is retired and can't act or sign.")]
        if command.training and not self.trained_in(command.training, at):
            return [
                Blocker(
                    "not_trained",
                    f"{self.printed_name} has no valid training in “{TOPICS[command.training]}”. "
                    "A QA reviewer records the training, then this can be done.",
                )
            ]
        return []

    @cached_property
    def latest_trainings(self) -> "dict[str, Training]":
        """Topic -> its latest record, read once like the roles: a page asks for each of its buttons."""
        return {training.topic: training for training in self.trainings.order_by("pk")}

    def trained_in(self, topic: str, at: datetime) -> bool:
        """True when the latest training record of the topic is in date at that instant."""
        latest = self.latest_trainings.get(topic)
        return latest is not None and latest.valid_from <= site_day(at) <= latest.valid_until


class RoleGrant(GmpModel):
    """A role given to a person, and withdrawn. The rows answer who could do what on any past date."""

    fixed_fields = ("person", "role", "person_kind", "granted_at")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    person_kind = models.CharField(max_length=20)
    role = models.CharField(max_length=40, choices=role_choices)
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Administrators hold the administrator role only, everybody else never does (ACC-04).
            models.CheckConstraint(
                condition=models.Q(person_kind="administrator", role="administrator")
                | (models.Q(person_kind="person") & ~models.Q(role="administrator")),
                name="no_gmp_role_for_administrators",
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(withdrawn_at=None), name="role_granted_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {roles()[self.role].title}"


class Training(GmpModel):
    """A training with its validity. The latest record of a topic counts."""

    append_only = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    topic = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_until = models.DateField()
    evidence = models.CharField(max_length=200)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person}: {self.topic_name} until {self.valid_until}"

    @property
    def topic_name(self) -> str:
        return TOPICS[self.topic]


class Adoption(ChangeRecorded):
    """QA adopts the roles and formulas that a release of the software brought, exactly as they are in force (MST-07). The latest counts.

    roles, formulas: as `evgmp.people.in_force` reads them, with the digests of both.
    """

    append_only = True

    number = models.CharField(max_length=40, unique=True)
    software_version = models.CharField(max_length=40)
    roles_sha256 = models.CharField(max_length=64)
    roles = models.JSONField()
    formulas_sha256 = models.CharField(max_length=64)
    formulas = models.JSONField()
    adopted_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("people:adoption", args=[self.number])


class AccountManager(BaseUserManager["Account"]):
    def find(self, user_id: str) -> "Account | None":
        """The account of a user ID, whatever its case; None when there is none."""
        return self.select_related("person").filter(user_id=user_id.strip().casefold()).first()

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.select_related("person").get(user_id=(username or "").strip().casefold())


class Account(AbstractBaseUser):
    """How a person signs in: outside the wall, because hashes are upgraded and counters move at every sign-in.

    Holds nothing a GMP record depends on. `failures` counts wrong passwords at sign-in and at signing together.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    user_id = models.CharField(max_length=60, unique=True)
    failures = models.PositiveIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    must_change_password = models.BooleanField(default=True)

    objects = AccountManager()

    USERNAME_FIELD = "user_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.user_id

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.person.retired_at is None and self.locked_at is None

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Accounts are never deleted: a user ID is never given to somebody else.")

    def why_not(self, password: str, *, signing: bool = True) -> str:
        """Check a password. Empty when it is right, else the sentence for the person; counts and locks (ACC-07)."""
        if self.locked_at is not None:
            return "This account is locked after five wrong passwords. An administrator can unlock it."
        if self.person.retired_at is not None:
            return "This account belongs to a retired person and can't be used."
        if not self.check_password(password):
            return self._count_failure()
        if self.failures:
            self.failures = 0
            self.save(update_fields=["failures"])
        if signing and self.must_change_password:
            return "This password was set by an administrator. Choose your own password first, then sign."
        return ""

    def _count_failure(self) -> str:
        self.failures += 1
        if self.failures >= FAILURES_TO_LOCK:
            self.locked_at = clock.now()
            AccessEntry.note("locked", self.user_id)
        self.save(update_fields=["failures", "locked_at"])
        if self.locked_at:
            return "User ID or password is wrong. That was the fifth time: the account is locked. An administrator can unlock it."
        left = FAILURES_TO_LOCK - self.failures
        return f"User ID or password is wrong. Check both; {left} more wrong tries lock the account."


class AccessEntry(models.Model):
    """The access log: sign-in, sign-out, time-out, failure, lock-out, password change. Written once."""

    at = models.DateTimeField(db_index=True)
    user_id = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user_id} {self.kind}"

    @classmethod
    def note(cls, kind: str, user_id: str, address: str = "") -> None:
        cls(at=clock.now(), user_id=user_id[:80], kind=kind, address=address[:60]).save(force_insert=True)


__all__ = ["ADMIN", "GMP", "AccessEntry", "Account", "Adoption", "Person", "RoleGrant", "Training"]
