"""Reagents are read line by line from their labels; an expired one is refused."""

from datetime import date

import pytest

from qc.domain.reagents import MOST, expired, numbers_in, read_reagents
from qc.domain.standards import StandardFacts


@pytest.mark.req("LAB-03", "LAB-21")
def test_lines_become_reagents_with_lot_expiry_and_assigned_value() -> None:
    found, wrong = read_reagents("Kinetic LAL; 24K118; 2027-03-31\n\n EV standard ;RS-02; 2026-12-31; 1.00 (100 %) \n", {})
    assert wrong == []
    assert found == [
        {"name": "Kinetic LAL", "lot": "24K118", "expires_on": "2027-03-31", "assigned_value": ""},
        {"name": "EV standard", "lot": "RS-02", "expires_on": "2026-12-31", "assigned_value": "1.00 (100 %)"},
    ]
    assert read_reagents("  \n", {}) == ([], [])


@pytest.mark.req("LAB-03", negative=True)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("LAL", "reagent_unreadable"), ("LAL; 1", "reagent_unreadable"), ("; 1; 2027-03-31", "reagent_unreadable"),
        ("a; b; 2027-03-31; c; d", "reagent_unreadable"), ("a" * 121 + "; b; 2027-03-31", "reagent_unreadable"),
        ("a; b; 31.03.2027", "reagent_expiry"), ("a; b; 2027-02-30", "reagent_expiry"), ("a; b; 20270331", "reagent_expiry"),
        ("a; b; 2027-03-31\na; b; 2027-03-31", "reagent_twice"), ("a; b; 2027-03-31\n" * (MOST + 1), "reagents_too_many"),
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_refused_with_what_to_write(text: str, key: str) -> None:
    _, wrong = read_reagents(text, {})
    assert key in {one.key for one in wrong}
    assert all(one.message.endswith(".") and one.field == "reagents" for one in wrong)


@pytest.mark.req("LAB-03", "LAB-21", negative=True)
def test_the_last_day_is_in_date_and_the_next_is_not() -> None:
    found, _ = read_reagents("LAL; 1; 2027-03-31", {})
    assert expired(found, date(2027, 3, 31)) == []
    (blocker,) = expired(found, date(2027, 4, 1))
    assert blocker.message.startswith("LAL, lot 1, expired on 2027-03-31, before the run of 2027-04-01.")
    assert expired([{"name": "LAL", "lot": "1", "expires_on": ""}], date(2020, 1, 1))


@pytest.mark.req("LAB-21")
def test_a_lot_of_the_register_is_cited_by_its_number_and_told_from_the_register() -> None:
    entry = StandardFacts("STD-2026-0001", "reference_standard", "EV standard", "RS-02", "qualified", date(2027, 12, 31), "98 %")
    text = "LAL; 1; 2027-03-31\n std-2026-0001 "
    assert numbers_in(text) == ["STD-2026-0001"]
    found, wrong = read_reagents(text, {"STD-2026-0001": entry})
    assert wrong == []
    assert found[1] == {"name": "EV standard", "lot": "RS-02", "expires_on": "2027-12-31", "assigned_value": "98 %", "register": "STD-2026-0001"}


@pytest.mark.req("LAB-21", negative=True)
def test_a_number_that_the_register_does_not_have_is_refused() -> None:
    found, wrong = read_reagents("STD-2026-0099", {})
    assert (found, [one.key for one in wrong]) == ([], ["standard_unknown"])
