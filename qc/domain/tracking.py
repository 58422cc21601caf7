"""Nanoparticle tracking in depth: positions kept or removed and why, size percentiles, blank, agreement of two dilutions.

The instrument's own values are what is reported. Everything here is computed beside them as a check, with exact numbers.
Source of the two conventions: 51 published exports and reports of a ZetaView (software 8.06.01 SP1). A position is kept at a drift of at
most 30.0 um/s and at least 5 traces. A reported percentile is the one interpolated in the number histogram minus half a class: the
printed class centre is taken as the upper edge of its class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from evgmp.rules.reading import exact
from qc.domain.instrument_files.grids import Cell, columns_of, delimited
from qc.domain.instrument_files.marks import DecimalMark, number_in
from qc.domain.instrument_files.places import START, Place, refused, shown

MOST_DRIFT, FEWEST_TRACES = Decimal("30.0"), 5
REMOVALS = {
    "MAX_DRIFT": "drift too high",
    "MIN_TRACES": "too few traces",
    "GRUBBS_NUMBER": "outlier of number (Grubbs)",
    "GRUBBS_SIZE": "outlier of size (Grubbs)",
    "GRUBBS_MI": "outlier of intensity (Grubbs)",
    "RANGE_NUMBER": "number out of range",
}
HEADINGS = ("Use", "Position", "Orig. Conc. (p./cm^3)", "No. of Traces", "X50 (nm)", "Drift (µm/s)", "Removal")
POINT = DecimalMark("point", "The instrument always writes a point.")


@dataclass(frozen=True)
class Position:
    """One position of the measuring cell: whether the instrument kept it, what it found (particles/mL, nm, um/s), why it was removed."""

    name: str
    used: bool
    concentration: Decimal
    traces: int
    x50: Decimal
    drift: Decimal
    removal: str
    place: Place

    @property
    def why(self) -> str:
        """The reason of the removal in words; empty when it was kept."""
        return "" if self.used else REMOVALS.get(self.removal, self.removal)

    @property
    def contradiction(self) -> str:
        """What speaks against the instrument's own decision, or an empty text."""
        if self.used and self.drift > MOST_DRIFT:
            return f"Kept at a drift of {self.drift} um/s, above {MOST_DRIFT}."
        if self.used and self.traces < FEWEST_TRACES:
            return f"Kept with {self.traces} traces, fewer than {FEWEST_TRACES}."
        if self.removal == "MAX_DRIFT" and self.drift <= MOST_DRIFT:
            return f"Removed for its drift of {self.drift} um/s, which is not above {MOST_DRIFT}."
        if self.removal == "MIN_TRACES" and self.traces >= FEWEST_TRACES:
            return f"Removed for too few traces, but it has {self.traces}."
        return ""


@dataclass(frozen=True)
class PositionTable:
    """The positions of a run and the mean the instrument printed (particles/mL)."""

    positions: tuple[Position, ...]
    printed_mean: Decimal

    @property
    def used(self) -> tuple[Position, ...]:
        return tuple(p for p in self.positions if p.used)

    @property
    def mean(self) -> Decimal | None:
        """Mean concentration of the kept positions; None when none was kept."""
        return _mean([p.concentration for p in self.used])

    @property
    def findings(self) -> list[str]:
        """What doesn't fit together, in sentences; empty when all does."""
        found = [f"Position {p.name}: {p.contradiction}" for p in self.positions if p.contradiction]
        if self.mean is None:
            found.append("No position was kept, so the run measured nothing.")
        return [*found, self.disagreement] if self.disagreement else found

    @property
    def disagreement(self) -> str:
        """Why the printed mean can't come from these positions, or an empty text. Then the file was changed, or is not what it seems."""
        mean = self.mean
        if mean is None:
            return f"No position was kept, but the file prints a mean of {self.printed_mean}." if self.printed_mean else ""
        # Position values and mean are printed with two digits; their mean can differ from the printed one by one unit of the second.
        unit = Decimal(1).scaleb(self.printed_mean.adjusted() - 1) if self.printed_mean else Decimal(0)
        return f"The kept positions give a mean of {mean:.2E}, the file prints {self.printed_mean}." if abs(mean - self.printed_mean) > unit else ""


