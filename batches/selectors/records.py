"""Reading batch records: where they stand, what is absent, who took part."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from batches.domain.entry_rules import OUTSIDE, limits_in_words
from batches.domain.lifecycle_records import DONE
from batches.models import (
    BatchRecord,
    ContainerMovement,
    Entry,
    EquipmentEntry,
    ExceptionRecord,
    Lot,
    LotInput,
    MaterialMovement,
    Step,
    StepAttachment,
)
from batches.selectors.alarms import waiting_alarms
from batches.selectors.clearances import rooms_left, rooms_taken
from batches.selectors.clocks import undecided_times
from batches.selectors.environment import environment_open
from batches.selectors.labels import open_labels
from batches.selectors.sheets import Sheet, step_name
from batches.selectors.signatures import signatures_by_record
from batches.selectors.starts import rooms_uncleared
from batches.selectors.uses import needs_open, rows_signed
from evgmp.compliance.models import Event, Signature
from evgmp.compliance.site_time import site_time
from evgmp.people.commands import TOPICS
from evgmp.people.models import Person
from evgmp.people.roles import roles
from evgmp.rules.command import Meaning
from evgmp.rules.lifecycle import LazyFacts

# Last decisions on a lot. Under one of them its record is not corrected any more. An intermediate released for processing
# may still be: every release below it then finds the record unfinished.
DECIDED = {
    "approved_for_certification": "approved for certification",
    "certified": "certified",
    "released": "released",
    "rejected": "rejected",
    "recalled": "recalled",
}
EARLIER_PART = (Meaning.PERFORMED, Meaning.VERIFIED)


def batch_of(number: str) -> BatchRecord:
    return batches().get(number=number.strip().upper())


def batches() -> "QuerySet[BatchRecord]":
    return BatchRecord.objects.select_related("lot", "version__master")


def batches_by_status(*statuses: str) -> "QuerySet[BatchRecord]":
    return batches().filter(status__in=statuses).order_by("pk")


def open_steps() -> list[tuple[Step, bool]]:
    """The step whose turn it is, of every batch in process, and whether one of its values is outside its limits."""
    steps = Step.objects.filter(batch__status="in_process", status="open").select_related("batch__lot", "master_step")
    firsts: dict[int, Step] = {}
    for step in steps.order_by("batch", "position"):
        if step.batch_id not in firsts:
            # A step with a condition may be passed over: then it is the turn of a later one.
            first = Sheet(step.batch).first_open if step.master_step.condition else step
            if first is not None:
                firsts[step.batch_id] = first
    outside = Entry.objects.filter(step__in=firsts.values(), is_current=True, mark__in=OUTSIDE).values_list("step_id", flat=True)
    marked = set(outside)
    return [(step, step.pk in marked) for step in firsts.values()]


def step_of(number: str) -> Step:
    return Step.objects.select_related("batch__lot", "batch__version__master", "master_step").get(number=number.strip().upper())


def recorded_when(entry: Entry) -> str:
    return site_time(entry.recorded_at)


def step_facts(sheet: Sheet, step: Step, by: Any = None, at: datetime | None = None) -> LazyFacts:
    """What the rules of STEP ask about; with the person and the moment, also whether this person may do this step."""
    lot, master = sheet.batch.lot, step.master_step
    facts = LazyFacts(
        batch=lambda: sheet.batch.number,
        batch_status=lambda: sheet.batch.status,
        waits_for=lambda: sheet.waits_for(step),
        applies=lambda: sheet.applies(step),
        is_hold_point=lambda: master.kind == "hold_point",
        takes_files=lambda: bool(master.attachment),
        may_skip=lambda: master.may_skip,
        values=lambda: len(sheet.entries(step)) + len(rows_signed(step)),
        rooms_uncleared=lambda: rooms_uncleared(sheet, step, at) if at is not None else [],
        rooms_taken=lambda: rooms_taken(sheet, step, at) if at is not None else [],
        undecided_times=lambda: undecided_times(sheet, step, at),
        missing=lambda: [*sheet.missing(step), *needs_open(step)],
        held_gates=lambda: held_gates(sheet, step),
        decided=lambda: f"{lot.number} is {word}" if (word := DECIDED.get(lot.disposition)) else "",
    )
    return facts | fitness(step, by, at) if by is not None and at is not None else facts


def fitness(step: Step, by: Any, at: datetime) -> dict[str, str]:
    """Why this person may not do this step: its master names another role, or training that is not in date. Empty sentences when they may.
    Nobody else than a person holds a role or is trained."""
    master, person = step.master_step, by if isinstance(by, Person) else None
    held = {role.key for role in person.roles} if person else set()
    named = roles()[master.performer].title if master.performer in roles() else master.performer
    topic = TOPICS.get(master.training, master.training)
    trained = not master.training or (person is not None and person.trained_in(master.training, at))
    return {
        "other_role": "" if not master.performer or master.performer in held else
        f"The master has this step done by: {named}. {by.printed_name} holds no such role, so somebody else does it.",
        "untrained": "" if trained else
        f"{by.printed_name} has no valid training in “{topic}”, which this step asks for. Somebody trained does it.",
    }  # fmt: skip


# Decisions of QA with which a batch goes on although a gate is outside its limits.
ACCEPTED_AT_GATE = ("no_impact", "impact_accepted")


def held_gates(sheet: Sheet, step: Step) -> list[str]:
    """Each gate of the step that is outside its limits and that QA has not accepted, as a sentence. Absent values are asked for elsewhere."""
    outside = [entry for entry in sheet.entries(step) if entry.parameter.gate and entry.mark in OUTSIDE]
    if not outside:
        return []
    found = {one.entry_id: one for one in ExceptionRecord.objects.filter(entry__in=outside)}
    held = []
    for entry in outside:
        exception = found.get(entry.pk)
        if exception is None or exception.status != "closed" or exception.decision not in ACCEPTED_AT_GATE:
            where = f" ({exception.number})" if exception else ""
            held.append(f"{entry.parameter.label} is {entry.text} {entry.unit}".rstrip() + f", {limits_in_words(entry.parameter).lower()}{where}")
    return held


def batch_facts(sheet: Sheet, user_id: str = "") -> LazyFacts:
    """What the rules of BATCH ask about. `user_id`: the reviewer, whose earlier part in the record is looked up."""
    batch, lot = sheet.batch, sheet.batch.lot
    return LazyFacts(
        unsigned=lambda: unsigned_steps(sheet),
        quantity_made=lambda: lot.quantity_made,
        origin=lambda: _has_origin(lot),
        rooms_left=lambda: rooms_left(batch),
        open_labels=lambda: open_labels(lot),
        environment_open=lambda: environment_open(batch),
        unacknowledged=lambda: [alarm.sentence for alarm in waiting_alarms(batch)],
        lot_made=lambda: lot.making_status == "made",
        took_part=lambda: performers_of(lot, meanings=EARLIER_PART).get(user_id, []) if user_id else [],
    )


def _has_origin(lot: Lot) -> bool:
    if lot.stage == "cell_bank" and lot.typed.line_id is not None:  # type: ignore[attr-defined]
        return True
    return LotInput.objects.filter(child=lot).exists()


def unsigned_steps(sheet: Sheet) -> list[str]:
    """Names of the steps without all their valid signatures, and of those whose computed values went out of date."""
    return _without_signature(sheet) + _out_of_date(sheet)


def _without_signature(sheet: Sheet) -> list[str]:
    signatures = signatures_by_record(sheet.steps)
    return [step_name(s) for s in sheet.steps if sheet.applies(s) is not False and not _is_signed(s, signatures[str(s.pk)])]


def _out_of_date(sheet: Sheet) -> list[str]:
    return [f"{what} no longer follows from its values" for what in sheet.disagreements()]


def _is_signed(step: Step, signatures: list[Signature]) -> bool:
    if step.status not in DONE:
        return False
    given = {signature.meaning for signature in signatures if not signature.withdrawn}
    return wanted_signatures(step) <= given


def wanted_signatures(step: Step) -> set[Meaning]:
    """What has to be signed before a step counts as done: two persons where it is left out, QC or QA at a hold point."""
    if step.master_step.kind == "hold_point":
        return {Meaning.APPROVED}
    if step.status == "skipped" or step.master_step.witness:
        return {Meaning.PERFORMED, Meaning.VERIFIED}
    return {Meaning.PERFORMED}


def unfinished(batch: BatchRecord) -> list[str]:
    """Why this batch record is no basis for a decision yet, as sentences; empty when production has reviewed it."""
    if batch.status == "aborted":
        return [f"{batch.number} was aborted."]
    sheet = Sheet(batch)
    names = _without_signature(sheet)
    found = [f"{batch.number}: {names[0]} is not signed."] if names else []
    if len(names) > 1:
        found = [f"{batch.number}: {len(names)} steps are not signed, the first of them {names[0]}."]
    found += [f"{batch.number}: {what}." for what in _out_of_date(sheet)]
    if batch.status in ("in_process", "paused"):
        found.append(f"{batch.number} is not completed.")
    reviewed = [s for s in signatures_by_record([batch])[str(batch.pk)] if s.meaning == Meaning.REVIEWED and not s.withdrawn]
    if batch.status != "reviewed" or not reviewed:
        found.append(f"{batch.number} has no valid production review.")
    return found


def record_keys(lot: Lot) -> dict[str, list[str]]:
    """Type and keys of every row of a lot's making: the lot itself (split, vials stored), batch, steps, entries, consumed parents, vials received."""
    batch = BatchRecord.objects.filter(lot=lot).first()
    rows: dict[str, Any] = {
        "batches.lot": [lot.pk],
        "batches.batchrecord": [batch.pk] if batch else [],
        "batches.step": Step.objects.filter(batch=batch).values_list("pk", flat=True) if batch else [],
        "batches.entry": Entry.objects.filter(step__batch=batch).values_list("pk", flat=True) if batch else [],
        "batches.alarmacknowledgement": batch.acknowledgements.values_list("pk", flat=True) if batch else [],
        "batches.lotinput": LotInput.objects.filter(child=lot).values_list("pk", flat=True),
        "batches.materialmovement": MaterialMovement.objects.filter(step__batch=batch).values_list("pk", flat=True) if batch else [],
        "batches.stepattachment": StepAttachment.objects.filter(step__batch=batch).values_list("pk", flat=True) if batch else [],
        "batches.equipmententry": EquipmentEntry.objects.filter(step__batch=batch).values_list("pk", flat=True) if batch else [],
        "batches.containermovement": ContainerMovement.objects.filter(destination=lot).values_list("pk", flat=True),
    }
    return {record_type: [str(pk) for pk in keys] for record_type, keys in rows.items()}


