"""The only door.

`recording(command, act)` asks the right, the training, the reason and the signatures; opens one durable transaction;
fixes one instant; and writes the event, the signatures and the seats at the end. Outside it no GMP record can be saved.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from simple_history.signals import post_create_historical_record, pre_create_historical_record

from evgmp.compliance import clock, wall
from evgmp.compliance.actor import Actor
from evgmp.compliance.canonical import canonical, field_names, row_digest, row_values, sha256
from evgmp.compliance.models import SCHEMA, Event, GmpModel, NumberSeries, Seat, Signature
from evgmp.compliance.signing import Signing
from evgmp.compliance.site_time import site_time
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.command import Command, Meaning

FIRST_HASH = "0" * 64

# A reason made of these alone says nothing (AUD-03).
BOILERPLATE = {
    "n/a", "na", "none", "nil", "no reason", "reason", "change", "changed", "correction", "corrected", "error", "mistake",
    "typo", "update", "updated", "fix", "fixed", "edit", "test", "see above", "as above", "ok", "x", "xx", "xxx", "asdf",
}  # fmt: skip
SHORTEST_REASON = 8


class DoorClosed(RuntimeError):
    """A GMP record was about to be written outside a recording."""


@dataclass(frozen=True)
class Act:
    """Who does it, who signed, why, and which state of the record they saw.

    seen: the revision the page showed, empty when nothing was shown. once: a key that the same act can use only once, so
    that a double click or a repeated post leaves one record.
    """

    by: Actor
    signings: tuple[Signing, ...] = ()
    reason: str = ""
    seen: str = ""
    once: str = ""


@dataclass
class Recording:
    """What is being recorded now."""

    command: Command
    act: Act
    at: datetime
    role: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    rows: list[models.Model] = field(default_factory=list)
    record: models.Model | None = None
    covers: list[tuple[GmpModel, list[str]]] = field(default_factory=list)
    references: list[models.Model] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def about(
        self,
        record: GmpModel,
        *,
        covers: Iterable[GmpModel | tuple[GmpModel, list[str]]] | None = None,
        references: Iterable[GmpModel] = (),
        **details: Any,
    ) -> None:
        """Say what this recording is about. `covers`: rows a signature vouches for (the record itself by default).
        `references`: reference data in force (specification, master version). `details`: facts for the audit trail."""
        self.record = record
        for item in [record] if covers is None else covers:
            row, names = item if isinstance(item, tuple) else (item, item.signed_fields())
            self.covers.append((row, names))
        self.references = list(references)
        self.details = details

    def next_number(self, prefix: str, digits: int = 3) -> str:
        """The next free number of a series, e.g. `EV-2026-007`. Never given out twice."""
        wall.lock_series(prefix)
        series, _ = NumberSeries.objects.get_or_create(prefix=prefix)
        series.last += 1
        series.save()
        return f"{prefix}-{series.last:0{digits}d}"


_current: ContextVar[Recording | None] = ContextVar("evgmp_recording", default=None)


def current() -> Recording:
    """The open recording; raises DoorClosed when there is none."""
    recording_now = _current.get()
    if recording_now is None:
        raise DoorClosed("A GMP record can only be written by a command.")
    return recording_now


def reason_blocker(reason: str) -> Blocker | None:
    """A reason has to say something: blank, dots and stock phrases are refused (AUD-03)."""
    words = re.sub(r"[\W_]+", " ", reason, flags=re.UNICODE).strip().casefold()
    if not words:
        return Blocker("reason_missing", "Say why this is done, in your own words.", "reason")
    if words in BOILERPLATE or len(words.replace(" ", "")) < SHORTEST_REASON or len(set(words.replace(" ", ""))) < 4:
        return Blocker("reason_says_nothing", f"“{reason.strip()[:40]}” does not say why. Name the cause, in your own words.", "reason")
    return None


def standing_blockers(command: Command, actor: Actor, at: datetime) -> list[Blocker]:
    """Why this person may not do this command now, whatever the record."""
    if not actor.role_for(command):
        return [Blocker("not_permitted", f"{actor.printed_name} has no role that may do this: {command.in_a_sentence}.")]
    return actor.blockers_for(command, at)


def _signature_blockers(command: Command, act: Act, meanings: tuple[Meaning, ...]) -> list[Blocker]:
    given = tuple(s.meaning for s in act.signings)
    if given != meanings:
        wanted = ", ".join(meanings) or "none"
        return [Blocker("signature_missing", f"This act needs these signatures: {wanted}. Sign again.", "password")]
    if any(s.command_key != command.key for s in act.signings):
        return [Blocker("signature_elsewhere", "A signature was given for another act. Sign again.", "password")]
    ids = [s.user_id for s in act.signings]
    if ids and ids[0] != act.by.user_id:
        return [Blocker("signed_by_other", "The first signature must be that of the person signed in.", "user_id")]
    if len(set(ids)) != len(ids):
        return [Blocker("same_person", "Performer and witness must be two persons.", "witness_user_id")]
    return []


@contextmanager
def recording(command: Command, act: Act, *, witnessed: bool = False) -> Iterator[Recording]:
    """Open the door for one command.

    witnessed: the data demand a witness beyond what the register says; allowed only where `command.witness` is set.
    Raises RuleBroken with every blocker when the person, the reason or the signatures don't suffice, or when the same
    act was recorded before. Leaves one event, or nothing.
    """
    meanings = command.signs
    if witnessed:
        if not command.witness:
            raise TypeError(f"{command.key} knows no witness.")
        meanings = (*meanings, Meaning.VERIFIED)
    at = clock.now()
    blockers = standing_blockers(command, act.by, at)
    if command.reason and (blocker := reason_blocker(act.reason)):
        blockers.append(blocker)
    blockers += _signature_blockers(command, act, meanings)
    if blockers:
        raise RuleBroken(*blockers)

    rec = Recording(command=command, act=act, at=at, role=act.by.role_for(command))
    try:
        with transaction.atomic(durable=True), wall.door():
            token = _current.set(rec)
            try:
                if found := _recorded_already(act):
                    raise found
                yield rec
                _close(rec)
            finally:
                _current.reset(token)
    except (IntegrityError, RuleBroken) as error:
        # The same act may have been recorded while this one waited for its lock; then that is the truth to tell.
        if found := _recorded_already(act):
            raise found from error
        raise


def _recorded_already(act: Act) -> RuleBroken | None:
    """The refusal of an act whose key was used before; None when it is new, or has no key."""
    before = Event.objects.filter(once=act.once).first() if act.once else None
    if before is None:
        return None
    return refuse("already_recorded", f"This was recorded already, by {before.actor_name}. Nothing was recorded twice.")


def _close(rec: Recording) -> None:
    """Write event, signatures and seats. The chain's own lock comes last, so it is held for a moment only."""
    if rec.record is None:
        raise TypeError(f"{rec.command.key} recorded silence: call rec.about(...).")
    record_type, record_key = rec.record._meta.label_lower, str(rec.record.pk)
    covers, references = _covered(rec) if rec.act.signings else ([], [])
    texts = [_signature_text(rec, signing, record_type, record_key, covers, references) for signing in rec.act.signings]
    wall.lock_chain()
    # Its number and hash alone: the payload of an event may be a megabyte.
    last_seq, previous = Event.objects.order_by("-seq").values_list("seq", "hash").first() or (0, FIRST_HASH)
    payload = canonical(
        {
            "seq": last_seq + 1,
            "recording": rec.id,
            "at": rec.at,
            "verb": rec.command.key,
            "sentence": rec.command.sentence,
            "actor": {
                "kind": rec.act.by.kind,
                "id": rec.act.by.user_id,
                "name": rec.act.by.printed_name,
                "role": rec.role,
            },
            "record": {"type": record_type, "key": record_key, "name": str(rec.record)[:200]},
            "reason": rec.act.reason,
            "once": rec.act.once or None,
            "details": rec.details,
            "history": [history_entry(row) for row in rec.rows],
            "signatures": [sha256(text) for text in texts],
        }
    )
    event = Event(
        seq=last_seq + 1,
        recording_id=rec.id,
        at=rec.at,
        verb=rec.command.key,
        sentence=rec.command.sentence,
        actor_kind=rec.act.by.kind,
        actor_id=rec.act.by.user_id,
        actor_name=rec.act.by.printed_name,
        actor_role=rec.role,
        record_type=record_type,
        record_key=record_key,
        record_name=str(rec.record)[:200],
        reason=rec.act.reason,
        once=rec.act.once or None,
        payload=payload,
        previous_hash=previous,
        hash=sha256(previous + payload),
    )
    event.save()
    for signing, text in zip(rec.act.signings, texts, strict=True):
        _take_seat(record_type, record_key, signing)
        Signature(
            event=event,
            meaning=signing.meaning,
            signer_id=signing.user_id,
            printed_name=signing.printed_name,
            role=signing.role,
            at=rec.at,
            record_type=record_type,
            record_key=record_key,
            schema=SCHEMA,
            content=text,
            digest=sha256(text),
        ).save()


