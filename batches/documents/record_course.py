"""What happened in the course of a batch, as its paper says it: late entries, steps left out, interruptions, clocks, things used, labels."""

import json
from collections.abc import Iterator

from batches.documents import course_parts as parts
from batches.documents.label_parts import LabelLine
from batches.documents.record_steps import place_of, value_of
from batches.documents.wording import signature_line, text
from batches.domain.clocks import EXCEPTIONS, KEPT, Clock, in_words
from batches.domain.environment import OUTSIDE
from batches.domain.equipment import CALIBRATION, CLEANING, QUALIFICATION
from batches.domain.label_file import KINDS
from batches.models import Excursion, LabelIssue
from batches.selectors.alarms import Alarm
from batches.selectors.clocks import clocks_of
from batches.selectors.environment import monitoring_titles, records_once
from batches.selectors.executed import Executed
from batches.selectors.labels import file_of
from batches.selectors.record_course import Interruption, LateAct, MaterialUsed, UnitUsed
from batches.selectors.record_lines import StepSheet
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Signature
from evgmp.web.components import value_text
from evgmp.web.state_words import state_word


def alarm_line(alarm: Alarm, found: Executed) -> parts.AlarmLine:
    """One alarm of the batch (EXE-26)."""
    done = alarm.acknowledged
    return parts.AlarmLine(
        sentence=alarm.sentence, exception=alarm.exception.number if alarm.exception else "", at=stamp(alarm.at), comment=done.comment if done else "",
        signatures=_signed(found.of_alarms[str(done.pk)]) if done else (),
    )  # fmt: skip


def monitoring_lines(found: Executed) -> Iterator[parts.MonitoringLine]:
    """The environment of the batch: what was monitored, then what the master asks for and nobody recorded (EXE-19)."""
    for record in records_once(found.room_uses):
        yield parts.MonitoringLine(
            number=record.number, what=record.title, where=f"{record.unit.code}, {record.place}", began=stamp(record.began_at),
            ended=stamp(record.ended_at), result=value_text(record.value, record.counted_in) if record.value is not None else "",
            limit=record.limit, outcome=state_word(record.status).word, is_outside=record.status == OUTSIDE,
            by=record.recorded_by + (f", read by {record.read_by}" if record.read_by else ""),
            reviewed=f"{record.reviewed_by}, {stamp(record.reviewed_at)[:10]}" if record.reviewed_at else "",
        )  # fmt: skip
    titles = monitoring_titles()
    for use in found.room_uses:
        for kind in use.missing:
            where = f"{use.unit.code}, step {use.step.position}"
            yield parts.MonitoringLine("", titles.get(kind, kind), where, "", "", "", "", state_word("em_missing").word, True, "", "")


def late_line(act: LateAct, mark: str) -> parts.LateLine:
    entry = act.first
    values = "; ".join(f"{line.parameter.label} {value_of(line, one, one.unit)}" for line, one in act.lines)
    return parts.LateLine(
        mark=mark,
        where=place_of(act.lines[0][0], act.sheet).rpartition(", ")[0],
        values=values,
        claimed=text(entry.claimed_at),
        entered=stamp(entry.recorded_at),
        reason=entry.reason,
        by=entry.recorded_by,
        signatures=_signed(act.signatures),
    )


def left_out(sheets: list[StepSheet]) -> Iterator[parts.DecidedStep]:
    """Steps marked not applicable, with the reason and both signatures (EXE-05)."""
    for sheet in sheets:
        if sheet.step.status == "skipped":
            yield parts.DecidedStep(_named(sheet), "Not applicable", sheet.step.note, _standing(sheet))


def hold_points(sheets: list[StepSheet]) -> Iterator[parts.DecidedStep]:
    """Every hold point of the master, decided or not (EXE-07)."""
    for sheet in sheets:
        if sheet.step.master_step.kind == "hold_point":
            outcome, _, reason = sheet.step.note.partition(". ")
            yield parts.DecidedStep(_named(sheet), outcome or "Not decided", reason, _standing(sheet))


def _named(sheet: StepSheet) -> str:
    return f"Step {sheet.step.position}, {sheet.step.master_step.title}"


def _standing(sheet: StepSheet) -> tuple[parts.SignatureLine, ...]:
    return _signed([signature for signature in sheet.signatures if not signature.withdrawn])


def _signed(signatures: list[Signature]) -> tuple[parts.SignatureLine, ...]:
    return tuple(signature_line(signature) for signature in signatures)


