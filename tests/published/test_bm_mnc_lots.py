"""A published certificate of three GMP lots, 17 tests each, judged verdict by verdict as published: every lot was released."""

from pathlib import Path
from typing import Any

import pytest

from evgmp.rules.limits import Verdict
from evgmp.rules.verdict import REPORTED_NO_LIMIT
from qc.domain.judging import Found, LotResults, judge_lot, outcome
from qc.domain.specification_file import read_specification
from tests.published.published_data import published

pytestmark = pytest.mark.published

SPECIFICATION = read_specification((Path(__file__).parent / "bm_mnc_2014.toml").read_text("utf-8"))


def lots() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = published("bm-mnc-atmp-3-lots-2014.json")["lots"]
    return found


def results_of(lot: dict[str, Any], **changed: str) -> LotResults:
    codes = {row.name: row.code for row in SPECIFICATION.rows}
    given = [Found(codes[one["test"]], str(one["result"]), one["unit"]) for one in lot["results"]]
    return LotResults(lot["lot"], {}, tuple(Found(one.row, changed.get(one.row, one.found), one.unit) for one in given))


@pytest.mark.req("LAB-09", "LAB-10", "LAB-23")
def test_the_specification_is_the_printed_one() -> None:
    for lot in lots():
        assert [one["test"] for one in lot["results"]] == [row.name for row in SPECIFICATION.rows]
        for one, row in zip(lot["results"], SPECIFICATION.rows, strict=True):
            printed = one["spec"]
            assert one["unit"] == row.unit
            if printed == "FIO":
                assert (row.purpose, row.lower, row.upper) == ("reference", None, None)
            elif row.result_type == "numeric":
                sign, figure = printed.split()
                limit, inclusive = (row.lower, row.lower_inclusive) if sign.startswith(">") else (row.upper, row.upper_inclusive)
                assert (str(limit), inclusive) == (figure, sign.endswith("="))


@pytest.mark.req("LAB-09", "LAB-10", "LAB-24")
@pytest.mark.parametrize("number", ["002.12", "004.12", "005.12"])
def test_the_lot_is_judged_as_published(number: str) -> None:
    (lot,) = (one for one in lots() if one["lot"] == number)
    rows = judge_lot(SPECIFICATION, results_of(lot))
    assert len(rows) == 17
    for row, one in zip(rows, lot["results"], strict=True):
        if one["spec"] == "FIO":
            assert (row.verdict, row.why) == (Verdict.NO_VERDICT, REPORTED_NO_LIMIT), row
        else:
            assert row.verdict is Verdict.CONFORMS, row
    assert outcome(rows) is Verdict.CONFORMS


@pytest.mark.req("LAB-09", "LAB-10", negative=True)
@pytest.mark.parametrize(
    ("row", "found", "verdict"),
    [
        ("ENDOTOXIN", "5.00", Verdict.DOES_NOT_CONFORM), ("ENDOTOXIN", "< 5.01", Verdict.NO_VERDICT), ("ENDOTOXIN", "≤ 5.00", Verdict.NO_VERDICT),
        ("LYMPHOCYTES", "29.4", Verdict.DOES_NOT_CONFORM), ("LYMPHOCYTES", "29.5", Verdict.CONFORMS), ("HEMATOCRIT", "3.5", Verdict.DOES_NOT_CONFORM),
        ("STERILITY", "Growth", Verdict.DOES_NOT_CONFORM), ("STERILITY", "pending", Verdict.NO_VERDICT), ("VIABILITY", "", Verdict.NO_VERDICT),
        ("APPEARANCE", "Turbid", Verdict.DOES_NOT_CONFORM),
    ],
)  # fmt: skip
def test_one_changed_result_changes_the_lot(row: str, found: str, verdict: Verdict) -> None:
    rows = judge_lot(SPECIFICATION, results_of(lots()[0], **{row: found}))
    assert next(one for one in rows if one.row.code == row).verdict is verdict
    assert outcome(rows) is verdict
