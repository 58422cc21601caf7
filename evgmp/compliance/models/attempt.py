"""Attempts: what was tried and refused at sign-in and at a signature. Written outside the door, never changed."""

from typing import Any

from django.db import models


class Attempt(models.Model):
    """A wrong password, an unknown user ID, another person's signature, a lock-out. Holds no secret."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20)
    user_id = models.CharField(max_length=80, db_index=True)
    terminal_user_id = models.CharField(max_length=80)
    command = models.CharField(max_length=80)
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.user_id}: {self.why}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("An attempt is never deleted.")
