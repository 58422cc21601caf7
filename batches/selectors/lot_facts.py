"""What a lot's own table holds, as names and values for people. Units stand in data, beside the value."""

from decimal import Decimal
from typing import Any

from batches.domain.entry_rules import shown_amount
from batches.domain.vectors import METHOD_WORDS, VECTOR_ITEMS
from batches.models import Lot
from batches.selectors.genealogy import Inherited, described_by
from batches.selectors.lots import remaining
from evgmp.rules.rounding import round_to_place
from evgmp.web.components import value_text
from evgmp.web.state_words import state_word

# Decimals a computed value is shown with, half up; the record keeps every digit.
SHOWN_DECIMALS = {
    "viability_pct": 1, "viability_end_pct": 1, "population_doublings": 2, "doubling_time_h": 1, "cumulative_pdl": 2, "cpdl": 2,
    "culture_hours": 1, "overall_yield_pct": 1, "mass_balance_pct": 1, "vcf": 1, "diavolumes": 2, "tmp_mean_bar": 3,
    "flux_mean_lmh": 1, "yield_pct": 1, "viable_seeded": 0, "viable_harvested": 0, "total_harvested": 0, "particles_per_ml": 0,
    "blank_particles_per_ml": 0, "feed_particles_per_ml": 0, "final_particles_per_ml": 0, "particles_per_vial": 0, "fill_volume_ml": 3,
}  # fmt: skip

# Values that nobody typed: their digits are those of a product, not of a measurement.
COMPUTED_ONLY = ("particles_per_vial",)

# Attribute, what people call it, unit. In the order of the work.
FACTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "cell_bank": (
        ("frozen_at", "Frozen", ""),
        ("passage_number", "Passage at freezing", ""),
        ("cpdl", "Cumulative doublings at freezing", ""),
        ("cells_per_vial", "Cells per vial", "cells"),
        ("fill_volume_ml", "Fill volume", "mL"),
        ("vials_made", "Vials made", "vials"),
    ),
    "passage": (
        ("vessel", "Vessel", ""),
        ("area_cm2", "Area", "cm²"),
        ("seeded_at", "Seeded", ""),
        ("viable_seeded", "Viable cells seeded", "cells"),
        ("harvested_at", "Harvested", ""),
        ("viable_harvested", "Viable cells harvested", "cells"),
        ("total_harvested", "Total cells harvested", "cells"),
        ("viability_pct", "Viability", "%"),
        ("confluence_pct", "Confluence", "%"),
        ("culture_hours", "Culture time", "h"),
        ("population_doublings", "Population doublings", ""),
        ("doubling_time_h", "Doubling time", "h"),
        ("cumulative_pdl", "Cumulative doublings", ""),
    ),
    "conditioned_media": (
        ("medium", "Medium", ""),
        ("priming", "Priming", ""),
        ("started_at", "Conditioning from", ""),
        ("ended_at", "Conditioning to", ""),
        ("volume_ml", "Volume collected", "mL"),
        ("viability_end_pct", "Viability at the end", "%"),
        ("particles_per_ml", "Particles", "particles/mL"),
        ("blank_particles_per_ml", "Particles in the blank", "particles/mL"),
        ("hold_temperature_c", "Held at", "°C"),
    ),
    "isolation_run": (
        ("pooled_volume_ml", "Volume pooled", "mL"),
        ("feed_particles_per_ml", "Particles in the feed", "particles/mL"),
        ("final_volume_ml", "Final volume", "mL"),
        ("final_particles_per_ml", "Final particles", "particles/mL"),
        ("protein_ug_per_ml", "Protein", "µg/mL"),
        ("overall_yield_pct", "Overall yield", "%"),
        ("mass_balance_pct", "Mass balance of particles", "%"),
    ),
    "ev_lot": (
        ("formulation", "Formulation", ""),
        ("particles_per_ml", "Particles", "particles/mL"),
        ("volume_ml_total", "Volume", "mL"),
        ("container", "Container", ""),
        ("fill_volume_ml", "Fill volume", "mL"),
        ("filled_at", "Filled", ""),
        ("vials_filled", "Vials filled", "vials"),
        ("vials_rejected", "Vials rejected at inspection", "vials"),
    ),
    "drug_product": (
        ("dosage_form", "Dosage form", ""),
        ("formulation", "Formulation", ""),
        ("particles_per_ml", "Particles in the bulk", "particles/mL"),
        ("volume_ml_total", "Volume of the bulk", "mL"),
        ("container", "Container", ""),
        ("fill_volume_ml", "Fill volume", "mL"),
        ("particles_per_vial", "Strength per vial", "particles"),
        ("doses_per_vial", "Doses per vial", ""),
        ("filled_at", "Filled", ""),
        ("frozen_at", "Freezing began", ""),
        ("vials_filled", "Vials filled", "vials"),
        ("vials_rejected", "Vials rejected at inspection", "vials"),
    ),
}  # fmt: skip

