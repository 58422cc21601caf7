"""A batch record as people read it: each asked value with what was entered, corrected and judged, each step with its signatures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from batches.domain.entry_rules import OUTSIDE, limits_in_words
from batches.domain.lifecycle_records import DONE
from batches.domain.log_gaps import gaps
from batches.models import BatchRecord, Entry, ExceptionRecord, MasterParameter, Step
from batches.selectors.sheets import Sheet, parameters_of, steps_of
from batches.selectors.signatures import signatures_by_record
from batches.selectors.uses import NeedLine, need_lines, rows_signed
from evgmp.compliance.canonical import canonical, row_values, sha256
from evgmp.compliance.models import Signature
from evgmp.rules.command import Meaning
from evgmp.web.components import Correction


class Line(NamedTuple):
    """One value in its place: the current entry, if any, and every earlier one with the correction that replaced it.

    A long record has tens of thousands of them: a named tuple is made in a third of the time of a frozen dataclass.
    """

    parameter: MasterParameter
    row: int
    entry: Entry | None
    corrections: Sequence[Correction] = ()
    withdrawn: Sequence[Entry] = ()
    signatures: Sequence[Signature] = ()
    exception: ExceptionRecord | None = None
    late: Sequence[Entry] = ()

    @property
    def is_outside(self) -> bool:
        return self.entry is not None and self.entry.mark in OUTSIDE

    @property
    def shows_state(self) -> bool:
        """A value without limits is quiet: it has no state to show."""
        return self.entry is not None and self.entry.mark != "no_limit"

    @property
    def instant(self) -> datetime | None:
        """A recorded instant, to be shown in the zone of the plant."""
        if self.entry is None or self.parameter.kind != "instant":
            return None
        return datetime.fromisoformat(self.entry.text)

    @property
    def limits(self) -> str:
        return limits_in_words(self.parameter)

    @property
    def is_computed(self) -> bool:
        return self.parameter.kind == "calculated"


def origin_of(row: Sequence[Line]) -> Entry | None:
    """The first value that was typed in a row of a log: it says who recorded the row and when."""
    typed = [line.entry for line in row if line.entry and not line.is_computed]
    return min(typed, key=lambda entry: entry.pk) if typed else None


def late_of(row: Sequence[Line]) -> Entry | None:
    """The late entry that a row of a log is, with the time it is said to be of."""
    return next((entry for line in row for entry in line.late), None)


def _read_at(row: Sequence[Line]) -> datetime:
    late, origin = late_of(row), origin_of(row)
    read = late.claimed_at if late else origin.recorded_at if origin else None
    return read or datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class StepSheet:
    """One step of the record: its lines row by row, its signatures, when it began and ended."""

    step: Step
    rows: list[list[Line]]
    signatures: list[Signature]
    exceptions: list[ExceptionRecord]
    first_entry: datetime | None
    needs: list[NeedLine] = field(default_factory=list)

    @property
    def has_uses(self) -> bool:
        """Whether something scanned here may be corrected."""
        return any(line.uses for line in self.needs if line.kind != "sample")

    @cached_property
    def is_log(self) -> bool:
        return bool(self.step.master_step.kind == "log")

    @property
    def lines(self) -> list[Line]:
        """All values, row by row."""
        return [line for row in self.rows for line in row]

    @property
    def rows_as_read(self) -> list[list[Line]]:
        """The rows in the order in which they were read: a late entry of an earlier time is no news about the process."""
        return sorted(self.rows, key=_read_at)

    @property
    def gaps(self) -> list[str]:
        """Of a log: for each row how long after the row before it was recorded, where that is long."""
        return gaps([origin.recorded_at if (origin := origin_of(row)) else None for row in self.rows])

    @property
    def log_rows(self) -> list[tuple[list[Line], str, Entry | None]]:
        """Of a log: each row with its gap and, where it is one, its late entry."""
        return list(zip(self.rows, self.gaps, map(late_of, self.rows), strict=True))

    @property
    def parameters(self) -> list[MasterParameter]:
        return parameters_of(self.step)

    @property
    def corrected(self) -> list[Line]:
        return [line for line in self.lines if line.corrections or line.withdrawn]

    @property
    def is_begun(self) -> bool:
        return self.first_entry is not None or self.step.status in DONE

    @property
    def performed(self) -> Signature | None:
        return self._standing(Meaning.PERFORMED)

    @property
    def approved(self) -> Signature | None:
        """The decision at a hold point."""
        return self._standing(Meaning.APPROVED)

    @property
    def verified(self) -> Signature | None:
        return self._standing(Meaning.VERIFIED)

    def _standing(self, meaning: Meaning) -> Signature | None:
        return next((s for s in self.signatures if s.meaning == meaning and not s.withdrawn), None)

    @property
    def open_exceptions(self) -> list[ExceptionRecord]:
        return [exception for exception in self.exceptions if exception.status == "open"]


def step_sheets(batch: BatchRecord, only: Step | None = None) -> list[StepSheet]:
    """Every step of a batch (or one of them), with the same few queries whatever its length."""
    steps = [step for step in steps_of(batch) if only is None or step.pk == only.pk]
    parameters = {parameter.pk: parameter for step in steps for parameter in parameters_of(step)}
    entries = list(Entry.objects.filter(step__in=steps).order_by("pk"))
    by_step: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        entry.parameter = parameters[entry.parameter_id]
        by_step[entry.step_id].append(entry)
    exceptions = list(ExceptionRecord.objects.filter(step__in=steps).order_by("pk"))
    signatures = signatures_by_record(steps)
    corrected = [entry for entry in entries if (entry.supersedes_id or entry.claimed_at) and entry.formula_version is None]
    of_corrections = signatures_by_record(corrected)
    return [
        StepSheet(
            step=step,
            rows=_rows(step, by_step[step.pk], exceptions, of_corrections),
            signatures=signatures[str(step.pk)],
            exceptions=[exception for exception in exceptions if exception.step_id == step.pk],
            first_entry=by_step[step.pk][0].recorded_at if by_step[step.pk] else None,
            needs=need_lines(step),
        )
        for step in steps
    ]


def _rows(
    step: Step, entries: list[Entry], exceptions: Iterable[ExceptionRecord], signatures: dict[str, list[Signature]]
) -> list[list[Line]]:
    found: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.parameter_id, entry.row].append(entry)
    is_log = step.master_step.kind == "log"
    numbers = sorted({entry.row for entry in entries}) if is_log else [1]
    by_entry = {exception.entry_id: exception for exception in exceptions}
    return [[_line(p, row, found[p.pk, row], by_entry, signatures) for p in parameters_of(step)] for row in numbers]


def _line(
    parameter: MasterParameter,
    row: int,
    history: list[Entry],
    exceptions: dict[Any, ExceptionRecord],
    signatures: dict[str, list[Signature]],
) -> Line:
    if not history:
        return Line(parameter, row, None)
    first = history[0]
    if len(history) == 1 and first.is_current and first.claimed_at is None:
        # As nearly every value is: entered once.
        return Line(parameter, row, first, exception=exceptions.get(first.pk))
    by_pk = {entry.pk: entry for entry in history}
    replaced = {entry.supersedes_id for entry in history}
    current = next((entry for entry in history if entry.is_current), None)
    return Line(
        parameter=parameter,
        row=row,
        entry=current,
        corrections=[_correction(by_pk[new.supersedes_id], new) for new in history if new.supersedes_id],
        withdrawn=[entry for entry in history if not entry.is_current and entry.pk not in replaced],
        signatures=[signature for entry in history for signature in signatures.get(str(entry.pk), [])],
        exception=exceptions.get(current.pk) if current else None,
        late=[entry for entry in history if entry.claimed_at is not None and entry.formula_version is None],
    )


def _correction(old: Entry, new: Entry) -> Correction:
    why = new.reason if new.reason.endswith((".", "!", "?")) else f"{new.reason}."
    return Correction(old=old.text, new=new.text, unit=new.unit, why=why, by=new.recorded_by, at=new.recorded_at)


def strip_of(sheets: list[StepSheet], now: Step | None, sheet: Sheet) -> list[dict[str, Any]]:
    """The progress strip: done, now, to do; a diamond where an exception was opened. `sheet`: the batch, which knows what is done."""
    done = {step.pk for step in sheet.steps if sheet.is_done(step)}
    return [
        {
            "number": one.step.position,
            "state": "done" if one.step.pk in done else "now" if now and one.step.pk == now.pk else "todo",
            "flag": bool(one.exceptions),
        }
        for one in sheets
    ]


def content_hash(sheet: StepSheet) -> str:
    """SHA-256 over the step and the values that hold now, shown to the signer (SIG-07)."""
    rows = [sheet.step, *(line.entry for line in sheet.lines if line.entry is not None), *rows_signed(sheet.step)]
    return sha256(canonical([row_values(row, row.signed_fields()) for row in rows]))
