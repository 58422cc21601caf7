"""Published tracking runs of iPSC-derived vesicles: failed measurements are found although they print a zero."""

import pytest

from evgmp.rules.reading import ResultKind
from qc.domain.calculations.particles import nta_validity
from tests.published.published_data import published

pytestmark = pytest.mark.published


@pytest.mark.req("LAB-10", negative=True)
def test_exactly_six_of_52_runs_measured_nothing() -> None:
    runs = published("ipsc-ev-nta-biovaram-2025.json")["size_measurements"]
    kinds = [
        nta_validity(
            run["positions_used"], run["positions_total"], run["original_concentration_p_per_ml_mean"], run["traces"]
        )[0]
        for run in runs
    ]
    assert len(kinds) == 52
    assert kinds.count(ResultKind.INVALID) == 6
    assert kinds.count(ResultKind.NUMBER) == 46
    # The instrument's own flag agrees, run by run.
    assert [kind is ResultKind.NUMBER for kind in kinds] == [run["measurement_valid_by_instrument"] for run in runs]
