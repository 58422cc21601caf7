"""A total that was copied from elsewhere is recomputed from its raw counts and never trusted.

A published passage table (Colter et al. 2000, Table 2) holds two totals that contradict its own counts tenfold.
"""

from decimal import Decimal

from evgmp.rules.reading import display_number, exact
from evgmp.rules.rounding import round_to_figures


def transcribed_total_agrees(computed: Decimal, printed: Decimal, tolerance: Decimal) -> bool:
    """Whether a transcribed total lies within `tolerance` of the computed one.

    Formula: |printed - computed| <= tolerance x |computed|
    Symbols: tolerance as a fraction (0.05 for 5 %), wide enough for the figures to which the total was printed.
    Raises TypeError for floats, ValueError for a negative tolerance.
    """
    for amount in (computed, printed):
        exact(amount, "A total")
    if exact(tolerance, "A tolerance") < 0:
        raise ValueError("A tolerance can't be negative.")
    return abs(printed - computed) <= tolerance * abs(computed)


def total_disagreement(computed: Decimal, printed: Decimal, tolerance: Decimal) -> str:
    """The sentence that shows both totals when they disagree; empty when they agree."""
    if transcribed_total_agrees(computed, printed, tolerance):
        return ""
    shown = display_number(round_to_figures(computed, 3))
    return (
        f"The transcribed total {display_number(printed)} does not agree with {shown}, computed from the counts. "
        "Check the counts and correct the total."
    )
