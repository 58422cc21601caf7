"""Published release tables with their results, entered as an outsider would: what was published as met conforms, what was not told does not pass."""

from pathlib import Path

import pytest

from evgmp.rules.limits import Verdict
from qc.domain.judging import JudgedRow, judge_lot, outcome, read_results
from qc.domain.specification_file import read_specification

FOLDER = Path(__file__).parent / "release_tables"
# Where the table itself names deviations.
FAILED: dict[str, tuple[str, ...]] = {"66 batches": ("MYCOPLASMA", "CELLS", "ANGIO")}
# The rows without a verdict, by lot; every other row conforms, as published.
UNDECIDED: dict[str, dict[str, tuple[str, ...]]] = {
    "ari_0001": {"ARI0001/01": (), "ARI0001/02": (), "ARI0001/03": ()},
    "hcart19": {"Batch 1": ("BEADS",), "Batch 2": (), "Batch 3": ()},
    "treg": {"Validation": ()},
    "ipsc_dap": {"n = 25": ("CORIN-PRE", "CORIN-POST", "VIABILITY", "DAP", "ENDOTOXIN", "PLASMIDS")},
    "abcb5": {"Mean of 13": ("GROWTH",)},
    "abcb5_ds": {"66 batches": ()},
    "cd133": {"Lowest of 8": (), "Highest of 8": (), "Range": ("PURITY", "VIABILITY", "CELLS")},
}


def judged(table: str) -> dict[str, list[JudgedRow]]:
    specification = read_specification((FOLDER / f"{table}.spec.toml").read_text("utf-8"))
    return {lot.number: judge_lot(specification, lot) for lot in read_results((FOLDER / f"{table}.lots.toml").read_text("utf-8"))}


@pytest.mark.req("LAB-09", "LAB-10", "LAB-24")
@pytest.mark.parametrize("table", UNDECIDED)
def test_the_lots_of_a_published_table(table: str) -> None:
    lots = judged(table)
    assert set(lots) == set(UNDECIDED[table])
    for number, rows in lots.items():
        undecided, failed = UNDECIDED[table][number], FAILED.get(number, ())
        expected = {**dict.fromkeys(undecided, Verdict.NO_VERDICT), **dict.fromkeys(failed, Verdict.DOES_NOT_CONFORM)}
        for row in rows:
            assert row.verdict is expected.get(row.row.code, Verdict.CONFORMS), row
        whole = Verdict.DOES_NOT_CONFORM if failed else Verdict.NO_VERDICT if undecided else Verdict.CONFORMS
        assert outcome(rows) is whole


def test_every_table_of_the_folder_is_judged() -> None:
    assert {path.name.split(".")[0] for path in FOLDER.iterdir()} == set(UNDECIDED)
