"""Numbers as typed: what is read exactly, what is refused, and with which sentence."""

from decimal import Decimal

import pytest

from evgmp.rules.reading import Reading, ResultKind, UnreadableNumber, display_number, exact, parse_number


@pytest.mark.req("REC-03", "LAB-06")
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.20", "1.20"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+91.8", "91.8"),
        ("0.00", "0.00"),
        ("007", "7"),
        ("2.8E+10", "2.8E+10"),
        ("2.8e10", "2.8E+10"),
        ("2.8x10^10", "2.8E+10"),
        ("2.8 x 10^10", "2.8E+10"),
        ("2.8 × 10¹⁰", "2.8E+10"),
        ("2.8\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10¹⁰", "2.8E+10"),
        ("2.8 · 10^-4", "2.8E-4"),
        ("2.8 × 10⁻⁴", "2.8E-4"),
        ("−2.8E−4", "-2.8E-4"),
        ("1E30", "1E+30"),
        ("1e-30", "1E-30"),
        ("1" * 31, "1" * 31),
        ("0." + "1" * 39, "0." + "1" * 39),
    ],
)
def test_a_number_is_read_digit_for_digit(text: str, amount: str) -> None:
    reading = parse_number(text)
    assert reading.text == text
    assert reading.amount is not None
    assert reading.amount.as_tuple() == Decimal(amount).as_tuple()
    assert (reading.qualifier, reading.kind) == ("", ResultKind.NUMBER)


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("text", "qualifier", "amount"),
    [
        ("< 0.05", "<", "0.05"),
        ("<0.05", "<", "0.05"),
        (">90", ">", "90"),
        ("≤ 5", "≤", "5"),
        ("<=5", "≤", "5"),
        (">= 95.0", "≥", "95.0"),
        ("≥2E+3", "≥", "2E+3"),
    ],
)
def test_a_bound_keeps_its_qualifier(text: str, qualifier: str, amount: str) -> None:
    reading = parse_number(text)
    assert (reading.text, reading.qualifier, reading.amount) == (text, qualifier, Decimal(amount))


@pytest.mark.req("REC-03")
def test_blanks_around_the_number_are_not_part_of_it() -> None:
    assert parse_number("  1.20\n") == parse_number("1.20")
    assert parse_number("1.20").text == "1.20"


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Nothing was entered. Write the number that was read."),
        (" \t\N{NO-BREAK SPACE}", "Nothing was entered. Write the number that was read."),
        ("1,234", "“1,234” can be read in two ways. Write 1234 or 1.234."),
        ("1,5", "“1,5” can be read in two ways. Write 15 or 1.5."),
        ("<1,5", "“<1,5” can be read in two ways. Write 15 or 1.5."),
        ("0,62", "“0,62” has a comma. Write it with a point: 0.62."),
        ("1,234.5", "“1,234.5” has a comma. Write the number without it, with a point before the decimals."),
        (".5", "“.5” has no digit on one side of the point. Write it like 0.5 or 5.0."),
        ("5.", "“5.” has no digit on one side of the point. Write it like 0.5 or 5.0."),
        ("5 bar", "Leave the unit out: “5 bar” is more than a number. Write 5 alone."),
        ("5bar", "Leave the unit out: “5bar” is more than a number. Write 5 alone."),
        ("95.5 %", "Leave the unit out: “95.5 %” is more than a number. Write 95.5 alone."),
        ("2.0 EU/mL", "Leave the unit out: “2.0 EU/mL” is more than a number. Write 2.0 alone."),
        ("2.8E+10 EU/mL", "Leave the unit out: “2.8E+10 EU/mL” is more than a number. Write 2.8E+10 alone."),
        ("20 °C", "Leave the unit out: “20 °C” is more than a number. Write 20 alone."),
        ("2.8 x 1010", "“2.8 x 1010” does not show its power of ten. Write it like 2.8E+10 or 2.8 x 10^10."),
        ("2.8 × 10", "“2.8 × 10” does not show its power of ten. Write it like 2.8E+10 or 2.8 x 10^10."),
        ("1e999", "“1e999” is too large or too small for a measured value. "
                  "Check the power of ten: it lies between -30 and 30."),
        ("1e-999", "“1e-999” is too large or too small for a measured value. "
                   "Check the power of ten: it lies between -30 and 30."),
        ("1" * 41, "This number has 41 digits. Write at most 40."),
        ("1" * 60, "This number has 60 digits. Write at most 40."),
        ("1" * 61, "This entry has 61 characters. Write one number of at most 60."),
        ("= 5", "“= 5” does not start like a number. Write it alone, or after <, ≤, > or ≥ if only a bound is known."),
        ("=< 5", "“=< 5” does not start like a number. Write it alone, or after <, ≤, > or ≥ if only a bound is known."),
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableNumber) as refusal:
        parse_number(text)
    assert refusal.value.sentence == str(refusal.value) == sentence


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    "text",
    [
        "abc", "NaN", "nan", "sNaN", "inf", "-Infinity", "not detected", "ND", "<", "> <5", "--5", "5-6", "5 6",
        "1_000", "1 000", "1'000", "0x1F", "1e", "1e5.5", "2.8E", "1.2.3", "5/6", "10^10", "١٢٣", "½", "²",
        "\N{FULLWIDTH DIGIT ONE}2", "🙂", "5🙂", "5 or 6", "5\N{ZERO WIDTH SPACE}",
        "\0", "5\x00", "–3", "2026-11-23", "12:30", "(5)", "5*", "e5", "1e5e5", "TNTC",
    ],
)  # fmt: skip
def test_words_and_tricks_are_no_numbers(text: str) -> None:
    with pytest.raises(UnreadableNumber):
        parse_number(text)


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize("text", ["1e31", "9.99E+31", "1e-31", "1E" + "9" * 50, "0E+99", "1" * 32, "0." + "0" * 31 + "1"])
def test_a_power_of_ten_beyond_every_quantity_is_refused(text: str) -> None:
    with pytest.raises(UnreadableNumber, match="too large or too small"):
        parse_number(text)