def position_table(data: bytes) -> PositionTable:
    """The position table of a ZetaView export. Raises FileRefused with line and column where it is none."""
    grid = delimited(data, "tab", HEADINGS)
    start, columns = next(((n, found) for n, row in enumerate(grid.rows) if (found := columns_of(row, HEADINGS)) is not None), (0, None))
    if columns is None:
        raise refused(START, "No line has the headings of a position table. Hand in the file that ends in “pos.txt”.")
    positions: list[Position] = []
    for cells in grid.rows[start + 1 :]:
        if not any(cell.text for cell in cells):
            continue
        at = {name: cells[index] if index < len(cells) else Cell("", Place(cells[0].place.line, index + 1)) for name, index in columns.items()}
        name = at["Position"].text
        if name == "Mean":
            printed = _amount(at["Orig. Conc. (p./cm^3)"])
            return PositionTable(tuple(positions), printed)
        if not name:
            raise refused(at["Position"].place, "This line names no position. Export the file again.")
        positions.append(_position(name, at))
    raise refused(grid.rows[-1][0].place if grid.rows[-1] else START, "The line “Mean” is missing. The file was cut: export it again.")


def _position(name: str, at: dict[str, Cell]) -> Position:
    use = at["Use"]
    if use.text not in ("X", ""):
        raise refused(use.place, f"“{shown(use.text)}” says neither kept (X) nor removed (empty).")
    if bool(use.text) == bool(at["Removal"].text):
        raise refused(at["Removal"].place, "A position is either kept, or removed for a reason; this one is both or neither.")
    traces = _amount(at["No. of Traces"])
    if traces != traces.to_integral_value() or traces < 0:
        raise refused(at["No. of Traces"].place, f"“{shown(at['No. of Traces'].text)}” is no number of traces.")
    return Position(
        name, use.text == "X", _amount(at["Orig. Conc. (p./cm^3)"]), int(traces), _amount(at["X50 (nm)"]), _amount(at["Drift (µm/s)"]),
        at["Removal"].text, use.place,
    )  # fmt: skip


def _amount(cell: Cell) -> Decimal:
    amount = number_in(cell, POINT).amount
    assert amount is not None
    return amount


@dataclass(frozen=True)
class Histogram:
    """Counts by class: (centre in nm, count), classes of one width in nm; empty classes may be left out."""

    classes: tuple[tuple[Decimal, Decimal], ...]
    width: Decimal = Decimal(5)

    def __post_init__(self) -> None:
        centres = [exact(centre, "A class centre") for centre, _ in self.classes]
        if centres != sorted(set(centres)) or any(exact(count, "A count") < 0 for _, count in self.classes) or self.width <= 0:
            raise ValueError("The classes of a histogram rise, each once, with counts of zero or more and a width above zero.")

    @property
    def total(self) -> Decimal:
        return sum((count for _, count in self.classes), Decimal(0))

    def percentile(self, share: Decimal) -> Decimal | None:
        """The size (nm) below which `share` (per cent) of the particles lie, as the instrument reports it; None when it is empty."""
        exact(share, "A share")
        if not 0 < share < 100:
            raise ValueError("A share lies between 0 and 100 per cent.")
        if not self.total:
            return None
        wanted = self.total * share / 100
        # The last class reaches the total, and with it every share of it.
        reached = accumulate(count for _, count in self.classes)
        centre, count, up_to = next((*one, up_to) for one, up_to in zip(self.classes, reached, strict=True) if up_to >= wanted)
        return centre - self.width + self.width * (wanted - (up_to - count)) / count

    @property
    def mean(self) -> Decimal | None:
        """Mean size (nm) over the class centres; None when it is empty."""
        return sum((centre * count for centre, count in self.classes), Decimal(0)) / self.total if self.total else None


def dilution_difference(first: Decimal, second: Decimal) -> Decimal:
    """How far two dilutions of one sample disagree: 100 |a - b| / mean (per cent), both in particles/mL of the undiluted sample."""
    if exact(first, "A concentration") <= 0 or exact(second, "A concentration") <= 0:
        raise ValueError("Dilutions are compared by two measured concentrations above zero.")
    return 100 * abs(first - second) / ((first + second) / 2)


def blank_subtracted(sample: Decimal, blank: Decimal, most_share: Decimal) -> tuple[Decimal | None, str]:
    """Sample minus blank of the diluent (both as measured, particles/mL), or None and why the blank is too high.

    most_share: the highest blank as a share of the sample, in per cent.
    """
    if exact(sample, "A concentration") <= 0 or exact(blank, "A blank") < 0:
        raise ValueError("A blank is subtracted from a measured concentration above zero, and is not below zero.")
    share = 100 * blank / sample
    if share > exact(most_share, "The highest share"):
        return None, f"The blank is {share:.1f} % of the sample, more than {most_share} %. The run is not valid: use a cleaner diluent or dilute less."
    return sample - blank, ""


def _mean(numbers: Sequence[Decimal]) -> Decimal | None:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None
