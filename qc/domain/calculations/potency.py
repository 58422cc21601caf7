"""Functional tests: inhibition of T cells, expression against a reference."""

from decimal import Decimal

from evgmp.rules.calculation import CalculationRefused, calculation, not_negative


@calculation(
    "potency.inhibition",
    title="Inhibition",
    unit="%",
    inputs={"test": "%", "unstimulated": "%", "stimulated": "%"},
    source="Definition; share of divided T cells with the sample, without stimulus, with stimulus alone",
)
def inhibition(*, test: Decimal, unstimulated: Decimal, stimulated: Decimal) -> Decimal:
    """How far the sample keeps stimulated T cells from dividing.

    Formula: I = 100 x (1 - (T - U) / (S - U))
    Symbols: T divided cells with sample and stimulus, U without stimulus, S with stimulus alone (%).
    Valid: each between 0 and 100 %, S above U. A sample that makes cells divide more has a negative inhibition.
    Worked: 24 % with the sample, 3 % unstimulated, 62 % stimulated: 64.4 %.
    """
    for amount, what in ((test, "test"), (unstimulated, "unstimulated control"), (stimulated, "stimulated control")):
        not_negative(amount, f"share of divided cells of the {what}")
        if amount > 100:
            raise CalculationRefused(f"The share of divided cells of the {what} is above 100 %. Check the value.")
    if stimulated <= unstimulated:
        raise CalculationRefused("The stimulus did not make the cells divide, so there is nothing to inhibit. The run is invalid.")
    return 100 * (1 - (test - unstimulated) / (stimulated - unstimulated))


@calculation(
    "potency.relative_expression",
    title="Expression against the reference",
    unit="%",
    inputs={"delta_ct_sample": "cycles", "delta_ct_reference": "cycles"},
    source="Comparative threshold cycles at an efficiency of 2; ddCt of 7.643 and more published as limit (PMC8427225, Table 1)",
)
def relative_expression(*, delta_ct_sample: Decimal, delta_ct_reference: Decimal) -> Decimal:
    """Expression of a gene in the sample against a reference, such as the iPSC it was made from.

    Formula: E = 100 x 2^-(dCt_sample - dCt_reference)
    Symbols: dCt threshold cycle of the gene less that of the housekeeping gene, of each sample (cycles).
    Valid: differences of at most 60 cycles; both reactions double at each cycle. A gene without a cycle has no dCt: it is
    not detected.
    Worked: ddCt 7.643: 0.50 %.
    """
    difference = delta_ct_sample - delta_ct_reference
    if abs(difference) > 60:
        raise CalculationRefused("The expressions differ by more than 60 cycles, which no instrument reads. Check both values.")
    return 100 * Decimal(2) ** -difference
