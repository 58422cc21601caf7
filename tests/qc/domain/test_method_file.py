"""Specification rows name methods that exist, by number, version and name."""

from dataclasses import replace
from pathlib import Path

import pytest

from batches.domain.data_file import DataFileError
from qc.domain.method_file import method_defects, read_methods
from qc.domain.specification_file import read_specification

MASTERDATA = Path(__file__).parents[3] / "qc" / "masterdata"
METHODS = read_methods((MASTERDATA / "methods.toml").read_text())
SPECIFICATIONS = [read_specification(path.read_text()) for path in sorted(MASTERDATA.glob("specifications/*.toml"))]


@pytest.mark.req("LAB-02")
def test_every_shipped_row_is_tested_by_a_shipped_and_validated_method() -> None:
    assert len(METHODS) == 70
    assert len(SPECIFICATIONS) == 7
    assert method_defects(METHODS, SPECIFICATIONS) == []


@pytest.mark.req("LAB-02")
def test_no_shipped_method_is_without_a_row() -> None:
    used = {row.method_number for specification in SPECIFICATIONS for row in specification.rows}
    assert {method.number for method in METHODS} == used


@pytest.mark.req("LAB-02", negative=True)
def test_a_method_without_validation_or_entered_twice_is_named() -> None:
    first = METHODS[0]
    assert method_defects([replace(first, validation="")], []) == [
        "TM-001 names no validation report. Add it, or the method can't be used for release."
    ]
    assert method_defects([first, first], []) == ["TM-001 version 1.0 is entered 2 times. Keep one."]


@pytest.mark.req("LAB-02", negative=True)
def test_a_row_that_names_another_version_is_named() -> None:
    drug = next(one for one in SPECIFICATIONS if one.code == "SPEC-EV-DS")
    specification = replace(drug, rows=(replace(drug.rows[0], method_version="2.0"),))
    assert method_defects(METHODS, [specification]) == [
        "DS-GN-APPEAR is tested by TM-040 version 2.0, Visual inspection, which is not among the methods. Correct number, version or name."
    ]


@pytest.mark.req("LAB-02", negative=True)
def test_a_misspelt_field_is_refused() -> None:
    text = '[[method]]\nnumber = "TM-1"\nversion = "1"\nname = "pH"\nprinciple = "x"\nmatrix = "EV"\nvalidaton = "VR-1"'
    with pytest.raises(DataFileError, match="not known: validaton"):
        read_methods(text)
