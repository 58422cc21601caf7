"""The membrane itself: water flux and permeability, wall shear, loading."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative

# Water at 20 °C, mPa.s: the reference state of a normalised permeability.
VISCOSITY_AT_20 = Decimal("1.002")
_PI = Decimal("3.141592653589793238462643383279503")
# Liquid water at 0.1 MPa, mPa.s: sum of a x (T / 300 K)^b.
_WATER = (
    (Decimal("0.28068"), Decimal("-1.9")),
    (Decimal("0.51145"), Decimal("-7.7")),
    (Decimal("0.061131"), Decimal("-19.6")),
    (Decimal("0.00045903"), Decimal("-40.0")),
)


@calculation(
    "membranes.water_viscosity",
    title="Viscosity of water",
    unit="mPa.s",
    inputs={"temperature": "°C"},
    source="IAPWS R12-08, liquid water at 0.1 MPa",
)
def water_viscosity(*, temperature: Decimal) -> Decimal:
    """Dynamic viscosity of pure water at ambient pressure.

    Formula: mu = sum of a_i x (T / 300 K)^b_i, T = t + 273.15 K
    Symbols: t temperature (°C); a 0.28068, 0.51145, 0.061131, 0.00045903 mPa.s; b -1.9, -7.7, -19.6, -40.
    Valid: 0 to 80 °C; within 1 % of the full formulation.
    Worked: 25 °C: 0.890 mPa.s.
    """
    if not 0 <= temperature <= 80:
        raise CalculationRefused("The water temperature must lie between 0 and 80 °C. Check the value.")
    ratio = (temperature + Decimal("273.15")) / 300
    return sum((factor * ratio**power for factor, power in _WATER), Decimal(0))


@calculation(
    "membranes.flux_at_20",
    title="Flux at 20 °C",
    unit="LMH",
    inputs={"flux": "LMH", "viscosity": "mPa.s"},
    source="Flux through a membrane is inverse to the viscosity; water at 20 °C: 1.002 mPa.s",
)
def flux_at_20(*, flux: Decimal, viscosity: Decimal) -> Decimal:
    """A water flux as it would be at 20 °C, so that measurements of different days compare.

    Formula: J20 = J x mu(T) / mu(20 °C)
    Symbols: J flux (LMH), mu(T) viscosity of the water at its temperature, mu(20 °C) 1.002 mPa.s.
    Valid: flux zero or more, viscosity above zero. Water, not product.
    Worked: 52.17 LMH at 25 °C (0.890 mPa.s): 46.3 LMH.
    """
    not_negative(flux, "flux")
    above_zero(viscosity, "viscosity")
    return flux * viscosity / VISCOSITY_AT_20


@calculation(
    "membranes.water_permeability",
    title="Normalised water permeability",
    unit="LMH/bar",
    inputs={"flux_at_20": "LMH", "tmp": "bar"},
    source="Definition used in crossflow filtration",
)
def water_permeability(*, flux_at_20: Decimal, tmp: Decimal) -> Decimal:
    """Water flux at 20 °C for each bar across the membrane: how open the membrane is.

    Formula: NWP = J20 / TMP
    Symbols: J20 water flux at 20 °C (LMH), TMP transmembrane pressure (bar).
    Valid: flux zero or more, TMP above zero.
    Worked: 46.3 / 0.35 = 132 LMH/bar.
    """
    not_negative(flux_at_20, "flux")
    above_zero(tmp, "transmembrane pressure")
    return flux_at_20 / tmp


@calculation(
    "membranes.permeability_recovery",
    title="Permeability against the first use",
    unit="%",
    inputs={"permeability_now": "LMH/bar", "permeability_first": "LMH/bar"},
    source="Usual measure of cleaning",
)
def permeability_recovery(*, permeability_now: Decimal, permeability_first: Decimal) -> Decimal:
    """How much of its first permeability a membrane has after cleaning.

    Formula: 100 x NWP_now / NWP_first
    Symbols: NWP normalised water permeability (LMH/bar).
    Valid: first above zero, now zero or more.
    Worked: 106 of 132 LMH/bar: 80.3 %.
    """
    not_negative(permeability_now, "permeability now")
    above_zero(permeability_first, "first permeability")
    return 100 * permeability_now / permeability_first


@calculation(
    "membranes.shear_hollow_fibre",
    title="Wall shear rate in hollow fibres",
    unit="1/s",
    inputs={"feed_flow": "mL/min", "fibres": "fibres", "inner_radius": "cm"},
    source="Laminar flow of a Newtonian liquid in a tube",
)
def shear_hollow_fibre(*, feed_flow: Decimal, fibres: Decimal, inner_radius: Decimal) -> Decimal:
    """Shear rate at the wall of each fibre.

    Formula: g = 4 x (Q / 60) / (n x pi x r^3)
    Symbols: Q feed flow of the module (mL/min; / 60 gives cm3/s), n number of fibres, r inner radius (cm).
    Valid: flow zero or more, fibres and radius above zero. The radius is half the inner diameter of the maker.
    Worked: 400 mL/min, 144 fibres, 0.025 cm: 3 773 per s.
    """
    not_negative(feed_flow, "feed flow")
    above_zero(fibres, "number of fibres")
    above_zero(inner_radius, "inner radius")
    return 4 * (feed_flow / 60) / (fibres * _PI * inner_radius**3)


@calculation(
    "membranes.shear_flat_channel",
    title="Wall shear rate in a flat channel",
    unit="1/s",
    inputs={"feed_flow": "mL/min", "width": "cm", "height": "cm"},
    source="Laminar flow of a Newtonian liquid between plates",
)
def shear_flat_channel(*, feed_flow: Decimal, width: Decimal, height: Decimal) -> Decimal:
    """Shear rate at the wall of a cassette's channel.

    Formula: g = 6 x (Q / 60) / (w x h^2)
    Symbols: Q feed flow (mL/min; / 60 gives cm3/s), w width and h height of all channels side by side, of one channel (cm).
    Valid: flow zero or more, width and height above zero; height much smaller than width.
    Worked: 400 mL/min, 10 cm wide, 0.05 cm high: 1 600 per s.
    """
    not_negative(feed_flow, "feed flow")
    above_zero(width, "channel width")
    above_zero(height, "channel height")
    return 6 * (feed_flow / 60) / (width * height**2)


@calculation(
    "membranes.loading",
    title="Membrane loading",
    unit="L/m2",
    inputs={"feed_volume": "mL", "membrane_area": "m2"},
    source="Definition used in tangential flow filtration",
)
def loading(*, feed_volume: Decimal, membrane_area: Decimal) -> Decimal:
    """Feed processed on each square metre of membrane.

    Formula: V_feed / 1000 / A
    Symbols: V_feed volume fed (mL; / 1000 gives L), A membrane area (m2).
    Valid: volume zero or more, area above zero.
    Worked: 8 000 mL on 0.115 m2: 69.6 L/m2.
    """
    not_negative(feed_volume, "feed volume")
    above_zero(membrane_area, "membrane area")
    return feed_volume / 1000 / membrane_area
