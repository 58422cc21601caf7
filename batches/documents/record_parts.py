"""The frozen shapes of the executed batch record. Every value is text as it is printed; instants are ISO 8601 with their offset."""

from dataclasses import dataclass

from batches.documents.course_parts import (
    AlarmLine,
    ClockLine,
    DecidedStep,
    ExcursionLine,
    InterruptionLine,
    LabelPrint,
    LateLine,
    MaterialLine,
    MonitoringLine,
    SignatureLine,
    Specimen,
    UnitLine,
)


@dataclass(frozen=True)
class Fact:
    name: str
    value: str


@dataclass(frozen=True)
class Cell:
    """What was recorded in one place. `old`: earlier values, struck through, oldest first; `marks`: of their corrections and
    late entries. A computed value that can no longer be computed stands in `old`, and nothing holds now. `is_late`: recorded
    later than it happened."""

    value: str
    outcome: str = ""
    is_outside: bool = False
    old: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    exception: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class ValueLine:
    """One value of an entry step. `by`: who recorded it, or the formula that computed it."""

    label: str
    limit: str
    cell: Cell
    by: str
    at: str


@dataclass(frozen=True)
class Column:
    label: str
    limit: str


@dataclass(frozen=True)
class LogRow:
    """One row of a log. A cell with nothing to tell beside its value (inside its limits, neither corrected nor late) is its text
    alone: a long record has tens of thousands of them. after: how long after the row before, where that is long."""

    number: int
    by: str
    at: str
    cells: tuple[Cell | str, ...]
    after: str = ""


@dataclass(frozen=True)
class LogTable:
    """Some columns of a log with all its rows; a wide log is several tables."""

    columns: tuple[Column, ...]
    rows: tuple[LogRow, ...]


@dataclass(frozen=True)
class StepPart:
    """One step: the master's words, what was recorded, who signed it. `remark`: why it was left out or passed over, or what was
    decided at a hold point. `unsigned`: what is still to be signed, in the words of the signature."""

    number: int
    section: str
    title: str
    is_critical: bool
    instructions: tuple[str, ...]
    status: str
    started: str
    ended: str
    lines: tuple[ValueLine, ...]
    logs: tuple[LogTable, ...]
    signatures: tuple[SignatureLine, ...]
    exceptions: tuple[str, ...]
    remark: str = ""
    unsigned: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExceptionLine:
    number: str
    step: str
    sentence: str
    opened: str
    state: str
    decision: str
    reason: str
    closed_by: str
    closed: str
    classification: str = ""


@dataclass(frozen=True)
class CorrectionLine:
    """A value changed after its first entry, who signed the change beside it."""

    mark: str
    where: str
    old: str
    new: str
    why: str
    by: str
    at: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class InputLine:
    lot: str
    stage: str
    container: str
    quantity: str
    at: str
    batch_record: str


@dataclass(frozen=True)
class SampleLine:
    number: str
    purpose: str
    quantity: str
    container: str
    drawn_by: str
    drawn: str
    status: str


@dataclass(frozen=True)
class DecisionLine:
    decision: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class PersonLine:
    """One row of the signature table: whose name and initials these are, and what they did in this record."""

    printed_name: str
    initials: str
    user_id: str
    role: str
    did: str


@dataclass(frozen=True)
class ExecutedRecord:
    """A batch record as executed. What the paper says around it (plant, issuer, hash, pages) is the frame's."""

    batch: str
    lot: str
    product: str
    stage: str
    status: str
    is_finished: bool
    disposition: str
    master: str
    master_title: str
    master_effective: str
    batch_size: str
    issued: str
    started: str
    completed: str
    facts: tuple[Fact, ...]
    origin: tuple[Fact, ...]
    inputs: tuple[InputLine, ...]
    exceptions: tuple[ExceptionLine, ...]
    values_counted: int
    values_changed: int
    changes: str
    steps: tuple[StepPart, ...]
    corrections: tuple[CorrectionLine, ...]
    filtrations: tuple[tuple[str, ...], ...]
    samples: tuple[SampleLine, ...]
    decisions: tuple[DecisionLine, ...]
    signatures: tuple[SignatureLine, ...]
    people: tuple[PersonLine, ...]
    not_kept: tuple[str, ...]
    late: tuple[LateLine, ...] = ()
    left_out: tuple[DecidedStep, ...] = ()
    hold_points: tuple[DecidedStep, ...] = ()
    interruptions: tuple[InterruptionLine, ...] = ()
    clocks: tuple[ClockLine, ...] = ()
    excursions: tuple[ExcursionLine, ...] = ()
    materials: tuple[MaterialLine, ...] = ()
    units: tuple[UnitLine, ...] = ()
    labels: tuple[LabelPrint, ...] = ()
    specimens: tuple[Specimen, ...] = ()
    codes: tuple[str, ...] = ()
    alarms: tuple[AlarmLine, ...] = ()
    environment: tuple[MonitoringLine, ...] = ()
