"""Frozen shapes of what happened in the course of a batch, for its paper. Every value is text as it is printed; instants are ISO 8601
with their offset, empty where there is none."""

from dataclasses import dataclass

from batches.documents.label_parts import LabelLine


@dataclass(frozen=True)
class SignatureLine:
    """A signature as printed (SIG-01). `withdrawn`: why it no longer counts, empty when it does."""

    statement: str
    printed_name: str
    role: str
    user_id: str
    at: str
    withdrawn: str = ""


@dataclass(frozen=True)
class AlarmLine:
    """An alarm and who acknowledged it with which comment; no signature while nobody did."""

    sentence: str
    exception: str
    at: str
    comment: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class MonitoringLine:
    """A session of environmental monitoring in a room while the batch was in it, or one that the master asks for and that lacks."""

    number: str
    what: str
    where: str
    began: str
    ended: str
    result: str
    limit: str
    outcome: str
    is_outside: bool
    by: str
    reviewed: str


@dataclass(frozen=True)
class LateLine:
    """Values recorded later than they happened: when they are said to be of, when the server recorded them, who vouches."""

    mark: str
    where: str
    values: str
    claimed: str
    entered: str
    reason: str
    by: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class DecidedStep:
    """A step that was left out, or a hold point that was decided: with the reason and the signatures that hold."""

    step: str
    outcome: str
    reason: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class InterruptionLine:
    """A pause, its end, a hand-over or an abort."""

    what: str
    at: str
    reason: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class ClockLine:
    """A time that the master limits. `stretches`: from when until when, once a stretch; `took`: all of them together."""

    title: str
    limits: str
    stretches: tuple[tuple[str, str], ...]
    took: str
    outcome: str
    is_outside: bool


@dataclass(frozen=True)
class MaterialLine:
    """A container or lot of a material, and what this batch took of it."""

    item: str
    name: str
    code: str
    supplier: str
    origin: str
    quantity: str
    expires: str
    opened: str
    steps: str


@dataclass(frozen=True)
class UnitLine:
    """A piece of equipment or a room, with the validities that held at its first use. `cleared`: its line clearances."""

    code: str
    name: str
    kind: str
    is_room: bool
    calibrated_until: str
    qualified_until: str
    cleaned_until: str
    used: str
    steps: str
    cleared: tuple[str, ...]


@dataclass(frozen=True)
class ExcursionLine:
    place: str
    began: str
    ended: str
    highest: str
    limit: str
    is_over: bool
    source: str
    by: str
    at: str


@dataclass(frozen=True)
class LabelPrint:
    """Labels issued at one time and what became of each. `missing`: a number of labels, empty when all are accounted for."""

    issue: str
    template: str
    what: str
    count: str
    again: str
    used: str
    specimen: str
    damaged: str
    returned: str
    destroyed: str
    missing: str
    by: str
    at: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class Specimen:
    """The first label of an issue, drawn as it was printed. Sizes in mm; its symbol is the one of the same place in `codes`."""

    issue: str
    template: str
    width: int
    height: int
    lines: tuple[LabelLine, ...]
    statements: tuple[str, ...]
    code: str
