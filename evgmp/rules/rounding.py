"""Named rounding rules. A specification names one; a value is rounded once, at judgement or on paper, never before.

Sources: USP General Notices 7.20 (half up, to the decimal places of the limit expression; limits are fixed and never
rounded); Ph. Eur. General Notices 1.4 (half up, to the significant figures of the limit). Half up means away from zero
when the rejected part is exactly one half.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType

from evgmp.rules.reading import exact, is_written_as_power

# Wide enough for every digit between the largest amount and the finest place, so that rounding itself never fails.
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class RoundingRule:
    """`sentence` is what paper says about the rule; `round` takes amount, limit and the limit's last place."""

    key: str
    sentence: str
    round: Callable[[Decimal, Decimal, int], Decimal]


def round_to_place(amount: Decimal, place: int) -> Decimal:
    """`amount` rounded half up to the digit of 10^place: -1 keeps one decimal, 2 keeps whole hundreds."""
    return exact(amount, "A number to round").quantize(Decimal((0, (1,), place)), context=_WIDE)


def round_to_figures(amount: Decimal, figures: int) -> Decimal:
    """`amount` rounded half up to that many significant figures; zero is left as it is."""
    if figures < 1:
        raise ValueError(f"A number has at least one significant figure, not {figures}.")
    if exact(amount, "A number to round").is_zero():
        return amount
    rounded = round_to_place(amount, amount.adjusted() - figures + 1)
    # 99.96 to three figures is 100, not 100.0: the number grew by one digit.
    return round_to_place(rounded, rounded.adjusted() - figures + 1)


def last_place(limit: Decimal, decimals: int | None = None) -> int:
    """The power of ten of the last digit that counts in `limit`, as its specification writes it.

    Without `decimals` this is the last digit of the limit's own text (98.0: -1; 1.0E+10: 9).
    `decimals` counts the digits after the point; in a limit written with a power of ten, those of its mantissa at the
    limit's own exponent (1.0E+8 with 2 decimals: 6). A limit counts as written with a power of ten when its text had
    one, when it is below 0.0001, or when it is a million or more and `decimals` is not 0: a database returns 1.0E+8 as
    100000000, and tenths of a particle among millions mean nothing. The place is never coarser than the limit's own
    digits, because limits are exact.
    """
    _, _, exponent = exact(limit, "A limit").as_tuple()
    own = int(exponent)
    if decimals is None:
        return own
    if decimals < 0:
        raise ValueError(f"The number of decimals can't be negative ({decimals}).")
    if own > 0 or (is_written_as_power(limit) and (limit.adjusted() < 0 or decimals > 0)):
        if own == 0:
            own = int(limit.normalize(_WIDE).as_tuple().exponent)
        return min(limit.adjusted() - decimals, own)
    return min(-decimals, own)


def one_figure_of_a_power(limit: Decimal, decimals: int | None = None) -> bool:
    """Whether only the leading digit of a large limit would be looked at: against 1 × 10⁶ half of it would be rounded up to the limit."""
    return not limit.is_zero() and limit.adjusted() > 0 and last_place(limit, decimals) >= limit.adjusted()


def round_for_limit(amount: Decimal, rule: str, limit: Decimal, decimals: int | None = None) -> Decimal:
    """`amount` rounded by the named rule for comparison with `limit`. Raises ValueError for a rule that doesn't exist.

    Worked: usp_7_20 turns 97.95 into 98.0 for a limit of 98.0, 101.55 into 101.6 for 101.5, 0.00035 into 0.0004 for
    0.0003; ph_eur_significant turns 139.5 into 140 for a limit of 140 (three figures).
    """
    if rule not in ROUNDING:
        raise ValueError(f"There is no rounding rule “{rule}”. Use one of: {', '.join(ROUNDING)}.")
    return ROUNDING[rule].round(exact(amount, "A number to round"), limit, last_place(limit, decimals))


def _unrounded(amount: Decimal, limit: Decimal, place: int) -> Decimal:
    return amount


def _to_decimals_of_limit(amount: Decimal, limit: Decimal, place: int) -> Decimal:
    return round_to_place(amount, place)


def _to_figures_of_limit(amount: Decimal, limit: Decimal, place: int) -> Decimal:
    # Zero has no significant figures: a limit of 0.00 lends its decimals instead.
    if limit.is_zero() or amount.is_zero():
        return round_to_place(amount, place)
    return round_to_figures(amount, limit.adjusted() - place + 1)


ROUNDING: Mapping[str, RoundingRule] = MappingProxyType(
    {
        rule.key: rule
        for rule in (
            RoundingRule("none", "Not rounded before comparison with the limit.", _unrounded),
            RoundingRule(
                "usp_7_20",
                "Rounded once, half up, to the decimals of the limit (USP General Notices 7.20).",
                _to_decimals_of_limit,
            ),
            RoundingRule(
                "ph_eur_significant",
                "Rounded once, half up, to the significant figures of the limit (Ph. Eur. General Notices 1.4).",
                _to_figures_of_limit,
            ),
        )
    }
)
