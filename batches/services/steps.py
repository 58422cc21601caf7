"""What an operator does in a step: records values as they are read, then signs. Values save at once (REC-01)."""

from itertools import pairwise
from typing import Any

from batches.domain.commands import RECORD_ENTRY, SIGN_STEP
from batches.domain.entry_rules import Refused, Value, pressed_value, read_value, recorded_late
from batches.domain.lifecycle_records import STEP
from batches.models import BatchRecord, MasterParameter, Step
from batches.selectors.clocks import unkept
from batches.selectors.records import fitness, recorded_when, step_facts, step_of
from batches.selectors.sheets import Sheet, is_pressed, parameter_of, parameters_of
from batches.selectors.uses import rows_signed
from batches.services.settling import settle_uses
from batches.services.writing import Writer
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.people.models import Person
from evgmp.rules.blocker import Blocker, RuleBroken


def open_sheet(on: str, act: Act) -> tuple[Sheet, Step]:
    """The sheet of a step's batch under the batch's lock, and the step as the page must have shown it."""
    step = step_of(on)
    sheet = Sheet(BatchRecord.locked(pk=step.batch_id))
    step = sheet.step(step.pk)
    fresh(step, act)
    return sheet, step


def record_entry(act: Act, on: str, **given: Any) -> Step:
    """Record what was read: some values of an entry step, or one whole row of a log.

    A value outside its limits is recorded, marked and opens an exception; what can't be the value is refused.
    """
    with recording(RECORD_ENTRY, act) as rec:
        sheet, step = _open_for_entry(on, act, given)
        if blockers := STEP.blockers(RECORD_ENTRY, status=step.status, facts=step_facts(sheet, step, act.by, rec.at)):
            raise RuleBroken(*blockers)
        row = (max(sheet.rows(step), default=0) + 1) if step.master_step.kind == "log" else 1
        values = read_all(rec, step, given)
        _in_turn(sheet, step, given)
        writer = Writer(rec, sheet)
        for parameter, value in values:
            writer.write(step, parameter, value, row=row)
        writer.finish()
        rec.about(step, recorded={parameter.label: f"{value.text} {parameter.unit}".strip() for parameter, value in values})
    return step


def _open_for_entry(on: str, act: Act, given: dict[str, Any]) -> tuple[Sheet, Step]:
    """Like `open_sheet`, but a value that somebody recorded meanwhile is named before the page is called out of date."""
    number = step_of(on)
    sheet = Sheet(BatchRecord.locked(pk=number.batch_id))
    step = sheet.step(number.pk)
    if taken := taken_already(sheet, step, given):
        raise RuleBroken(*taken)
    fresh(step, act)
    return sheet, step


def taken_already(sheet: Sheet, step: Step, given: dict[str, Any]) -> list[Blocker]:
    """Values that are recorded already, each with its recorder. A log takes a new row each time."""
    found: list[Blocker] = []
    if step.master_step.kind == "log":
        return found
    for key in given:
        parameter = parameter_of(step, key)
        entry = sheet.entry(step, parameter) if parameter and parameter.kind != "calculated" else None
        if parameter and entry:
            found.append(
                Blocker(
                    "recorded_already",
                    f"{parameter.label} is recorded already: {entry.text} {entry.unit}".rstrip()
                    + f", by {entry.recorded_by} at {recorded_when(entry)}. If it is wrong, correct it.",
                    key,
                )
            )
    return found


def read_all(rec: Recording, step: Step, given: dict[str, Any], *, late: bool = False) -> list[tuple[MasterParameter, Value]]:
    """The values in the order of the parameters. All that is wrong is said at once. `late`: instants may lie further back,
    and those of a timer are told, because nobody pressed its button."""
    known = {parameter.key: parameter for parameter in parameters_of(step)}
    blockers = [Blocker("unknown_parameter", f"This step does not ask for “{key}”.") for key in given if key not in known]
    values = []
    for key, parameter in known.items():
        if key in given:
            try:
                pressed = is_pressed(parameter) and not late
                read = pressed_value(parameter, given[key], rec.at) if pressed else read_value(parameter, given[key], now=rec.at)
                values.append((parameter, read))
                if not late and (sentence := recorded_late(parameter, given[key], rec.at)):
                    blockers.append(Blocker("recorded_late", sentence, key))
            except Refused as refused:
                blockers.append(Blocker("impossible_value", str(refused), key))
        elif step.master_step.kind == "log" and parameter.required and parameter.kind != "calculated":
            blockers.append(Blocker("row_incomplete", f"{parameter.label} is absent. A row of a log is recorded whole.", key))
    if not values and not blockers:
        blockers.append(Blocker("nothing_recorded", "Nothing was entered. Write at least one value."))
    if blockers:
        raise RuleBroken(*blockers)
    return values


def _in_turn(sheet: Sheet, step: Step, given: dict[str, Any]) -> None:
    """The instants of a timer are pressed one after the other, in the order of the master."""
    pressed = [parameter for parameter in parameters_of(step) if is_pressed(parameter)]
    for earlier, later in pairwise(pressed):
        if later.key in given and sheet.entry(step, earlier) is None:
            raise RuleBroken(Blocker("timer_order", f"“{earlier.label}” comes before “{later.label}”. Press it first.", later.key))


def sign_step(act: Act, on: str, *, why: str = "") -> Step:
    """Close a step: the performer signs, and where the master asks for it the witness too (EXE-03).

    The signatures cover the step and every value that holds now, so a later correction withdraws them. why: where the step stops a
    clock outside its limits, what the performer says about it; asked for once.
    """
    with recording(SIGN_STEP, act, witnessed=step_of(on).master_step.witness) as rec:
        sheet, step = open_sheet(on, act)
        writer = Writer(rec, sheet)
        # What depends on a parent lot may have become computable since the last entry.
        writer.settle()
        late = unkept(sheet, step, rec.at)
        facts = step_facts(sheet, step, act.by, rec.at) | {"unexplained_times": [] if why.strip() or step.note else late}
        # Who watches a step and checks its values is trained in it as well.
        for witness in Person.objects.filter(user_id__in=[signing.user_id for signing in act.signings[1:]]):
            facts |= {"untrained": facts["untrained"] or fitness(step, witness, rec.at)["untrained"]}
        step.status = STEP.target(SIGN_STEP, status=step.status, facts=facts)
        if late and why.strip():
            step.note = why.strip()
        settle_uses(rec, sheet, step)
        # What is said about a time is signed too.
        own = (step, [*step.signed_fields(), "note"]) if step.note else step
        covered = [own, *sheet.entries(step), *rows_signed(step)]
        step.signed_at, step.done_at = rec.at, step.done_at or rec.at
        writer.touched.pop(step.pk, None)
        step.save()
        # The next step's turn has come: values computed from this one are recorded now.
        writer.finish()
        rec.about(step, covers=covered, references=[step.batch.version], **({"why": step.note} if late else {}))
    return step
