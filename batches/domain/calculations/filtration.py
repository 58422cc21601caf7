"""Tangential flow filtration: concentration factor, diavolumes, what a solute leaves behind, pressures, flux."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative


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


@calculation(
    "filtration.pressure_drop",
    title="Crossflow pressure drop",
    unit="bar",
    inputs={"feed": "bar", "retentate": "bar"},
    source="Definition used in crossflow filtration",
)
def pressure_drop(*, feed: Decimal, retentate: Decimal) -> Decimal:
    """Pressure lost along the feed side of the membrane.

    Formula: dP = P_feed - P_retentate
    Symbols: P_feed inlet, P_retentate outlet; both gauge, or both absolute, of one instant (bar).
    Valid: any pressures. A negative drop means that the two gauges were swapped or the flow is reversed.
    Worked: 0.55 - 0.25 = 0.30 bar.
    """
    return feed - retentate


@calculation(
    "filtration.residual_constant_volume",
    title="Solute left by diafiltration at constant volume",
    unit="%",
    inputs={"diavolumes": "diavolumes", "sieving": "fraction"},
    source="Washing-out at constant volume; 300 kDa rejects BSA to 0.65 to 1 by pH and salt (Membranes 2024;14:26)",
)
def residual_constant_volume(*, diavolumes: Decimal, sieving: Decimal) -> Decimal:
    """Share of a solute that stays behind when buffer replaces permeate at constant volume.

    Formula: R = 100 x exp(-S x DV)
    Symbols: S sieving (0 is fully held back, 1 passes freely; 1 - rejection), DV diavolumes.
    Valid: diavolumes zero or more, sieving between 0 and 1.
    Worked: S = 1, 6 diavolumes: 0.248 %; 7: 0.091 %; S = 0.35, 6 diavolumes: 12.2 %.
    """
    not_negative(diavolumes, "number of diavolumes")
    _fraction(sieving, "sieving")
    return 100 * (-sieving * diavolumes).exp()


@calculation(
    "filtration.sieving",
    title="Sieving shown by a diafiltration",
    unit="fraction",
    inputs={"residual": "%", "diavolumes": "diavolumes"},
    source="Washing-out at constant volume, solved for the sieving",
)
def sieving(*, residual: Decimal, diavolumes: Decimal) -> Decimal:
    """How freely a solute passed the membrane, from what was left of it.

    Formula: S = -ln(R / 100) / DV
    Symbols: R share of the solute left (%), DV diavolumes at constant volume.
    Valid: residual above 0 and at most 100 %, diavolumes above zero.
    Worked: 1 % left after 6 diavolumes: 0.77.
    """
    above_zero(residual, "share left")
    above_zero(diavolumes, "number of diavolumes")
    if residual > 100:
        raise CalculationRefused("More than 100 % of the solute is left. Check the value.")
    return -(residual / 100).ln() / diavolumes


@calculation(
    "filtration.residual_discontinuous",
    title="Solute left by discontinuous diafiltration",
    unit="%",
    inputs={"retentate_volume": "mL", "volume_added": "mL", "times": "times"},
    source="Repeated dilution and concentration, at a sieving of 1",
)
def residual_discontinuous(*, retentate_volume: Decimal, volume_added: Decimal, times: Decimal) -> Decimal:
    """Share of a freely passing solute that stays behind when the retentate is diluted and concentrated again.

    Formula: R = 100 x (V_r / (V_r + V_add))^n
    Symbols: V_r retentate volume, V_add buffer added each time (mL, or both L), n how often.
    Valid: V_r above zero, V_add zero or more, n a whole number, 0 or more. Only for a solute that passes freely.
    Worked: 0.4 L + 0.4 L, 6 times: 1.56 %.
    """
    above_zero(retentate_volume, "retentate volume")
    not_negative(volume_added, "volume added")
    not_negative(times, "number of dilutions")
    if times != times.to_integral_value():
        raise CalculationRefused("The number of dilutions must be a whole number. Check the value.")
    return 100 * (retentate_volume / (retentate_volume + volume_added)) ** int(times)


@calculation(
    "filtration.permeate_to_feed",
    title="Particles in the permeate against the feed",
    unit="%",
    inputs={"permeate_concentration": "particles/mL", "feed_concentration": "particles/mL"},
    source="Definition; 88.6 % in one published 100 kDa run without recorded volumes",
)
def permeate_to_feed(*, permeate_concentration: Decimal, feed_concentration: Decimal) -> Decimal:
    """How concentrated the permeate is against the feed: a membrane that lets particles through shows at once.

    It needs no volume, so it alarms before a balance can be computed. It never replaces the balance.
    Formula: 100 x C_permeate / C_feed
    Symbols: C particle concentration (particles/mL).
    Valid: feed above zero, permeate zero or more.
    Worked: 3.9E+10 against 4.4E+10: 88.6 %.
    """
    not_negative(permeate_concentration, "permeate concentration")
    above_zero(feed_concentration, "feed concentration")
    return 100 * permeate_concentration / feed_concentration


def _fraction(amount: Decimal, what: str) -> None:
    if not 0 <= amount <= 1:
        raise CalculationRefused(f"The {what} must lie between 0 and 1. Check the value.")
