"""The executed batch record, built from what the selectors give. No text here is typed for the paper."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings

from batches.documents import record_parts as parts
from batches.domain.entry_rules import shown_limits
from batches.domain.lifecycle_records import BATCH_WORDS, STEP_WORDS
from batches.models.dispositions import DECISIONS
from batches.selectors.executed import Executed, Recorder
from batches.selectors.lot_facts import filtration_table, inherited_facts, typed_facts
from batches.selectors.record_lines import Line, StepSheet
from batches.selectors.uses import use_corrections
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Signature
from evgmp.web.components import time_text, value_text
from evgmp.web.state_words import sentence_case, state_word

TITLE, KIND = "Executed batch record", "executed_record"
LOG_COLUMNS = 6
"""Columns of a log that fit beside each other on a page; a wider log continues in a further table."""

# What 21 CFR 211.188 or EU GMP Chapter 4 asks for and this record does not hold: said on paper rather than left out.
NOT_KEPT = ("Environmental monitoring of the rooms", "List of the persons who entered the cleanroom", "Record of waste and its destruction")


@dataclass
class Corrections:
    """Numbers the corrections of a record, c1, c2 … in the order of the paper."""

    lines: list[parts.CorrectionLine] = field(default_factory=list)
    places: int = 0
    recomputed: int = 0

    def add(self, where: str, old: str, new: str, why: str, by: str, at: datetime, signatures: list[Signature]) -> str:
        mark = f"c{len(self.lines) + 1}"
        signed = tuple(signature_line(s) for s in signatures)
        self.lines.append(parts.CorrectionLine(mark, where, old, new, why, by, stamp(at), signed))
        return mark


def executed_record(found: Executed) -> parts.ExecutedRecord:
    """The record as it stands now, frozen."""
    batch, lot = found.batch, found.batch.lot
    corrections = Corrections()
    steps = tuple(_step(sheet, corrections) for sheet in found.sheets)
    counted = sum(bool(line.entry or line.withdrawn) for sheet in found.sheets for line in sheet.lines)
    counted += sum(len(need.uses) for sheet in found.sheets for need in sheet.needs)
    began = [sheet.first_entry for sheet in found.sheets if sheet.first_entry]
    return parts.ExecutedRecord(
        batch=batch.number,
        lot=lot.number,
        product=lot.product,
        stage=lot.stage_name,
        status=sentence_case(BATCH_WORDS[batch.status]),
        is_finished=batch.status == "reviewed",
        disposition=state_word(lot.disposition).word,
        master=batch.version.number,
        master_title=batch.version.master.title,
        master_effective=_text(batch.version.effective_from),
        batch_size=batch.version.batch_size,
        issued=stamp(batch.issued_at),
        started=stamp(min(began)) if began else "",
        completed=_text(batch.completed_at),
        facts=tuple(_facts([*_made(lot), *typed_facts(lot)])),
        origin=tuple(_facts(inherited_facts(lot, found.inherited))),
        inputs=tuple(_input(edge) for edge in found.inputs),
        exceptions=tuple(_exception(e) for e in found.exceptions),
        values_counted=counted,
        values_changed=corrections.places,
        changes=changes_in_words(counted, corrections.places, corrections.recomputed),
        steps=steps,
        corrections=tuple(corrections.lines),
        filtrations=tuple(tuple(_text(cell) for cell in row) for row in filtration_table(lot)),
        samples=tuple(_sample(s) for s in found.samples),
        decisions=tuple(parts.DecisionLine(DECISIONS[d.decision], d.decided_by, stamp(d.at), d.reason) for d in found.decisions),
        signatures=tuple(signature_line(s, s.event.sentence) for s in found.signatures),
        people=tuple(_people(_all_signatures(found), found.recorders)),
        not_kept=NOT_KEPT,
    )


def changes_in_words(counted: int, changed: int, recomputed: int) -> str:
    """The sentence about values changed after first entry, computed from the entries themselves (PRT-01)."""
    compared = "1 value compared" if counted == 1 else f"{counted} values compared"
    if not changed and not recomputed:
        return f"No value was changed after first entry ({compared})."
    was = "1 value was changed" if changed == 1 else f"{changed} values were changed"
    also = f", {recomputed} computed {'value' if recomputed == 1 else 'values'} followed" if recomputed else ""
    return f"{was} after first entry{also} ({compared}). Each earlier value stands struck through beside the new one."


# --- one step -----------------------------------------------------------------------------------------------------------


def _step(sheet: StepSheet, corrections: Corrections) -> parts.StepPart:
    master = sheet.step.master_step
    rows = [[(line, _cell(line, sheet, corrections)) for line in row] for row in sheet.rows]
    return parts.StepPart(
        number=sheet.step.position,
        section=master.section,
        title=master.title,
        is_critical=master.critical,
        needs_witness=master.witness,
        instructions=tuple(master.instructions),
        status=sentence_case(STEP_WORDS[sheet.step.status]) if sheet.is_begun else "Not started",
        started=_text(sheet.first_entry),
        ended=_text(sheet.step.signed_at),
        lines=(*_use_lines(sheet, corrections), *(() if sheet.is_log else (_value_line(line, cell) for row in rows for line, cell in row))),
        logs=tuple(_logs(sheet, rows)) if sheet.is_log else (),
        signatures=tuple(signature_line(s) for s in sheet.signatures),
        exceptions=tuple(e.number for e in sheet.exceptions),
    )


def _use_lines(sheet: StepSheet, corrections: Corrections) -> Iterator[parts.ValueLine]:
    """Materials with lot and quantity, equipment and rooms by number, planned samples: what 21 CFR 211.188(b)(2) to (4) asks for."""
    changes = use_corrections(sheet.step)
    replaced = {change.line for change in changes}
    for need in sheet.needs:
        for use in (use for use in need.uses if use.line not in replaced):
            value = f"{use.code}, {value_text(use.amount, need.unit)}" if use.amount is not None else use.code
            outcome = "Outside tolerance" if need.outside else ""
            cell = parts.Cell(value=value, outcome=outcome, is_outside=bool(need.outside))
            yield parts.ValueLine(label=need.named, limit=need.target, cell=cell, by=use.performed_by, at=stamp(use.at))
        if not need.uses:
            yield parts.ValueLine(label=need.named, limit=need.target, cell=parts.Cell(value=""), by="", at="")
    labels = {need.key: need.named for need in sheet.needs}
    for change in changes:
        label = labels.get(change.key, "Use")
        where = f"Step {sheet.step.position}, {label}"
        mark = corrections.add(where, change.old, change.new, change.why, change.by, change.at, change.signatures)
        corrections.places += 1
        cell = parts.Cell(value=change.new, old=(change.old,), marks=(mark,))
        yield parts.ValueLine(label=f"{label}, corrected", limit="", cell=cell, by=change.by, at=stamp(change.at))


def _cell(line: Line, sheet: StepSheet, corrections: Corrections) -> parts.Cell:
    row = f", row {line.row}" if sheet.is_log else ""
    where = f"Step {sheet.step.position}{row}, {line.parameter.label}"
    signed = list(line.signatures)
    marks, old = [], []
    for change in line.corrections:
        before, after = _value(line, change.old, change.unit), _value(line, change.new, change.unit)
        old.append(_value(line, change.old, "" if sheet.is_log else change.unit))
        marks.append(corrections.add(where, before, after, change.why, change.by, change.at, signed))
        signed = []
    for entry in line.withdrawn:
        before = _value(line, entry.text, entry.unit)
        old.append(_value(line, entry.text, "" if sheet.is_log else entry.unit))
        marks.append(corrections.add(where, before, "", "Can no longer be computed.", entry.recorded_by, entry.recorded_at, []))
    if line.corrections or line.withdrawn:
        if line.is_computed:
            corrections.recomputed += 1
        else:
            corrections.places += 1
    # In a log the unit stands once, at the head of the column.
    return parts.Cell(
        value=_value(line, line.entry.text, "" if sheet.is_log else line.entry.unit) if line.entry else "",
        outcome=state_word(line.entry.mark).word if line.entry and line.shows_state else "",
        is_outside=line.is_outside,
        old=tuple(old),
        marks=tuple(marks),
        exception=line.exception.number if line.exception else "",
    )


def _value_line(line: Line, cell: parts.Cell) -> parts.ValueLine:
    entry = line.entry
    by = f"Computed by {line.parameter.formula}, version {entry.formula_version}" if entry and line.is_computed else ""
    return parts.ValueLine(
        label=line.parameter.label,
        limit=shown_limits(line.parameter),
        cell=cell,
        by=by or (entry.recorded_by if entry else ""),
        at=stamp(entry.recorded_at) if entry else "",
    )


def _logs(sheet: StepSheet, rows: list[list[tuple[Line, parts.Cell]]]) -> Iterator[parts.LogTable]:
    """The log in tables of a few columns, each with every row."""
    for first in range(0, len(sheet.parameters), LOG_COLUMNS):
        shown = sheet.parameters[first : first + LOG_COLUMNS]
        yield parts.LogTable(
            columns=tuple(parts.Column(_with_unit(p.label, p.unit), shown_limits(p)) for p in shown),
            rows=tuple(_log_row(row, first) for row in rows),
        )


def _log_row(row: list[tuple[Line, parts.Cell]], first: int) -> parts.LogRow:
    """A row says once who recorded it and when: the first typed value; what was recorded later stands among the corrections."""
    typed = [line.entry for line, _ in row if line.entry and not line.is_computed]
    origin = min(typed, key=lambda entry: entry.pk) if typed else None
    return parts.LogRow(
        number=row[0][0].row if row else 0,
        by=origin.recorded_by if origin else "",
        at=stamp(origin.recorded_at) if origin else "",
        cells=tuple(cell for _, cell in row[first : first + LOG_COLUMNS]),
    )


def _with_unit(label: str, unit: str) -> str:
    return f"{label}, {unit}" if unit else label


def _value(line: Line, text: str, unit: str) -> str:
    if line.parameter.kind == "instant":
        return _moment(datetime.fromisoformat(text))
    return value_text(text, unit)


# --- the rest -----------------------------------------------------------------------------------------------------------


def signature_line(signature: Signature, of: str = "") -> parts.SignatureLine:
    """A signature for paper. `of`: the act that it belongs to, where that is not clear from its place."""
    return parts.SignatureLine(
        statement=f"{signature.statement}: {of}" if of else signature.statement,
        printed_name=signature.printed_name,
        role=signature.role,
        user_id=signature.signer_id,
        at=stamp(signature.at),
        withdrawn=signature.withdrawn_why,
    )


def _made(lot: Any) -> list[tuple[str, Any]]:
    quantity = value_text(lot.quantity_made, lot.unit) if lot.quantity_made is not None else ""
    return [("Quantity made", quantity), ("Made on", lot.made_on), ("Expiry", lot.expires_on), ("Storage", lot.storage)]


def _facts(pairs: Iterable[tuple[str, Any]]) -> Iterator[parts.Fact]:
    for name, value in pairs:
        yield parts.Fact(name, _moment(value) if isinstance(value, datetime) else _text(value))


def _moment(instant: datetime) -> str:
    """An instant among the values, in words: whoever reads a value of the data sees it as it is printed."""
    return time_text(instant, settings.EVGMP_TIME_ZONE, seconds=True)[1]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _input(edge: Any) -> parts.InputLine:
    batch = getattr(edge.parent, "batch", None)
    return parts.InputLine(
        lot=edge.parent.number,
        stage=edge.parent.stage_name,
        container=edge.container.code if edge.container else "",
        quantity=value_text(edge.quantity, edge.unit),
        at=stamp(edge.at),
        batch_record=batch.number if batch else "",
    )


def _exception(e: Any) -> parts.ExceptionLine:
    return parts.ExceptionLine(
        number=e.number,
        step=f"Step {e.step.position}" if e.step else "",
        sentence=e.sentence,
        opened=stamp(e.opened_at),
        state=state_word(e.status).word,
        decision=sentence_case(e.decision) if e.decision else "",
        reason=e.decision_reason,
        closed_by=e.closed_by,
        closed=_text(e.closed_at),
    )


def _sample(sample: Any) -> parts.SampleLine:
    return parts.SampleLine(
        number=sample.number,
        purpose=sample.purpose,
        quantity=value_text(sample.quantity, sample.unit),
        container=sample.container,
        drawn_by=sample.drawn_by,
        drawn=stamp(sample.drawn_at),
        status=state_word(sample.status).word,
    )


def _all_signatures(found: Executed) -> list[Signature]:
    of_steps = [s for sheet in found.sheets for s in sheet.signatures]
    of_entries = [s for sheet in found.sheets for line in sheet.lines for s in line.signatures]
    return [*of_steps, *of_entries, *found.signatures]


def _people(signatures: list[Signature], recorders: list[Recorder]) -> Iterator[parts.PersonLine]:
    """Everybody who signed or recorded, once a role, by name."""
    did: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for signature in signatures:
        did[signature.printed_name, signature.signer_id, signature.role][str(signature.meaning)] += 1
    for recorder in recorders:
        did[recorder.printed_name, recorder.user_id, recorder.role]
    for (name, user_id, role), counts in sorted(did.items()):
        words = ", ".join(f"{meaning} {count}" for meaning, count in counts.items())
        yield parts.PersonLine(name, initials_of(name), user_id, role, words or "recorded values")


def initials_of(name: str) -> str:
    """`A. Operator` -> `AO`."""
    return "".join(word[0] for word in name.split() if word[0].isalnum()).upper()
