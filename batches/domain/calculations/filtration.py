"""Tangential flow filtration: concentration factor, diavolumes, pressure across the membrane, flux."""

from decimal import Decimal

from evgmp.rules.calculation import above_zero, calculation, not_negative


@calculation(
    "filtration.vcf",
    title="Volumetric concentration factor",
    unit="fold",
    inputs={"feed_volume": "mL", "retentate_volume": "mL"},
    source="Definition used in tangential flow filtration",
)
def volumetric_concentration_factor(*, feed_volume: Decimal, retentate_volume: Decimal) -> Decimal:
    """How far the feed was concentrated by volume.

    Formula: VCF = V_feed / V_retentate
    Symbols: V_feed volume processed, V_retentate volume left (mL, or both L).
    Valid: both above zero.
    Worked: 8.00 L to 0.400 L: 20.0.
    """
    above_zero(feed_volume, "feed volume")
    above_zero(retentate_volume, "retentate volume")
    return feed_volume / retentate_volume


@calculation(
    "filtration.diavolumes",
    title="Diavolumes",
    unit="diavolumes",
    inputs={"buffer_volume": "mL", "retentate_volume": "mL"},
    source="Definition used in diafiltration at constant volume",
)
def diavolumes(*, buffer_volume: Decimal, retentate_volume: Decimal) -> Decimal:
    """How many retentate volumes of buffer went through at constant volume.

    Formula: DV = V_buffer / V_retentate
    Symbols: V_buffer buffer added, V_retentate volume held constant meanwhile (mL, or both L).
    Valid: buffer zero or more, retentate above zero; constant-volume diafiltration only.
    Worked: 2.40 L over 0.400 L: exactly 6.
    """
    not_negative(buffer_volume, "buffer volume")
    above_zero(retentate_volume, "retentate volume")
    return buffer_volume / retentate_volume


@calculation(
    "filtration.tmp",
    title="Transmembrane pressure",
    unit="bar",
    inputs={"feed": "bar", "retentate": "bar", "permeate": "bar"},
    source="Definition used in crossflow filtration: mean pressure on the feed side minus permeate pressure",
)
def transmembrane_pressure(*, feed: Decimal, retentate: Decimal, permeate: Decimal) -> Decimal:
    """Mean pressure that drives liquid through the membrane.

    Formula: TMP = (P_feed + P_retentate) / 2 - P_permeate
    Symbols: P_feed inlet, P_retentate outlet, P_permeate filtrate side; all gauge, or all absolute (bar).
    Valid: any pressures of one instant. Retentate and permeate must not be swapped: the result would look plausible.
    Worked: (0.55 + 0.25) / 2 - 0.05 = 0.35 bar.
    """
    return (feed + retentate) / 2 - permeate


@calculation(
    "filtration.flux",
    title="Permeate flux",
    unit="LMH",
    inputs={"permeate_flow": "mL/min", "membrane_area": "m2"},
    source="Definition used in tangential flow filtration",
)
def flux(*, permeate_flow: Decimal, membrane_area: Decimal) -> Decimal:
    """Permeate per membrane area and hour.

    Formula: J = Q x 60 / 1000 / A
    Symbols: Q permeate flow (mL/min; x 60 / 1000 gives L/h), A membrane area (m2).
    Valid: flow zero or more, area above zero.
    Worked: 100 mL/min on 0.115 m2: 52.2 LMH (L/m2/h).
    """
    not_negative(permeate_flow, "permeate flow")
    above_zero(membrane_area, "membrane area")
    return permeate_flow * 60 / 1000 / membrane_area
