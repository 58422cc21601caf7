"""Reading the audit trail: events with the changes their recordings made, old and new value side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from evgmp.compliance.canonical import plain
from evgmp.compliance.models import Event, GmpModel, RecordedHistory, Signature

# Bookkeeping that says nothing to a reader.
SILENT = {"id", "revision", "history_id", "history_date", "history_type", "history_user_id", "history_change_reason", "recording_id"}


@dataclass(frozen=True)
class Change:
    """One field of one record: what it was, what it became. `first` marks the creating entry."""

    record_type: str
    record_key: str
    record_name: str
    field: str
    old: str
    new: str
    first: bool


@dataclass
class TrailRow:
    """One event with its changes and signatures."""

    event: Event
    changes: list[Change] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)

    @property
    def is_critical(self) -> bool:
        """A changed value: the part a reviewer reads first."""
        return any(not c.first and c.old for c in self.changes)


@cache
def _gmp_models() -> list[type[GmpModel]]:
    return [m for m in apps.get_models() if issubclass(m, GmpModel)]


def events_about(records: Iterable[GmpModel]) -> models.QuerySet[Event]:
    """Events whose recordings wrote a history row of one of the records, oldest first."""
    recordings: set[Any] = set()
    for record in records:
        recordings.update(record.history.values_list("recording_id", flat=True))  # type: ignore[attr-defined]
    return Event.objects.filter(recording_id__in=recordings).order_by("seq")


def rows_of(events: Iterable[Event], only: Iterable[GmpModel] | None = None) -> list[TrailRow]:
    """Trail rows of some events (a page of them: every history table is asked once). `only`: changes of these records."""
    found = {event.recording_id: TrailRow(event) for event in events}
    if not found:
        return []
    wanted = {(r._meta.label_lower, str(r.pk)) for r in only} if only is not None else None
    for signature in Signature.objects.filter(event__recording_id__in=found).order_by("pk"):
        found[signature.event.recording_id].signatures.append(signature)
    for model in _gmp_models():
        history: Any = model.history  # type: ignore[attr-defined]
        rows = list(history.filter(recording_id__in=found).order_by("history_id"))
        if not rows:
            continue
        before = _earlier_rows(model, rows)
        for row in rows:
            key = str(getattr(row, model._meta.pk.attname))
            if wanted is None or (model._meta.label_lower, key) in wanted:
                found[row.recording_id].changes += _changes(model, key, before[row.pk], row)
    return list(found.values())


def _earlier_rows(model: type[GmpModel], rows: list[Any]) -> dict[int, Any]:
    """For each history row the one before it of the same record, or None."""
    pk = model._meta.pk.attname
    by_key: dict[Any, list[Any]] = defaultdict(list)
    history: Any = model.history  # type: ignore[attr-defined]
    for row in history.filter(**{f"{pk}__in": {getattr(r, pk) for r in rows}}).order_by("history_id"):
        by_key[getattr(row, pk)].append(row)
    earlier: dict[int, Any] = {}
    for series in by_key.values():
        previous: RecordedHistory | None = None
        for row in series:
            earlier[row.pk] = previous
            previous = row
    return earlier


def _changes(model: type[GmpModel], key: str, old: Any, new: Any) -> list[Change]:
    changes = []
    for model_field in model._meta.concrete_fields:
        if model_field.name in SILENT:
            continue
        before = _text(getattr(old, model_field.attname)) if old is not None else ""
        after = _text(getattr(new, model_field.attname))
        if before != after:
            changes.append(
                Change(
                    record_type=str(model._meta.verbose_name),
                    record_key=key,
                    record_name=_name(new),
                    field=str(model_field.verbose_name),
                    old=before,
                    new=after,
                    first=old is None,
                )
            )
    return changes


def _name(history_row: Any) -> str:
    for attribute in ("number", "code", "user_id", "key"):
        if value := getattr(history_row, attribute, ""):
            return str(value)
    return ""


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    return _legible(plain(value))


def _legible(canonical: Any) -> str:
    """A canonical value for people: what a structure holds, without its marks."""
    if isinstance(canonical, dict):
        return ", ".join(f"{name}: {_legible(held)}" for name, held in canonical.items())
    if isinstance(canonical, list):
        return "; ".join(_legible(held) for held in canonical)
    return canonical if isinstance(canonical, str) else str(canonical)
