"""What a step uses: which needs its master names, what was scanned for each, what is still open."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from batches.domain.commands import CORRECT_USE
from batches.domain.environment import monitoring
from batches.domain.equipment import CLASSES
from batches.domain.master_parts import EquipmentNeed, MaterialNeed, SampleNeed, from_json
from batches.domain.materials import LotFacts, need_in_words, outside_tolerance
from batches.models import EquipmentEntry, EquipmentUnit, MasterVersion, MaterialItem, MaterialMovement, Sample, Step, StepAttachment
from batches.selectors.clearances import before_clearance
from batches.selectors.materials import item_names, proposed
from batches.selectors.signatures import signatures_by_record
from batches.selectors.step_files import files_of, struck_files
from evgmp.compliance.models import Event, Signature
from evgmp.rules.reading import display_number


@dataclass(frozen=True)
class UseRow:
    """One thing used: its record, the code scanned, how much (none for equipment), by whom and when. line: key of its line. note: of a
    file, what it shows and the hash of its bytes; of a room that is cleared, what was in it before."""

    line: str
    record: Any
    code: str
    amount: Decimal | None
    performed_by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class NeedLine:
    """One need of a step and everything used for it. kind: material, equipment, sample or file; what: the item or class it asks for."""

    kind: str
    key: str
    what: str
    label: str
    target: str
    required: bool
    uses: list[UseRow] = field(default_factory=list)
    used: Decimal | None = None
    unit: str = ""
    outside: str = ""

    @property
    def named(self) -> str:
        """How sentences name the need: an item with its code, a class by its title."""
        return self.label if self.kind in ("equipment", "file") else f"{self.label} ({self.what})"

    @property
    def done(self) -> bool:
        return bool(self.uses)

    @property
    def used_in_words(self) -> str:
        return f"{display_number(self.used)} {self.unit}" if self.used is not None and self.uses else ""


def material_needs(step: Step) -> list[MaterialNeed]:
    return [from_json(MaterialNeed, plain) for plain in step.master_step.materials]


def equipment_needs(step: Step) -> list[EquipmentNeed]:
    return [from_json(EquipmentNeed, plain) for plain in step.master_step.equipment]


def sample_needs(step: Step) -> list[SampleNeed]:
    return [from_json(SampleNeed, plain) for plain in step.master_step.samples]


def uses_something(step: Step) -> bool:
    """Whether the master names anything to scan, to draw or to attach in this step."""
    master = step.master_step
    return bool(master.materials or master.equipment or master.samples or master.attachment)


def samples_taken(step: Step) -> list[Sample]:
    """The planned samples that this step drew, oldest first."""
    return list(Sample.objects.filter(step=step).order_by("pk")) if step.master_step.samples else []


def materials_used(step: Step, *, current: bool = True) -> list[MaterialMovement]:
    """The lines of the ledger that this step wrote, oldest first."""
    rows = MaterialMovement.objects.filter(step=step, kind="used").select_related("lot__item").order_by("pk")
    return list(rows.filter(is_current=True) if current else rows)


def equipment_used(step: Step) -> list[EquipmentEntry]:
    """The lines that this step wrote into logs of equipment and rooms, line clearances too, oldest first."""
    return list(EquipmentEntry.objects.filter(step=step, is_current=True).select_related("unit", "lot").order_by("pk"))


def need_lines(step: Step) -> list[NeedLine]:
    """Every need of the step in the order of the master, with what was used for it."""
    return [*_equipment_lines(step), *_material_lines(step), *_sample_lines(step), *_file_lines(step)]


def _file_lines(step: Step) -> list[NeedLine]:
    if not step.master_step.attachment:
        return []
    uses = [
        UseRow(f"file-{row.pk}", row, row.file.name, None, row.attached_by, row.at, f"{row.shows}, sha-256 {row.file.content_id}")
        for row in files_of(step)
    ]
    return [NeedLine("file", StepAttachment.need, "", "File or photo", "", step.master_step.attachment == "required", uses)]


def _sample_lines(step: Step) -> list[NeedLine]:
    taken = samples_taken(step)
    found = []
    for need in sample_needs(step):
        uses = [UseRow(f"sample-{row.pk}", row, row.number, row.quantity, row.drawn_by, row.drawn_at) for row in taken if row.need == need.key]
        target = f"{display_number(need.quantity)} {need.unit}"
        found.append(NeedLine("sample", need.key, f"Sample, {target}", need.purpose, "", True, uses, unit=need.unit))
    return found


def _equipment_lines(step: Step) -> list[NeedLine]:
    needs = equipment_needs(step)
    if not needs:
        return []
    rows = equipment_used(step)
    used = [row for row in rows if row.kind == "used"]
    cleared = {row.unit_id: row.note for row in rows if row.kind == "cleared"}
    found = []
    for need in needs:
        uses = [
            UseRow(f"equipment-{row.pk}", row.unit, row.unit.code, None, row.performed_by, row.at, cleared.get(row.unit_id) or _cleared_of(step, row.unit))
            for row in used if row.need == need.key
        ]  # fmt: skip
        kind = CLASSES[need.equipment_class]
        kinds = monitoring().kinds
        asked = ", ".join(kinds[one].title if one in kinds else one for one in need.monitoring)
        target = f"monitored while in use: {asked}" if asked else ""
        found.append(NeedLine("equipment", need.key, need.equipment_class, kind.title, target, need.required, uses))
    return found


def _cleared_of(step: Step, unit: EquipmentUnit) -> str:
    """At a line clearance not signed yet: which product and lot were in the room, so that two persons look for what is left."""
    return before_clearance(unit, step) if step.master_step.kind == "clearance" and unit.kind.is_room else ""


def _material_lines(step: Step) -> list[NeedLine]:
    needs = material_needs(step)
    if not needs:
        return []
    names = item_names(need.item for need in needs)
    used = materials_used(step)
    found = []
    for need in needs:
        rows = [row for row in used if row.need == need.key]
        total = -sum((row.change for row in rows), Decimal(0))
        uses = [UseRow(f"material-{row.pk}", row.lot, row.code, -row.change, row.performed_by, row.at) for row in rows]
        outside = outside_tolerance(need, total) if rows else ""
        label = names.get(need.item, need.item)
        found.append(NeedLine("material", need.key, need.item, label, need_in_words(need), need.required, uses, total, need.unit, outside))
    return found


def needs_open(step: Step) -> list[str]:
    """What must still be scanned before the step can be signed (EXE-05, EXE-13, EXE-16)."""
    return [line.named for line in need_lines(step) if line.required and not line.done]


def rows_signed(step: Step) -> list[Any]:
    """What the signatures of the step vouch for beside its values."""
    if not uses_something(step):
        return []
    files = files_of(step)
    # The row says what the file is for, the file itself holds the hash of its bytes.
    return [*materials_used(step), *equipment_used(step), *samples_taken(step), *files, *(row.file for row in files)]


def proposals(step: Step, lines: list[NeedLine], at: datetime) -> list[tuple[NeedLine, LotFacts | None]]:
    """For each material that is still open: which lot or container to take."""
    return [(line, proposed(line.what, at, step.batch)) for line in lines if line.kind == "material" and not line.done]


def items_unknown(version: MasterVersion) -> list[str]:
    """Why a master's materials can't be scanned at this site: an item that is not registered, or is counted in another unit."""
    needs = [(step, from_json(MaterialNeed, plain)) for step in version.steps.all() for plain in step.materials]
    units = dict(MaterialItem.objects.filter(code__in={need.item for _, need in needs}).values_list("code", "unit"))
    found = []
    for step, need in needs:
        if need.item not in units:
            found.append(f"Step {step.key}: The item {need.item} is not registered. Register it, then approve.")
        elif units[need.item] != need.unit:
            found.append(
                f"Step {step.key}: {need.item} is counted in {units[need.item]}, the master asks for {need.unit}. Correct the master."
            )
    return found


Correctable = MaterialMovement | EquipmentEntry | StepAttachment


def correctable(step: Step) -> list[tuple[str, Correctable]]:
    """Key and line of every use of a step that counts and may be corrected."""
    materials = [(f"material-{row.pk}", row) for row in materials_used(step)]
    files = [(f"file-{row.pk}", row) for row in files_of(step)]
    return [*materials, *((f"equipment-{row.pk}", row) for row in equipment_used(step) if row.kind == "used"), *files]


def use_in_words(row: Correctable) -> str:
    """“ML-2026-0001, 100 mL”, “EQ-TFF-01”, or the name of a file."""
    if isinstance(row, StepAttachment):
        return row.file.name
    if isinstance(row, MaterialMovement):
        return f"{row.code}, {display_number(-row.change)} {row.lot.item.unit}"
    return row.unit.code


@dataclass(frozen=True)
class UseCorrection:
    """A use that was corrected: what stood there, what holds now (empty: nothing), why, by whom, when, who signed.
    line: key of the line that holds now."""

    key: str
    line: str
    old: str
    new: str
    why: str
    by: str
    at: datetime
    signatures: list[Signature]


def use_corrections(step: Step) -> list[UseCorrection]:
    """Every corrected use of a step, oldest first."""
    if not uses_something(step):
        return []
    rows: list[Any] = [row for row in materials_used(step, current=False) if not row.is_current]
    rows += EquipmentEntry.objects.filter(step=step, kind="used", is_current=False).select_related("unit").order_by("pk")
    rows += struck_files(step)
    found = []
    for old in rows:
        new = MaterialMovement.objects.filter(supersedes=old).select_related("lot__item").first() if isinstance(old, MaterialMovement) else None
        row = new or old
        event = Event.objects.filter(record_type=row._meta.label_lower, record_key=str(row.pk), verb=CORRECT_USE.key).order_by("-seq").first()
        if event is not None:
            signed = [s for s in signatures_by_record([row])[str(row.pk)] if s.event_id == event.pk]
            line, words = (f"material-{new.pk}", use_in_words(new)) if new else ("", "")
            found.append(UseCorrection(old.need, line, use_in_words(old), words, event.reason, event.actor_name, event.at, signed))
    return found
