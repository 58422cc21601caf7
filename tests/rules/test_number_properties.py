"""Laws of numbers that hold for every input, checked against oracles that share no code with the rules."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evgmp.rules.limits import Limits, Verdict
from evgmp.rules.reading import Reading, ResultKind, UnreadableNumber, display_number, parse_number
from evgmp.rules.rounding import ROUNDING, round_for_limit, round_to_figures, round_to_place
from evgmp.rules.verdict import RowResult, RowRule, judge_row, passes

RAISED = dict(zip("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True))

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=6)
positive = st.decimals(min_value=Decimal("0.000001"), max_value=10**9, places=6)
small_steps = st.integers(min_value=-40, max_value=40).map(lambda tenths: Decimal(tenths).scaleb(-1))
exclusive_or_not = st.booleans()


def half_up(amount: Decimal, place: int) -> Fraction:
    """Half away from zero, in whole multiples of 10^place: integer arithmetic only."""
    unit = Fraction(10) ** place
    size = floor(abs(Fraction(amount)) / unit + Fraction(1, 2)) * unit
    return size if amount >= 0 else -size


@pytest.mark.req("REC-03", "LAB-06")
@given(
    sign=st.sampled_from(["", "-", "−", "+"]),
    whole=st.integers(min_value=0, max_value=10**12),
    decimals=st.text("0123456789", max_size=8),
    power=st.one_of(st.none(), st.integers(min_value=-9, max_value=9)),
    notation=st.sampled_from(["e{}", "E{}", " x 10^{}", "×10^{}", " × 10{}"]),
    qualifier=st.sampled_from(["", "<", "> ", "≤", "≥ "]),
)
def test_what_is_typed_is_what_is_kept(sign: str, whole: int, decimals: str, power: int | None, notation: str, qualifier: str) -> None:
    exponent = str(power)
    if notation == " × 10{}":
        exponent = "".join(RAISED[character] for character in exponent) if power is not None else ""
    mantissa = f"{whole}.{decimals}" if decimals else str(whole)
    text = qualifier + sign + mantissa + (notation.format(exponent) if power is not None else "")
    expected = Fraction(int(f"{whole}{decimals}"), 10 ** len(decimals)) * Fraction(10) ** (power or 0)
    reading = parse_number(text)
    assert reading.text == text
    assert reading.qualifier == qualifier.strip()
    assert reading.amount is not None
    assert Fraction(reading.amount) == (-expected if sign in ("-", "−") else expected)
    assert len(reading.amount.as_tuple().digits) <= len(mantissa)


@pytest.mark.req("REC-03", negative=True)
@given(st.one_of(st.text(max_size=70), st.text("0123456789.,eE+-−<> x×10^⁰¹²⁻%", max_size=20)))
def test_any_text_is_one_number_or_refused_with_a_sentence(text: str) -> None:
    try:
        reading = parse_number(text)
    except UnreadableNumber as refusal:
        assert refusal.sentence.endswith(".")
        assert refusal.sentence.isprintable()
        assert len(refusal.sentence) < 200
    else:
        assert reading.amount is not None
        assert reading.amount.is_finite()
        assert reading.amount.is_zero() or -30 <= reading.amount.adjusted() <= 30
        assert reading.kind is ResultKind.NUMBER


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1E+25"), max_value=Decimal("1E+25"), places=3))
def test_what_is_printed_is_read_back_as_the_same_number(amount: Decimal) -> None:
    assert parse_number(display_number(amount)).amount == amount


@pytest.mark.req("LAB-07")
@given(amount=amounts, place=st.integers(min_value=-8, max_value=8))
def test_rounding_to_a_place_agrees_with_whole_number_arithmetic(amount: Decimal, place: int) -> None:
    assert Fraction(round_to_place(amount, place)) == half_up(amount, place)


@pytest.mark.req("LAB-08")
@given(amount=positive, figures=st.integers(min_value=1, max_value=8))
def test_rounding_to_figures_agrees_with_whole_number_arithmetic(amount: Decimal, figures: int) -> None:
    leading = next(power for power in range(12, -8, -1) if Fraction(amount) >= Fraction(10) ** power)
    rounded = round_to_figures(amount, figures)
    assert Fraction(rounded) == half_up(amount, leading - figures + 1)
    assert len(rounded.as_tuple().digits) == figures
    assert round_to_figures(rounded, figures) == rounded


@pytest.mark.req("LAB-07", "LAB-08")
@given(first=amounts, second=amounts, limit=positive, rule=st.sampled_from(["usp_7_20", "none"]))
def test_rounding_keeps_the_order_of_values_and_leaves_the_limit(first: Decimal, second: Decimal, limit: Decimal, rule: str) -> None:
    low, high = sorted([first, second])
    assert round_for_limit(low, rule, limit) <= round_for_limit(high, rule, limit)
    for every_rule in ROUNDING:
        assert round_for_limit(limit, every_rule, limit) == limit


@pytest.mark.req("LAB-09")
@given(
    amount=small_steps, lower=st.one_of(st.none(), small_steps), upper=st.one_of(st.none(), small_steps),
    lower_in=exclusive_or_not, upper_in=exclusive_or_not,
)  # fmt: skip
def test_a_verdict_agrees_with_the_plain_comparison(
    amount: Decimal, lower: Decimal | None, upper: Decimal | None, lower_in: bool, upper_in: bool
) -> None:
    value = Fraction(amount)
    try:
        limits = Limits(lower, upper, lower_in, upper_in)
    except ValueError:
        assert lower is not None
        assert upper is not None
        assert Fraction(lower) > Fraction(upper) or (lower == upper and not (lower_in and upper_in))
        return
    high_enough = lower is None or value > Fraction(lower) or (lower_in and value == Fraction(lower))
    low_enough = upper is None or value < Fraction(upper) or (upper_in and value == Fraction(upper))
    expected = Verdict.CONFORMS if high_enough and low_enough else Verdict.DOES_NOT_CONFORM
    if lower is None and upper is None:
        expected = Verdict.NO_VERDICT
    assert limits.judge(Reading.of(amount)).verdict is expected


@pytest.mark.req("LAB-10")
@given(
    bound=small_steps, qualifier=st.sampled_from(["<", "≤", ">", "≥"]), lower=st.one_of(st.none(), small_steps),
    upper=st.one_of(st.none(), small_steps), lower_in=exclusive_or_not, upper_in=exclusive_or_not,
)  # fmt: skip
def test_a_bound_says_only_what_all_its_values_say(
    bound: Decimal, qualifier: str, lower: Decimal | None, upper: Decimal | None, lower_in: bool, upper_in: bool
) -> None:
    if lower is not None and upper is not None and lower >= upper:
        lower, upper = None, lower
    limits = Limits(lower, upper, lower_in, upper_in)
    verdict = limits.judge(Reading.of(bound, qualifier)).verdict
    # Values that the bound allows, close by and far away, in steps finer than any limit here.
    direction = -1 if qualifier in ("<", "≤") else 1
    first = 0 if qualifier in ("≤", "≥") else 1
    allowed = [bound + direction * step * Decimal("0.01") for step in (first, *range(1, 900, 3), 10**6)]
    possible = {limits.judge(Reading.of(value)).verdict for value in allowed}
    assert verdict is (possible.pop() if len(possible) == 1 else Verdict.NO_VERDICT)


@pytest.mark.req("LAB-24", "LAB-11", negative=True)
@given(
    kind=st.sampled_from(ResultKind), amount=st.one_of(st.none(), positive), unit=st.sampled_from(["EU/mL", "EU", ""]),
    qualifier=st.sampled_from(["", "<", "≤", ">", "≥"]), lod=st.one_of(st.none(), positive), loq=st.one_of(st.none(), positive),
    lod_unit=st.sampled_from(["EU/mL", ""]), run_valid=st.sampled_from([True, False, None]),
    control=st.sampled_from(["pass", "fail", "missing", None]), reviewed=st.booleans(),
    term=st.sampled_from(["", "none"]),
)  # fmt: skip
def test_only_a_complete_valid_and_reviewed_result_passes(
    kind: ResultKind, amount: Decimal | None, unit: str, qualifier: str, lod: Decimal | None, loq: Decimal | None,
    lod_unit: str, run_valid: bool | None, control: str | None, reviewed: bool, term: str,
) -> None:  # fmt: skip
    row = RowRule("numeric", unit="EU/mL", upper=Decimal(1000), controls_required=("spike",))
    outcomes = {} if control is None else {"spike": control}
    result = RowResult(kind, qualifier, amount, term, unit, lod, lod_unit, loq, run_valid, "", outcomes)
    shown = {
        ResultKind.NUMBER: amount if unit == "EU/mL" and qualifier not in (">", "≥") else None,
        ResultKind.BELOW_LOQ: loq if unit == "EU/mL" else None,
        ResultKind.NOT_DETECTED: lod if lod_unit == "EU/mL" else None,
    }.get(kind)
    complete = run_valid is True and control == "pass" and reviewed
    assert passes(judge_row(row, result), reviewed=reviewed) is (complete and shown is not None and shown <= 1000)
