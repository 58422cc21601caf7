"""Particle counts: dilution, purity, and whether a tracking run measured anything at all."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative
from evgmp.rules.reading import ResultKind, exact


@calculation(
    "particles.particle_protein_ratio",
    title="Particle to protein ratio",
    unit="particles/ug protein",
    inputs={"concentration": "particles/mL", "protein": "ug/mL"},
    source="Purity measure of MISEV2018 and MISEV2023, reported with both inputs",
)
def particle_protein_ratio(*, concentration: Decimal, protein: Decimal) -> Decimal:
    """Particles per microgram of protein.

    Formula: R = C / P
    Symbols: C particle concentration (particles/mL), P protein concentration (ug/mL) of the same sample.
    Valid: concentration zero or more, protein above zero. Depends on both methods: ratios of two laboratories differ.
    Worked: 2.8E+10 / 45: 6.2E+8 particles/ug.
    """
    not_negative(concentration, "particle concentration")
    above_zero(protein, "protein concentration")
    return concentration / protein


@calculation(
    "particles.lysed",
    title="Particles that detergent dissolves",
    unit="% lysed",
    inputs={"untreated": "particles/mL", "treated": "particles/mL"},
    source="Definition; share of particles lost by treatment with detergent",
)
def lysed(*, untreated: Decimal, treated: Decimal) -> Decimal:
    """Share of the particles that detergent dissolves: what has a membrane is lost, aggregates of protein stay.

    Formula: L = 100 x (U - T) / U
    Symbols: U particle concentration without detergent, T with detergent, of the same dilution of the same sample (particles/mL).
    Valid: U above zero, T from zero to U. More particles with detergent than without are those of the detergent.
    Worked: 1.00E+11 without, 8.0E+9 with detergent: 92 %.
    """
    above_zero(untreated, "concentration without detergent")
    not_negative(treated, "concentration with detergent")
    if treated > untreated:
        raise CalculationRefused("There are more particles with detergent than without, so nothing can be told. Check the blank of the detergent.")
    return 100 * (untreated - treated) / untreated


@calculation(
    "particles.corrected_by_dilution",
    title="Concentration of the undiluted sample",
    unit="particles/mL",
    inputs={"measured": "particles/mL", "dilution": "fold"},
    source="Definition",
)
def corrected_by_dilution(*, measured: Decimal, dilution: Decimal) -> Decimal:
    """Concentration before the sample was diluted for the measurement.

    Formula: C = C_measured x D
    Symbols: C_measured concentration as measured (particles/mL), D dilution factor (500 for 1:500).
    Valid: measured zero or more, dilution 1 or more.
    Worked: 8.9E+7 at 1:500: 4.45E+10.
    """
    not_negative(measured, "measured concentration")
    if dilution < 1:
        raise CalculationRefused("The dilution factor must be 1 or more: 500 for 1:500. Check the value.")
    return measured * dilution


def nta_validity(positions_used: int, positions_total: int, concentration: Decimal | None, traces: int) -> tuple[ResultKind, str]:
    """Whether a nanoparticle tracking run gave a number: NUMBER with an empty why, or INVALID with the reason.

    An instrument that rejected every position still prints 0.0E+0 particles/mL. That is no value: the run measured
    nothing, and its zero is neither a result nor “not detected”. Seen in 6 of 52 published exports.
    Raises ValueError for counts that can't be, TypeError for a float.
    """
    if concentration is not None:
        exact(concentration, "A concentration")
    if not 0 <= positions_used <= positions_total or traces < 0:
        raise ValueError(f"{positions_used} of {positions_total} positions with {traces} traces can't be. Check the file.")
    if positions_used == 0:
        return ResultKind.INVALID, f"No position of {positions_total} was accepted, so the run measured nothing."
    if traces == 0:
        return ResultKind.INVALID, "No particle was tracked, so the run measured nothing."
    if concentration is None or concentration <= 0:
        return ResultKind.INVALID, "The run printed no concentration above zero, so it measured nothing."
    return ResultKind.NUMBER, ""
