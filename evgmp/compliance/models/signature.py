"""Signatures: who vouches, in what sense, for exactly which content."""

import json
from functools import cached_property
from typing import Any

from django.db import models

from evgmp.compliance.models.event import Event, Trace
from evgmp.rules.command import STATEMENTS, Meaning

SCHEMA = "evgmp.signature/1"


class Signature(Trace):
    """One signature. `content` is the exact canonical text that was signed; `covered` names the rows it vouches for."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="signatures")
    meaning = models.CharField(max_length=20)
    signer_id = models.CharField(max_length=80, db_index=True)
    printed_name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    at = models.DateTimeField()
    record_type = models.CharField(max_length=80)
    record_key = models.CharField(max_length=80)
    schema = models.CharField(max_length=40)
    content = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["record_type", "record_key"], name="signature_record")]
        constraints = [
            # Performer and witness of one act are two persons.
            models.UniqueConstraint(fields=["event", "signer_id"], name="one_signature_a_person_in_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name}, {self.meaning}"

    @property
    def statement(self) -> str:
        return STATEMENTS[Meaning(self.meaning)]

    @cached_property
    def covered(self) -> list[dict[str, Any]]:
        """The rows this signature vouches for: table, key, history id, field values as signed."""
        return list(json.loads(self.content)["covers"])

    @cached_property
    def withdrawn_why(self) -> str:
        """Why the signature no longer counts, or an empty text. It falls when a covered field got a new value."""
        from evgmp.compliance.validity import fall_of

        return fall_of(self)

    @property
    def withdrawn(self) -> bool:
        return bool(self.withdrawn_why)


class Seat(Trace):
    """One person has one part in a record: who performed it can't review it. The constraint is the law (SIG-08)."""

    record_type = models.CharField(max_length=80)
    record_key = models.CharField(max_length=80)
    signer_id = models.CharField(max_length=80)
    meaning = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_key", "signer_id"], name="one_part_a_person_in_a_record"),
        ]

    def __str__(self) -> str:
        return f"{self.signer_id}: {self.meaning} of {self.record_type} {self.record_key}"
