"""The book of calculations: exact inputs or a sentence, versions that stay callable."""

import decimal
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from evgmp.rules.calculation import (
    Book,
    Calculation,
    CalculationRefused,
    UnknownCalculation,
    above_zero,
    calculation,
    not_negative,
)


def make_book() -> Book:
    book = Book()

    @calculation("mix.share", title="Share", unit="%", inputs={"part_a": "mL", "whole": "mL"}, source="Test", book=book)
    def share(*, part_a: Decimal, whole: Decimal) -> Decimal:
        """Formula: 100 x a / w"""
        return 100 * part_a / whole

    @calculation(
        "mix.share",
        version=2,
        title="Share",
        unit="%",
        inputs={"part_a": "mL", "whole": "mL"},
        source="Test",
        book=book,
    )
    def share_of_three(*, part_a: Decimal, whole: Decimal) -> Decimal:
        return 300 * part_a / whole

    @calculation("mix.sum", title="Sum", unit="mL", inputs={"volumes": "list of mL"}, source="Test", book=book)
    def total(*, volumes: Sequence[Decimal]) -> Decimal:
        return sum(volumes, Decimal(0))

    assert share(part_a=Decimal(1), whole=Decimal(4)) == 25
    return book


def share() -> Calculation:
    return make_book().get("mix.share", 1)


@pytest.mark.req("LAB-05")
def test_every_version_stays_callable() -> None:
    book = make_book()
    inputs = {"part_a": Decimal(1), "whole": Decimal(4)}
    assert book.get("mix.share", 1).compute(**inputs) == 25
    assert book.get("mix.share", 2).compute(**inputs) == 75
    assert book.latest("mix.share").version == 2
    assert book.keys() == ["mix.share", "mix.sum"]
    assert (len(book), len(list(book))) == (3, 3)
    assert "mix.share" in book
    assert "mix.sqrt" not in book


@pytest.mark.req("LAB-05", negative=True)
def test_what_is_not_in_the_book_is_refused_by_name() -> None:
    book = make_book()
    with pytest.raises(UnknownCalculation, match="no version 3 of the calculation"):
        book.get("mix.share", 3)
    with pytest.raises(UnknownCalculation) as refusal:
        book.latest("mix.sqrt")
    assert refusal.value.sentence == "The book holds no calculation “mix.sqrt”. Use one of: mix.share, mix.sum."


@pytest.mark.req("LAB-05", negative=True)
def test_a_page_is_written_once() -> None:
    book = make_book()
    with pytest.raises(ValueError, match="version 2 already"):
        book.add(book.latest("mix.share"))


@pytest.mark.req("LAB-05", negative=True)
def test_a_formula_must_take_the_inputs_it_declares() -> None:
    enter = calculation("x.y", title="X", unit="", inputs={"a": "mL"}, source="Test", book=Book())

    def other_name(*, b: Decimal) -> Decimal:
        return b

    def by_position(a: Decimal) -> Decimal:
        return a

    for formula in (other_name, by_position):
        with pytest.raises(TypeError, match="must take exactly these keywords: a"):
            enter(formula)


@pytest.mark.req("LAB-06")
def test_sums_are_exact_where_binary_fractions_are_not() -> None:
    tenths = make_book().latest("mix.sum").compute(volumes=[Decimal("0.1"), Decimal("0.2")])
    assert tenths == Decimal("0.3")


@pytest.mark.req("LAB-06")
def test_nothing_is_rounded_between_steps() -> None:
    book = make_book()
    thirds = [book.get("mix.share", 1).compute(part_a=Decimal(1), whole=Decimal(3)) for _ in range(3)]
    chained = book.latest("mix.sum").compute(volumes=thirds)
    assert abs(Fraction(chained) - Fraction(100)) < Fraction(1, 10**12)
    assert len(thirds[0].as_tuple().digits) == 34


@pytest.mark.req("LAB-06")
def test_the_surrounding_context_changes_no_result() -> None:
    with decimal.localcontext(decimal.Context(prec=3)):
        result = share().compute(part_a=Decimal(1), whole=Decimal(3))
    assert result == share().compute(part_a=Decimal(1), whole=Decimal(3))


