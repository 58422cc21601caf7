"""The typed attributes of a lot that a master may fill. Knows no Django."""

from dataclasses import dataclass


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
    "drug_product": {
        **_texts("dosage_form", "formulation", "container"),
        **_numbers(particles_per_ml=PARTICLES, volume_ml_total="mL", fill_volume_ml="mL", particles_per_vial="particles"),
        **_counts(doses_per_vial="doses", vials_filled="vials", vials_rejected="vials"),
        **_instants("filled_at", "frozen_at"),
    },
    "lot": {"quantity_made": Attribute("number")},
}
