"""Yields, mass balance and pools. A concentration without its volume gives nothing: particle counts alone mislead.

In one real 100 kDa filtration the permeate read 3.9E+10 particles/mL beside 4.4E+10 in the feed, and no volume had been
recorded, so nobody could tell where the particles went.
"""

from collections.abc import Sequence
from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative

CONCENTRATION, VOLUME = "particles/mL", "mL"


@calculation(
    "yields.step_yield",
    title="Step yield",
    unit="%",
    inputs={
        "concentration_in": CONCENTRATION,
        "volume_in": VOLUME,
        "concentration_out": CONCENTRATION,
        "volume_out": VOLUME,
    },
    source="Definition",
)
def step_yield(*, concentration_in: Decimal, volume_in: Decimal, concentration_out: Decimal, volume_out: Decimal) -> Decimal:
    """Share of the particles that went into a step and came out in its product.

    Formula: yield = 100 x C_out x V_out / (C_in x V_in)
    Symbols: C concentration (particles/mL), V volume (mL), in and out of the step.
    Valid: everything that goes in above zero, what comes out zero or more.
    Worked: 2.8E+10 x 380 / (2.0E+9 x 8000): 66.5 %.
    """
    above_zero(concentration_in, "concentration in")
    above_zero(volume_in, "volume in")
    not_negative(concentration_out, "concentration out")
    not_negative(volume_out, "volume out")
    return 100 * concentration_out * volume_out / (concentration_in * volume_in)


@calculation(
    "yields.overall_yield",
    title="Overall yield",
    unit="%",
    inputs={"step_yields": "list of %"},
    source="Definition",
)
def overall_yield(*, step_yields: Sequence[Decimal]) -> Decimal:
    """Yield over all steps.

    Formula: yield = 100 x (Y_1 / 100) x (Y_2 / 100) x ...
    Symbols: Y_i unrounded yield of each step (%).
    Valid: each zero or more, no step left out.
    Worked: 92 %, 66.5 %, 90 %: 55.1 %.
    """
    product = Decimal(100)
    for step in step_yields:
        not_negative(step, "step yield")
        product = product * step / 100
    return product


@calculation(
    "yields.mass_balance",
    title="Mass balance",
    unit="%",
    inputs={
        f"{stream}_{quantity}": unit
        for stream in ("feed", "retentate", "permeate", "wash", "flush", "samples")
        for quantity, unit in (("concentration", CONCENTRATION), ("volume", VOLUME))
    },
    source="Conservation of particles over a filtration run",
)
def mass_balance(
    *,
    feed_concentration: Decimal,
    feed_volume: Decimal,
    retentate_concentration: Decimal,
    retentate_volume: Decimal,
    permeate_concentration: Decimal,
    permeate_volume: Decimal,
    wash_concentration: Decimal,
    wash_volume: Decimal,
    flush_concentration: Decimal,
    flush_volume: Decimal,
    samples_concentration: Decimal,
    samples_volume: Decimal,
) -> Decimal:
    """Share of the particles fed that was found again, in whatever stream.

    Formula: balance = 100 x (sum of C x V over retentate, permeate, wash, flush, samples) / (C_feed x V_feed)
    Symbols: C concentration (particles/mL), V volume (mL) of each stream.
    Valid: feed above zero, all others zero or more. A stream that was not collected is recorded as zero, not left out.
    Worked: feed 2.0E+9 x 8000; retentate 2.8E+10 x 380, permeate 1.2E+8 x 10 000, wash 4.0E+9 x 60: 75.5 %.
    """
    above_zero(feed_concentration, "feed concentration")
    above_zero(feed_volume, "feed volume")
    found = Decimal(0)
    for stream, concentration, volume in (
        ("retentate", retentate_concentration, retentate_volume),
        ("permeate", permeate_concentration, permeate_volume),
        ("wash", wash_concentration, wash_volume),
        ("flush", flush_concentration, flush_volume),
        ("samples", samples_concentration, samples_volume),
    ):
        not_negative(concentration, f"{stream} concentration")
        not_negative(volume, f"{stream} volume")
        if concentration > 0 and volume == 0:
            raise CalculationRefused(f"The {stream} stream has particles but no volume. Record its volume.")
        found += concentration * volume
    return 100 * found / (feed_concentration * feed_volume)


@calculation(
    "yields.pool_concentration",
    title="Concentration of the pool",
    unit=CONCENTRATION,
    inputs={"concentrations": f"list of {CONCENTRATION}", "volumes": f"list of {VOLUME}"},
    source="Conservation of particles on mixing",
)
def pool_concentration(*, concentrations: Sequence[Decimal], volumes: Sequence[Decimal]) -> Decimal:
    """Concentration that a pool must have by its parts; the measured one has to agree.

    Formula: C = sum(C_i x V_i) / sum(V_i)
    Symbols: C_i concentration (particles/mL), V_i volume (mL) of each part, in the same order.
    Valid: one volume above zero for each concentration, concentrations zero or more.
    Worked: 1.0E+10 x 200 and 3.0E+10 x 100: 1.67E+10.
    """
    if len(concentrations) != len(volumes):
        raise CalculationRefused(
            f"The pool has {len(concentrations)} concentrations and {len(volumes)} volumes. Record both for each part."
        )
    particles = Decimal(0)
    for concentration, volume in zip(concentrations, volumes, strict=True):
        not_negative(concentration, "concentration of a part")
        above_zero(volume, "volume of a part")
        particles += concentration * volume
    return particles / sum(volumes, Decimal(0))


@calculation(
    "yields.amount_filled",
    title="Amount in a container",
    unit="particles",
    inputs={"concentration": CONCENTRATION, "volume": VOLUME},
    source="Definition",
)
def amount_filled(*, concentration: Decimal, volume: Decimal) -> Decimal:
    """Particles that a filled container holds: its strength.

    Formula: N = C x V
    Symbols: C concentration of the bulk (particles/mL), V volume filled into the container (mL).
    Valid: both above zero.
    Worked: 2.0E+10 particles/mL in 1.05 mL: 2.1E+10 particles.
    """
    above_zero(concentration, "concentration")
    above_zero(volume, "volume filled")
    return concentration * volume
