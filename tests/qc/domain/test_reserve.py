"""The reserve of a finished lot: twice what all tests take, kept one year beyond its expiry, looked at every year, or the lot is not released
(21 CFR 211.170(b))."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from qc.domain.custody import Kept, custody_defects, keeps_until, look_due, reserve_defects
from qc.domain.specification_defects import defects
from qc.domain.specification_differences import differences
from qc.domain.specification_file import read_specification
from qc.selectors.specifications import shipped_text

EXPIRY = date(2027, 11, 27)
GOOD = Kept("SMP-2", Decimal(10), date(2028, 11, 27))
FIVE = Decimal(5)


@pytest.mark.req("LAB-27")
@pytest.mark.parametrize(("expiry", "until"), [(EXPIRY, date(2028, 11, 27)), (date(2028, 2, 29), date(2029, 2, 28))])
def test_kept_one_year_beyond_the_expiry(expiry: date, until: date) -> None:
    assert keeps_until(expiry) == until


@pytest.mark.req("LAB-27")
@pytest.mark.parametrize(
    "kept",
    [[GOOD], [replace(GOOD, units=Decimal(11))], [replace(GOOD, units=Decimal(4)), replace(GOOD, number="SMP-3", units=Decimal(6))]],
    ids=["twice the tests to the unit", "more", "in two samples"],
)
def test_a_stored_reserve_of_twice_what_all_tests_take_lets_the_lot_pass(kept: list[Kept]) -> None:
    assert reserve_defects("DP-1", expires_on=EXPIRY, kept=kept, units_for_tests=FIVE) == []


@pytest.mark.req("LAB-27")
def test_a_profile_that_exempts_asks_for_no_reserve() -> None:
    assert reserve_defects("DP-1", expires_on=EXPIRY, kept=[], exempt="One vial a lot, for one patient; agreed with the authority on 2026-03-02") == []


@pytest.mark.req("LAB-27", negative=True)
@pytest.mark.parametrize(
    ("expires_on", "kept", "units", "said"),
    [
        (EXPIRY, [], FIVE, "No unit is stored for retention"),
        (EXPIRY, [Kept("SMP-2", Decimal(10), date(2028, 11, 26))], FIVE, "SMP-2 is kept until 2028-11-26, which is too short"),
        (EXPIRY, [Kept("SMP-2", Decimal(10), date(2028, 11, 27), destroyed=True)], FIVE, "No unit is stored"),
        (EXPIRY, [Kept("SMP-2", Decimal(0), date(2028, 11, 27))], FIVE, "No unit is stored"),
        (EXPIRY, [replace(GOOD, units=Decimal(9))], FIVE, "a reserve of 9 units until 2028-11-27; 10 are kept, twice what all tests take"),
        (EXPIRY, [replace(GOOD, units=Decimal(9)), replace(GOOD, keep_until=date(2028, 1, 1))], FIVE, "a reserve of 9 units"),
        (EXPIRY, [replace(GOOD, units=Decimal(10))], Decimal("5.5"), "11 are kept"),
        (EXPIRY, [GOOD], None, "does not say how many units its tests take"),
        (None, [GOOD], FIVE, "has no expiry"),
    ],
    ids=["none", "too short", "destroyed", "not a unit", "one unit less", "the rest too short", "half units count", "nobody said how many", "no expiry"],
)
def test_without_a_reserve_the_lot_is_stopped(expires_on: date | None, kept: list[Kept], units: Decimal | None, said: str) -> None:
    (blocker,) = reserve_defects("DP-1", expires_on=expires_on, kept=kept, units_for_tests=units)
    assert blocker.key == "reserve_missing"
    assert said in blocker.message
    assert "DP-1 has " in blocker.message or blocker.message.startswith("The specification of DP-1 ")


@pytest.mark.req("LAB-27")
@pytest.mark.parametrize(
    ("stored", "looks", "until", "due"),
    [
        (date(2026, 12, 1), [], EXPIRY, None), (date(2026, 11, 27), [], EXPIRY, EXPIRY), (date(2024, 2, 29), [], EXPIRY, date(2025, 2, 28)),
        (date(2024, 3, 1), [date(2025, 2, 20)], EXPIRY, date(2026, 2, 20)), (date(2024, 3, 1), [date(2026, 6, 1), date(2025, 3, 1)], EXPIRY, date(2027, 6, 1)),
    ],
    ids=["its retention ends before", "on its last day", "leap day", "a year after the last look", "looks in any order"],
)  # fmt: skip
def test_the_yearly_look_is_due_a_year_after_the_last(stored: date, looks: list[date], until: date, due: date | None) -> None:
    assert look_due(stored, looks, until) == due


LOOK: dict[str, Any] = {
    "status": "received", "place": "FRZ-02", "destroyed": False, "away": False, "finding": "unchanged", "due": date(2027, 5, 1), "today": date(2027, 5, 1),
}  # fmt: skip


@pytest.mark.req("LAB-27")
def test_a_look_on_its_last_day_needs_no_word_more() -> None:
    assert custody_defects("inspected", **LOOK) == []
    assert custody_defects("inspected", **{**LOOK, "today": date(2027, 5, 2), "remark": "Nobody was there on the day."}) == []


@pytest.mark.req("LAB-27", negative=True)
@pytest.mark.parametrize(
    ("kind", "changed", "key"),
    [
        ("inspected", {"due": None}, "no_reserve"), ("inspected", {"away": True}, "no_reserve"), ("inspected", {"finding": ""}, "finding_missing"),
        ("inspected", {"finding": "fine"}, "finding_missing"), ("inspected", {"finding": "changed"}, "change_unexplained"),
        ("inspected", {"today": date(2027, 5, 2)}, "look_late"), ("stored", {}, "finding_not_wanted"), ("inspected", {"destroyed": True}, "sample_destroyed"),
    ],
)  # fmt: skip
def test_a_look_that_says_too_little_is_refused(kind: str, changed: dict[str, Any], key: str) -> None:
    assert [blocker.key for blocker in custody_defects(kind, **{**LOOK, **changed})] == [key]


@pytest.mark.req("LAB-27", negative=True)
def test_a_specification_of_a_finished_product_says_what_its_reserve_is() -> None:
    good = read_specification(shipped_text("spec_ev_dp"))
    exempt = replace(good, units_for_tests=None, reserve_exempt="One vial a lot")
    assert [defects(one) for one in (good, exempt)] == [[], []]
    assert [one.field for one in differences(good, exempt)] == ["units for tests", "reserve exempt"]
    for bad in (replace(good, units_for_tests=None), replace(good, reserve_exempt="One vial a lot")):
        (sentence,) = defects(bad)
        assert sentence.endswith("one of the two.")
    assert "more than 0" in defects(replace(good, units_for_tests=Decimal(0)))[0]
    other = read_specification(shipped_text("spec_ev_ds"))
    assert defects(replace(other, units_for_tests=FIVE)) == ["Only the EV drug product keeps a reserve. Remove units_for_tests and reserve_exempt."]