def performers_of(lot: Lot, *, meanings: tuple[str, ...] = (Meaning.PERFORMED, Meaning.VERIFIED, Meaning.REVIEWED)) -> dict[str, list[str]]:
    """Who took part in making a lot: user ID -> sentences such as “performed TFF-2026-001 step 8” (SIG-08, AUD-12).

    Everybody who signed in one of `meanings`, and everybody who recorded without signing.
    """
    found: dict[str, list[str]] = defaultdict(list)
    steps = {str(s.pk): f"{lot.number} step {s.position}" for s in Step.objects.filter(batch__lot=lot)}
    of_entries = {str(pk): steps[str(step)] for pk, step in Entry.objects.filter(step__batch__lot=lot).values_list("pk", "step_id")}
    for record_type, keys in record_keys(lot).items():
        for signature in Signature.objects.filter(record_type=record_type, record_key__in=keys, meaning__in=meanings).select_related(
            "event"
        ):
            found[signature.signer_id].append(_part(signature.meaning, signature.event, steps, of_entries))
        for event in Event.objects.filter(record_type=record_type, record_key__in=keys, signatures=None):
            found[event.actor_id].append(_part("recorded", event, steps, of_entries))
    return {user_id: list(dict.fromkeys(sentences)) for user_id, sentences in found.items()}


def _part(verb: str, event: Event, steps: dict[str, str], of_entries: dict[str, str]) -> str:
    """What somebody did, in a few words that follow “You”."""
    if event.record_type == "batches.step":
        return f"{'recorded values in' if verb == 'recorded' else verb} {steps[event.record_key]}"
    if event.record_type == "batches.entry":
        return f"{verb} a correction in {of_entries[event.record_key]}"
    return f"{verb} “{event.sentence}” of {event.record_name}"