@pytest.mark.req("REC-03", negative=True)
def test_the_sentence_shows_only_a_short_and_printable_piece() -> None:
    with pytest.raises(UnreadableNumber) as refusal:
        parse_number("x\x1b\N{RIGHT-TO-LEFT OVERRIDE}" + "y" * 50)
    assert "“x??" + "y" * 26 + "…”" in refusal.value.sentence
    with pytest.raises(UnreadableNumber, match="“" + "z" * 30 + "”"):
        parse_number("z" * 30)


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("value", [1.5, 3, Decimal("1.5"), None, b"1.5"])
def test_only_typed_text_is_read(value: object) -> None:
    with pytest.raises(TypeError, match="read from typed text"):
        parse_number(value)  # type: ignore[arg-type]


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("value", [1.5, 3, True, "1.5", None])
def test_exact_refuses_everything_but_a_decimal(value: object) -> None:
    with pytest.raises(TypeError, match="must be a Decimal made from the typed text"):
        exact(value, "A number")


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_exact_refuses_what_is_not_finite(text: str) -> None:
    with pytest.raises(ValueError, match="must be a finite number"):
        exact(Decimal(text), "A number")


def test_a_calculated_amount_makes_a_reading_too() -> None:
    assert Reading.of(Decimal("1.20")) == Reading("1.20", Decimal("1.20"))
    assert Reading.of(Decimal("0.05"), "<") == Reading("< 0.05", Decimal("0.05"), "<")


@pytest.mark.req("LAB-10")
def test_the_states_of_a_result_are_six_and_different() -> None:
    assert [kind.value for kind in ResultKind] == [
        "not_tested", "invalid", "not_detected", "below_loq", "number", "term",
    ]  # fmt: skip
    assert Reading("Not detected", kind=ResultKind.NOT_DETECTED).amount is None


@pytest.mark.req("LAB-10", negative=True)
def test_a_reading_without_a_number_carries_no_amount() -> None:
    with pytest.raises(ValueError, match="no amount and no qualifier"):
        Reading("0", Decimal(0), kind=ResultKind.NOT_DETECTED)
    with pytest.raises(ValueError, match="no amount and no qualifier"):
        Reading("", None, "<", ResultKind.NOT_TESTED)
    with pytest.raises(TypeError):
        Reading("", None)
    with pytest.raises(TypeError):
        Reading("1.5", 1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="qualified by <, ≤, >, ≥"):
        Reading("1.5", Decimal("1.5"), "~")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1.20", "1.20"),
        ("-3", "-3"),
        ("2.8E+3", "2800"),
        ("0", "0"),
        ("-0.00", "0.00"),
        ("0E+9", "0"),
        ("999999", "999999"),
        ("999999.5", "999999.5"),
        ("0.0001", "0.0001"),
        ("0.00010", "0.00010"),
        ("1000000", "1 × 10⁶"),
        ("1500000", "1.5 × 10⁶"),
        ("214000000000", "2.14 × 10¹¹"),
        ("2.14E+11", "2.14 × 10¹¹"),
        ("2.80E+10", "2.80 × 10¹⁰"),
        ("-2.14E+11", "-2.14 × 10¹¹"),
        ("1234567.80", "1.23456780 × 10⁶"),
        ("0.000099", "9.9 × 10⁻⁵"),
        ("1E-12", "1 × 10⁻¹²"),
        ("1.0E-12", "1.0 × 10⁻¹²"),
    ],
)
def test_a_number_is_printed_with_real_superscripts(amount: str, shown: str) -> None:
    assert display_number(Decimal(amount)) == shown


@pytest.mark.req("LAB-06", negative=True)
def test_a_float_is_not_printed() -> None:
    with pytest.raises(TypeError):
        display_number(2.14e11)  # type: ignore[arg-type]
