"""What happened in the course of a batch beside its values: late entries, interruptions, clocks, things used, labels, excursions.

Each function asks with a few queries, however long the record is.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from batches.domain.commands import ABORT_BATCH, PAUSE_BATCH, RESUME_BATCH
from batches.domain.equipment import UPKEEP
from batches.models import BatchRecord, Entry, EquipmentEntry, EquipmentUnit, MaterialLot, MaterialMovement, MaterialOpening
from batches.selectors.record_lines import Line, StepSheet
from batches.selectors.sheets import Sheet
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.models import Event, Signature


class GatheredSheet(Sheet):
    """The sheet of a batch made of what was gathered already: no query, whatever its length."""

    def __init__(self, batch: BatchRecord, sheets: list[StepSheet]) -> None:
        self.batch = batch
        self.steps = [sheet.step for sheet in sheets]
        for step in self.steps:
            step.batch = batch
        lines = [(sheet.step.pk, line) for sheet in sheets for line in sheet.lines]
        self._entries = {(step, line.parameter.pk, line.row): line.entry for step, line in lines if line.entry is not None}


@dataclass(frozen=True)
class LateAct:
    """Values recorded late in one act: what was said about when, and who signed it (EXE-04)."""

    sheet: StepSheet
    lines: list[tuple[Line, Entry]]
    signatures: list[Signature]

    @property
    def first(self) -> Entry:
        return self.lines[0][1]


def late_acts(sheets: list[StepSheet]) -> list[LateAct]:
    """Every act of late recording, by step, then as recorded. Only the first entry of an act carries its signatures."""
    found = []
    for sheet in sheets:
        acts: dict[datetime, list[tuple[Line, Entry]]] = defaultdict(list)
        for line in sheet.lines:
            for entry in line.late:
                acts[entry.recorded_at].append((line, entry))
        for at in sorted(acts):
            lines = sorted(acts[at], key=lambda pair: pair[1].pk)
            found.append(LateAct(sheet, lines, [s for line, _ in lines for s in line.signatures if s.at == at]))
    return found


@dataclass(frozen=True)
class Interruption:
    """A pause, the end of one, a hand-over or an abort, with its reason and signatures (EXE-22)."""

    what: str
    at: datetime
    reason: str
    signatures: list[Signature]


def interruptions(batch: BatchRecord, of_batch: list[Signature]) -> list[Interruption]:
    """In order of time. `of_batch`: the signatures given on the batch record itself."""
    verbs = (PAUSE_BATCH.key, RESUME_BATCH.key, ABORT_BATCH.key)
    events = Event.objects.filter(record_type="batches.batchrecord", record_key=str(batch.pk), verb__in=verbs).order_by("seq")
    found = [Interruption(e.sentence, e.at, e.reason, [s for s in of_batch if s.event_id == e.pk]) for e in events]
    rows = list(batch.hand_overs.all())
    signed = signatures_by_record(rows)
    found += [
        Interruption(f"Batch handed over from {row.given_by} to {row.taken_by}" + (f", at {row.at_step}" if row.at_step else ""), row.at, row.note,
                     signed[str(row.pk)])
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at)


@dataclass
class MaterialUsed:
    """One container or lot of a material and all that this batch took of it."""

    lot: MaterialLot
    code: str
    quantity: Decimal = Decimal(0)
    steps: list[int] = field(default_factory=list)
    opened: MaterialOpening | None = None


def materials_of_batch(batch: BatchRecord) -> list[MaterialUsed]:
    """Materials by item, then by code."""
    rows = MaterialMovement.objects.filter(step__batch=batch, kind="used", is_current=True).select_related("lot__item", "step").order_by("pk")
    found: dict[str, MaterialUsed] = {}
    for row in rows:
        one = found.setdefault(row.code, MaterialUsed(row.lot, row.code))
        one.quantity -= row.change
        if row.step is not None and row.step.position not in one.steps:
            one.steps.append(row.step.position)
    openings = {str(o): o for o in MaterialOpening.objects.filter(lot__in={one.lot.pk for one in found.values()}).select_related("lot")}
    for one in found.values():
        one.opened = openings.get(one.code)
    return sorted(found.values(), key=lambda one: (one.lot.item.code, one.code))


@dataclass
class UnitUsed:
    """One piece of equipment or one room: when this batch first used it, and the validities that held then."""

    unit: EquipmentUnit
    first: EquipmentEntry
    steps: list[int] = field(default_factory=list)
    ends: dict[str, datetime | None] = field(default_factory=dict)
    clearances: list[EquipmentEntry] = field(default_factory=list)


def units_of_batch(batch: BatchRecord) -> list[UnitUsed]:
    """Equipment and rooms by code."""
    rows = list(
        EquipmentEntry.objects.filter(step__batch=batch, is_current=True, kind__in=("used", "cleared")).select_related("unit", "step").order_by("pk")
    )
    found: dict[int, UnitUsed] = {}
    for row in rows:
        one = found.setdefault(row.unit_id, UnitUsed(row.unit, row))
        if row.kind == "cleared":
            one.clearances.append(row)
        if row.step is not None and row.step.position not in one.steps:
            one.steps.append(row.step.position)
    upkeep = EquipmentEntry.objects.filter(unit__in=found, is_current=True, kind__in=[kind for kind, (need, _) in UPKEEP.items() if need])
    for line in upkeep.order_by("pk"):
        one = found[line.unit_id]
        if line.pk < one.first.pk:
            one.ends[UPKEEP[line.kind][0]] = line.until
    return sorted(found.values(), key=lambda one: one.unit.code)
