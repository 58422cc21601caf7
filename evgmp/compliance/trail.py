"""Reading the audit trail: events with the changes their recordings made, old and new value side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from evgmp.compliance.canonical import plain
from evgmp.compliance.models import Event, GmpModel, RecordedHistory, Signature
from evgmp.rules.reading import display_number

# Bookkeeping that says nothing to a reader.
SILENT = {"id", "revision", "history_id", "history_date", "history_type", "history_user_id", "history_change_reason", "recording_id"}


@dataclass(frozen=True)
class Change:
    """One field of one record: what it was, what it became, in words. `first` marks the creating entry. The exact values stand in
    `old_exact` and `new_exact` where the words round them."""

    record_type: str
    record_key: str
    record_name: str
    field: str
    old: str
    new: str
    first: bool
    old_exact: str = ""
    new_exact: str = ""


@dataclass
class TrailRow:
    """One event with its changes and signatures."""

    event: Event
    changes: list[Change] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    withheld: str = ""

    @property
    def reason(self) -> str:
        """Why it was done. Of an act that wrote what nobody may read yet the reason is not told either."""
        return self.withheld if self.withheld and self.event.reason else self.event.reason

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
    names = _Names()
    for model in _gmp_models():
        history: Any = model.history  # type: ignore[attr-defined]
        rows = list(history.filter(recording_id__in=found).order_by("history_id"))
        if not rows:
            continue
        before = _earlier_rows(model, rows)
        names.learn(model, [row for row in (*rows, *before.values()) if row is not None])
        withheld = model.withheld_keys({str(getattr(row, model._meta.pk.attname)) for row in rows}) if model.withheld_fields else set()
        for row in rows:
            key = str(getattr(row, model._meta.pk.attname))
            if key in withheld:
                found[row.recording_id].withheld = model.withheld_words
            if wanted is None or (model._meta.label_lower, key) in wanted:
                found[row.recording_id].changes += _changes(model, key, before[row.pk], row, names, key in withheld)
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


class _Names:
    """What records that others point to are called. Each table is asked once for every table that points to it."""

    def __init__(self) -> None:
        self.known: dict[Any, dict[str, str]] = defaultdict(dict)

    def learn(self, model: type[GmpModel], rows: list[Any]) -> None:
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for one in model._meta.concrete_fields:
            if one.remote_field and one.name not in SILENT:
                wanted[one.related_model] |= {held for row in rows if (held := getattr(row, one.attname)) is not None}
        for related, keys in wanted.items():
            if keys := {key for key in keys if str(key) not in self.known[related]}:
                self.known[related].update(_called(related, keys))

    def of(self, related: Any, key: Any) -> str:
        return self.known[related].get(str(key), "") or str(key)


def _called(related: Any, keys: set[Any]) -> dict[str, str]:
    """Number or code of each record, or what it calls itself."""
    columns = {column.name for column in related._meta.concrete_fields}
    records = related._base_manager.filter(pk__in=keys)
    for attribute in CALLED_BY:
        if attribute in columns and not isinstance(getattr(related, "number", None), property):
            return {str(pk): str(name) for pk, name in records.values_list("pk", attribute)}
    if columns & {"data"}:
        # Stored bytes are called by their digest, and never read for their name.
        return {}
    return {str(record.pk): str(record) for record in records.select_related()}


CALLED_BY = ("number", "code", "user_id", "key", "name")
# A number with more figures than these is shown rounded, with the exact value beside it.
MOST_FIGURES = 12


def _changes(model: type[GmpModel], key: str, old: Any, new: Any, names: _Names, is_withheld: bool = False) -> list[Change]:
    changes = []
    for model_field in model._meta.concrete_fields:
        if model_field.name in SILENT:
            continue
        if is_withheld and model_field.name in model.withheld_fields:
            # Told in the same words for every such column: which of them are filled would say something too.
            if old is None:
                name, words = str(model_field.verbose_name), model.withheld_words
                changes.append(Change(str(model._meta.verbose_name), key, _name(new), name, "", words, first=True))
            continue
        before = _text(getattr(old, model_field.attname)) if old is not None else ""
        after = _text(getattr(new, model_field.attname))
        if before != after:
            was = _words(model_field, getattr(old, model_field.attname), names) if old is not None else ""
            became = _words(model_field, getattr(new, model_field.attname), names)
            changes.append(
                Change(
                    record_type=str(model._meta.verbose_name),
                    record_key=key,
                    record_name=_name(new),
                    field=str(model_field.verbose_name),
                    old=was,
                    new=became,
                    first=old is None,
                    old_exact=before if _is_rounded(old and getattr(old, model_field.attname)) else "",
                    new_exact=after if _is_rounded(getattr(new, model_field.attname)) else "",
                )
            )
    return changes


def _is_rounded(value: Any) -> bool:
    return isinstance(value, Decimal) and len(value.as_tuple().digits) > MOST_FIGURES


def _words(model_field: Any, value: Any, names: _Names) -> str:
    """A stored value for people: the name of the record it points to, yes or no, a choice by its label, a number with its figures."""
    if value is None or value == "":
        return ""
    if model_field.remote_field:
        return names.of(model_field.related_model, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"about {display_number(Context(prec=MOST_FIGURES).plus(value))}" if _is_rounded(value) else display_number(value)
    if isinstance(value, str) and model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    return _text(value)


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
        return ", ".join(f"{name}: {said}" for name, held in canonical.items() if (said := _legible(held)))
    if isinstance(canonical, list):
        return "; ".join(_legible(held) for held in canonical)
    if canonical is None:
        return ""
    return canonical if isinstance(canonical, str) else str(canonical)
