"""The steps of an executed record: the master's words, what was recorded, corrected and signed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from batches.documents import record_parts as parts
from batches.documents.wording import moment, signature_line, text
from batches.domain.entry_rules import shown_limits
from batches.domain.lifecycle_records import STEP_WORDS
from batches.models import Entry
from batches.selectors.record_lines import Line, StepSheet, origin_of
from batches.selectors.records import wanted_signatures
from batches.selectors.uses import use_corrections
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Signature
from evgmp.rules.command import STATEMENTS, Meaning
from evgmp.web.components import value_text
from evgmp.web.state_words import sentence_case, state_word

LOG_COLUMNS = 6
"""Columns of a log that fit beside each other on a page; a wider log continues in a further table."""


@dataclass
class Corrections:
    """Numbers the corrections of a record, c1, c2 … in the order of the paper. `late`: entry -> mark of its late act."""

    late: dict[int, str] = field(default_factory=dict)
    lines: list[parts.CorrectionLine] = field(default_factory=list)
    places: int = 0
    recomputed: int = 0

    def add(self, where: str, old: str, new: str, why: str, by: str, at: datetime, signatures: list[Signature]) -> str:
        mark = f"c{len(self.lines) + 1}"
        signed = tuple(signature_line(s) for s in signatures)
        self.lines.append(parts.CorrectionLine(mark, where, old, new, why, by, stamp(at), signed))
        return mark


def step_part(sheet: StepSheet, corrections: Corrections, *, applies: bool | None) -> parts.StepPart:
    """One step. `applies`: False when the master's condition passes it over in this batch."""
    master = sheet.step.master_step
    rows = [[(line, _cell(line, sheet, corrections)) for line in row] for row in sheet.rows]
    is_passed_over = applies is False and not sheet.is_begun
    return parts.StepPart(
        number=sheet.step.position,
        section=master.section,
        title=master.title,
        is_critical=master.critical,
        instructions=tuple(master.instructions),
        status="Passed over" if is_passed_over else sentence_case(STEP_WORDS[sheet.step.status]) if sheet.is_begun else "Not started",
        started=text(sheet.first_entry),
        ended=text(sheet.step.signed_at),
        lines=(*_use_lines(sheet, corrections), *(() if sheet.is_log else (_value_line(line, cell) for row in rows for line, cell in row))),
        logs=tuple(_logs(sheet, rows)) if sheet.is_log else (),
        signatures=tuple(signature_line(s) for s in sheet.signatures),
        exceptions=tuple(e.number for e in sheet.exceptions),
        remark="This step does not apply to this batch, by the value that its condition names." if is_passed_over else remark_of(sheet),
        unsigned=() if is_passed_over else tuple(_unsigned(sheet)),
    )


def remark_of(sheet: StepSheet) -> str:
    """Why the step was left out, what was decided at a hold point, why a time was not kept; empty for a step done as the master says."""
    note = sheet.step.note
    if sheet.step.status == "skipped":
        return f"Not applicable in this batch. Reason: {note}"
    if sheet.step.master_step.kind == "hold_point":
        return f"Decision at the hold point: {note}" if note else ""
    return f"Why the time was not kept: {note}" if note else ""


def _unsigned(sheet: StepSheet) -> Iterator[str]:
    """What nobody signed, or whose signature fell, in the words of the signature."""
    given = {signature.meaning for signature in sheet.signatures if not signature.withdrawn}
    wanted = wanted_signatures(sheet.step)
    yield from (STATEMENTS[meaning] for meaning in Meaning if meaning in wanted and meaning not in given)


def _use_lines(sheet: StepSheet, corrections: Corrections) -> Iterator[parts.ValueLine]:
    """Materials with lot and quantity, equipment and rooms by number, planned samples: what 21 CFR 211.188(b)(2) to (4) asks for."""
    changes = use_corrections(sheet.step)
    replaced = {change.line for change in changes}
    for need in sheet.needs:
        for use in (use for use in need.uses if use.line not in replaced):
            value = f"{use.code}, {value_text(use.amount, need.unit)}" if use.amount is not None else use.code
            value += f": {use.note}" if use.note else ""
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


def place_of(line: Line, sheet: StepSheet) -> str:
    """“Step 2, row 3, Feed pressure”."""
    row = f", row {line.row}" if sheet.is_log else ""
    return f"Step {sheet.step.position}{row}, {line.parameter.label}"


def _cell(line: Line, sheet: StepSheet, corrections: Corrections) -> parts.Cell:
    entry, is_log = line.entry, sheet.is_log
    # In a log the unit stands once, at the head of the column, and within the limits a value says so by itself.
    value = value_of(line, entry, "" if is_log else entry.unit) if entry else ""
    is_quiet = entry and not (line.is_outside if is_log else line.shows_state)
    if is_quiet and not (line.corrections or line.withdrawn or line.late or line.exception):
        return parts.Cell(value=value)
    where = place_of(line, sheet)
    marks, old = [corrections.late[e.pk] for e in line.late], []
    for change in line.corrections:
        before, after = _value(line, change.old, change.unit), _value(line, change.new, change.unit)
        old.append(_value(line, change.old, "" if is_log else change.unit))
        signed = [s for s in line.signatures if s.at == change.at]
        marks.append(corrections.add(where, before, after, change.why, change.by, change.at, signed))
    for gone in line.withdrawn:
        before = _value(line, gone.text, gone.unit)
        old.append(_value(line, gone.text, "" if is_log else gone.unit))
        marks.append(corrections.add(where, before, "", "Can no longer be computed.", gone.recorded_by, gone.recorded_at, []))
    if line.corrections or line.withdrawn:
        if line.is_computed:
            corrections.recomputed += 1
        else:
            corrections.places += 1
    return parts.Cell(
        value=value,
        outcome=state_word(entry.mark).word if entry and line.shows_state else "",
        is_outside=line.is_outside,
        old=tuple(old),
        marks=tuple(marks),
        exception=line.exception.number if line.exception else "",
        is_late=bool(line.late),
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
    gaps = sheet.gaps
    for first in range(0, len(sheet.parameters), LOG_COLUMNS):
        shown = sheet.parameters[first : first + LOG_COLUMNS]
        yield parts.LogTable(
            columns=tuple(parts.Column(_with_unit(p.label, p.unit), shown_limits(p)) for p in shown),
            rows=tuple(_log_row(row, first, gap) for row, gap in zip(rows, gaps, strict=True)),
        )


def _log_row(row: list[tuple[Line, parts.Cell]], first: int, gap: str) -> parts.LogRow:
    """A row says once who recorded it and when: the first typed value; what was recorded later stands among the corrections."""
    origin = origin_of([line for line, _ in row])
    return parts.LogRow(
        number=row[0][0].row if row else 0,
        by=origin.recorded_by if origin else "",
        at=stamp(origin.recorded_at) if origin else "",
        cells=tuple(_plain(cell) for _, cell in row[first : first + LOG_COLUMNS]),
        after=gap,
    )


def _plain(cell: parts.Cell) -> parts.Cell | str:
    tells_more = cell.is_outside or cell.old or cell.marks or cell.exception or cell.is_late
    return cell if tells_more else cell.value


def _with_unit(label: str, unit: str) -> str:
    return f"{label}, {unit}" if unit else label


def value_of(line: Line, entry: Entry, unit: str) -> str:
    return _value(line, entry.text, unit)


def _value(line: Line, words: str, unit: str) -> str:
    if line.parameter.kind == "instant":
        return moment(datetime.fromisoformat(words))
    return value_text(words, unit)
