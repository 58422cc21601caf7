"""Events: who did which command, when and why. One row a command, chained by hash, never changed."""

from typing import Any

from django.db import models


class Trace(models.Model):
    """Written through the door, never changed, never removed. The triggers of `evgmp.compliance.wall` enforce it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        from evgmp.compliance.recording import current

        current()
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A trace is never deleted.")


class Event(Trace):
    """One command, done. `payload` is the canonical text that the hash covers; the columns repeat it for searching."""

    seq = models.BigIntegerField(unique=True)
    recording_id = models.UUIDField(unique=True)
    at = models.DateTimeField(db_index=True)
    verb = models.CharField(max_length=80, db_index=True)
    sentence = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80, db_index=True)
    actor_name = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=120)
    record_type = models.CharField(max_length=80)
    record_key = models.CharField(max_length=80)
    record_name = models.CharField(max_length=200)
    reason = models.TextField()
    once = models.CharField(max_length=64, null=True, unique=True)
    payload = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["record_type", "record_key"], name="event_record")]

    def __str__(self) -> str:
        return f"{self.seq} {self.sentence}"


class NumberSeries(models.Model):
    """Last number given out in a series such as EV-2026. Only ever counts up; no number is given twice."""

    prefix = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}: {self.last}"
