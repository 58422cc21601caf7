"""When a signature no longer counts."""

from typing import Any

from django.apps import apps

from evgmp.compliance.canonical import row_values
from evgmp.compliance.models import Event, Signature
from evgmp.compliance.site_time import site_time


def fall_of(signature: Signature) -> str:
    """Why the signature fell, or an empty text (SIG-05, SIG-06).

    It falls when a covered row has a newer history row that differs in a covered field. A column added later, or a
    renamed master, doesn't touch it.
    """
    for cover in signature.covered:
        model: Any = apps.get_model(cover["type"])
        names = list(cover["fields"])
        newer = model.history.filter(**{model._meta.pk.attname: cover["key"]}, history_id__gt=cover["history_id"])
        for row in newer.order_by("history_id"):
            if row_values(row, names) != cover["fields"]:
                event = Event.objects.filter(recording_id=row.recording_id).first()
                who = f"{event.actor_name}: {event.sentence}" if event else "a later change"
                why = f" Reason: {event.reason}" if event and event.reason else ""
                return f"{who}, {site_time(row.history_date)}.{why}"
    return ""


def valid_signatures(record: Any) -> list[Signature]:
    """Signatures on a record that still count, oldest first."""
    found = Signature.objects.filter(record_type=record._meta.label_lower, record_key=str(record.pk))
    return [s for s in found if not s.withdrawn]


def signatures_of(record: Any) -> list[Signature]:
    """All signatures on a record, withdrawn ones too, oldest first."""
    return list(Signature.objects.filter(record_type=record._meta.label_lower, record_key=str(record.pk)))
