"""Published tracking data through the import: 52 size runs, 22 zeta runs, full position tables, and percentiles to 0.1 nm."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from evgmp.rules.reading import ResultKind
from qc.domain.instrument_files.values import read_file
from qc.domain.tracking import Histogram, position_table
from tests.published.published_data import published
from tests.qc.domain.instrument_texts import POSITIONS, mapping

pytestmark = pytest.mark.published
TABLE = POSITIONS.partition("\n")[0] + "\n"


def runs() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = published("ipsc-ev-nta-biovaram-2025.json")["size_measurements"]
    return found


def printed(amount: Any) -> str:
    """Two digits and a power, as the instrument prints a concentration; 0.0E+0 for none."""
    number = Decimal(amount)
    return f"{number:.1E}" if number else "0.0E+0"


def mean_line(run: dict[str, Any]) -> str:
    concentration = printed(run["original_concentration_p_per_ml_mean"])
    cells = ["", "Mean", "1.0", run["average_particles_per_frame"], concentration, concentration, run["traces"], run["x50_mean_over_positions_nm"]]
    return "\t".join(map(str, [*cells, "100.0", "1.0", "1.0", ""])) + "\n"


@pytest.mark.req("LAB-10", "REC-10")
def test_52_size_runs_give_46_numbers_and_6_invalid_measurements() -> None:
    kinds = []
    for run in runs():
        found = read_file((TABLE + mean_line(run)).encode("latin-1"), mapping("nta_zetaview_positions")).values[0]
        kinds.append(found.kind)
        assert (found.kind is ResultKind.NUMBER) == run["measurement_valid_by_instrument"]
        assert (found.place.line, found.place.column) == (2, 6)
        if found.reading:
            assert found.reading.amount == Decimal(run["original_concentration_p_per_ml_mean"])
    assert (len(kinds), kinds.count(ResultKind.NUMBER), kinds.count(ResultKind.INVALID)) == (52, 46, 6)


@pytest.mark.req("REC-10")
def test_22_zeta_runs_give_the_printed_potential() -> None:
    found = published("ipsc-ev-nta-biovaram-2025.json")["zeta_measurements"]
    assert len(found) == 22
    for run in found:
        text = (
            f"Sample:\t{run['sample']}\nDilution::\t{run['dilution']}\nConductivity: {run['conductivity_us_cm']}\tsensed\n"
            f"Zeta Potential (Mean):\t{run['zeta_potential_mv']}\tmV\n"
        )
        value = read_file(text.encode(), mapping("nta_zetaview_run")).values[0]
        assert value.reading is not None
        assert value.reading.amount == Decimal(str(run["zeta_potential_mv"]))


@pytest.mark.req("LAB-04")
def test_full_position_tables_keep_what_the_rule_keeps_and_give_the_printed_mean() -> None:
    data = published("ipsc-ev-nta-biovaram-2025.json")
    by_file = {run["file"]: run for run in data["size_measurements"]}
    seen = 0
    for name, rows in data["full_position_tables"].items():
        lines = "".join(
            f"{'X' if r['used'] else ''}\t{r['position']}\t{r['mean_intensity']}\t{r['avg_particles']}\t{printed(r['conc_measured_p_ml'])}"
            f"\t{printed(r['conc_original_p_ml'])}\t{r['traces']}\t{r['x50_nm']}\t{r['peak_max_nm']}\t{r['span']}\t{r['drift_um_s']}\t{r['removal'] or ''}\n"
            for r in rows
        )
        run = by_file[name]
        table = position_table((TABLE + lines + mean_line(run)).encode("latin-1"))
        assert (len(table.positions), len(table.used)) == (run["positions_total"], run["positions_used"])
        assert [f for f in table.findings if "measured nothing" not in f] == []
        seen += 1
    assert seen == len(data["full_position_tables"]) >= 3


@pytest.mark.req("LAB-05")
def test_percentiles_and_mean_of_five_histograms_to_a_tenth_of_a_nanometre() -> None:
    found = published("pc3-ev-nta-histograms-2025.json")["measurements"]
    assert len(found) == 5
    for run in found:
        histogram = Histogram(tuple((Decimal(centre), Decimal(count)) for centre, count in run["histogram_nonzero_classes"]))
        assert histogram.total == run["derived_check"]["sum_counts"]
        ours = {f"x{share}": histogram.percentile(Decimal(share)) for share in (10, 50, 90)} | {"mean": histogram.mean}
        for key, value in ours.items():
            assert value is not None
            # The instrument rounds a binary number: 82.25 is printed 82.2 and 82.3. Either is right to 0.1 nm.
            assert abs(value - run["x_values_nm"][key]["number"]) <= Decimal("0.0500001"), (run["file"], key, value)
        full = ours["x50"]
        assert full is not None
        assert full.quantize(Decimal("0.0001"), ROUND_HALF_UP) == Decimal(run["d50_number_nm_full_precision"]).quantize(Decimal("0.0001"), ROUND_HALF_UP)
