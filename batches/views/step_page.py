"""What the operator's screen of a step shows, beside the commands it offers."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from batches.domain.step_files import PICTURES
from batches.selectors.clearances import rooms_taken
from batches.selectors.clocks import alarms, faces
from batches.selectors.record_lines import Line, StepSheet, content_hash, step_sheets, strip_of
from batches.selectors.sheets import Sheet
from evgmp.compliance import clock
from evgmp.rules.reading import display_number
from evgmp.web.components import value_text

# From the loudest to the quietest, for a series of values shown as one.
_LOUD = ("above_limit", "below_limit", "not_accepted", "near_limit", "in_limit", "accepted")


def step_context(step: Any) -> dict[str, Any]:
    """The step among its neighbours, with its values. What is read here of the record is kept at the step as `shown`: every button
    of the page asks the same rules about it."""
    sheets = step_sheets(step.batch)
    sheet = next(one for one in sheets if one.step.pk == step.pk)
    lot = step.batch.lot
    step.shown = sheet_now = Sheet(step.batch)
    shown = faces(sheet_now, clock.now(), step)
    first = sheet_now.first_open
    return {
        "step": sheet.step,
        "sheet": sheet,
        "batch": step.batch,
        "run_id": lot.number,
        "run_for": f"{lot.product} · {step.batch.version.number}",
        "steps": strip_of(sheets, step, sheet_now),
        "step_number": step.position,
        "step_total": len(sheets),
        "step_name": step.master_step.section,
        "all_steps_url": reverse("batches:batch", args=[step.batch.number]),
        **_alarm(sheet),
        "next_step": next((one.step for one in sheets if one.step.position > step.position and not sheet_now.is_done(one.step)), None)
        or next((one.step for one in sheets if one.step.position > step.position), None),
        "before": first if first and first.position < step.position and step.batch.status == "in_process" else None,
        "side_lines": _side(sheet),
        "faces": shown,
        "taken": rooms_taken(sheet_now, step, clock.now()) if step.status == "open" else [],
        "passed_over": sheet_now.applies(sheet_now.step(step.pk)) is False,
        "is_hold_point": step.master_step.kind == "hold_point",
        "approved": sheet.approved,
        "passed": alarms(sheet_now, [face for face in shown if face.is_outside]),
        "needs": sheet.needs,
        "scan_url": reverse("batches:record_use", args=[step.number]),
        "attach_url": reverse("batches:attach_file", args=[step.number]),
        "pictures": [use.record for line in sheet.needs if line.kind == "file" for use in line.uses if use.record.file.media_type in PICTURES],
        "sample_url": reverse("batches:take_sample", args=[step.number]),
        "correct_use_url": reverse("batches:correct_use", args=[step.number]),
    }


def _alarm(sheet: StepSheet) -> dict[str, Any]:
    """The value to alarm about: the newest one that is outside its limits now, or else the newest that was and whose newer row is back.
    `is_back`: all are back. What was read last is newest, not what was recorded last."""
    lines = [line for row in sheet.rows_as_read for line in row]
    newest = {line.parameter.key: line for line in lines if line.entry is not None}
    outside = [line for line in lines if line.is_outside]
    still = [line for line in outside if newest[line.parameter.key] is line]
    return {"alarm": next(reversed(still or outside), None), "outside": outside, "is_back": not still}


def tiles(sheet: StepSheet, form: Any) -> list[dict[str, Any]]:
    """One tile a value: its reading, or the field that asks for it. In a log the newest reading and the field of the next.

    A field that has to be mended stands first, so that it is in sight below alarms and problems.
    """
    latest = {line.parameter.key: line for line in sheet.rows_as_read[-1]} if sheet.rows else {}
    found = []
    aside = {line.parameter.key for line in _side(sheet)}
    for parameter in sheet.parameters:
        if parameter.key not in aside:
            field = form[parameter.key] if form is not None and parameter.key in form.fields else None
            press = getattr(field.field, "is_pressed", False) if field is not None else False
            field = None if field is not None and field.is_hidden and not press else field
            line = latest.get(parameter.key) or Line(parameter, 1, None)
            found.append({"parameter": parameter, "line": line, "field": field, "press": press, "name": _name(sheet, line)})
    return sorted(found, key=lambda tile: not (tile["field"] is not None and tile["field"].errors))


def _name(sheet: StepSheet, line: Line) -> str:
    """How a correction names the value."""
    return f"{line.parameter.key}:{line.row}" if sheet.is_log else str(line.parameter.key)


def _side(sheet: StepSheet) -> list[Line]:
    """Computed values of an entry step stand beside its instructions, where the step also asks for something."""
    if sheet.is_log or all(parameter.kind == "calculated" for parameter in sheet.parameters):
        return []
    return [line for line in sheet.lines if line.is_computed]


def sign_rows(sheet: StepSheet) -> list[dict[str, Any]]:
    """What is signed, a line a value; a log shows each value's range over its rows."""
    return [row for parameter in sheet.parameters if (row := _sign_row([line for line in sheet.lines if line.parameter == parameter]))]


def _sign_row(lines: list[Line]) -> dict[str, Any] | None:
    entries = [line.entry for line in lines if line.entry is not None]
    if not entries:
        return None
    marks = [entry.mark for entry in entries]
    amounts: list[Decimal] = [entry.amount for entry in entries if entry.amount is not None]
    text = value_text(entries[0].text, entries[0].unit)
    if len(entries) > 1 and amounts:
        low, high = (next(e.text for e in entries if e.amount == bound) for bound in (min(amounts), max(amounts)))
        text = f"{value_text(low)} to {value_text(high, entries[0].unit)}" if low != high else value_text(low, entries[0].unit)
        text += f", {len(entries)} rows"
    return {
        "label": lines[0].parameter.label,
        "text": text,
        "instant": lines[0].instant if len(lines) == 1 else None,
        "limits": lines[0].limits,
        "state": next((mark for mark in _LOUD if mark in marks), ""),
        "corrected": any(line.corrections for line in lines),
    }


def use_rows(sheet: StepSheet) -> list[dict[str, Any]]:
    """What was scanned, drawn or attached, a line a need: the signatures vouch for it too."""
    return [
        {"label": line.label, "text": "; ".join(map(_use_in_words, line.uses)), "limits": line.target, "uses": line.uses, "outside": line.outside}
        for line in sheet.needs
        if line.uses
    ]  # fmt: skip


def _use_in_words(use: Any) -> str:
    return " ".join(part for part in (use.code, display_number(use.amount) if use.amount is not None else "", use.note) if part)


def sign_context(sheet: StepSheet) -> dict[str, Any]:
    return {"sign_rows": sign_rows(sheet), "use_rows": use_rows(sheet), "content_hash": content_hash(sheet)}


def sign_note(sheet: StepSheet) -> str:
    """What the signature waits for, in a few words; the page of the signature says it in full."""
    if sheet.is_log and not sheet.rows:
        return "After the first row"
    absent = sum(line.entry is None and line.parameter.required for line in sheet.lines)
    if absent:
        return f"After {absent} more {'value' if absent == 1 else 'values'}"
    return "After the steps before it"
