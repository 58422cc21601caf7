"""Corrections: a new entry beside the old one, with a reason and signatures; what it touches opens again."""

from typing import Any

from batches.domain.commands import CORRECT_ENTRY
from batches.domain.entry_rules import Refused, Value, read_value
from batches.domain.lifecycle_records import BATCH, STEP
from batches.models import BatchRecord, Entry, Step
from batches.selectors.records import step_facts, step_of
from batches.selectors.sheets import Sheet, parameter_of, step_name
from batches.services.steps import open_sheet
from batches.services.writing import Writer
from evgmp.compliance.recording import Act, Recording, recording
from evgmp.rules.blocker import RuleBroken, refuse


def correct_entry(act: Act, on: str, *, entry: str, value: Any) -> Step:
    """Correct one recorded value. `entry` is the key of its parameter, in a log with its row: `p_feed:3`.

    Computed values that depend on it are computed again, here and in later steps; every signed step whose values changed
    opens again and its signatures fall; a completed or reviewed batch is in process again.
    """
    with recording(CORRECT_ENTRY, act, witnessed=step_of(on).master_step.witness) as rec:
        sheet, step = open_sheet(on, act)
        batch = sheet.batch
        facts = step_facts(sheet, step)
        if blockers := STEP.blockers(CORRECT_ENTRY, status=step.status, facts=facts):
            raise RuleBroken(*blockers)
        old = _entry(sheet, step, entry)
        new_value = _value(rec, old, value)
        writer = Writer(rec, sheet)
        new = writer.write(step, old.parameter, new_value, row=old.row, supersedes=old, reason=act.reason.strip())
        opened = writer.finish()
        _reopen(batch)
        rec.about(
            new,
            covers=[new],
            step=step.number,
            corrected={old.parameter.label: [old.text, new.text]},
            opened_again=[step_name(one) for one in opened],
        )
    return step


def _entry(sheet: Sheet, step: Step, name: str) -> Entry:
    key, _, row = name.partition(":")
    parameter = parameter_of(step, key)
    found = sheet.entry(step, parameter, int(row or "1")) if parameter and (row or "1").isdecimal() else None
    if parameter is None or found is None:
        raise refuse("no_such_entry", f"Nothing is recorded as “{name[:60]}” in this step. Choose a recorded value.", "entry")
    if parameter.kind == "calculated":
        raise refuse("computed_value", f"{parameter.label} is computed. Correct a value it is computed from.", "entry")
    return found


def _value(rec: Recording, old: Entry, given: Any) -> Value:
    try:
        new = read_value(old.parameter, given, now=rec.at)
    except Refused as refused:
        raise refuse("impossible_value", str(refused), "value") from refused
    if new.text == old.text:
        raise refuse("nothing_changed", f"{old.parameter.label} is {old.text} already. Write the right value.", "value")
    return new


def _reopen(batch: BatchRecord) -> None:
    """A completed or reviewed record is in process again; its production review fell with the values it covered."""
    target = BATCH.target(CORRECT_ENTRY, status=batch.status)
    if target != batch.status:
        batch.status, batch.completed_at = target, None
        batch.save()