def interruption_line(one: Interruption) -> parts.InterruptionLine:
    return parts.InterruptionLine(one.what, stamp(one.at), one.reason, _signed(one.signatures))


def clock_lines(found: Executed) -> Iterator[parts.ClockLine]:
    """Each limited time with what it came to. One that never stopped has no length: a paper says nothing that changes by itself."""
    for clock in clocks_of(found.sheet):
        stretches = tuple((text(segment.started), text(segment.stopped)) for segment in clock.segments)
        outcome, took, outside = _came_to(clock)
        yield parts.ClockLine(clock.title, clock.limits_in_words(), stretches, took, outcome, outside)


def _came_to(clock: Clock) -> tuple[str, str, bool]:
    """Outcome in words, the whole time, and whether it is outside its limits."""
    stops = [segment.stopped for segment in clock.segments if segment.stopped is not None]
    if not clock.is_stopped or not stops:
        return ("Not stopped" if clock.is_running else "Not begun", "", False)
    state = clock.state(max(stops))
    shown = KEPT if state not in EXCEPTIONS else state
    return (state_word(shown).word, "" if state == "clock_unknown" else in_words(clock.elapsed(max(stops))), state in EXCEPTIONS)


def material_line(one: MaterialUsed) -> parts.MaterialLine:
    lot = one.lot
    return parts.MaterialLine(
        item=lot.item.code,
        name=lot.item.name,
        code=one.code,
        supplier=f"{lot.supplier}, lot {lot.supplier_lot}",
        origin=lot.item.origin,
        quantity=value_text(one.quantity, lot.item.unit),
        expires=text(lot.expires_on),
        opened=text(one.opened.at) if one.opened else "",
        steps=", ".join(str(step) for step in one.steps),
    )


def unit_line(one: UnitUsed) -> parts.UnitLine:
    unit = one.unit
    return parts.UnitLine(
        code=unit.code,
        name=unit.name,
        kind=unit.kind.title,
        is_room=unit.kind.is_room,
        calibrated_until=text(one.ends.get(CALIBRATION)),
        qualified_until=text(one.ends.get(QUALIFICATION)),
        cleaned_until=text(one.ends.get(CLEANING)),
        used=stamp(one.first.at),
        steps=", ".join(str(step) for step in one.steps),
        cleared=tuple(
            f"{row.note}. Cleared by {row.performed_by}" + (f", checked by {row.checked_by}" if row.checked_by else "") for row in one.clearances
        ),
    )


def excursion_line(row: Excursion) -> parts.ExcursionLine:
    return parts.ExcursionLine(
        place=row.place, began=stamp(row.began_at), ended=stamp(row.ended_at), highest=value_text(row.highest_c, "°C"),
        limit=value_text(row.limit_c, "°C"), is_over=row.is_over, source=row.source, by=row.recorded_by, at=stamp(row.recorded_at),
    )  # fmt: skip


def label_print(issue: LabelIssue, found: Executed) -> parts.LabelPrint:
    """One issue, and how many of its labels went where (EXE-20)."""
    count = getattr(issue, "reconciliation", None)
    last = issue.first + issue.count - 1
    return parts.LabelPrint(
        issue=issue.number,
        template=issue.template.number,
        what=KINDS[issue.template.kind] + (f" {issue.sample}" if issue.sample else ""),
        count=f"{issue.count}, No. {issue.first}" + (f" to {last}" if last > issue.first else ""),
        again=f"Print {issue.copy_number} of {issue.repeats}: {issue.reason}" if issue.repeats else "",
        used=text(count and count.used),
        specimen=text(count and count.specimen),
        damaged=text(count and count.damaged),
        returned=text(count and count.returned),
        destroyed=text(count and count.destroyed),
        missing=str(count.missing) if count and count.missing else "",
        by=issue.issued_by,
        at=stamp(issue.issued_at),
        signatures=_signed(found.of_counts[str(count.pk)]) if count else (),
    )


def specimens(issues: list[LabelIssue]) -> Iterator[parts.Specimen]:
    """The first label of each issue as it was printed, read from the frozen data of its own paper. Reprints look the same."""
    for issue in issues:
        if issue.repeats_id is None:
            content = json.loads(issue.paper.data)["content"]
            label = content["labels"][0]
            size = file_of(issue.template)
            yield parts.Specimen(
                issue=issue.number, template=content["template"], width=size.width, height=size.height,
                lines=tuple(LabelLine(**line) for line in label["lines"]),
                statements=tuple(content["statements"]), code=label["code"],
            )  # fmt: skip
