"""A list of methods as a whole: its defects, what changed, what two lists hold."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from qc.domain.method_file import MethodFile, Sensitivity
from qc.domain.method_list import code_defect, differences, held_elsewhere, key_of, list_defects
from tests.qc.domain.test_method_file import METHODS

ENDOTOXIN = next(method for method in METHODS if method.number == "TM-025")
POTENCY = next(method for method in METHODS if method.potency is not None)


def test_the_examples_have_no_defect() -> None:
    assert list_defects(METHODS, {}) == []
    assert list_defects(METHODS, {key_of(method): method for method in METHODS}) == []


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"validation": ""}, "TM-025 is validated and names no validation report. Add it, or give the method the status draft."),
        ({"status": "fine"}, "TM-025: the status “fine” is not known. Use one of: validated, verified, draft, expired, retired."),
        ({"number": ""}, "Endotoxin, kinetic has no number. Add it."),
        ({"version": ""}, "TM-025 has no version. Add it."),
        ({"version": "1" * 21}, "TM-025: the version “111111111111111111111…” has 21 characters. Keep it within 20."),
        ({"sensitivity": (Sensitivity("EV", "", None, Decimal(1), "EU/mL"),)},
         "TM-025: A sensitivity needs its matrix, its input amount and its unit. Add them."),
    ],
)  # fmt: skip
def test_a_method_that_is_not_whole_is_named(changed: dict[str, Any], said: str) -> None:
    assert list_defects([replace(ENDOTOXIN, **changed)], {}) == [said]


@pytest.mark.req("LAB-02")
def test_a_draft_without_a_report_may_be_listed_and_tests_for_no_release() -> None:
    draft = replace(ENDOTOXIN, status="draft", validation="")
    assert list_defects([draft], {}) == []
    assert not draft.fit_for_release


@pytest.mark.req("LAB-02", negative=True)
def test_an_empty_list_and_a_method_entered_twice_are_named() -> None:
    assert list_defects([], {}) == ["The list holds no method. Add one at least, as [[method]]."]
    assert list_defects([ENDOTOXIN, ENDOTOXIN], {}) == ["TM-025 version 1.0 is entered 2 times. Keep one."]


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize("field", ["name", "principle", "matrix", "reagents", "standards", "potency"])
def test_a_method_done_otherwise_needs_a_version_of_its_own(field: str) -> None:
    before = {key_of(POTENCY): POTENCY}
    other = {"reagents": ("Another",), "standards": ("Another",), "potency": replace(POTENCY.potency, doses=9) if POTENCY.potency else None}
    changed = replace(POTENCY, **{field: other.get(field, "Another")})  # type: ignore[arg-type]
    (said,) = list_defects([changed], before)
    assert said.startswith(f"{POTENCY.key} was in force with another {field}. Give the changed method a version of its own")
    assert list_defects([replace(changed, version="2.0")], before) == []


@pytest.mark.req("LAB-02", "LAB-18", negative=True)
@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"controls": ENDOTOXIN.controls[1:]}, "controls"), ({"replicates": 3}, "replicates"), ({"replicate_rule": "Other"}, "replicate rule"),
        ({"combine": "median"}, "combine"), ({"cv_max": Decimal(9)}, "cv max"), ({"difference_max": Decimal(19)}, "difference max"),
    ],
)  # fmt: skip
def test_what_a_method_fixes_changes_under_a_version_of_its_own_alone(changed: dict[str, Any], what: str) -> None:
    (said,) = list_defects([replace(ENDOTOXIN, **changed)], {key_of(ENDOTOXIN): ENDOTOXIN})
    assert said.startswith(f"TM-025 v1.0 was in force with another {what}. Give the changed method a version of its own")
    assert list_defects([replace(ENDOTOXIN, **changed, version="2.0")], {key_of(ENDOTOXIN): ENDOTOXIN}) == []


@pytest.mark.req("LAB-02")
def test_status_report_and_sensitivity_move_under_one_version() -> None:
    (shown, *_) = ENDOTOXIN.sensitivity
    changed = replace(ENDOTOXIN, status="expired", validation="VR-025 v2", sensitivity=(replace(shown, loq=Decimal("0.010")),))
    assert list_defects([changed], {key_of(ENDOTOXIN): ENDOTOXIN}) == []


@pytest.mark.parametrize("code", ["ML-QC", "ML-QC-2", "ML-" + "A" * 37])
def test_a_code_of_a_list(code: str) -> None:
    assert code_defect(code) == ""


@pytest.mark.parametrize("code", ["", "QC", "ML", "ML-", "ML--A", "ml-qc", "ML-QC V1", "ML-Ä", "ML-" + "A" * 38])
def test_no_code_of_a_list(code: str) -> None:
    assert code_defect(code).startswith("The code of a method list begins with ML-")


@pytest.mark.req("LAB-02", negative=True)
def test_one_method_has_one_place() -> None:
    assert held_elsewhere([ENDOTOXIN, POTENCY], {"ML-B-V1": [replace(ENDOTOXIN, version="2.0")]}) == []
    assert held_elsewhere([ENDOTOXIN, POTENCY], {"ML-B-V1": [ENDOTOXIN]}) == [
        "TM-025 v1.0 is in ML-B-V1 already, which is effective. Take it out of one of the two lists."
    ]


def said(old: list[MethodFile], new: list[MethodFile]) -> list[tuple[str, str, str, str]]:
    return [(one.where, one.field, one.old, one.new) for one in differences(old, new)]


@pytest.mark.req("MST-06")
def test_what_changed_is_told_method_by_method_what_decides_first() -> None:
    (first, second) = ENDOTOXIN.sensitivity
    changed = replace(ENDOTOXIN, compendial="USP <85>", status="expired", sensitivity=(first, replace(second, loq=Decimal("0.10"))))
    assert said([ENDOTOXIN, POTENCY], [changed, POTENCY]) == [
        ("TM-025 v1.0", "status", "validated", "expired"),
        (
            "TM-025 v1.0", "sensitivity", "supernatant, undiluted: LOQ 0.005 EU/mL; EV, 1:10: LOQ 0.050 EU/mL",
            "supernatant, undiluted: LOQ 0.005 EU/mL; EV, 1:10: LOQ 0.10 EU/mL",
        ),
        ("TM-025 v1.0", "compendial", "USP <85>; Ph. Eur. 2.6.14", "USP <85>"),
    ]  # fmt: skip
    assert said([ENDOTOXIN], [ENDOTOXIN]) == []
    second = replace(ENDOTOXIN, version="2.0", principle="Other", controls=ENDOTOXIN.controls[:1], difference_max=Decimal("10.0"))
    assert said([ENDOTOXIN], [second])[2:] == [
        ("TM-025 v2.0", "controls", "; ".join(f"{one.kind}: {one.criterion}" for one in ENDOTOXIN.controls), "STD_CURVE: |r| at least 0.980"),
        ("TM-025 v2.0", "difference max", "20", "10.0"),
        ("TM-025 v2.0", "principle", "Limulus lysate or recombinant factor C", "Other"),
    ]


@pytest.mark.req("MST-06")
def test_a_new_version_of_a_method_is_compared_with_the_one_before() -> None:
    second = replace(ENDOTOXIN, version="2.0", principle="Recombinant factor C")
    assert said([ENDOTOXIN, POTENCY], [second]) == [
        ("TM-025 v1.0", "method", "Endotoxin, kinetic", ""),
        (POTENCY.key, "method", POTENCY.name, ""),
        ("TM-025 v2.0", "method", "", "Endotoxin, kinetic, compared with TM-025 v1.0"),
        ("TM-025 v2.0", "principle", "Limulus lysate or recombinant factor C", "Recombinant factor C"),
    ]
    assert said([], [ENDOTOXIN]) == [("TM-025 v1.0", "method", "", "Endotoxin, kinetic")]
