"""Blank and dilutions of a tracking run: what is subtracted, whether two dilutions agree, and the outcome of the two controls that follow.

Nobody types these outcomes: they are computed from what was measured, with exact numbers, and again whenever they are read (LAB-05).
Knows no Django.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import Reading, UnreadableNumber, display_number, parse_number
from qc.domain.calculations.particles import corrected_by_dilution
from qc.domain.tracking import blank_subtracted, dilution_difference

BLANK, AGREEMENT = "DILUENT_BLANK", "DILUTION_AGREEMENT"
COMPUTED = (BLANK, AGREEMENT)
HOW = "Write: dilution; particles per mL as measured, as in “500; 5.24E+7”, one dilution a line."


@dataclass(frozen=True)
class TrackingRule:
    """What the method fixes, in per cent: highest blank as a share of the sample, highest difference of two dilutions after correction."""

    most_blank: Decimal
    most_difference: Decimal


@dataclass(frozen=True)
class Dilution:
    """One dilution of one sample: its factor (500 for 1:500) and the concentration as measured (particles/mL)."""

    factor: Reading
    measured: Reading

    @property
    def stored(self) -> dict[str, str]:
        return {"factor": self.factor.text, "measured": self.measured.text}


@dataclass(frozen=True)
class TrackingCheck:
    """What blank and dilutions say. corrected: by dilution, after the blank is subtracted (particles/mL of the undiluted sample), None where the
    blank is too high. difference: of the two, in per cent."""

    corrected: tuple[Decimal | None, ...]
    difference: Decimal | None
    blank_why: str
    difference_why: str

    @property
    def difference_shown(self) -> str:
        return _percent(self.difference)

    @property
    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Outcome and what was observed, of each computed control."""
        blank = ("fail", self.blank_why) if self.blank_why else ("pass", "Blank low enough, subtracted")
        agreement = ("fail", self.difference_why) if self.difference_why else ("pass", f"{_percent(self.difference)} apart after correction")
        return {BLANK: blank, AGREEMENT: agreement}


def read_tracking(blank: Reading | None, text: str) -> tuple[list[Dilution], list[Blocker]]:
    """The two dilutions, and what is missing or can't be read."""
    blockers = []
    if blank is None:
        blockers.append(Blocker("blank_missing", "Enter what the diluent alone gave. A run without its blank can't be corrected.", "blank"))
    elif blank.qualifier or (blank.amount or 0) < 0:
        blockers.append(Blocker("blank_unreadable", f"“{blank.text}” is no blank. Enter the concentration that was read, zero or more.", "blank"))
    found: list[Dilution] = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        try:
            found.append(_dilution(line))
        except ValueError as error:
            blockers.append(Blocker("dilution_unreadable", f"Line {number}: {error}", "dilutions"))
    if (not blockers and len({one.factor.amount for one in found}) != 2) or len(found) > 2:
        blockers.append(Blocker("dilutions_missing", f"Two different dilutions of one sample are compared; {len(found)} are given. {HOW}", "dilutions"))
    return found, blockers


def _dilution(line: str) -> Dilution:
    cells = [cell.strip() for cell in line.split(";")]
    if len(cells) != 2:
        raise ValueError(f"“{line.strip()[:40]}” can't be read. {HOW}")
    numbers = []
    for cell in cells:
        try:
            numbers.append(parse_number(cell))
        except UnreadableNumber as error:
            raise ValueError(str(error)) from error
    factor, measured = numbers
    if any(one.qualifier for one in numbers) or (factor.amount or 0) < 1 or (measured.amount or 0) <= 0:
        raise ValueError(f"“{line.strip()[:40]}” can't be: a dilution is 1 or more, a measured concentration above zero.")
    return Dilution(factor, measured)


def checked(rule: TrackingRule, blank: Reading, dilutions: Sequence[Dilution]) -> TrackingCheck:
    """Subtract the blank from both as measured, correct by the dilution, compare."""
    corrected: list[Decimal | None] = []
    blank_why = ""
    for one in dilutions:
        assert one.measured.amount is not None
        assert one.factor.amount is not None
        assert blank.amount is not None
        left, why = blank_subtracted(one.measured.amount, blank.amount, rule.most_blank)
        blank_why = blank_why or (f"At 1:{one.factor.text}: {why}" if why else "")
        corrected.append(None if left is None else corrected_by_dilution(measured=left, dilution=one.factor.amount))
    values = [one for one in corrected if one is not None and one > 0]
    if len(values) < 2:
        return TrackingCheck(tuple(corrected), None, blank_why, "Not told: a blank is too high, so the dilutions can't be corrected.")
    difference = dilution_difference(values[0], values[1])
    most = display_number(rule.most_difference)
    why = f"The dilutions lie {_percent(difference)} apart after correction, more than {most} %." if difference > rule.most_difference else ""
    return TrackingCheck(tuple(corrected), difference, blank_why, why)


def check_of(stored: Mapping[str, Any]) -> TrackingCheck:
    """The check of a recorded run, computed again from what was typed."""
    rule = TrackingRule(Decimal(stored["most_blank"]), Decimal(stored["most_difference"]))
    return checked(rule, parse_number(stored["blank"]), [Dilution(parse_number(one["factor"]), parse_number(one["measured"])) for one in stored["dilutions"]])


def _percent(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.quantize(Decimal('0.1'))} %"
