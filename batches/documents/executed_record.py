"""The executed batch record, built from what the selectors give. No text here is typed for the paper."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from batches.documents import record_course as course
from batches.documents import record_parts as parts
from batches.documents.record_steps import Corrections, step_part
from batches.documents.wording import moment, signature_line, text
from batches.domain.lifecycle import CLASSES, EXCEPTION_DECISIONS
from batches.domain.lifecycle_records import BATCH_WORDS
from batches.models.dispositions import DECISIONS
from batches.selectors.executed import Executed, Recorder
from batches.selectors.lot_facts import filtration_table, inherited_facts, typed_facts
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Signature
from evgmp.web.components import value_text
from evgmp.web.state_words import sentence_case, state_word

TITLE, KIND = "Executed batch record", "executed_record"

# What 21 CFR 211.188 or EU GMP Chapter 4 asks for and this record does not hold: said on paper rather than left out.
NOT_KEPT = ("List of the persons who entered the cleanroom", "Record of waste and its destruction")


def executed_record(found: Executed) -> parts.ExecutedRecord:
    """The record as it stands now, frozen."""
    batch, lot = found.batch, found.batch.lot
    corrections = Corrections(late={entry.pk: f"L{n}" for n, act in enumerate(found.late, 1) for _, entry in act.lines})
    steps = tuple(step_part(sheet, corrections, applies=found.sheet.applies(sheet.step)) for sheet in found.sheets)
    counted = sum(bool(line.entry or line.withdrawn) for sheet in found.sheets for line in sheet.lines)
    counted += sum(len(need.uses) for sheet in found.sheets for need in sheet.needs)
    began = [sheet.first_entry for sheet in found.sheets if sheet.first_entry]
    specimens = tuple(course.specimens(found.labels))
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
        master_effective=text(batch.version.effective_from),
        batch_size=batch.version.batch_size,
        issued=stamp(batch.issued_at),
        started=stamp(min(began)) if began else "",
        completed=text(batch.completed_at),
        facts=tuple(_facts([*_made(lot), *typed_facts(lot)])),
        origin=tuple(_facts(inherited_facts(lot, found.inherited))),
        inputs=tuple(_input(edge) for edge in found.inputs),
        exceptions=tuple(_exception(e) for e in found.exceptions),
        values_counted=counted,
        values_changed=corrections.places,
        changes=changes_in_words(counted, corrections.places, corrections.recomputed),
        steps=steps,
        corrections=tuple(corrections.lines),
        filtrations=tuple(tuple(text(cell) for cell in row) for row in filtration_table(lot)),
        samples=tuple(_sample(s) for s in found.samples),
        decisions=tuple(parts.DecisionLine(DECISIONS[d.decision], d.decided_by, stamp(d.at), d.reason) for d in found.decisions),
        signatures=tuple(signature_line(s, s.event.sentence) for s in found.signatures),
        people=tuple(_people(_all_signatures(found), found.recorders)),
        not_kept=NOT_KEPT,
        late=tuple(course.late_line(act, f"L{n}") for n, act in enumerate(found.late, 1)),
        left_out=tuple(course.left_out(found.sheets)),
        hold_points=tuple(course.hold_points(found.sheets)),
        interruptions=tuple(course.interruption_line(one) for one in found.interruptions),
        clocks=tuple(course.clock_lines(found)),
        excursions=tuple(course.excursion_line(row) for row in found.excursions),
        materials=tuple(course.material_line(one) for one in found.materials),
        units=tuple(course.unit_line(one) for one in found.units),
        labels=tuple(course.label_print(issue, found) for issue in found.labels),
        specimens=specimens,
        codes=tuple(one.code for one in specimens),
        alarms=tuple(course.alarm_line(one, found) for one in found.alarms),
        environment=tuple(course.monitoring_lines(found)),
    )


def changes_in_words(counted: int, changed: int, recomputed: int) -> str:
    """The sentence about values changed after first entry, computed from the entries themselves (PRT-01)."""
    compared = "1 value compared" if counted == 1 else f"{counted} values compared"
    if not changed and not recomputed:
        return f"No value was changed after first entry ({compared})."
    was = "1 value was changed" if changed == 1 else f"{changed} values were changed"
    also = f", {recomputed} computed {'value' if recomputed == 1 else 'values'} followed" if recomputed else ""
    return f"{was} after first entry{also} ({compared}). Each earlier value stands struck through beside the new one."


def _made(lot: Any) -> list[tuple[str, Any]]:
    quantity = value_text(lot.quantity_made, lot.unit) if lot.quantity_made is not None else ""
    return [("Quantity made", quantity), ("Made on", lot.made_on), ("Expiry", lot.expires_on), ("Storage", lot.storage)]


def _facts(pairs: Iterable[tuple[str, Any]]) -> Iterator[parts.Fact]:
    for name, value in pairs:
        yield parts.Fact(name, moment(value) if isinstance(value, datetime) else text(value))


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


def _where(e: Any) -> str:
    """The step, sample or labels an exception of the lot is about."""
    if e.step:
        return f"Step {e.step.position}"
    return f"Sample {e.sample}" if e.sample else f"Labels {e.label_issue}" if e.label_issue else ""


def _exception(e: Any) -> parts.ExceptionLine:
    return parts.ExceptionLine(
        number=e.number,
        step=_where(e),
        sentence=e.sentence,
        opened=stamp(e.opened_at),
        state=state_word(e.status).word,
        decision=EXCEPTION_DECISIONS.get(e.decision, sentence_case(e.decision)) if e.decision else "",
        reason=e.decision_reason,
        closed_by=e.closed_by,
        closed=text(e.closed_at),
        classification=f"{CLASSES[e.classification]} deviation" if e.classification else "",
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
    """Every signature in the record, once."""
    of_steps = [s for sheet in found.sheets for s in sheet.signatures]
    of_entries = [s for sheet in found.sheets for line in sheet.lines for s in line.signatures]
    of_batch = [*found.signatures, *(s for one in found.interruptions for s in one.signatures)]
    others = (found.of_exceptions, found.of_decisions, found.of_counts, found.of_alarms)
    of_others = [s for signatures in others for signed in signatures.values() for s in signed]
    return list({s.pk: s for s in (*of_steps, *of_entries, *of_batch, *of_others)}.values())


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
