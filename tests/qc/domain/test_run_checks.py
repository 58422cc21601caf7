"""What bars a run: instrument, method, reagents and standards, measure of the sample, modification without its record."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from batches.domain.equipment import UnitFacts
from qc.domain.method_file import MethodFile
from qc.domain.reagents import read_reagents
from qc.domain.run_checks import instrument_blockers, measure_blockers, method_blockers, modification_blockers, reagent_blockers
from qc.domain.standards import StandardFacts

AT = datetime(2026, 11, 1, tzinfo=UTC)
LATER, EARLIER = datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
METHOD = MethodFile("TM-025", "1.0", "Endotoxin", "", "EV", "", "VR-025", "validated", (), ("Kinetic LAL",), ("Standard endotoxin",))

REGISTER = {
    number: StandardFacts(number, kind, name, "RS-02", "qualified", date(2099, 12, 31), assigned)
    for number, kind, name, assigned in (
        ("STD-2026-0001", "reference_standard", "Standard endotoxin", "10 EU/mL"), ("STD-2026-0002", "control", "Standard endotoxin", ""),
        ("STD-2026-0003", "critical_reagent", "Kinetic LAL, 50 tests", ""),
    )
}  # fmt: skip


def unit(equipment_class: str = "analytical_instrument", *, stopped: str = "", calibration: datetime | None = LATER) -> UnitFacts:
    return UnitFacts("EQ-1", "Reader", equipment_class, stopped, {"calibration": calibration, "qualification": LATER})


def keys(blockers: list[Any]) -> list[str]:
    return [one.key for one in blockers]


@pytest.mark.req("LAB-03", "EXE-13")
def test_an_instrument_in_date_and_in_service_may_measure() -> None:
    assert instrument_blockers("EQ-1", unit(), at=AT) == []
    assert instrument_blockers("EQ-1", unit("cell_counter"), at=AT) == []


@pytest.mark.req("LAB-03", "EXE-13", negative=True)
@pytest.mark.parametrize(
    ("found", "key"),
    [
        (None, "unknown_instrument"), (unit("room_grade_c"), "not_an_instrument"), (unit(stopped="Lamp"), "out_of_service"),
        (unit(calibration=EARLIER), "calibration_overdue"), (unit(calibration=None), "calibration_overdue"), (unit(calibration=AT), "calibration_overdue"),
    ],
)  # fmt: skip
def test_any_other_instrument_is_refused(found: UnitFacts | None, key: str) -> None:
    (blocker,) = instrument_blockers("EQ-1", found, at=AT)
    assert (blocker.key, blocker.field) == (key, "instrument")


@pytest.mark.req("LAB-02", negative=True)
def test_only_a_fit_method_tests_for_release() -> None:
    from dataclasses import replace

    assert method_blockers(METHOD, METHOD.key, for_release=True) == []
    for status in ("draft", "expired", "retired"):
        assert keys(method_blockers(replace(METHOD, status=status), METHOD.key, for_release=True)) == ["method_unfit"]
        wanted = ["method_unfit"] if status == "retired" else []
        assert keys(method_blockers(replace(METHOD, status=status), METHOD.key, for_release=False)) == wanted
    assert keys(method_blockers(replace(METHOD, validation=""), METHOD.key, for_release=True)) == ["method_unfit"]
    assert keys(method_blockers(None, "TM-9 v1", for_release=False)) == ["unknown_method"]


@pytest.mark.req("LAB-03", "LAB-21", negative=True)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kinetic LAL, 50 tests; 24K118; 2099-03-31\nSTD-2026-0001", []),
        ("", ["reagent_missing"]),
        ("Kinetic LAL; 24K118; 2099-03-31", ["reagent_missing"]),
        ("Kinetic LAL; 24K118; 2099-03-31\nStandard endotoxin; RS-02; 2099-12-31; 10 EU/mL", ["standard_uncited"]),
        ("Kinetic LAL; 24K118; 2099-03-31\nSTD-2026-0002", ["value_unassigned"]),
        ("Kinetic LAL; 24K118; 2099-03-31\nSTD-2026-0001\nStandard endotoxin, old; RS-01; 2099-12-31", ["standard_uncited"]),
        ("LAL; 24K118; 2099-03-31\nSTD-2026-0001", ["reagent_missing"]),
    ],
)
def test_every_reagent_and_standard_of_the_method_has_its_line(text: str, expected: list[str]) -> None:
    used, unreadable = read_reagents(text, REGISTER)
    assert unreadable == []
    assert keys(reagent_blockers(METHOD, used)) == expected


@pytest.mark.req("LAB-03", negative=True)
def test_all_that_is_missing_is_one_sentence() -> None:
    (told,) = reagent_blockers(METHOD, [])
    assert "“Kinetic LAL" in told.message
    assert "“Standard endotoxin" in told.message


@pytest.mark.req("LAB-21", negative=True)
@pytest.mark.parametrize("item", ["Kinetic LAL", "kinetic  lal, 50 tests"])
def test_a_reagent_whose_item_stands_in_the_register_is_cited_by_its_number(item: str) -> None:
    free, _ = read_reagents("Kinetic LAL, 20 tests; 24K118; 2099-03-31\nSTD-2026-0001\nWater; 1; 2099-03-31", REGISTER)
    assert keys(reagent_blockers(METHOD, free, ["Another thing"])) == []
    assert keys(reagent_blockers(METHOD, free, [item])) == ["standard_uncited"]
    assert keys(reagent_blockers(METHOD, free, ["WATER"])) == ["standard_uncited"]
    cited, _ = read_reagents("STD-2026-0003\nSTD-2026-0001", REGISTER)
    assert keys(reagent_blockers(METHOD, cited, [item])) == []


@pytest.mark.req("LAB-03", negative=True)
@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("100 µL", []), ("2.0 mL of 1:10", []), ("", ["measure_missing"]), ("100", ["measure_unreadable"]), ("some µL", ["measure_unreadable"]),
        ("0 µL", ["measure_unreadable"]), ("<5 µL", ["measure_unreadable"]), ("-1 mg", ["measure_unreadable"]), ("1 " + "x" * 90, ["measure_unreadable"]),
    ],
)  # fmt: skip
def test_the_measure_of_the_sample_is_a_number_with_its_unit(measure: str, expected: list[str]) -> None:
    assert keys(measure_blockers(measure)) == expected


@pytest.mark.req("LAB-02", negative=True)
def test_a_modified_run_has_all_of_its_record() -> None:
    assert modification_blockers("", "", "") == []
    assert modification_blockers("1:20", "Inhibition", "VR-025") == []
    missing = modification_blockers("1:20", " ", "")
    assert [one.field for one in missing] == ["modification_why", "modification_data"]
    assert [one.field for one in modification_blockers("", "", "VR-025")] == ["modification", "modification_why"]