def _take_seat(record_type: str, record_key: str, signing: Signing) -> None:
    taken = Seat.objects.filter(record_type=record_type, record_key=record_key, signer_id=signing.user_id).first()
    if taken is None:
        Seat(record_type=record_type, record_key=record_key, signer_id=signing.user_id, meaning=signing.meaning).save()
    elif taken.meaning != signing.meaning:
        raise refuse(
            "one_part_a_person",
            f"{signing.printed_name} already signed this record as {taken.meaning} and can't sign it as {signing.meaning}. "
            "Another person has to sign.",
            "user_id",
        )


def history_entry(row: models.Model) -> dict[str, Any]:
    """What an event says about one history row: where it is, which columns, and the digest over exactly those."""
    names = field_names(type(row))
    return {"table": row._meta.db_table, "key": str(row.pk), "fields": names, "digest": row_digest(row, names)}


def latest_history(record: GmpModel) -> models.Model:
    """The newest history row of a record."""
    row = record.history.order_by("-history_id").first()  # type: ignore[attr-defined]
    if row is None:
        raise TypeError(f"{record._meta.label} {record.pk} has no history.")
    return row  # type: ignore[no-any-return]


def _newest_histories(rec: Recording, records: Iterable[models.Model]) -> dict[tuple[str, str], models.Model]:
    """The newest history row of each record: those this recording wrote are at hand, the rest takes one query a table."""
    found: dict[tuple[str, str], models.Model] = {}
    for row in rec.rows:
        original: Any = row.instance_type  # type: ignore[attr-defined]
        found[original._meta.label_lower, str(getattr(row, original._meta.pk.attname))] = row
    wanted: dict[Any, set[Any]] = {}
    for record in records:
        if (record._meta.label_lower, str(record.pk)) not in found:
            wanted.setdefault(type(record), set()).add(record.pk)
    for model, keys in wanted.items():
        key = model._meta.pk.attname
        for row in model.history.filter(**{f"{key}__in": keys}).order_by("history_id"):
            found[model._meta.label_lower, str(getattr(row, key))] = row
    return found


