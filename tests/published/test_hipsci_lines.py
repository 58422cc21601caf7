"""39 published banked iPSC lines: blanks stay blank, factor rows apply to Sendai lines only, and two lines still carry Sendai."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from batches.domain.commands import REGISTER_CELL_LINE, REGISTER_DONOR
from batches.domain.vectors import METHOD_CONTENTS
from batches.models import CellLine, Donor
from batches.services.donors import register_cell_line, register_donor
from evgmp.rules.limits import Verdict
from evgmp.rules.verdict import REPORTED_NO_LIMIT
from qc.domain.applicability import FACTOR_ABSENCE
from qc.domain.judging import Found, LotResults, judge_lot, outcome
from qc.domain.specification_file import read_specification
from tests.builders import act, cast
from tests.published.published_data import published

pytestmark = pytest.mark.published

HERE = Path(__file__)
SPECIFICATION = read_specification((HERE.parent / "hipsci_line.toml").read_text("utf-8"))
BANK = read_specification((HERE.parents[2] / "qc/masterdata/specifications/spec_ipsc_mcb.toml").read_text("utf-8"))
# CytoTune 1 and 2 are Sendai kits.
METHODS = {"CytoTune 1": "sendai", "CytoTune 2": "sendai"}


def data() -> dict[str, Any]:
    found: dict[str, Any] = published("hipsci-banked-ipsc-lines.json")
    return found


def text(value: Any) -> str:
    return "" if value is None else str(value)


def results_of(line: dict[str, Any]) -> LotResults:
    reads = {one["line"]: one["rnaseq_sendai_reads"] for one in data()["residual_sendai_virus"]["values"]}
    return LotResults(
        line["line"], {"reprogramming_method": [METHODS[line["reprogramming"]]]} if line.get("reprogramming") else {},
        (
            Found("SEV-READS", text(reads.get(line["line"])), "reads"), Found("PLURITEST", text(line.get("pluritest_pluripotency")), "score"),
            Found("CNV", text(line.get("cnv_regions")), "regions"),
        ),
    )  # fmt: skip


def lines() -> list[dict[str, Any]]:
    """The table's lines, and those of the Sendai reads that the transcribed selection leaves out."""
    table = data()
    known = {line["line"] for line in table["lines"]}
    further = [
        {"line": one["line"], "reprogramming": "CytoTune 1", "pluritest_pluripotency": one["pluri_raw"]}
        for one in table["residual_sendai_virus"]["values"]
        if one["line"] not in known
    ]
    return [*table["lines"], *further]


@pytest.mark.req("LAB-10", "LAB-24", negative=True)
def test_only_the_two_lines_with_sendai_reads_do_not_conform_and_none_passes_untested() -> None:
    outcomes = Counter()
    for line in lines():
        rows = {one.row.code: one for one in judge_lot(SPECIFICATION, results_of(line))}
        assert rows["EBNA1"].verdict is None
        outcomes[outcome(list(rows.values()))] += 1
        if rows["SEV-READS"].found:
            assert rows["SEV-READS"].verdict is Verdict.DOES_NOT_CONFORM
            assert line["line"] in ("HPSI0316i-aask_4", "HPSI0516i-oadp_4")
        else:
            assert rows["SEV-READS"].why.startswith("No result yet.")
    assert outcomes == {Verdict.DOES_NOT_CONFORM: 2, Verdict.NO_VERDICT: len(lines()) - 2}


@pytest.mark.req("LAB-10")
def test_a_blank_is_not_tested_and_a_zero_is_a_number() -> None:
    for line in lines():
        rows = {one.row.code: one for one in judge_lot(SPECIFICATION, results_of(line))}
        for code, key in (("PLURITEST", "pluritest_pluripotency"), ("CNV", "cnv_regions")):
            if line.get(key) is None:
                assert rows[code].why.startswith("No result yet."), (line["line"], code)
            else:
                assert rows[code].why == REPORTED_NO_LIMIT, (line["line"], code)


@pytest.mark.req("LAB-23", "TRC-07")
def test_the_factor_rows_of_the_shipped_bank_specification_apply_to_sendai_lines_only() -> None:
    """A Sendai line by its kit's contents is tested for Sendai and its factors, never for the episomal backbone."""
    for line in lines():
        attributes = {"reprogramming_method": ["sendai"], "vector_carries": list(METHOD_CONTENTS["sendai"])}
        rows = judge_lot(BANK, LotResults(line["line"], attributes, ()))
        applying = {one.row.code for one in rows if one.verdict is not None and one.row.category == FACTOR_ABSENCE}
        assert applying == {"MCB-RF-SEV", "MCB-RF-EXO-OCT4", "MCB-RF-EXO-SOX2", "MCB-RF-EXO-KLF4", "MCB-RF-EXO-MYC"}


@pytest.mark.req("TRC-07", "REC-02")
@pytest.mark.django_db
def test_donors_and_lines_are_imported_with_their_blanks() -> None:
    cast()
    for line in data()["lines"]:
        code = line["line"].split("-")[0] + "-" + line["line"].split("-")[1].split("_")[0]
        if not Donor.objects.filter(code=code).exists():
            register_donor(
                act(REGISTER_DONOR, "a.verifier"), code=code, sex=text(line["donor_sex"]).lower(), age_band=text(line["donor_age_band"]),
                tissue_source=text(line["source_material"]), consent_reference="", consent_scope="", testing_summary="",
            )  # fmt: skip
        register_cell_line(
            act(REGISTER_CELL_LINE, "a.verifier"), code, code=line["line"], clone=line["line"].rpartition("_")[2],
            reprogramming_method=METHODS[line["reprogramming"]], vector_kit=line["reprogramming"], vector_contents=list(METHOD_CONTENTS["sendai"]),
            hla_type="", genetic_edits="", culture=text(line["culture"]),
        )  # fmt: skip
    assert CellLine.objects.count() == len(data()["lines"]) == 39
    for line in data()["lines"]:
        kept = CellLine.objects.select_related("donor").get(code=line["line"])
        assert (kept.hla_type, kept.culture, kept.donor.age_band) == ("", text(line["culture"]), text(line["donor_age_band"]))
        assert kept.donor.eligibility == "undecided"
