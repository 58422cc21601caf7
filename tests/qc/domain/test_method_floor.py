"""What a method fixes for its tests is the least that a row asks for: controls, determinations, their combination, the limit of their spread."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.data_file import DataFileError
from qc.domain.method_file import MethodFile, own_defects, read_methods
from qc.domain.method_floor import asked_by, floor_defects, less_than_fixed, method_defects
from qc.domain.method_format import METHOD
from qc.domain.specification_rows import Control
from tests.qc.domain.test_method_file import METHODS, SPECIFICATIONS

ROWS = [row for specification in SPECIFICATIONS for row in specification.rows]
ENDOTOXIN = next(method for method in METHODS if method.number == "TM-025")
ITS_ROW = next(row for row in ROWS if row.code == "DS-SF-ENDO")
NTA = next(method for method in METHODS if method.number == "TM-043")
ITS_PARTICLES = next(row for row in ROWS if row.method_number == "TM-043" and row.decides_release)
FEW = '[[method]]\nnumber = "TM-1"\nversion = "1"\nname = "NTA"\nprinciple = "x"\nmatrix = "EV"\nvalidation = "VR-1"\n'
SET = '[[control_set]]\nkey = "a"\ncontrols = [{ kind = "NTC", criterion = "none" }]\n'


@pytest.mark.req("LAB-02", "LAB-18")
def test_a_method_is_read_with_what_it_fixes_for_its_tests() -> None:
    controls = 'control_set = "a"\ncontrols = [{ kind = "PTC", criterion = "found" }]\n'
    plan = 'replicates = 3\nreplicate_rule = "Three wells"\ncombine = "mean"\ncv_max = "20"\ndifference_max = "30"\n'
    (method,) = read_methods(SET + FEW + controls + plan)
    assert method.controls == (Control("NTC", "none"), Control("PTC", "found"))
    assert (method.replicates, method.replicate_rule, method.combine, method.cv_max, method.difference_max) == (3, "Three wells", "mean", 20, 30)
    assert method.determinations == "At least 3 determinations, their mean, coefficient of variation at most 20 %, difference at most 30 %"
    assert list(own_defects(method)) == []


@pytest.mark.req("LAB-02")
def test_a_method_of_an_earlier_list_fixes_nothing_and_is_read_as_before() -> None:
    (method,) = read_methods(FEW)
    assert (method.controls, method.replicates, method.replicate_rule, method.combine, method.cv_max, method.difference_max) == ((), None, "", "", None, None)
    assert method.determinations == ""
    assert list(floor_defects(method, asked_by(replace(ITS_ROW, replicates=1, combine="", difference_max=None)))) == []
    assert list(floor_defects(method, asked_by(replace(ITS_ROW, controls=())))) == []


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FEW + 'control_set = "b"', "Method TM-1 names the control set “b”, which the file does not have. Add it."),
        (SET + SET + FEW, "The control set “a” is there more than once. Give each set a key of its own."),
        (FEW + 'controls = [{ kind = "NTC", limit = "none" }]', "controls 1 has fields that are not known: limit"),
        (FEW + 'replicates = "3"', "the field “replicates” must be a whole number"),
        (FEW + "cv_max = 20.0", "the field “cv_max” must be a figure in quotes"),
    ],
)
def test_a_text_that_can_not_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said.replace("[", r"\[")):
        read_methods(text)


@pytest.mark.req("LAB-02", "LAB-18", negative=True)
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"controls": (Control("NTC", ""),)}, "A control has no kind or no criterion. Add both."),
        ({"controls": (Control("NTC", "a"), Control("NTC", "b"))}, "The control NTC is named 2 times. Keep one."),
        ({"replicates": 0, "combine": "", "difference_max": None}, "The number of replicates is 0. Write 1 or more."),
        ({"combine": "best", "difference_max": None}, "The way to combine replicates “best” is not known. Use one of: mean"),
        ({"replicates": None}, "Replicates are combined, but fewer than two are asked for. Correct the number."),
        ({"difference_max": None}, "Replicates are averaged only within a limit of their spread. Add cv_max or difference_max."),
        ({"combine": "each"}, "difference_max is a percentage above zero and belongs to a mean, median or geometric mean. Correct it."),
        ({"cv_max": Decimal(0)}, "cv_max is a percentage above zero and belongs to a mean, median or geometric mean. Correct it."),
    ],
)
def test_what_a_method_can_not_fix_is_named(changed: dict[str, Any], said: str) -> None:
    (sentence,) = own_defects(replace(ENDOTOXIN, **changed))
    assert sentence.startswith(f"TM-025: {said}")


def least(method: MethodFile = ENDOTOXIN, **changed: Any) -> list[str]:
    row = ITS_ROW if method is ENDOTOXIN else ITS_PARTICLES
    return list(less_than_fixed(method, asked_by(replace(row, **changed))))


@pytest.mark.req("LAB-02", "LAB-18")
def test_a_row_may_ask_for_more_than_its_method() -> None:
    assert least() == least(NTA) == []
    assert least(controls=(*ITS_ROW.controls, Control("SECOND", "passed")), replicates=5, difference_max=Decimal(5), cv_max=Decimal(1)) == []


@pytest.mark.req("LAB-02", "LAB-18", negative=True)
@pytest.mark.parametrize(
    ("method", "changed", "said"),
    [
        (ENDOTOXIN, {"controls": ITS_ROW.controls[:-1]},
         "DS-SF-ENDO lacks what TM-025 v1.0 asks of every run: DILUTION (Not above the maximum valid dilution). Add it to its controls."),
        (ENDOTOXIN, {"controls": ITS_ROW.controls[:2]},
         "DS-SF-ENDO lacks what TM-025 v1.0 asks of every run: NEGATIVE (Below the lowest standard); DILUTION (Not above the maximum valid dilution). "
         "Add them to its controls."),
        (ENDOTOXIN, {"controls": (*ITS_ROW.controls[:-1], Control("DILUTION", "Looks right"))},
         "DS-SF-ENDO passes DILUTION by “Looks right”, and TM-025 v1.0 by “Not above the maximum valid dilution”. Write the criterion of the method; "
         "a further demand is a control of its own."),
        (ENDOTOXIN, {"replicates": 1}, "DS-SF-ENDO asks for 1 determination, and TM-025 v1.0 for 2. Ask for 2 at least."),
        (ENDOTOXIN, {"replicates": None}, "DS-SF-ENDO asks for 0 determinations, and TM-025 v1.0 for 2. Ask for 2 at least."),
        (ENDOTOXIN, {"combine": "median"},
         "DS-SF-ENDO combines its determinations by “median”, and TM-025 v1.0 combines them by “mean”. Write combine = “mean”."),
        (ENDOTOXIN, {"combine": ""},
         "DS-SF-ENDO does not say how its determinations are combined, and TM-025 v1.0 combines them by “mean”. Write combine = “mean”."),
        (ENDOTOXIN, {"difference_max": Decimal("20.1")},
         "DS-SF-ENDO allows a difference_max of 20.1 %, and TM-025 v1.0 allows 20 %. Write 20 or less."),
        (NTA, {"cv_max": None, "difference_max": Decimal(5)}, f"{ITS_PARTICLES.code} names no cv_max, and TM-043 v1.0 allows 25 %. Write 25 or less."),
    ],
)  # fmt: skip
def test_a_row_that_asks_for_less_than_its_method_is_a_defect(method: MethodFile, changed: dict[str, Any], said: str) -> None:
    assert least(method, **changed) == [said]
    row = replace(ITS_ROW if method is ENDOTOXIN else ITS_PARTICLES, **changed)
    assert method_defects([method], [replace(SPECIFICATIONS[0], rows=(row,))]) == [said]


@pytest.mark.req("LAB-02", "LAB-03", negative=True)
def test_a_release_row_without_a_run_is_a_defect_where_its_method_names_what_only_a_run_asks_for() -> None:
    bare = asked_by(replace(ITS_ROW, controls=()))
    method = replace(ENDOTOXIN, controls=())
    assert list(floor_defects(method, bare)) == [
        "DS-SF-ENDO names no controls, so it has no run, and nobody would ask for what TM-025 v1.0 needs: Kinetic LAL, Standard endotoxin. "
        "Add the controls of its run to the row, or name a method that needs none."
    ]
    assert len(list(floor_defects(ENDOTOXIN, bare))) == 2
    assert "blank and dilutions" in next(floor_defects(replace(NTA, controls=(), reagents=(), standards=()), bare))
    assert list(floor_defects(replace(method, reagents=(), standards=()), bare)) == []
    assert list(floor_defects(method, replace(bare, decides=False))) == []
    assert list(floor_defects(ENDOTOXIN, replace(bare, computed=True))) == []


@pytest.mark.req("LAB-02", "LAB-18")
def test_the_shipped_methods_fix_what_their_rows_share() -> None:
    for method in METHODS:
        rows = [row for row in ROWS if (row.method_number, row.method_version) == (method.number, method.version) and not row.computed]
        assert set(method.controls) == set.intersection(*(set(row.controls) for row in rows)), method.key
        assert method.replicates == min(row.replicates or 0 for row in rows), method.key
        ways = {row.combine for row in rows}
        assert method.combine == (ways.pop() if len(ways) == 1 else ""), method.key


def test_the_help_names_every_field_of_a_method() -> None:
    assert set(METHOD) == {field.name for field in fields(MethodFile)} | {"control_set"}