def _covered(rec: Recording) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows every signature of this recording vouches for, and the reference data in force."""
    newest = _newest_histories(rec, [*(row for row, _ in rec.covers), *rec.references])
    covers = []
    for row, names in rec.covers:
        history = newest[row._meta.label_lower, str(row.pk)]
        covers.append(
            {
                "table": history._meta.db_table,
                "type": row._meta.label_lower,
                "key": str(row.pk),
                "history_id": history.pk,
                "fields": row_values(history, names),
            }
        )
    references = [
        {"type": row._meta.label_lower, "key": str(row.pk), "name": str(row), "history_id": newest[row._meta.label_lower, str(row.pk)].pk}
        for row in rec.references
    ]
    return covers, references


def _signature_text(
    rec: Recording, signing: Signing, record_type: str, record_key: str, covers: list[dict[str, Any]], references: list[dict[str, Any]]
) -> str:
    return canonical(
        {
            "schema": SCHEMA,
            "command": rec.command.key,
            "recording": rec.id,
            "meaning": signing.meaning,
            "signer": {"id": signing.user_id, "name": signing.printed_name, "role": signing.role},
            "at": rec.at,
            "reason": rec.act.reason,
            "record": {"type": record_type, "key": record_key, "name": str(rec.record)},
            "covers": covers,
            "references": references,
        }
    )


def _mark_history(sender: Any, history_instance: Any, **kwargs: Any) -> None:
    history_instance.recording_id = current().id


def _note_history(sender: Any, history_instance: Any, **kwargs: Any) -> None:
    current().rows.append(history_instance)


pre_create_historical_record.connect(_mark_history, dispatch_uid="evgmp.mark_history")
post_create_historical_record.connect(_note_history, dispatch_uid="evgmp.note_history")


def fresh(record: GmpModel, act: Act) -> None:
    """Refuse an act on a page that is no longer true, naming who changed the record and when (pitfall 21)."""
    if act.seen and act.seen != str(record.revision):
        last = latest_history(record)
        event = Event.objects.filter(recording_id=last.recording_id).first()  # type: ignore[attr-defined]
        who = f"{event.actor_name} changed it at {site_time(event.at)}: {event.sentence}." if event else "It was changed."
        raise refuse("stale_page", f"This page is out of date. {who} Look at the record as it is now, then decide again.")