# The few that stand in the header of the record.
HEADLINES: dict[str, tuple[str, ...]] = {
    "cell_bank": ("frozen_at", "cells_per_vial"),
    "passage": ("seeded_at", "harvested_at", "viability_pct"),
    "conditioned_media": ("ended_at", "viability_end_pct", "particles_per_ml"),
    "isolation_run": ("pooled_volume_ml", "final_volume_ml", "mass_balance_pct"),
    "ev_lot": ("filled_at", "vials_filled", "particles_per_ml"),
    "drug_product": ("filled_at", "vials_filled", "particles_per_vial"),
}


def typed_facts(lot: Lot) -> list[tuple[str, Any]]:
    """Name and value of every attribute of the lot's stage; an empty value shows as a dash."""
    whole = described_by(lot)
    return [(label, _shown(lot if own_value(lot, name) else whole, name, unit)) for name, label, unit in FACTS[lot.stage]]


def own_value(lot: Lot, name: str) -> bool:
    """Whether the lot's own row holds the attribute; a sub-lot has the rest from the lot it is part of."""
    return getattr(lot.typed, name) not in (None, "")


def headline_facts(lot: Lot) -> list[tuple[str, Any]]:
    """What stands in the header: the few facts of the stage, what is left, storage and expiry."""
    more = [("Left", left_in_words(lot)), ("Storage", lot.storage), ("Expiry", lot.expires_on)]
    return listed_facts(lot, described_by(lot)) + [fact for fact in more if fact[1]]


def left_in_words(lot: Lot) -> str:
    """`103 of 120 vials`; empty while the quantity made is not recorded."""
    left = remaining(lot)
    if left is None or lot.quantity_made is None:
        return ""
    return f"{value_text(left)} of {value_text(lot.quantity_made, lot.unit)}"


def _shown(lot: Lot, name: str, unit: str) -> Any:
    value = getattr(lot.typed, name)
    if isinstance(value, Decimal):
        return _amount(name, value, unit)
    return value_text(value, unit) if isinstance(value, int) else value


def listed_facts(lot: Lot, whole: Lot) -> list[tuple[str, Any]]:
    """The facts of the header without what needs a query, for lists. whole: the lot that describes it, for a sub-lot the one that was split."""
    named = {name: (label, unit) for name, label, unit in FACTS[lot.stage]}
    return [(named[name][0], _shown(lot if own_value(lot, name) else whole, name, named[name][1])) for name in HEADLINES[lot.stage]]


def inherited_facts(lot: Lot, facts: Inherited) -> list[tuple[str, Any]]:
    """What the lot has from its ancestors, for people. Nothing of it was typed on this lot (G6)."""
    shown: list[tuple[str, Any]] = [("Donor", donor) for donor in facts.donors]
    shown += [("Line", line) for line in facts.lines]
    shown += [("Bank", bank) for bank in facts.banks if bank.pk != lot.pk]
    return [
        *shown,
        ("Donor eligibility", ", ".join(state_word(donor.eligibility).word for donor in facts.donors)),
        ("Passage number", facts.passage_number),
        ("Cumulative doublings", _amount("cumulative_pdl", facts.cumulative_pdl)),
        ("Reprogrammed with", ", ".join(METHOD_WORDS[method] for method in facts.reprogramming_methods)),
        ("Vectors carried", ", ".join(VECTOR_ITEMS[item] for item in facts.vector_contents)),
    ]


def filtration_table(lot: Lot) -> list[list[Any]]:
    """One line a filtration stage of a run: what went in, what came out, how it went. Empty for other lots."""
    if lot.stage != "isolation_run":
        return []
    return [
        [
            stage.title,
            ", ".join(part for part in (stage.cut_off, _amount("area_m2", stage.area_m2, "m²")) if part),
            _amount("feed_volume_ml", stage.feed_volume_ml, "mL"),
            _amount("product_volume_ml", stage.product_volume_ml, "mL"),
            _amount("vcf", stage.vcf, ""),
            _amount("diavolumes", stage.diavolumes, ""),
            _amount("tmp_mean_bar", stage.tmp_mean_bar, "bar"),
            _amount("flux_mean_lmh", stage.flux_mean_lmh, "LMH"),
            _amount("yield_pct", stage.yield_pct, "%"),
            " / ".join(part for part in (stage.integrity_pre, stage.integrity_post) if part),
        ]
        for stage in lot.isolationrun.filtrations.order_by("position")
    ]


def _amount(name: str, value: Decimal | None, unit: str = "") -> str:
    """A number for reading, with the decimals it is shown with."""
    if value is None:
        return ""
    decimals = SHOWN_DECIMALS.get(name)
    exact = name not in COMPUTED_ONLY and (decimals is None or value == round_to_place(value, -decimals))
    return value_text(value if exact else shown_amount(value, decimals), unit)
