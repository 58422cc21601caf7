"""A potency assay evaluated by the rule of its method: relative potency with its interval, or the reasons why there is none. Knows no Django.

Importing it loads the statistics library, which takes a second: only who evaluates imports it.
"""

from collections.abc import Sequence
from decimal import Decimal

from qc.domain.curve_fitting import AssayRefused
from qc.domain.potency_readings import REFERENCE, SAMPLE, DoseReading, PotencyRule, points_of
from qc.domain.relative_potency import RelativePotency, Suitability, four_parameter, parallel_line

# Each version of the evaluation of each model. A version rises when a potency could change, and old ones stay.
EVALUATIONS = {("parallel_line", 1): parallel_line, ("four_parameter", 1): four_parameter}


def evaluated(rule: PotencyRule, readings: Sequence[DoseReading]) -> RelativePotency:
    """The evaluation of complete readings. Points that the model can't be fitted to give no potency and say why; they are not refused (LAB-04)."""
    suitability = Suitability(rule.alpha, (rule.slope_low, rule.slope_high), rule.most_width, rule.least_r2)
    evaluate = EVALUATIONS.get((rule.model, rule.version))
    if evaluate is None:
        why = f"There is no version {rule.version} of the evaluation “{rule.model}”. Ask the administrator to run verify."
        return RelativePotency(rule.model, None, None, None, (why,), (), ((), ()))
    try:
        return evaluate(points_of(readings, REFERENCE), points_of(readings, SAMPLE), suitability)
    except AssayRefused as error:
        return RelativePotency(rule.model, None, None, None, (str(error),), (), ((), ()))


def as_texts(found: RelativePotency) -> dict[str, object]:
    """Everything of an evaluation but the potency and its limits, as plain texts to keep."""
    # Every third point draws the same line; the last one ends it.
    curves = [[[_plain(x), _plain(y)] for x, y in (*curve[:-1:3], *curve[-1:])] for curve in found.curves]
    return {
        "reasons": list(found.reasons), "figures": [[name, str(figure)] for name, figure in found.figures], "reference_curve": curves[0],
        "sample_curve": curves[1],
    }  # fmt: skip


def _plain(number: Decimal) -> str:
    return format(number, "f")
