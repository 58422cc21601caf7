"""What a culture gave off into its medium: particles beyond the blank, and for each cell and day."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, above_zero, calculation, not_negative


@calculation(
    "secretion.net_particles",
    title="Particles of the culture, less the blank",
    unit="particles/mL",
    inputs={"concentration": "particles/mL", "blank": "particles/mL"},
    source="Definition; the blank is unconditioned medium, held alike",
)
def net_particles(*, concentration: Decimal, blank: Decimal) -> Decimal:
    """Particles that the cells gave off: medium itself carries some.

    Formula: C_net = C_cm - C_blank
    Symbols: C_cm conditioned medium, C_blank unconditioned medium held alike (particles/mL).
    Valid: both zero or more. Below zero: the blank holds more than the conditioned medium, which is a finding.
    Worked: 2.00E+9 - 1.5E+8 = 1.85E+9.
    """
    not_negative(concentration, "particle concentration")
    not_negative(blank, "particle concentration of the blank")
    return concentration - blank


@calculation(
    "secretion.per_cell_and_day",
    title="Particles per cell and day",
    unit="particles/cell/day",
    inputs={
        "concentration": "particles/mL", "blank": "particles/mL", "volume": "mL", "cells_start": "cells", "cells_end": "cells",
        "hours": "h",
    },
    source="Definition; both cell counts viable, their arithmetic mean",
)  # fmt: skip
def per_cell_and_day(
    *, concentration: Decimal, blank: Decimal, volume: Decimal, cells_start: Decimal, cells_end: Decimal, hours: Decimal
) -> Decimal:
    """Cell-specific EV yield.

    Formula: (C_cm - C_blank) x V_cm / ((N_start + N_end) / 2 x t / 24)
    Symbols: C concentration (particles/mL), V_cm volume collected (mL), N viable cells at start and end, t conditioning time (h).
    Valid: volume, time and mean of the cells above zero, the blank not above the conditioned medium.
    Worked: (2.00E+9 - 1.5E+8) x 8000, 1.2E+9 to 1.3E+9 cells, 48 h: 5 920.
    """
    above_zero(volume, "volume collected")
    above_zero(hours, "conditioning time")
    not_negative(cells_start, "viable cells at the start")
    not_negative(cells_end, "viable cells at the end")
    mean = (cells_start + cells_end) / 2
    above_zero(mean, "mean number of cells")
    net = net_particles(concentration=concentration, blank=blank)
    if net < 0:
        raise CalculationRefused(
            "The blank holds more particles than the conditioned medium, so nothing can be ascribed to the cells. Check both."
        )
    return net * volume / (mean * hours / 24)
