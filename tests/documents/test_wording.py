"""How criteria and results read on paper."""

from decimal import Decimal
from typing import Any

import pytest

from qc.documents import wording
from qc.models import AssayRun, Result, SpecRow

S = "\u00a0"


def row(**said: Any) -> SpecRow:
    return SpecRow(
        **{"code": "X", "category": "purity", "name": "X", "result_type": "numeric", "rounding": "usp_7_20", "purpose": "release", **said}
    )


def found(of: SpecRow | None = None, **said: Any) -> Result:
    return Result(**{"row": of or row(), "kind": "number", "verdict": "conforms", **said})


@pytest.mark.req("LAB-09", "PRT-05")
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"lower_text": "95.0", "unit": "%"}, f"≥{S}95.0{S}%"),
        ({"upper_text": "0.500", "upper_inclusive": False, "unit": "EU/mL"}, f"<{S}0.500{S}EU/mL"),
        ({"lower_text": "6.90", "upper_text": "7.70", "unit": "pH"}, "6.90 to 7.70"),
        ({"lower_text": "1.0E+10", "unit": "particles/mL"}, f"≥{S}1.0{S}×{S}10¹⁰{S}particles/mL"),
        ({"upper_text": "10", "unit": "ng/10^11 particles"}, f"≤{S}10{S}ng/10¹¹ particles"),
        ({"lower_text": "1", "upper_text": "2", "upper_inclusive": False, "unit": "ug/mL"}, f"≥{S}1{S}µg/mL and <{S}2{S}µg/mL"),
        ({"expected": "absent", "lod_max": Decimal("10"), "lod_unit": "copies/ug RNA"}, f"Absent (LOD ≤{S}10{S}copies/µg RNA)"),
        ({"accepted": ["no growth"], "validated_lod": Decimal("10"), "validated_lod_unit": "CFU/mL", "validated_reference": "VR-1"},
         f"No growth (validated method VR-1, LOD 10{S}CFU/mL)"),
        ({"accepted": ["pH neutral", "clear"]}, "pH neutral; clear"),
        ({}, "Report"),
    ],
)  # fmt: skip
def test_criterion_is_worded_from_the_approved_limits(said: dict[str, Any], words: str) -> None:
    assert wording.criterion(row(**said)) == words


@pytest.mark.req("LAB-10", "LAB-07")
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": Decimal("7.296"), "rounded": "7.30", "unit": "pH"}, "7.30"),
        ({"amount": Decimal("198000000000"), "rounded": "1.98E+11", "unit": "particles/mL"}, f"1.98{S}×{S}10¹¹{S}particles/mL"),
        ({"amount": Decimal("0.05"), "rounded": "0.050", "qualifier": "<", "unit": "EU/mL"}, f"<{S}0.050{S}EU/mL"),
        ({"kind": "below_loq", "loq": Decimal("0.050"), "unit": "EU/mL"}, f"<{S}0.050{S}EU/mL"),
        ({"kind": "not_detected", "lod": Decimal("10"), "lod_unit": "copies/mL"}, f"Not detected (LOD{S}10{S}copies/mL)"),
        ({"kind": "term", "term": "no growth"}, "No growth"),
        ({"kind": "invalid"}, "Invalid"),
        ({"amount": Decimal("-25.1"), "rounded": "", "unit": "mV"}, f"−25.1{S}mV"),
    ],
)  # fmt: skip
def test_result_is_worded_in_its_reporting_precision(said: dict[str, Any], words: str) -> None:
    assert wording.result(found(**said)) == words


@pytest.mark.req("LAB-10", negative=True)
def test_not_detected_is_never_a_zero() -> None:
    words = wording.result(found(kind="not_detected", lod=Decimal("3"), lod_unit="copies/µL"))
    assert "0" not in words


@pytest.mark.req("LAB-22")
def test_potency_names_its_reference_standard() -> None:
    controls = [
        {"kind": "REFERENCE_STANDARD", "observed": "REF-EV-003, 100 %", "outcome": "pass"},
        {"kind": "NTC", "observed": "", "outcome": "pass"},
    ]
    tested = found(row(category="potency"), run=AssayRun(controls=controls), amount=Decimal("88"), rounded="88")
    assert wording.note(tested) == "Reference standard: REF-EV-003, 100 %"


@pytest.mark.req("LAB-10")
def test_a_value_below_loq_says_so() -> None:
    assert wording.note(found(kind="below_loq", loq=Decimal("0.050"), unit="EU/mL")) == f"Below LOQ 0.050{S}EU/mL"
