"""Signatures of many records at once, each knowing whether it still counts, with few queries."""

from collections import defaultdict
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db.models import Max

from batches.models import BatchRecord
from evgmp.compliance.models import GmpModel, Signature
from evgmp.compliance.validity import fall_of

MANY = 1000


def signatures_by_record(records: Sequence[GmpModel]) -> defaultdict[str, list[Signature]]:
    """Key of each record (all of one kind) -> its signatures, withdrawn ones too, oldest first."""
    found: defaultdict[str, list[Signature]] = defaultdict(list)
    if records:
        keys = [str(record.pk) for record in records]
        signatures = list(Signature.objects.filter(record_type=records[0]._meta.label_lower, record_key__in=keys).order_by("pk"))
        _settle(signatures)
        for signature in signatures:
            found[signature.record_key].append(signature)
    return found


def hand_over_signatures(batch: BatchRecord) -> list[Signature]:
    """The signatures of every hand-over of a batch, oldest first."""
    return [signature for signatures in signatures_by_record(list(batch.hand_overs.all())).values() for signature in signatures]


def _settle(signatures: list[Signature]) -> None:
    """Tell each signature whether it stands.

    Rows still at their signed history row withdraw nothing. Only the others are compared field by field: a newer row alone
    doesn't withdraw either.
    """
    _read_once(signatures)
    wanted: dict[str, set[str]] = defaultdict(set)
    for signature in signatures:
        for cover in signature.covered:
            wanted[cover["type"]].add(cover["key"])
    newest: dict[tuple[str, str], int] = {}
    for record_type, keys in wanted.items():
        model: Any = apps.get_model(record_type)
        pk = model._meta.pk.attname
        rows = model.history.filter(**_among(pk, keys)).order_by().values_list(pk).annotate(newest=Max("history_id"))
        newest.update({(record_type, str(key)): last for key, last in rows})
    for signature in signatures:
        moved = [cover for cover in signature.covered if newest.get((cover["type"], cover["key"])) != cover["history_id"]]
        # The slot of the cached property: the same answer, without asking for rows that didn't move.
        signature.withdrawn_why = fall_of(SimpleNamespace(covered=moved)) if moved else ""  # type: ignore[arg-type]


def _read_once(signatures: list[Signature]) -> None:
    """Performer and witness of one act vouch for the same rows. Their contents, canonical JSON with sorted names, are then the same
    text up to the meaning, which follows the rows; that of a log is a megabyte, so it is read for the first of them only."""
    firsts: dict[int, Signature] = {}
    for signature in signatures:
        first = firsts.setdefault(signature.event_id, signature)
        if first is not signature and _until_meaning(first) == _until_meaning(signature):
            signature.covered = first.covered


def _until_meaning(signature: Signature) -> str:
    return signature.content[: signature.content.rindex(',"meaning":')]


def _among(pk: str, keys: set[str]) -> dict[str, Any]:
    """A filter that lets these keys through. Of very many the range they span, which also holds a few of others and takes the
    database no list of thousands to read."""
    if len(keys) < MANY or not all(key.isdecimal() for key in keys):
        return {f"{pk}__in": keys}
    numbers = [int(key) for key in keys]
    return {f"{pk}__range": (min(numbers), max(numbers))}
