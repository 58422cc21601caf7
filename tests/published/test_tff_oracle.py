"""A published filtration without recorded volumes: no balance, whatever the concentrations."""

from decimal import Decimal
from typing import Any

import pytest

import batches.domain.calculations
import qc.domain.calculations
from evgmp.rules.calculation import BOOK, CalculationRefused
from evgmp.rules.rounding import round_to_place
from tests.published.published_data import published

pytestmark = pytest.mark.published

STREAMS = {"feed": "BeforeTFF", "retentate": "Final", "permeate": "Permeate", "wash": "Wash"}


def measurements() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = published("hek-ev-tff-100kda-nta-2025.json")["measurements"]
    return found


def concentration(stream: str) -> Decimal:
    name = f"{STREAMS[stream]}_scatter"
    (value,) = (m["original_concentration_p_per_ml"] for m in measurements() if name in m["file"])
    return Decimal(value)


@pytest.mark.req("EXE-08", negative=True)
def test_a_balance_of_concentrations_alone_is_refused() -> None:
    assert "yields" in batches.domain.calculations.__all__
    recorded = {f"{stream}_concentration": concentration(stream) for stream in STREAMS}
    with pytest.raises(CalculationRefused) as refusal:
        BOOK.latest("yields.mass_balance").compute(**recorded)
    for stream in STREAMS:
        assert f"{stream} volume (mL)" in refusal.value.sentence


@pytest.mark.req("LAB-06")
def test_the_permeate_carries_nearly_as_much_as_the_feed() -> None:
    assert round_to_place(concentration("permeate") / concentration("feed"), -3) == Decimal("0.886")


@pytest.mark.req("LAB-05")
def test_dilution_gives_back_the_concentrations_that_the_instrument_printed() -> None:
    assert "particles" in qc.domain.calculations.__all__
    runs = measurements()
    assert len(runs) == 8
    for run in runs:
        printed = Decimal(run["original_concentration_p_per_ml"])
        original = BOOK.latest("particles.corrected_by_dilution").compute(
            measured=Decimal(run["measured_concentration_p_per_ml"]), dilution=Decimal(run["dilution"])
        )
        # Both figures are printed to two digits, so they agree to half a unit of the second.
        assert abs(original - printed) <= Decimal("0.05").scaleb(printed.adjusted())
