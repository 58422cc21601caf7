"""The frozen form of a master record and the words it may use. Knows no Django.

References in `inputs` say where a calculation finds its values:
`p_feed` is a parameter further up in the same step (in a log: of the same row); `setup.area_m2` is a parameter of an
earlier step; `*pressures.tmp` is the list of all rows of an earlier log; `@parent_cpdl` comes from the genealogy, where
`@part_volumes` is a list; `@vials_sampled` counts the vials drawn as samples before the quantity was known.
A list of references gives a list of values.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any, TypeVar

# Kinds of steps and what they are called. Any but an instruction may ask for values; a log asks for them row by row.
STEP_KINDS: dict[str, str] = {
    "instruction": "Instruction",
    "entry": "Readings",
    "calculation": "Calculation",
    "material": "Material addition",
    "equipment": "Equipment use",
    "clearance": "Line clearance",
    "timer": "Timer or hold",
    "log": "Log",
    "sampling": "Sampling",
    "hold_point": "Hold point",
    "branch": "Branch",
    "fill": "Fill and reconciliation",
    "attachment": "Attachment or photo",
}
ATTACHMENTS = ("", "allowed", "required")
PARAMETER_KINDS = ("number", "text", "choice", "instant", "calculated")
FILTRATIONS: dict[str, str] = {
    "clarification": "Clarification",
    "ultrafiltration": "Ultrafiltration",
    "diafiltration": "Diafiltration",
    "sterile_filtration": "Sterile filtration",
}

# What the genealogy of the batch provides, and its unit: the doubling level of the parents, of each portion that went in its
# concentration and volume, and the vials that samples took out of the fill before its quantity was counted.
GENEALOGY_FACTS: dict[str, str] = {
    "parent_cpdl": "doublings", "part_concentrations": "list of particles/mL", "part_volumes": "list of mL",
    "vials_sampled": "vials",
}  # fmt: skip


STAGES: dict[str, str] = {
    "cell_bank": "Cell bank",
    "passage": "Passage",
    "conditioned_media": "Conditioned-media lot",
    "isolation_run": "TFF isolation run",
    "ev_lot": "EV lot",
    "drug_product": "Drug product",
}


@dataclass(frozen=True)
class ParameterFile:
    """One value that a step asks for, or computes. Outside the plausible range it is refused as nonsense; outside an
    action limit it is a fact that opens an exception. inputs: argument of the formula -> reference or references.
    target: what to aim for, shown and not judged. gate: outside its limits nothing goes on until QA decided."""

    key: str
    label: str
    kind: str
    unit: str
    decimals: int | None
    required: bool
    choices: tuple[str, ...]
    accepted: tuple[str, ...]
    plausible_low: Decimal | None
    plausible_high: Decimal | None
    alert_low: Decimal | None
    alert_high: Decimal | None
    action_low: Decimal | None
    action_high: Decimal | None
    formula: str
    formula_version: int | None
    inputs: Mapping[str, str | tuple[str, ...]]
    fills: str
    source: str
    target: Decimal | None = None
    gate: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the value can enter a calculation."""
        return self.kind in ("number", "calculated")


@dataclass(frozen=True)
class Condition:
    """When a step applies: the value of an earlier parameter (`step.parameter`) is one of these choices, at least or below
    a figure. A step whose condition does not hold is passed over by itself."""

    value: str
    choices: tuple[str, ...] = ()
    at_least: Decimal | None = None
    below: Decimal | None = None

    def holds(self, text: str, amount: Decimal | None) -> bool:
        """Whether the recorded value meets the condition: one of the choices, or a figure inside the bounds."""
        if self.choices:
            return text in self.choices
        if amount is None:
            return False
        return (self.at_least is None or amount >= self.at_least) and (self.below is None or amount < self.below)


@dataclass(frozen=True)
class TimeLimit:
    """A clock that this step stops. It runs since an earlier step was signed (`step`), since an instant recorded there or
    here (`step.parameter`), since the parent lot was made (`@parent_made`) or since an instant that the parent's record
    holds (`@parent.step.parameter`), until this step is signed, or until the instant `until` that this step records. Rows
    of one key in a master are segments of one clock: their times add up and are judged together. Minutes. holds: once the
    maximum is passed, the step that stops the clock waits for QA too, not only the steps after it (a hold, not a race)."""

    key: str
    title: str
    since: str
    minimum_min: int | None = None
    alert_min: int | None = None
    maximum_min: int | None = None
    until: str = ""
    holds: bool = False


