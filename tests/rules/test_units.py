"""Spellings of one unit are alike; another unit never is."""

from decimal import Decimal

import pytest

from evgmp.rules.limits import Verdict
from evgmp.rules.reading import ResultKind
from evgmp.rules.units import can_be_negative, canonical, same_unit, total_of
from evgmp.rules.verdict import RowResult, RowRule, judge_row


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("EU/mL", "EU/ml"), ("EU mL−1", "EU/mL"), ("EU mL⁻¹", "EU/mL"), ("EU·mL^-1", "EU/mL"), ("EU per mL", "EU / ml"), ("µg/mL", "μg/mL"), ("ug/ml", "µg/mL"),
        ("µl", "uL"), (" cells / kg ", "cells/kg"), ("particles per ml", "particles/mL"), ("", " "),
    ],
)  # fmt: skip
def test_spellings_of_one_unit(first: str, second: str) -> None:
    assert same_unit(first, second)
    assert canonical(canonical(first)) == canonical(first)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("EU/mL", "eu/ml"), ("EU", "EU/mL"), ("EU/mL", "EU/L"), ("mM", "mm"), ("mg/mL", "Mg/mL"), ("EU/mL", ""), ("EU/kg", "EU/mL"), ("%", "% of label"),
        ("ng/mL", "mg/mL"), ("U/mL", "µ/mL"), ("mol", "moL"), ("of 5", "of 6"), ("EU/mL", "IU/mL"), ("cells", "cell"), ("10^6 cells", "cells"),
    ],
)  # fmt: skip
def test_other_units_stay_other_units(first: str, second: str) -> None:
    assert not same_unit(first, second)


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(("unit", "total"), [("of 5", 5), ("out of 3", 3), ("of 20 metaphases", 20), ("% of label", None), ("of label", None), ("", None)])
def test_the_total_that_a_count_is_told_of(unit: str, total: int | None) -> None:
    assert total_of(unit) == total


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("qualifier", "amount", "verdict"),
    [
        ("", "5", Verdict.CONFORMS), ("", "3", Verdict.DOES_NOT_CONFORM), ("", "6", Verdict.NO_VERDICT), ("", "-1", Verdict.NO_VERDICT),
        ("≥", "4", Verdict.CONFORMS), ("≥", "6", Verdict.NO_VERDICT), ("<", "3", Verdict.DOES_NOT_CONFORM), ("<", "9", Verdict.NO_VERDICT),
    ],
)  # fmt: skip
def test_more_than_there_are_is_no_count(qualifier: str, amount: str, verdict: Verdict) -> None:
    row = RowRule("numeric", unit="of 5", lower=Decimal(4))
    assert judge_row(row, RowResult(ResultKind.NUMBER, qualifier, Decimal(amount), unit="of 5")).verdict is verdict


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("unit", "signed"),
    [
        ("mV", True), ("µV", True), ("°C", True), ("log10", True), ("Log reduction", True), ("% inhibition", True), ("% change", True), ("", True),
        ("score", True), ("bar", True), ("\N{GREEK CAPITAL LETTER DELTA}Ct", True), ("kDa", False), ("mOsm/kg", False),
        ("particles/mL", False), ("IU/10^6 cells", False),
        ("ng/dose", False), ("EU/mL", False), ("% v/v", False), ("%", False), ("% of reference", False), ("copies/mL", False), ("pH", False), ("nm", False),
        ("vials", False), ("of 5", False),
    ],
)  # fmt: skip
def test_which_units_go_below_zero(unit: str, signed: bool) -> None:
    assert can_be_negative(unit) is signed


@pytest.mark.req("LAB-10", negative=True)
def test_a_negative_amount_passes_no_at_most() -> None:
    def judged(row: RowRule, amount: str, qualifier: str = "") -> Verdict:
        return judge_row(row, RowResult(ResultKind.NUMBER, qualifier, Decimal(amount), unit=row.unit)).verdict

    dna = RowRule("numeric", unit="ng/dose", upper=Decimal("10.00"))
    assert [judged(dna, one) for one in ("-1", "-0.001", "0", "-0.0")] == [Verdict.NO_VERDICT] * 2 + [Verdict.CONFORMS] * 2
    assert judged(dna, "-1", "<") is Verdict.NO_VERDICT
    assert judged(RowRule("numeric", unit="% inhibition", lower=Decimal(20)), "-3") is Verdict.DOES_NOT_CONFORM
    assert judged(RowRule("numeric", unit="units of charge", lower=Decimal(-50), upper=Decimal(-5)), "-24.4") is Verdict.CONFORMS
