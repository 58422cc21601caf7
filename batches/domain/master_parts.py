"""The frozen form of a master record and the words it may use. Knows no Django.

References in `inputs` say where a calculation finds its values:
`p_feed` is a parameter further up in the same step (in a log: of the same row); `setup.area_m2` is a parameter of an
earlier step; `*pressures.tmp` is the list of all rows of an earlier log; `@parent_cpdl` comes from the genealogy.
A list of references gives a list of values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

STEP_KINDS = ("entry", "log")
PARAMETER_KINDS = ("number", "text", "choice", "instant", "calculated")
FILTRATIONS: dict[str, str] = {
    "clarification": "Clarification",
    "ultrafiltration": "Ultrafiltration",
    "diafiltration": "Diafiltration",
    "sterile_filtration": "Sterile filtration",
}

# What the genealogy of the batch provides, and its unit.
GENEALOGY_FACTS: dict[str, str] = {"parent_cpdl": "doublings"}


@dataclass(frozen=True)
class Attribute:
    """A typed attribute that a parameter may fill: what kind of value it takes, in which unit."""

    kind: str
    unit: str = ""
    whole: bool = False


def _numbers(**units: str) -> dict[str, Attribute]:
    return {name: Attribute("number", unit) for name, unit in units.items()}


def _counts(**units: str) -> dict[str, Attribute]:
    return {name: Attribute("number", unit, whole=True) for name, unit in units.items()}


def _texts(*names: str) -> dict[str, Attribute]:
    return {name: Attribute("text") for name in names}


def _instants(*names: str) -> dict[str, Attribute]:
    return {name: Attribute("instant") for name in names}


PARTICLES = "particles/mL"

# The typed tables and what a master may fill in them. What is inherited along the genealogy is not among it.
FILLS: dict[str, dict[str, Attribute]] = {
    "cell_bank": {
        **_counts(passage_number="passages", vials_made="vials"),
        **_numbers(cpdl="doublings", cells_per_vial="cells/vial", fill_volume_ml="mL"),
        **_instants("frozen_at"),
    },
    "passage": {
        **_texts("vessel"),
        **_instants("seeded_at", "harvested_at"),
        **_numbers(area_cm2="cm2", viable_seeded="cells", viable_harvested="cells", total_harvested="cells"),
        **_numbers(viability_pct="%", confluence_pct="%", culture_hours="h", doubling_time_h="h"),
        **_numbers(population_doublings="doublings", cumulative_pdl="doublings"),
    },
    "conditioned_media": {
        **_texts("medium", "priming"),
        **_instants("started_at", "ended_at"),
        **_numbers(volume_ml="mL", viability_end_pct="%", hold_temperature_c="°C"),
        **_numbers(particles_per_ml=PARTICLES, blank_particles_per_ml=PARTICLES),
    },
    "isolation_run": {
        **_numbers(pooled_volume_ml="mL", feed_particles_per_ml=PARTICLES, final_volume_ml="mL"),
        **_numbers(final_particles_per_ml=PARTICLES, protein_ug_per_ml="ug/mL"),
        **_numbers(overall_yield_pct="%", mass_balance_pct="%"),
    },
    "filtration_stage": {
        **_texts("membrane_maker", "membrane_lot", "cut_off", "integrity_pre", "integrity_post"),
        **_numbers(area_m2="m2", feed_volume_ml="mL", product_volume_ml="mL", buffer_volume_ml="mL"),
        **_numbers(feed_particles_per_ml=PARTICLES, product_particles_per_ml=PARTICLES),
        **_numbers(diavolumes="diavolumes", vcf="fold", tmp_mean_bar="bar", flux_mean_lmh="LMH", yield_pct="%"),
    },
    "ev_lot": {
        **_texts("formulation", "container"),
        **_numbers(particles_per_ml=PARTICLES, volume_ml_total="mL", fill_volume_ml="mL"),
        **_counts(vials_filled="vials", vials_rejected="vials"),
        **_instants("filled_at"),
    },
    "lot": {"quantity_made": Attribute("number")},
}

STAGES: dict[str, str] = {
    "cell_bank": "Cell bank",
    "passage": "Passage",
    "conditioned_media": "Conditioned-media lot",
    "isolation_run": "TFF isolation run",
    "ev_lot": "EV lot",
}


@dataclass(frozen=True)
class ParameterFile:
    """One value that a step asks for, or computes. Outside the plausible range it is refused as nonsense; outside an
    action limit it is a fact that opens an exception. inputs: argument of the formula -> reference or references."""

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

    @property
    def is_number(self) -> bool:
        """Whether the value can enter a calculation."""
        return self.kind in ("number", "calculated")


@dataclass(frozen=True)
class StepFile:
    """One step. kind "log": its parameters are recorded again and again, row by row. `filtration_position` numbers the
    filtrations of a run: all steps with one position belong to one filtration."""

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


@dataclass(frozen=True)
class MasterFile:
    """How one kind of lot is made: the steps in their order."""

    code: str
    title: str
    stage: str
    product: str
    batch_size: str
    note: str
    steps: tuple[StepFile, ...]
