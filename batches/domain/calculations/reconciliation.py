"""Counting up: containers and labels to the last one, volumes, what a split or a pool may lose or differ."""

from collections.abc import Sequence
from decimal import Decimal

from evgmp.rules.calculation import ANY_UNIT, LIST_OF, CalculationRefused, above_zero, calculation, not_negative


@calculation(
    "reconciliation.unaccounted",
    title="Not accounted for",
    unit=ANY_UNIT,
    inputs={"made": ANY_UNIT, "accounted": LIST_OF + ANY_UNIT},
    source="Reconciliation of containers and labels, 21 CFR 211.125 and 211.184",
)
def unaccounted(*, made: Decimal, accounted: Sequence[Decimal]) -> Decimal:
    """What was made, issued or filled and is not found again. Below zero: more was found than there can be.

    Formula: made - sum(x_i)
    Symbols: x_i each place where some of it went: stored, used, sampled, rejected, destroyed; all in one unit.
    Valid: all zero or more. A place where nothing went is recorded as zero, not left out.
    Worked: 120 vials less 84 + 2 + 24 + 9 + 1 + 0: 0. 333 filled less 268 + 5 + 40 + 20 + 0 + 0: 0.
    """
    not_negative(made, "quantity made")
    for part in accounted:
        not_negative(part, "quantity of each part")
    return made - sum(accounted, Decimal(0))


@calculation(
    "reconciliation.volume_balance",
    title="Volume balance",
    unit="%",
    inputs={"volumes_in": "list of mL", "volumes_out": "list of mL"},
    source="Conservation of volume over a filtration run",
)
def volume_balance(*, volumes_in: Sequence[Decimal], volumes_out: Sequence[Decimal]) -> Decimal:
    """Share of the volumes that went into a run and were found again.

    Formula: 100 x sum(V_out) / sum(V_in)
    Symbols: V_in feed, buffers and flush; V_out retentate, permeate, wash, flush and samples (mL).
    Valid: all zero or more, the sum of what went in above zero. A stream that was not collected is recorded as zero.
    Worked: 8 000 + 2 400 in, 380 + 9 900 + 60 out: 99.4 %.
    """
    for volume in (*volumes_in, *volumes_out):
        not_negative(volume, "volume of each stream")
    going_in = sum(volumes_in, Decimal(0))
    above_zero(going_in, "volume that went in")
    return 100 * sum(volumes_out, Decimal(0)) / going_in


@calculation(
    "reconciliation.split_loss",
    title="Loss of a split",
    unit="%",
    inputs={"parent": ANY_UNIT, "parts": LIST_OF + ANY_UNIT},
    source="Conservation of quantity on splitting",
)
def split_loss(*, parent: Decimal, parts: Sequence[Decimal]) -> Decimal:
    """Share of a lot that none of its sub-lots holds.

    Formula: 100 x (Q - sum(q_i)) / Q
    Symbols: Q quantity split, q_i quantity of each sub-lot, all in one unit.
    Valid: Q above zero, each q_i zero or more, together not more than Q.
    Worked: 380 mL into 200 + 170 mL: 2.6 %.
    """
    above_zero(parent, "quantity split")
    for part in parts:
        not_negative(part, "quantity of a sub-lot")
    found = sum(parts, Decimal(0))
    if found > parent:
        raise CalculationRefused("The sub-lots hold more than was split. Check the quantities.")
    return 100 * (parent - found) / parent


@calculation(
    "reconciliation.pool_agreement",
    title="Measured against computed",
    unit="%",
    inputs={"measured": ANY_UNIT, "computed": ANY_UNIT},
    source="Pooled count within 30 % of the sum of its parts: a published specification (PMC7667860, Table 2)",
)
def pool_agreement(*, measured: Decimal, computed: Decimal) -> Decimal:
    """How a measured value of a pool stands to the one computed from its parts.

    Formula: 100 x measured / computed
    Symbols: both of one quantity, in one unit.
    Valid: computed above zero, measured zero or more.
    Worked: 1.50E+10 measured, 1.67E+10 computed: 89.8 %.
    """
    not_negative(measured, "measured value")
    above_zero(computed, "computed value")
    return 100 * measured / computed
