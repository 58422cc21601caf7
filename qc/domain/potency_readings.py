"""Dose-response readings of a potency run as an analyst pastes them or a file holds them, and what a method asks of them. Knows no Django.

A line reads: preparation; dose; response, as in “reference; 1.25E+9; 0.412”. The preparation is the reference or the sample; nothing is left
out, averaged or added. Dose and response are exact numbers, in the units of the method.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import Reading, UnreadableNumber, display_number, parse_number

REFERENCE, SAMPLE = "reference", "sample"
NAMES = {
    "reference": REFERENCE, "reference standard": REFERENCE, "ref": REFERENCE, "standard": REFERENCE, "r": REFERENCE, "sample": SAMPLE, "s": SAMPLE,
    "test": SAMPLE,
}  # fmt: skip
HEADINGS = ("preparation", "dose", "response")
MODELS = {"parallel_line": "Parallel lines over ln dose", "four_parameter": "Four-parameter logistic (4PL), common asymptotes and slope"}
MOST = 400
HOW = "Write: preparation; dose; response, as in “reference; 1.25; 0.412”, one reading a line."


@dataclass(frozen=True)
class PotencyRule:
    """What a method fixes for its relative potency: the model, the suitability criteria and the fewest doses and responses a dose.

    alpha: of the test for parallelism; slope_low, slope_high: for the 90 % interval of the slope ratio (parallel lines); most_width: highest
    ratio of upper to lower 95 % limit; least_r2: of the whole fit. dose_unit, response_unit: as they are printed. version: of the model's
    evaluation in the program; an assay keeps the one it was evaluated by.
    """

    model: str
    dose_unit: str
    response_unit: str
    doses: int
    responses: int
    alpha: Decimal = Decimal("0.05")
    slope_low: Decimal = Decimal("0.80")
    slope_high: Decimal = Decimal("1.25")
    most_width: Decimal = Decimal(4)
    least_r2: Decimal = Decimal("0.95")
    version: int = 1

    @property
    def criteria(self) -> list[tuple[str, str]]:
        """Name and criterion of each, in words."""
        slopes = f"{self.slope_low} to {self.slope_high}"
        parallel = ("Slope ratio, 90 % interval", slopes) if self.model == "parallel_line" else ("Parallelism, p of the F test", f"at least {self.alpha}")
        return [parallel, ("R squared", f"at least {self.least_r2}"), ("Upper to lower 95 % limit", f"at most {self.most_width} times")]


@dataclass(frozen=True)
class FigureRow:
    """One line of the table of an evaluation. found, criterion: as texts; empty where there is none."""

    name: str
    found: str
    criterion: str


def figure_rows(
    criteria: Sequence[tuple[str, str]], figures: Sequence[Sequence[str]], limits: tuple[Decimal | None, Decimal | None]
) -> list[FigureRow]:
    """What was found beside its criterion, those with a criterion first. limits: lower and upper 95 % limit of the potency, None without one."""
    left = {str(name): str(found) for name, found in figures}
    low, high = left.pop("Slope ratio, 90 % low", ""), left.pop("Slope ratio, 90 % high", "")
    known = {**left, "Slope ratio, 90 % interval": f"{low} to {high}" if low else ""}
    if limits[0] and limits[1]:
        known["Upper to lower 95 % limit"] = f"{(limits[1] / limits[0]).quantize(Decimal('0.01'), ROUND_HALF_UP)} times"
    judged = [FigureRow(name, known.pop(name, ""), criterion) for name, criterion in criteria]
    return judged + [FigureRow(name, found, "") for name, found in known.items() if found]


@dataclass(frozen=True)
class DoseReading:
    """One well or one measurement: of the reference or the sample, dose and response as typed."""

    preparation: str
    dose: Reading
    response: Reading

    @property
    def point(self) -> tuple[Decimal, Decimal]:
        assert self.dose.amount is not None
        assert self.response.amount is not None
        return self.dose.amount, self.response.amount

    @property
    def stored(self) -> str:
        """The reading as it is kept, legible in the audit trail too."""
        return f"{self.preparation}; {self.dose.text}; {self.response.text}"


def read_readings(text: str) -> tuple[list[DoseReading], list[Blocker]]:
    """The readings of a text and what is wrong with its lines.

    Cells end at a semicolon or a tab, or at a comma where there is neither; a first line of headings is passed over.
    """
    found: list[DoseReading] = []
    blockers: list[Blocker] = []
    for number, line in enumerate(text.splitlines(), start=1):
        marked = line.replace("\t", ";")
        cells = [cell.strip() for cell in marked.split(";" if ";" in marked else ",")]
        if not any(cells) or (not found and not blockers and tuple(cell.casefold() for cell in cells) == HEADINGS):
            continue
        if len(found) + len(blockers) >= MOST:
            return found, [*blockers, Blocker("readings_too_many", f"More than {MOST} readings were given. Keep to {MOST}.", "readings")]
        try:
            found.append(_reading(cells))
        except ValueError as error:
            blockers.append(Blocker("reading_unreadable", f"Line {number}: {error}", "readings"))
    if not found and not blockers:
        blockers = [Blocker("readings_missing", f"No reading is given. {HOW}", "readings")]
    return found, blockers


def read_back(stored: Sequence[str]) -> list[DoseReading]:
    """The readings as they were recorded."""
    return [_reading([cell.strip() for cell in one.split(";")]) for one in stored]


def _reading(cells: Sequence[str]) -> DoseReading:
    """Raises ValueError, its message a sentence."""
    if len(cells) != 3:
        raise ValueError(f"“{'; '.join(cells)[:40]}” can't be read. {HOW}")
    preparation = NAMES.get(cells[0].casefold())
    if preparation is None:
        raise ValueError(f"“{cells[0][:40]}” is neither the reference nor the sample. Write one of the two.")
    numbers = []
    for name, cell in zip(("dose", "response"), cells[1:], strict=True):
        try:
            number = parse_number(cell)
        except UnreadableNumber as error:
            raise ValueError(f"The {name}: {error}") from error
        if number.qualifier:
            raise ValueError(f"The {name} “{cell[:40]}” is only a bound. Write the number that was read.")
        numbers.append(number)
    if numbers[0].amount is None or numbers[0].amount <= 0:
        raise ValueError("A dose must be above zero. A blank is no dose: leave it out.")
    return DoseReading(preparation, *numbers)


def incomplete(rule: PotencyRule, readings: Sequence[DoseReading]) -> list[Blocker]:
    """What the method asks for and the readings lack. An incomplete assay is not evaluated."""
    found = []
    for name in (REFERENCE, SAMPLE):
        doses = Counter(one.dose.amount for one in readings if one.preparation == name)
        if len(doses) < rule.doses:
            found.append(Blocker("doses_missing", f"The {name} has {len(doses)} doses; the method asks for {rule.doses}. Record every one.", "readings"))
        for dose, count in sorted((dose, count) for dose, count in doses.items() if dose is not None):
            if count < rule.responses:
                few = f"Dose {display_number(dose)} of the {name} has {count} of {rule.responses} responses. Record every one."
                found.append(Blocker("responses_missing", few, "readings"))
    return found


def points_of(readings: Sequence[DoseReading], preparation: str) -> list[tuple[Decimal, Decimal]]:
    return [one.point for one in readings if one.preparation == preparation]
