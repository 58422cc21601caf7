"""A value that a method computes: its inputs as typed, exact, by a formula of the BOOK and by nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evgmp.rules.calculation import BOOK, CalculationRefused
from evgmp.rules.reading import Reading, parse_number
from qc.domain.computed_value import choices, computed, computed_again, differs, input_defects, inputs_shown, shown, stored
from qc.domain.method_file import own_defects
from qc.domain.method_floor import asked_by, less_than_fixed
from tests.qc.domain.test_method_file import METHODS
from tests.qc.domain.test_method_floor import ROWS

RATIO = BOOK.latest("particles.particle_protein_ratio")
LYSED = next(method for method in METHODS if method.calculation)
ITS_ROW = next(row for row in ROWS if row.method_number == LYSED.number)


def measured(**texts: str) -> dict[str, Reading]:
    return {name: parse_number(text) for name, text in texts.items()}


WHOLE = measured(concentration="2.8E+10", protein="45.0")


def barred(kind: str, inputs: dict[str, Reading], value: Reading | None = None, replicates: tuple[Reading, ...] = ()) -> list[tuple[str, str]]:
    return [(one.key, one.field) for one in input_defects(RATIO, kind, value, replicates, inputs)]


@pytest.mark.req("LAB-05")
def test_the_value_is_exact_and_its_inputs_are_kept_as_typed() -> None:
    assert barred("number", WHOLE) == []
    found = computed(RATIO, WHOLE)
    assert found.amount == RATIO.compute(concentration=Decimal("2.8E+10"), protein=Decimal(45))
    assert found.text == "6.2222222… × 10⁸"
    kept = stored(RATIO, WHOLE)
    assert kept == [
        {"name": "concentration", "unit": "particles/mL", "text": "2.8E+10", "amount": "2.8E+10"},
        {"name": "protein", "unit": "ug/mL", "text": "45.0", "amount": "45.0"},
    ]
    assert inputs_shown(kept) == "Concentration 2.8E+10 particles/mL; protein 45.0 ug/mL"
    assert differs(RATIO, kept, found.amount) == ""
    assert computed_again(RATIO, kept) == found.text


@pytest.mark.parametrize(("amount", "text"), [("100", "100"), ("0", "0"), ("91.99999999999", "91.999999…"), ("64.4", "64.4"), ("1E+9", "1 × 10⁹")])
def test_a_computed_value_is_shown_as_far_as_it_is_read(amount: str, text: str) -> None:
    assert shown(Decimal(amount)) == text


@pytest.mark.req("LAB-05", negative=True)
def test_no_value_is_typed_none_is_computed_from_less_and_none_from_a_bound() -> None:
    assert barred("number", WHOLE, value=parse_number("6.2E+8")) == [("value_calculated", "input_concentration")]
    assert barred("number", {}, replicates=(parse_number("6.2E+8"),)) == [("value_calculated", "input_concentration")]
    assert barred("number", {}) == [("input_missing", "input_concentration"), ("input_missing", "input_protein")]
    assert barred("number", WHOLE | measured(protein="<5")) == [("input_bound", "input_protein")]
    assert barred("number", WHOLE | measured(volume="1")) == [("input_unknown", "")]
    assert barred("not_detected", WHOLE) == [("inputs_not_wanted", "input_concentration")]
    assert barred("not_detected", {}) == barred("invalid", measured(protein="45")) == []
    assert [one.key for one in input_defects(None, "number", None, (), WHOLE)] == ["inputs_not_wanted"]
    with pytest.raises(CalculationRefused, match="The protein concentration must be above zero"):
        computed(RATIO, WHOLE | measured(protein="0"))


@pytest.mark.req("LAB-05", negative=True)
def test_an_amount_that_is_not_that_of_its_inputs_is_told() -> None:
    kept = stored(RATIO, WHOLE)
    assert differs(RATIO, kept, Decimal("6.2E+8")) == "The value is not that of its measured values. Record it again."
    assert "needs protein (ug/mL)" in differs(RATIO, kept[:1], Decimal("6.2E+8"))
    assert "not in the book of calculations" in differs(None, kept, Decimal("6.2E+8"))
    assert computed_again(None, kept) == computed_again(RATIO, kept[:1]) == ""


@pytest.mark.req("LAB-02", negative=True)
def test_a_method_names_a_formula_that_a_test_can_be_computed_by() -> None:
    assert list(own_defects(LYSED)) == []
    assert LYSED.computed_from == "untreated (particles/mL), treated (particles/mL)"
    assert {"particles.lysed", "particles.particle_protein_ratio", "clearance.per_dose", "potency.inhibition"} <= set(choices())
    for key in ("particles.nothing", "replicates.mean", "statistics.cv", "filtration.tmp"):
        (sentence,) = own_defects(replace(LYSED, calculation=key))
        assert sentence.startswith(f"TM-047: The calculation “{key}” is none that a test can be computed by. Use one of: clearance.")
    both = replace(LYSED, combine="mean", replicates=2, cv_max=Decimal(10))
    assert [one for one in own_defects(both) if "nothing is combined" in one]


@pytest.mark.req("LAB-02", "LAB-08", negative=True)
def test_a_row_reports_what_its_method_computes_in_its_unit() -> None:
    row = asked_by(ITS_ROW)
    assert list(less_than_fixed(LYSED, row)) == []
    for changed, words in (
        (replace(row, unit="%"), "DS-PU-LYSIS is reported in “%”, and TM-047 v1.0 computes “% lysed”. Use the unit of the calculation, or another method."),
        (replace(row, numeric=False), "DS-PU-LYSIS reports no number, and TM-047 v1.0 computes one."),
        (replace(row, combine="mean"), "DS-PU-LYSIS combines several determinations, and TM-047 v1.0 computes one value."),
    ):
        (sentence,) = less_than_fixed(LYSED, changed)
        assert sentence.startswith(words)
    (lost,) = less_than_fixed(replace(LYSED, calculation="gone"), row)
    assert lost == "DS-PU-LYSIS is tested by TM-047 v1.0, which computes by “gone”. No test can be computed by it; name another method."
