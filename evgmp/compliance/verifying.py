"""`verify`: does every trace still tell the same story? Each finding is a sentence naming what it found."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models

from evgmp.compliance import wall
from evgmp.compliance.canonical import canonical, plain, row_digest, row_values, sha256
from evgmp.compliance.models import DocumentCopy, Event, FileContent, GmpModel, IssuedDocument, RecordedHistory, Signature
from evgmp.compliance.recording import FIRST_HASH

CHUNK = 500


def findings(checkpoint: dict[str, Any] | None = None) -> list[str]:
    """Everything that is wrong, or an empty list."""
    found = [*wall.missing(), *chain_findings(), *history_findings(), *live_findings(), *signature_findings(), *file_findings()]
    if checkpoint is not None:
        found += checkpoint_findings(checkpoint)
    return found


def chain_head() -> dict[str, Any]:
    """The end of the chain, to be kept elsewhere."""
    last = Event.objects.order_by("-seq").first()
    return {"seq": last.seq if last else 0, "hash": last.hash if last else FIRST_HASH, "at": plain(last.at) if last else None}


def chain_findings() -> Iterator[str]:
    """Events: no gap, each hash follows from its payload and the one before, columns repeat the payload."""
    previous, expected = FIRST_HASH, 1
    for event in Event.objects.order_by("seq").iterator(CHUNK):
        if event.seq != expected:
            yield f"Events {expected} to {event.seq - 1} are missing from the chain."
        if event.previous_hash != previous:
            yield f"Event {event.seq} does not follow from event {event.seq - 1}."
        if sha256(event.previous_hash + event.payload) != event.hash:
            yield f"Event {event.seq} ({event.sentence}) was altered: its hash does not fit its content."
        if why := _columns_differ(event):
            yield f"Event {event.seq} was altered: {why} differs from the hashed content."
        previous, expected = event.hash, event.seq + 1


def _columns_differ(event: Event) -> str:
    payload = json.loads(event.payload)
    columns = {
        "number": (event.seq, payload["seq"]),
        "recording": (str(event.recording_id), payload["recording"]),
        "time": (plain(event.at), payload["at"]),
        "verb": (event.verb, payload["verb"]),
        "sentence": (event.sentence, payload["sentence"]),
        "actor": (
            [event.actor_kind, event.actor_id, event.actor_name, event.actor_role],
            [payload["actor"][k] for k in ("kind", "id", "name", "role")],
        ),
        "record": (
            [event.record_type, event.record_key, event.record_name],
            [payload["record"][k] for k in ("type", "key", "name")],
        ),
        "reason": (event.reason, payload["reason"]),
        "once key": (event.once, payload["once"]),
    }
    return ", ".join(name for name, (column, said) in columns.items() if column != said)


def _history_models() -> dict[str, type[models.Model]]:
    return {m._meta.db_table: m for m in apps.get_models() if issubclass(m, RecordedHistory)}


def history_findings() -> Iterator[str]:
    """History rows: each is listed in exactly the event of its recording, with the digest it has now."""
    promised: dict[str, dict[str, tuple[int, dict[str, Any]]]] = defaultdict(dict)
    recordings: dict[int, str] = {}
    for event in Event.objects.order_by("seq").iterator(CHUNK):
        payload = json.loads(event.payload)
        recordings[event.seq] = payload["recording"]
        for entry in payload["history"]:
            promised[entry["table"]][entry["key"]] = (event.seq, entry)
    for table, model in _history_models().items():
        expected = promised.pop(table, {})
        for row in model._default_manager.order_by("history_id").iterator(CHUNK):
            seq, entry = expected.pop(str(row.pk), (0, {}))
            if not seq:
                yield f"History row {row.pk} of {table} was written by no event."
                continue
            if str(row.recording_id) != recordings[seq]:  # type: ignore[attr-defined]
                yield f"History row {row.pk} of {table} was moved to another recording than event {seq}'s."
            if row_digest(row, entry["fields"]) != entry["digest"]:
                yield f"History row {row.pk} of {table} (record {_record_key(row)}), written by event {seq}, was altered."
        for key, (seq, _) in expected.items():
            yield f"History row {key} of {table}, written by event {seq}, is gone."
    for table, rows in promised.items():
        yield f"Table {table} is gone with {len(rows)} history rows."


def _record_key(history_row: models.Model) -> str:
    original: Any = history_row.instance_type  # type: ignore[attr-defined]
    return str(getattr(history_row, original._meta.pk.attname))


def live_findings() -> Iterator[str]:
    """Live rows: each equals its last history row; each record with history is still there."""
    for model in apps.get_models():
        if not issubclass(model, GmpModel):
            continue
        names = [f.attname for f in model._meta.concrete_fields]
        last: dict[str, models.Model] = {}
        history: Any = model.history  # type: ignore[attr-defined]
        for row in history.order_by("history_id").iterator(CHUNK):
            last[_record_key(row)] = row
        for live in model._default_manager.iterator(CHUNK):
            row = last.pop(str(live.pk), None)
            if row is None:
                yield f"{model._meta.label} {live.pk} has no history: it was written past the door."
                continue
            now, then = row_values(live, names), row_values(row, names)
            changed = [n for n in names if now[n] != then[n]]
            if changed:
                yield f"{model._meta.label} {live.pk}: {', '.join(changed)} was changed past the door."
        for key in last:
            yield f"{model._meta.label} {key} was deleted past the door."


def signature_findings() -> Iterator[str]:
    """Signatures: content fits digest and columns, the event lists it, record and covered rows exist as signed."""
    listed: dict[int, list[str]] = {}
    signatures = Signature.objects.select_related("event").order_by("pk").iterator(CHUNK)
    while some := list(islice(signatures, CHUNK)):
        intact = []
        for signature in some:
            if sha256(signature.content) != signature.digest:
                yield f"{_name(signature)} was altered: its digest does not fit its content."
                continue
            content = json.loads(signature.content)
            listed.setdefault(signature.event_id, []).append(signature.digest)
            intact.append((_name(signature), content))
            yield from _place_findings(signature, content)
        yield from _coverage_findings(intact)
    for event in Event.objects.order_by("seq").iterator(CHUNK):
        for digest in json.loads(event.payload)["signatures"]:
            if digest not in listed.get(event.pk, []):
                yield f"A signature given in event {event.seq} ({event.sentence}) is gone."


def _name(signature: Signature) -> str:
    return f"Signature {signature.pk} ({signature.printed_name}, {signature.meaning})"


def _place_findings(signature: Signature, content: dict[str, Any]) -> Iterator[str]:
    """The signature stands at the event that lists it, and its columns say what was signed."""
    event = signature.event
    if signature.digest not in json.loads(event.payload)["signatures"] or content["recording"] != str(event.recording_id):
        yield f"{_name(signature)} does not belong to event {event.seq}: it was moved or added."
    columns = [
        signature.meaning, signature.signer_id, signature.printed_name, signature.role,
        plain(signature.at), signature.record_type, signature.record_key, signature.schema,
    ]  # fmt: skip
    signer = content["signer"]
    if columns != [
        content["meaning"], signer["id"], signer["name"], signer["role"],
        content["at"], content["record"]["type"], content["record"]["key"], content["schema"],
    ]:  # fmt: skip
        yield f"{_name(signature)} was moved or altered: its columns differ from what was signed."


def _coverage_findings(signed: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """What each (name, content) of a chunk of signatures is on and covers is there, as it was signed; one query a table."""
    records: dict[str, set[str]] = defaultdict(set)
    cited: dict[str, set[str]] = defaultdict(set)
    for _, content in signed:
        records[content["record"]["type"]].add(content["record"]["key"])
        for cover in [*content["covers"], *content["references"]]:
            cited[cover["type"]].add(cover["history_id"])
    there: dict[str, set[str]] = {}
    for label, keys in records.items():
        found = apps.get_model(label)._default_manager.filter(pk__in=keys)
        there[label] = {str(pk) for pk in found.values_list("pk", flat=True)}
    rows: dict[tuple[str, str], models.Model] = {}
    for label, ids in cited.items():
        history: Any = apps.get_model(label).history  # type: ignore[attr-defined]
        rows |= {(label, str(row.pk)): row for row in history.filter(history_id__in=ids)}
    for name, content in signed:
        record = content["record"]
        if str(record["key"]) not in there[record["type"]]:
            yield f"{name} is on {record['type']} {record['key']}, which does not exist."
        for cover in [*content["covers"], *content["references"]]:
            row = rows.get((cover["type"], str(cover["history_id"])))
            if row is None or _record_key(row) != cover["key"]:
                yield f"{name} covers history row {cover['history_id']} of {cover['type']} {cover['key']}, which is gone."
            elif "fields" in cover and row_values(row, list(cover["fields"])) != cover["fields"]:
                yield f"{name} covers {cover['type']} {cover['key']}, whose signed content was altered."


def file_findings() -> Iterator[str]:
    """Issued papers and original files: the bytes still have their hash, the frozen data theirs."""
    for content in FileContent.objects.order_by("pk").iterator(20):
        if sha256(bytes(content.data)) != content.sha256 or len(content.data) != content.size:
            papers = IssuedDocument.objects.filter(content=content)
            copies = DocumentCopy.objects.filter(content=content)
            names = ", ".join(str(p) for p in [*papers, *copies]) or "an attached file"
            yield f"File {content.sha256[:12]} ({names}) was changed: its bytes no longer have that hash."
    for paper in IssuedDocument.objects.order_by("pk"):
        if sha256(paper.data) != paper.data_sha256:
            yield f"The frozen data of {paper} was changed."


def checkpoint_findings(checkpoint: dict[str, Any]) -> Iterator[str]:
    """Compare with a chain head kept elsewhere: a cut tail and a rewritten chain both show."""
    if not checkpoint["seq"]:
        return
    event = Event.objects.filter(seq=checkpoint["seq"]).first()
    if event is None:
        yield f"The chain ends before event {checkpoint['seq']} of the checkpoint: its tail was cut off."
    elif event.hash != checkpoint["hash"]:
        yield f"Event {checkpoint['seq']} has another hash than the checkpoint: the chain was rewritten."


def statistics() -> dict[str, int]:
    """What was looked at, for the command's last line."""
    return {
        "events": Event.objects.count(),
        "signatures": Signature.objects.count(),
        "history rows": sum(m._default_manager.count() for m in _history_models().values()),
        "files": FileContent.objects.count(),
        "laws": sum(wall.statement(law, _vendor()) is not None for law in wall.laws()),
    }


def _vendor() -> str:
    from django.db import connection

    return connection.vendor


def canonical_checkpoint() -> str:
    """The checkpoint file's text."""
    return canonical(chain_head()) + "\n"
