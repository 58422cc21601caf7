"""What every GMP record is."""

import uuid
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class RecordedHistory(models.Model):
    """Every history row knows the recording that wrote it, so that events and history prove each other."""

    recording_id = models.UUIDField(default=uuid.UUID(int=0), editable=False, db_index=True)

    class Meta:
        abstract = True


def _who_writes(instance: Any = None, **kwargs: Any) -> str:
    """History without an open door can't be written: `current()` raises."""
    from evgmp.compliance.recording import current

    return current().act.by.user_id


def _set_user(historical_instance: Any, user: Any) -> None:
    historical_instance.history_user_id = user


def _get_user(historical_instance: Any) -> Any:
    return historical_instance.history_user_id


class KeptHistoryManager(HistoryManager):  # type: ignore[misc]
    """The library makes a class anew at each look at a history; one class does for all of them."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class GmpQuerySet(models.QuerySet["GmpModel"]):
    """Reading only. Ways to write that leave no history are closed here, and again in the database."""

    def _closed(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("GMP records are saved one by one through a command; they are never deleted.")

    update = delete = bulk_create = bulk_update = aupdate = adelete = _closed
    update.queryset_only = True  # type: ignore[attr-defined]


class GmpModel(models.Model):
    """A GMP record: history, a revision, no deletion, and no saving outside the door.

    append_only: rows are written once. fixed_fields: columns that never change after the first save.
    unsigned_fields: columns a signature on the row doesn't vouch for (bookkeeping and later status).
    Each of the three is read by `evgmp.compliance.wall` or `evgmp.compliance.recording`.
    withheld_fields: columns that no trail shows while `withheld_keys` names the row; `withheld_words` stand in their place. The history is
    complete all the same, and shown as soon as what it would give away is recorded.
    """

    append_only: ClassVar[bool] = False
    fixed_fields: ClassVar[tuple[str, ...]] = ()
    unsigned_fields: ClassVar[tuple[str, ...]] = ("revision",)
    withheld_fields: ClassVar[tuple[str, ...]] = ()
    withheld_words: ClassVar[str] = ""

    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = models.Manager.from_queryset(GmpQuerySet)()
    history = HistoricalRecords(
        inherit=True,
        history_manager=KeptHistoryManager,
        bases=[RecordedHistory],
        get_user=_who_writes,
        history_user_id_field=models.CharField(max_length=80),
        history_user_getter=_get_user,
        history_user_setter=_set_user,
        history_change_reason_field=models.TextField(),
        cascade_delete_history=False,
    )

    if TYPE_CHECKING:
        _history_date: Any
        _change_reason: str

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        from evgmp.compliance.recording import current

        recording = current()
        if args or kwargs.get("update_fields") is not None:
            raise TypeError("A GMP record is saved whole: a partial save makes its history lie.")
        if hasattr(self, "skip_history_when_saving"):
            raise TypeError("History can't be skipped.")
        for field in self._meta.concrete_fields:
            if hasattr(getattr(self, field.attname), "resolve_expression"):
                raise TypeError(f"{field.name}: an expression has no value yet, so its history would lie.")
        self.revision += 1
        self._history_date = recording.at
        self._change_reason = recording.act.reason or recording.command.sentence
        written = len(recording.rows)
        super().save(*args, **kwargs)
        if len(recording.rows) != written + 1:
            raise TypeError(f"Saving {self._meta.label} left no history row.")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("GMP records are never deleted.")

    def signed_fields(self) -> list[str]:
        """Columns that a signature on this row vouches for."""
        return [f.attname for f in self._meta.concrete_fields if f.name not in (*self.unsigned_fields, "revision")]

    @classmethod
    def withheld_keys(cls, keys: set[str]) -> set[str]:
        """Those of these keys whose `withheld_fields` nobody may read yet."""
        return set()

    @classmethod
    def locked(cls, **lookup: Any) -> Self:
        """The row under lock (PostgreSQL; SQLite's single writer is the lock)."""
        return cls._default_manager.select_for_update().get(**lookup)  # type: ignore[return-value]
