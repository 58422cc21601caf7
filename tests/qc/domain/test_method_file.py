"""Specification rows name methods that exist, by number, version and name."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batches.domain.data_file import DataFileError
from qc.domain.method_file import MethodFile, entry_blockers, read_methods
from qc.domain.method_floor import method_defects
from qc.domain.specification_file import read_specification
from qc.domain.tracking_run import TrackingRule

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


DRUG = next(one for one in SPECIFICATIONS if one.code == "SPEC-EV-DS")
SENDAI_IN_EV = next(row for row in DRUG.rows if row.code == "DS-RF-SEV")
ITS_METHOD = next(method for method in METHODS if method.number == SENDAI_IN_EV.method_number)


def defects_of(method: MethodFile) -> list[str]:
    return method_defects([method], [replace(DRUG, rows=(SENDAI_IN_EV,))])


@pytest.mark.req("LAB-02")
def test_the_sensitivity_of_a_method_is_known_by_matrix_and_input_amount() -> None:
    assert defects_of(ITS_METHOD) == []
    best = ITS_METHOD.best("copies/mL")
    assert best is not None
    assert (best.matrix, best.input_amount, best.lod, best.loq) == ("EV", "0.5 mL or 1.0E+10 particles", Decimal(100), Decimal(300))
    assert ITS_METHOD.best("copies/ug RNA") is None
    assert ITS_METHOD.fit_for_release


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize("status", ["draft", "expired", "retired"])
def test_a_method_that_is_not_validated_tests_for_no_release(status: str) -> None:
    method = replace(ITS_METHOD, status=status)
    assert defects_of(method) == [f"DS-RF-SEV is a release test, but TM-072 v1.0 is {status}. Validate the method first, or name another."]
    (blocker,) = entry_blockers(method, method.key, "release")
    assert blocker.key == "method_unfit"
    assert [one.key for one in entry_blockers(method, method.key, "reference")] == (["method_unfit"] if status == "retired" else [])
    assert entry_blockers(ITS_METHOD, method.key, "release") == []
    assert [one.key for one in entry_blockers(None, "TM-9 v1", "reference")] == ["unknown_method"]
    assert [one.key for one in entry_blockers(None, "TM-9 v1", "reference", lists=False)] == ["no_method_list"]
    assert not replace(ITS_METHOD, validation="").fit_for_release


@pytest.mark.req("LAB-02", "LAB-10", negative=True)
def test_an_absence_that_validation_never_reached_is_not_approvable() -> None:
    (shown,) = ITS_METHOD.sensitivity
    (worse,) = defects_of(replace(ITS_METHOD, sensitivity=(replace(shown, lod=Decimal(201)),)))
    assert worse.startswith("DS-RF-SEV asks for an LOD of at most 200 copies/mL, and the validation of TM-072 v1.0 showed 201")
    (none,) = defects_of(replace(ITS_METHOD, sensitivity=()))
    assert none == "DS-RF-SEV asks for an LOD in copies/mL, and TM-072 v1.0 shows none in that unit. Add the validated LOD to the method."


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"matrix": ""}, "needs its matrix"), ({"input_amount": ""}, "needs its matrix"), ({"lod": Decimal(0)}, "The LOD must be above zero"),
        ({"loq": Decimal(-1)}, "The LOQ must be above zero"), ({"loq": Decimal(1)}, "The LOQ lies below the LOD"),
    ],
)  # fmt: skip
def test_a_sensitivity_that_can_not_be_is_named(changed: dict[str, Any], words: str) -> None:
    (shown,) = ITS_METHOD.sensitivity
    assert any(words in sentence for sentence in defects_of(replace(ITS_METHOD, sensitivity=(replace(shown, **changed),))))
    assert any("names no LOD and no LOQ" in s for s in defects_of(replace(ITS_METHOD, sensitivity=(replace(shown, lod=None, loq=None),))))
    assert any("“loved” is not known" in s for s in defects_of(replace(ITS_METHOD, status="loved")))


POTENCY = next(method for method in METHODS if method.potency is not None)


@pytest.mark.req("LAB-22", negative=True)
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model": "cubic"}, "the model “cubic” is not known. Use one of: parallel_line, four_parameter."),
        ({"doses": 2}, "a relative potency needs three doses at least, and one response a dose. Correct them."),
        ({"responses": 0}, "a relative potency needs three doses at least, and one response a dose. Correct them."),
    ],
)
def test_a_potency_that_can_not_be_evaluated_is_named(changed: dict[str, Any], said: str) -> None:
    assert POTENCY.potency is not None
    assert method_defects([POTENCY], []) == []
    assert method_defects([replace(POTENCY, potency=replace(POTENCY.potency, **changed))], []) == [f"{POTENCY.number}: {said}"]


@pytest.mark.req("LAB-22", negative=True)
def test_a_relative_potency_without_a_reference_standard_is_named() -> None:
    sentence = f"{POTENCY.number} evaluates relative potency and names no reference standard. Add it."
    assert method_defects([replace(POTENCY, standards=())], []) == [sentence]


TRACKING = '[[method]]\nnumber = "TM-1"\nversion = "1"\nname = "NTA"\nprinciple = "x"\nmatrix = "EV"\n[method.tracking]\n'


@pytest.mark.req("LAB-04", negative=True)
@pytest.mark.parametrize(
    "limits",
    ['most_blank = "5"', 'most_difference = "20"', 'most_blank = "0"\nmost_difference = "20"', 'most_blank = "5"\nmost_difference = "-1"'],
)
def test_a_tracking_method_fixes_its_blank_and_its_dilutions(limits: str) -> None:
    with pytest.raises(DataFileError, match=r"needs most_blank and most_difference, percentages above zero. Add them."):
        read_methods(TRACKING + limits)
    (method,) = read_methods(TRACKING + 'most_blank = "5"\nmost_difference = "20"')
    assert method.tracking == TrackingRule(Decimal(5), Decimal(20))
