"""Which batch records of a chain certainly still are what production reviewed, found with a few queries for the whole chain.

A record stands when nothing in it, and nothing in any record it was made from, was written after its review: then every
check that the review made still holds. A record that does not stand by this test is read in full
(`batches.selectors.records.unfinished`), which alone says that something is wrong.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Max

from batches.models import BatchRecord, Entry, Step
from evgmp.compliance.models import Event, Signature
from evgmp.rules.command import Meaning
from qc.selectors.chain import Chain


def standing_records(chain: Chain) -> set[int]:
    """Keys of the lots whose reviewed batch records nothing has touched since, upstream included."""
    reviewed = _review_events(chain.batches.values())
    written = _last_writings(list(chain.batches.values()))
    parents = chain.family.parents_by_child()
    newest: dict[int, int] = {}
    standing = set()
    for lot in chain.family.lots:
        upstream = [newest[parent] for parent in parents[lot.pk] if parent in newest]
        batch = chain.batches.get(lot.pk)
        newest[lot.pk] = max([written.get(batch.pk, 0) if batch else 0, *upstream])
        if batch and batch.status == "reviewed" and newest[lot.pk] <= reviewed.get(batch.pk, 0):
            standing.add(lot.pk)
    return standing


def _review_events(batches: Iterable[BatchRecord]) -> dict[int, int]:
    """Number of the event of the newest review of each batch record."""
    keys = [str(batch.pk) for batch in batches]
    found = Signature.objects.filter(record_type="batches.batchrecord", record_key__in=keys, meaning=Meaning.REVIEWED)
    return {int(row["record_key"]): row["seq"] for row in found.order_by().values("record_key").annotate(seq=Max("event__seq"))}


def _last_writings(batches: list[BatchRecord]) -> dict[int, int]:
    """Number of the last event that wrote a row of each batch record: the record itself, its steps, its entries."""
    steps = dict(Step.objects.filter(batch__in=batches).values_list("pk", "batch_id"))
    entries = dict(Entry.objects.filter(step__batch__in=batches).values_list("pk", F("step__batch_id")))
    owners: list[tuple[Any, dict[int, int]]] = [(BatchRecord, {b.pk: b.pk for b in batches}), (Step, steps), (Entry, entries)]
    recordings: dict[Any, set[int]] = {}
    for model, owner_of in owners:
        newest = model.history.filter(id__in=list(owner_of)).order_by().values("id").annotate(last=Max("history_id"))
        last = {row["last"]: owner_of[row["id"]] for row in newest}
        for history_id, recording in model.history.filter(history_id__in=list(last)).order_by().values_list("history_id", "recording_id"):
            recordings.setdefault(recording, set()).add(last[history_id])
    found: dict[int, int] = {}
    for recording, seq in Event.objects.filter(recording_id__in=list(recordings)).order_by().values_list("recording_id", "seq"):
        for batch in recordings[recording]:
            found[batch] = max(found.get(batch, 0), seq)
    return found
