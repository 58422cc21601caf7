"""Cell culture: doublings, cumulative doubling level, doubling time, growth rate, viability, recovery."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative


@calculation(
    "culture.population_doublings",
    title="Population doublings",
    unit="doublings",
    inputs={"viable_harvested": "cells", "viable_seeded": "cells"},
    source="Definition of a doubling; worked numbers: Colter et al. 2000, doi:10.1073/pnas.070034097, Table 2",
)
def population_doublings(*, viable_harvested: Decimal, viable_seeded: Decimal) -> Decimal:
    """How often the viable cells doubled within one passage.

    Formula: PD = ln(N_h / N_s) / ln 2
    Symbols: N_h viable cells harvested, N_s viable cells seeded (cells).
    Valid: both above zero. A culture that lost cells has a negative PD.
    Worked: 530 cells seeded, 8.0E+4 harvested: 7.238.
    """
    above_zero(viable_harvested, "viable cells harvested")
    above_zero(viable_seeded, "viable cells seeded")
    return (viable_harvested / viable_seeded).ln() / Decimal(2).ln()


@calculation(
    "culture.cumulative_pdl",
    title="Cumulative population doubling level",
    unit="doublings",
    inputs={"parent_pdl": "doublings", "population_doublings": "doublings"},
    source="ICH Q5D (age of cells as population doublings); worked numbers: Colter et al. 2000, Table 2",
)
def cumulative_pdl(*, parent_pdl: Decimal, population_doublings: Decimal) -> Decimal:
    """Doublings since passage 0, over all passages.

    Formula: CPDL_n = CPDL_parent + PD_n
    Symbols: CPDL_parent level of the parent passage, PD_n doublings of this passage (doublings).
    Valid: parent level zero or more. Use the unrounded PD of each passage.
    Worked: 16.0 + 2.807 = 18.807.
    """
    not_negative(parent_pdl, "doubling level of the parent")
    return parent_pdl + population_doublings


@calculation(
    "culture.doubling_time",
    title="Population doubling time",
    unit="h",
    inputs={"hours": "h", "viable_harvested": "cells", "viable_seeded": "cells"},
    source="Definition; worked numbers: Colter et al. 2000, doi:10.1073/pnas.070034097, Table 2",
)
def doubling_time(*, hours: Decimal, viable_harvested: Decimal, viable_seeded: Decimal) -> Decimal:
    """Mean time in which the viable cells doubled once.

    Formula: PDT = t x ln 2 / ln(N_h / N_s) = t / PD
    Symbols: t culture time (h), N_h viable cells harvested, N_s viable cells seeded (cells).
    Valid: t above zero, more cells harvested than seeded.
    Worked: 96 h, 9.0E+7 seeded, 6.3E+8 harvested: 34.2 h.
    """
    above_zero(hours, "culture time")
    doublings = population_doublings(viable_harvested=viable_harvested, viable_seeded=viable_seeded)
    if doublings <= 0:
        raise CalculationRefused("The cells did not multiply, so there is no doubling time. Check both counts.")
    return hours / doublings


@calculation(
    "culture.viability",
    title="Viability",
    unit="%",
    inputs={"viable": "cells", "total": "cells"},
    source="Definition",
)
def viability(*, viable: Decimal, total: Decimal) -> Decimal:
    """Share of living cells.

    Formula: viability = 100 x N_viable / N_total
    Symbols: N_viable living cells, N_total all cells counted (both cells, or both cells/mL).
    Valid: total above zero, viable between zero and total.
    Worked: 6.3E+8 of 6.6E+8: 95.5 %.
    """
    above_zero(total, "total cell count")
    not_negative(viable, "viable cell count")
    if viable > total:
        raise CalculationRefused("More cells are viable than there are cells in total. Check both counts.")
    return 100 * viable / total


@calculation(
    "culture.recovery",
    title="Recovery after thaw",
    unit="%",
    inputs={"viable_thawed": "cells", "viable_frozen": "cells"},
    source="Definition",
)
def recovery(*, viable_thawed: Decimal, viable_frozen: Decimal) -> Decimal:
    """Share of the viable cells of a vial that are viable after thaw.

    Formula: recovery = 100 x N_thawed / N_frozen
    Symbols: N_thawed viable cells after thaw, N_frozen viable cells in the vial when frozen (cells).
    Valid: frozen above zero, thawed zero or more. Counting error can give more than 100 %.
    Worked: 0.82E+6 cells of 90 % viability from a vial of 1.0E+6: 73.8 %.
    """
    above_zero(viable_frozen, "viable cells frozen")
    not_negative(viable_thawed, "viable cells after thaw")
    return 100 * viable_thawed / viable_frozen


@calculation(
    "culture.growth_rate",
    title="Specific growth rate",
    unit="1/h",
    inputs={"hours": "h", "viable_harvested": "cells", "viable_seeded": "cells"},
    source="Definition of exponential growth",
)
def growth_rate(*, hours: Decimal, viable_harvested: Decimal, viable_seeded: Decimal) -> Decimal:
    """Relative growth of the viable cells per hour.

    Formula: mu = ln(N_h / N_s) / t
    Symbols: t culture time (h), N_h viable cells harvested, N_s viable cells seeded (cells).
    Valid: all above zero. A culture that lost cells has a negative rate.
    Worked: 96 h, 9.0E+7 seeded, 6.3E+8 harvested: ln 7 / 96 = 0.02027 per h.
    """
    above_zero(hours, "culture time")
    above_zero(viable_harvested, "viable cells harvested")
    above_zero(viable_seeded, "viable cells seeded")
    return (viable_harvested / viable_seeded).ln() / hours


@calculation(
    "culture.viable_cells",
    title="Viable cells",
    unit="cells",
    inputs={"total": "cells", "viability": "%"},
    source="Definition",
)
def viable_cells(*, total: Decimal, viability: Decimal) -> Decimal:
    """Living cells of a suspension, where the counter gives all cells and their viability.

    Formula: N_viable = N_total x viability / 100
    Symbols: N_total all cells (cells), viability share of living cells (%).
    Valid: total zero or more, viability between 0 and 100 %.
    Worked: 0.82E+6 cells of 90 % viability: 7.38E+5; of a vial of 1.0E+6 that is a recovery of 73.8 %.
    """
    not_negative(total, "total cell count")
    not_negative(viability, "viability")
    if viability > 100:
        raise CalculationRefused("The viability is above 100 %. Check the value.")
    return total * viability / 100


@calculation(
    "culture.density",
    title="Cells per area",
    unit="cells/cm2",
    inputs={"viable_seeded": "cells", "area": "cm2"},
    source="Definition",
)
def density(*, viable_seeded: Decimal, area: Decimal) -> Decimal:
    """Viable cells on each square centimetre of growth area.

    Formula: d = N_s / A
    Symbols: N_s viable cells seeded (cells), A growth area (cm2).
    Valid: cells zero or more, area above zero.
    Worked: 3.0E+7 cells on 10 000 cm2: 3 000 cells/cm2.
    """
    not_negative(viable_seeded, "viable cells seeded")
    above_zero(area, "growth area")
    return viable_seeded / area