@dataclass(frozen=True)
class MaterialNeed:
    """A material this step adds: the item, and how much within which tolerance in percent (none: as much as is used)."""

    key: str
    item: str
    quantity: Decimal | None
    unit: str
    tolerance_pct: Decimal | None = None
    required: bool = True


@dataclass(frozen=True)
class EquipmentNeed:
    """A piece of equipment or a room this step uses, by its class (`tff_skid`, `isolator`, `room_grade_b`). monitoring: kinds of
    environmental monitoring that have to cover the use (`settle_plates`); without one an exception opens (EXE-19)."""

    key: str
    equipment_class: str
    required: bool = True
    monitoring: tuple[str, ...] = ()


@dataclass(frozen=True)
class SampleNeed:
    """A sample this step draws."""

    key: str
    purpose: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class ComponentFile:
    """A component of the batch: the code of the item or its name, how much of it goes into one batch, within which tolerance in percent."""

    key: str
    item: str
    quantity: Decimal | None = None
    unit: str = ""
    tolerance_pct: Decimal | None = None


@dataclass(frozen=True)
class StepFile:
    """One step. kind "log": its parameters are recorded again and again, row by row. `filtration_position` numbers the
    filtrations of a run: all steps with one position belong to one filtration.

    performer: key of the role that performs it, empty for whoever may record. training: topic that must be in date beside
    the command's own. may_skip: "not applicable" is allowed, with a reason. parallel: neighbouring steps that name the same
    group may be done in any order. condition: when the step applies at all."""

    key: str
    section: str
    title: str
    instructions: tuple[str, ...]
    kind: str
    witness: bool
    critical: bool
    filtration: str
    filtration_position: int | None
    training: str
    parameters: tuple[ParameterFile, ...]
    performer: str = ""
    may_skip: bool = False
    parallel: str = ""
    condition: Condition | None = None
    times: tuple[TimeLimit, ...] = ()
    materials: tuple[MaterialNeed, ...] = ()
    equipment: tuple[EquipmentNeed, ...] = ()
    samples: tuple[SampleNeed, ...] = ()
    attachment: str = ""


@dataclass(frozen=True)
class MasterFile:
    """How one kind of lot is made: the steps in their order, and what else a master has to hold (21 CFR 211.186(b), EU GMP part I,
    4.17 and 4.18). theoretical_yield: what one batch gives when nothing is lost, in yield_unit; yield_low_pct and yield_high_pct: the
    percentages of it beyond which the yield is investigated. What does not apply is said in words, never left empty.
    highest_passage, highest_pdl, oldest_bank_days: how far the cells may be grown and how old the bank may be; beyond, nothing begins (EXE-11)."""

    code: str
    title: str
    stage: str
    product: str
    batch_size: str
    note: str
    steps: tuple[StepFile, ...]
    strength: str = ""
    theoretical_yield: Decimal | None = None
    yield_unit: str = ""
    yield_low_pct: Decimal | None = None
    yield_high_pct: Decimal | None = None
    containers: str = ""
    closures: str = ""
    labels: str = ""
    sampling: str = ""
    specifications: tuple[str, ...] = ()
    precautions: str = ""
    components: tuple[ComponentFile, ...] = ()
    highest_passage: int | None = None
    highest_pdl: Decimal | None = None
    oldest_bank_days: int | None = None


Part = TypeVar("Part", Condition, TimeLimit, MaterialNeed, EquipmentNeed, SampleNeed)


def as_json(part: Condition | TimeLimit | MaterialNeed | EquipmentNeed | SampleNeed) -> dict[str, object]:
    """A part of a step as plain data: figures as text, digit for digit, so that nothing becomes a float."""
    plain = asdict(part)
    return {name: str(value) if isinstance(value, Decimal) else list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def from_json(kind: type[Part], plain: Mapping[str, Any]) -> Part:
    """The part that `as_json` wrote."""
    given: dict[str, Any] = {}
    for field in fields(kind):
        value = plain.get(field.name)
        if isinstance(value, str) and "Decimal" in str(field.type):
            value = Decimal(value)
        if isinstance(value, list):
            value = tuple(value)
        if field.name in plain:
            given[field.name] = value
    return kind(**given)
