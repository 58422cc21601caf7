"""A criterion as the sheet and the certificate print it. Knows no Django."""

from collections.abc import Sequence
from decimal import Decimal

from evgmp.rules.reading import display_number

EXPECTED_WORDS = {"absent": "Not detected", "present": "Detected"}


def criterion_words(
    lower: Decimal | None, upper: Decimal | None, lower_inclusive: bool, upper_inclusive: bool, accepted: Sequence[str], expected: str
) -> str:
    """80–180, ≥ 40, < 0.500, the accepted terms or the expected state; empty without a criterion."""
    low = "" if lower is None else display_number(lower).replace("-", "−")
    high = "" if upper is None else display_number(upper).replace("-", "−")
    if low and high and lower_inclusive and upper_inclusive:
        return f"{low} to {high}" if "−" in low + high else f"{low}–{high}"
    parts = [f"{'≥' if lower_inclusive else '>'} {low}"] if low else []
    parts += [f"{'≤' if upper_inclusive else '<'} {high}"] if high else []
    if parts:
        return " and ".join(parts)
    return "; ".join(accepted) or EXPECTED_WORDS.get(expected, "")
