"""What may be left, and what a test could have seen: endotoxin and DNA of a dose, digital PCR, LOD in the units of the product."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative


@calculation(
    "clearance.endotoxin_limit",
    title="Endotoxin limit",
    unit="EU/mL",
    inputs={"threshold": "EU/kg/h", "dose_per_hour": "mL/h", "body_weight": "kg"},
    source="USP <85> and Ph. Eur. 5.1.10: K/M; K is 5 EU/kg/h, intrathecal 0.2",
)
def endotoxin_limit(*, threshold: Decimal, dose_per_hour: Decimal, body_weight: Decimal) -> Decimal:
    """Endotoxin that each millilitre may hold, by the dose.

    Formula: L = K / (V / m)
    Symbols: K threshold (EU/kg/h), V largest volume given in one hour (mL/h), m body weight (kg).
    Valid: all above zero.
    Worked: 5 EU/kg/h, 10 mL for 70 kg: 35 EU/mL; 2 mL: 175; intrathecal (0.2), 1 mL: 14.
    """
    above_zero(threshold, "threshold")
    above_zero(dose_per_hour, "volume given in one hour")
    above_zero(body_weight, "body weight")
    return threshold * body_weight / dose_per_hour


@calculation(
    "clearance.per_dose",
    title="Amount in a dose",
    unit="ng/dose",
    inputs={"concentration": "ng/mL", "dose_volume": "mL/dose"},
    source="Definition; host-cell DNA at most 10 ng a dose (WHO TRS 978, annex 3)",
)
def per_dose(*, concentration: Decimal, dose_volume: Decimal) -> Decimal:
    """What a dose holds of a residue, such as host-cell DNA.

    Formula: m = C x V
    Symbols: C concentration of the residue (ng/mL), V volume of a dose (mL/dose).
    Valid: concentration zero or more, volume above zero. A “not detected” is no zero: take its LOD.
    Worked: 0.8 ng/mL in 10 mL: 8 ng a dose.
    """
    not_negative(concentration, "concentration")
    above_zero(dose_volume, "volume of a dose")
    return concentration * dose_volume


@calculation(
    "clearance.digital_copies",
    title="Copies in the well by digital PCR",
    unit="copies/well",
    inputs={"positive": "droplets", "accepted": "droplets", "droplet_volume": "nL", "reaction_volume": "uL"},
    source="Poisson statistics of partitions; droplet volume by the maker (0.85 nL, in an older guide 1 nL)",
)
def digital_copies(*, positive: Decimal, accepted: Decimal, droplet_volume: Decimal, reaction_volume: Decimal) -> Decimal:
    """Copies of the target in a reaction, from the share of droplets that lit up.

    Formula: N = -ln(1 - p / n) / (v / 1000) x V
    Symbols: p positive and n accepted droplets, v volume of a droplet (nL; / 1000 gives uL), V volume of the reaction (uL).
    Valid: whole droplets, fewer positive than accepted; volumes above zero.
    Worked: 3 of 15 000, 0.85 nL, 20 uL: 4.71 copies; with 1 nL: 4.0.
    """
    _whole(positive, "positive droplets")
    _whole(accepted, "accepted droplets")
    above_zero(accepted, "number of accepted droplets")
    above_zero(droplet_volume, "volume of a droplet")
    above_zero(reaction_volume, "volume of the reaction")
    if positive >= accepted:
        raise CalculationRefused("Every accepted droplet is positive, so the copies can't be counted. Dilute the sample and repeat.")
    occupancy = -(1 - positive / accepted).ln() if positive else Decimal(0)
    return occupancy / (droplet_volume / 1000) * reaction_volume


@calculation(
    "clearance.copies_per_ml",
    title="Copies in a millilitre of product",
    unit="copies/mL",
    inputs={
        "copies_per_well": "copies/well",
        "eluate_volume": "uL",
        "template_volume": "uL/well",
        "extracted_volume": "mL",
        "recovery": "fraction",
    },
    source="Definition; with the LOD of the well it is the LOD in units of the product",
)
def copies_per_ml(
    *, copies_per_well: Decimal, eluate_volume: Decimal, template_volume: Decimal, extracted_volume: Decimal, recovery: Decimal
) -> Decimal:
    """From copies in a well to copies in the product, by what was really extracted and loaded.

    Formula: N = N_well x (V_eluate / V_template) / V_extracted / r
    Symbols: N_well copies, or LOD, of a well (copies/well), V_eluate eluted, V_template loaded into the well (uL), V_extracted
    product taken into the extraction (mL), r recovery of the extraction (1 is all).
    Valid: copies zero or more, volumes above zero, not more loaded than eluted, recovery above 0 and at most 1.
    Worked: LOD of 3, 50 uL eluted, 5 uL loaded, 0.5 mL extracted, recovery 0.40: 150 copies/mL.
    """
    not_negative(copies_per_well, "number of copies in a well")
    above_zero(eluate_volume, "eluate volume")
    above_zero(template_volume, "template volume")
    above_zero(extracted_volume, "extracted volume")
    above_zero(recovery, "recovery")
    if recovery > 1:
        raise CalculationRefused("The recovery is above 1, which would make the test look better than it is. Check the value.")
    if template_volume > eluate_volume:
        raise CalculationRefused("More was loaded than was eluted. Check both volumes.")
    return copies_per_well * (eluate_volume / template_volume) / extracted_volume / recovery


@calculation(
    "clearance.per_billion_particles",
    title="Copies for 1E+9 particles",
    unit="copies/1E+9 particles",
    inputs={"copies_per_ml": "copies/mL", "concentration": "particles/mL"},
    source="Definition",
)
def per_billion_particles(*, copies_per_ml: Decimal, concentration: Decimal) -> Decimal:
    """Copies, or an LOD, against the particles of the same sample.

    Formula: N / C x 1E+9
    Symbols: N copies or LOD (copies/mL), C particle concentration (particles/mL) of the same sample.
    Valid: copies zero or more, concentration above zero.
    Worked: 150 copies/mL at 2.8E+10 particles/mL: 5.4.
    """
    not_negative(copies_per_ml, "number of copies")
    above_zero(concentration, "particle concentration")
    return copies_per_ml / concentration * 10**9


@calculation(
    "clearance.chance_to_see",
    title="Chance to see a rare cell",
    unit="%",
    inputs={"frequency": "fraction", "cells": "cells"},
    source="Independent draws",
)
def chance_to_see(*, frequency: Decimal, cells: Decimal) -> Decimal:
    """How likely at least one cell of a kind is among those that were looked at.

    Formula: P = 100 x (1 - (1 - f)^n)
    Symbols: f share of such cells (1 is all), n cells looked at.
    Valid: f between 0 and 1, n whole cells, 0 or more.
    Worked: f = 1E-5: 1E+5 cells 63.2 %, 3E+5 cells 95.0 %.
    """
    if not 0 <= frequency <= 1:
        raise CalculationRefused("The share of the cells must lie between 0 and 1. Check the value.")
    _whole(cells, "cells")
    if frequency == 1:
        return Decimal(100) if cells else Decimal(0)
    return 100 * (1 - (cells * (1 - frequency).ln()).exp())


@calculation(
    "clearance.zero_of_n",
    title="Upper bound after none was found",
    unit="fraction",
    inputs={"cells": "cells"},
    source="Rule of three: one-sided 95 % bound of a Poisson count of zero",
)
def zero_of_n(*, cells: Decimal) -> Decimal:
    """The largest share that is still likely when none of n cells was of the kind (95 %).

    Formula: f = 3.0 / n
    Symbols: n cells looked at.
    Valid: n whole cells above zero, and none of the kind among them.
    Worked: 0 of 3E+5: at most 1E-5.
    """
    _whole(cells, "cells")
    above_zero(cells, "number of cells")
    return 3 / cells


def _whole(amount: Decimal, what: str) -> None:
    not_negative(amount, f"number of {what}")
    if amount != amount.to_integral_value():
        raise CalculationRefused(f"The number of {what} must be a whole number. Check the value.")