@pytest.mark.req("LAB-05", "LAB-06", negative=True)
@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"part_a": Decimal(1)}, "Share needs whole (mL). Record it first."),
        ({}, "Share needs part a (mL), whole (mL). Record it first."),
        ({"part_a": None, "whole": Decimal(4)}, "Share needs part a (mL). Record it first."),
        ({"part_a": 1.0, "whole": Decimal(4)}, "Share: part a must be an exact decimal number."),
        ({"part_a": 1, "whole": Decimal(4)}, "Share: part a must be an exact decimal number."),
        ({"part_a": "1", "whole": Decimal(4)}, "Share: part a must be an exact decimal number."),
        ({"part_a": Decimal("NaN"), "whole": Decimal(4)}, "Share: part a must be an exact decimal number."),
        ({"part_a": Decimal("Infinity"), "whole": Decimal(4)}, "Share: part a must be an exact decimal number."),
        ({"part_a": [Decimal(1)], "whole": Decimal(4)}, "Share: part a must be an exact decimal number."),
        ({"part_a": Decimal(1), "hole": Decimal(4)}, "Share does not use hole. It uses part_a, whole."),
        ({"part_a": Decimal(1), "whole": Decimal(0)}, "Share has no result for these values. Check them."),
        ({"part_a": Decimal(0), "whole": Decimal(0)}, "Share has no result for these values. Check them."),
        (
            {"part_a": Decimal("1E+30"), "whole": Decimal("1E-30")},
            "Share gives 1.00E+62, which no quantity reaches. Check the values.",
        ),
    ],
)
def test_inputs_that_give_no_result_are_refused_with_a_sentence(inputs: dict[str, object], sentence: str) -> None:
    with pytest.raises(CalculationRefused) as refusal:
        share().compute(**inputs)
    assert refusal.value.sentence == str(refusal.value) == sentence


@pytest.mark.req("LAB-05", negative=True)
@pytest.mark.parametrize(
    ("volumes", "sentence"),
    [
        ([], "Sum needs at least one value of volumes. Record it first."),
        (None, "Sum needs volumes (list of mL). Record it first."),
        (Decimal(1), "Sum: volumes must be a list of values."),
        ("12", "Sum: volumes must be a list of values."),
        ([Decimal(1), None], "Sum needs volumes 2. Record it first."),
        ([Decimal(1), 2.0], "Sum: volumes 2 must be an exact decimal number."),
    ],
)
def test_a_list_needs_values_and_each_of_them_exact(volumes: object, sentence: str) -> None:
    with pytest.raises(CalculationRefused) as refusal:
        make_book().latest("mix.sum").compute(volumes=volumes)
    assert refusal.value.sentence == sentence


@pytest.mark.req("LAB-06", negative=True)
def test_a_formula_that_leaks_a_float_is_stopped() -> None:
    book = Book()

    @calculation("x.leak", title="Leak", unit="", inputs={"a": "mL"}, source="Test", book=book)
    def leak(*, a: Decimal) -> Decimal:
        return float(a)  # type: ignore[return-value]

    with pytest.raises(TypeError, match="must return a Decimal, not float"):
        book.latest("x.leak").compute(a=Decimal(1))


def test_zero_and_the_largest_and_smallest_quantities_are_results() -> None:
    assert share().compute(part_a=Decimal(0), whole=Decimal(4)) == 0
    assert share().compute(part_a=Decimal("1E+28"), whole=Decimal(1)) == Decimal("1E+30")
    assert share().compute(part_a=Decimal("1E-30"), whole=Decimal(100)) == Decimal("1E-30")


def test_a_calculation_explains_itself() -> None:
    assert share().explanation == "Formula: 100 x a / w"
    assert make_book().latest("mix.share").explanation == ""
    assert make_book().latest("mix.sum").takes_list("volumes")
    assert not share().takes_list("whole")


@pytest.mark.req("LAB-05", negative=True)
def test_the_two_guards_of_formulas() -> None:
    above_zero(Decimal("0.1"), "volume")
    not_negative(Decimal(0), "volume")
    with pytest.raises(CalculationRefused, match="The volume must be above zero"):
        above_zero(Decimal(0), "volume")
    with pytest.raises(CalculationRefused, match="The volume can't be negative"):
        not_negative(Decimal("-0.1"), "volume")
