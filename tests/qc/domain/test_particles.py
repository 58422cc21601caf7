"""Particle counts: purity, dilution, and runs that measured nothing."""

from decimal import Decimal

import pytest

import qc.domain.calculations
from evgmp.rules.calculation import BOOK, CalculationRefused
from evgmp.rules.reading import ResultKind
from evgmp.rules.rounding import round_to_figures
from qc.domain.calculations.particles import nta_validity

ZERO = Decimal("0.0E+0")


@pytest.mark.req("LAB-05", "LAB-06")
def test_the_worked_ratio_of_particles_to_protein() -> None:
    assert "particles" in qc.domain.calculations.__all__
    ratio = BOOK.latest("particles.particle_protein_ratio").compute(concentration=Decimal("2.8E+10"), protein=Decimal(45))
    assert round_to_figures(ratio, 2) == Decimal("6.2E+8")


@pytest.mark.req("LAB-05", "LAB-06")
def test_the_worked_dilution() -> None:
    original = BOOK.latest("particles.corrected_by_dilution").compute(measured=Decimal("8.9E+7"), dilution=Decimal(500))
    assert original == Decimal("4.45E+10")
    undiluted = BOOK.latest("particles.corrected_by_dilution").compute(measured=Decimal("8.9E+7"), dilution=Decimal(1))
    assert undiluted == Decimal("8.9E+7")


@pytest.mark.req("LAB-05", negative=True)
def test_a_ratio_without_protein_and_a_dilution_below_one_are_refused() -> None:
    with pytest.raises(CalculationRefused, match="protein concentration must be above zero"):
        BOOK.latest("particles.particle_protein_ratio").compute(concentration=Decimal(1), protein=Decimal(0))
    with pytest.raises(CalculationRefused, match="particle concentration can't be negative"):
        BOOK.latest("particles.particle_protein_ratio").compute(concentration=Decimal(-1), protein=Decimal(1))
    with pytest.raises(CalculationRefused, match="dilution factor must be 1 or more"):
        BOOK.latest("particles.corrected_by_dilution").compute(measured=Decimal(1), dilution=Decimal("0.002"))
    with pytest.raises(CalculationRefused, match="measured concentration can't be negative"):
        BOOK.latest("particles.corrected_by_dilution").compute(measured=Decimal(-1), dilution=Decimal(2))


@pytest.mark.req("LAB-10")
def test_a_run_with_accepted_positions_gave_a_number() -> None:
    assert nta_validity(5, 11, Decimal("9.2E+10"), 59) == (ResultKind.NUMBER, "")
    assert nta_validity(11, 11, Decimal("3.9E+11"), 278)[0] is ResultKind.NUMBER


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("used", "concentration", "traces", "why"),
    [
        (0, ZERO, 0, "No position of 11 was accepted, so the run measured nothing."),
        (0, Decimal("9.2E+10"), 59, "No position of 11 was accepted, so the run measured nothing."),
        (1, ZERO, 0, "No particle was tracked, so the run measured nothing."),
        (1, ZERO, 5, "The run printed no concentration above zero, so it measured nothing."),
        (1, None, 5, "The run printed no concentration above zero, so it measured nothing."),
        (1, Decimal(-1), 5, "The run printed no concentration above zero, so it measured nothing."),
    ],
)
def test_a_printed_zero_is_no_value(used: int, concentration: Decimal | None, traces: int, why: str) -> None:
    assert nta_validity(used, 11, concentration, traces) == (ResultKind.INVALID, why)


@pytest.mark.req("LAB-10", negative=True)
def test_counts_that_cannot_be_and_floats_are_refused() -> None:
    for used, total, traces in ((12, 11, 5), (-1, 11, 5), (1, 11, -5)):
        with pytest.raises(ValueError, match="can't be"):
            nta_validity(used, total, Decimal(1), traces)
    with pytest.raises(TypeError):
        nta_validity(5, 11, 9.2e10, 59)  # type: ignore[arg-type]
