"""Relative potency of a sample against a reference standard: parallel lines and the four-parameter logistic (4PL).

Models as in USP <1032>, <1034> and Ph. Eur. 5.3.2. The fit is qc/domain/curve_fitting.py; here its figures are held against what the
method demands, as the exact Decimals that are reported: what is printed is what decided. The specification then rounds the potency once
more, by its own rule, when it is judged.

A pair of curves that is not parallel has no relative potency: then there is no number, only the reason (LAB-22).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from evgmp.rules.reading import exact
from qc.domain.curve_fitting import AssayRefused, Curve, Fitted, Points, fit_four_parameters, fit_parallel_lines

FEWEST_DOSES = {"parallel_line": 3, "four_parameter": 4}


@dataclass(frozen=True)
class Suitability:
    """What the method demands. alpha: level of the F tests. slope_ratio: lowest and highest, for its 90 % interval (parallel lines).

    most_width: the highest ratio of upper to lower 95 % limit. least_r2: of the whole fit.
    """

    alpha: Decimal = Decimal("0.05")
    slope_ratio: tuple[Decimal, Decimal] = (Decimal("0.80"), Decimal("1.25"))
    most_width: Decimal = Decimal(4)
    least_r2: Decimal = Decimal("0.95")


@dataclass(frozen=True)
class RelativePotency:
    """The evaluation. potency, low, high: per cent of the reference with its 95 % interval, None when `reasons` bars a number.

    figures: everything else worth reading, name and Decimal. curves: the fitted curve of reference and sample, for the plot.
    """

    model: str
    potency: Decimal | None
    low: Decimal | None
    high: Decimal | None
    reasons: tuple[str, ...]
    figures: tuple[tuple[str, Decimal], ...]
    curves: tuple[Curve, Curve]


def parallel_line(reference: Points, sample: Points, suitability: Suitability | None = None) -> RelativePotency:
    """By straight lines over ln dose. Not parallel: the 90 % interval of the ratio of slopes leaves what the method allows."""
    rules = suitability or Suitability()
    _measured(reference, sample, "parallel_line")
    fitted = fit_parallel_lines(reference, sample)
    low, high = rules.slope_ratio
    reasons = []
    if fitted.slope_ratio is None or not low <= fitted.slope_ratio[1] <= fitted.slope_ratio[2] <= high:
        reasons.append(f"The lines are not parallel: the 90 % interval of the slope ratio leaves {low} to {high}.")
    if not fitted.depends_on_dose:
        reasons.append("The slope does not differ from zero: the response does not depend on the dose.")
    return _decided("parallel_line", fitted, rules, reasons)


def four_parameter(reference: Points, sample: Points, suitability: Suitability | None = None) -> RelativePotency:
    """By 4PL curves over ln dose. Not parallel: the F test against curves with parameters of their own is significant."""
    rules = suitability or Suitability()
    _measured(reference, sample, "four_parameter")
    fitted = fit_four_parameters(reference, sample)
    reasons = []
    if fitted.parallel_p < rules.alpha:
        reasons.append(f"The curves are not parallel: p = {fitted.parallel_p}, below {rules.alpha}.")
    return _decided("four_parameter", fitted, rules, reasons)


def _decided(model: str, fitted: Fitted, rules: Suitability, reasons: list[str]) -> RelativePotency:
    if fitted.r2 < rules.least_r2:
        reasons.append(f"The points lie too far from the model: R squared is {fitted.r2}, below {rules.least_r2}.")
    if not reasons and (fitted.width is None or fitted.width > rules.most_width):
        reasons.append(f"The 95 % interval is too wide: its upper limit is more than {rules.most_width} times its lower.")
    found = (None, None, None) if reasons else (fitted.potency, fitted.low, fitted.high)
    return RelativePotency(model, *found, tuple(reasons), tuple(_figures(fitted)), fitted.curves)


def _figures(fitted: Fitted) -> Iterator[tuple[str, Decimal]]:
    yield from fitted.figures
    yield "R squared", fitted.r2
    yield "Parallelism, p of the F test", fitted.parallel_p
    if fitted.slope_ratio is not None:
        yield from zip(("Slope ratio, sample to reference", "Slope ratio, 90 % low", "Slope ratio, 90 % high"), fitted.slope_ratio, strict=True)


def _measured(reference: Points, sample: Points, model: str) -> None:
    """Raises AssayRefused when the points can't carry this model, TypeError when a number is not exact."""
    for name, points in (("reference", reference), ("sample", sample)):
        doses = {exact(dose, "A dose") for dose, _ in points}
        if any(dose <= 0 for dose in doses):
            raise AssayRefused(f"A dose of the {name} is not above zero. A blank is no dose: leave it out.")
        if len(doses) < FEWEST_DOSES[model]:
            raise AssayRefused(f"The {name} has {len(doses)} doses; this model needs {FEWEST_DOSES[model]} at least.")
    for _, response in [*reference, *sample]:
        exact(response, "A response")
