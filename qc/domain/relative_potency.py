"""Relative potency of a sample against a reference standard: parallel lines and the four-parameter logistic (4PL).

Models as in USP <1032>, <1034> and Ph. Eur. 5.3.2. Doses and responses come in and results go out as exact Decimals; in between scipy
works with binary floats. The one crossing back is `reported`: every figure is rounded to SIGNIFICANT significant digits, half even, far
finer than any limit; the specification then rounds it once more, by its own rule, when it is judged. Nothing else leaves as a float.

A pair of curves that is not parallel has no relative potency: then there is no number, only the reason (LAB-22).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import numpy as np
from scipy import optimize, stats

from evgmp.rules.reading import exact

SIGNIFICANT = 6
_REPORTED = Context(prec=SIGNIFICANT, rounding=ROUND_HALF_EVEN)
FEWEST_DOSES = {"parallel_line": 3, "four_parameter": 4}

Points = Sequence[tuple[Decimal, Decimal]]


class AssayRefused(ValueError):
    """These points can't be evaluated. The message is a sentence for the person who measured them."""


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
    curves: tuple[tuple[tuple[Decimal, Decimal], ...], ...]


def parallel_line(reference: Points, sample: Points, suitability: Suitability | None = None) -> RelativePotency:
    """ln potency ratio = (intercept of the sample - that of the reference) / common slope, over ln dose; interval by Fieller's theorem."""
    rules = suitability or Suitability()
    x, y, is_sample = _arrays(reference, sample, "parallel_line")
    design = np.column_stack([1 - is_sample, is_sample, x])
    coefficients, residual = _least_squares(design, y)
    separate = np.column_stack([1 - is_sample, is_sample, x * (1 - is_sample), x * is_sample])
    apart, residual_apart = _least_squares(separate, y)
    df, df_apart = len(y) - 3, len(y) - 4
    if df_apart < 1:
        raise AssayRefused("There are too few points to see whether the lines are parallel. Measure more doses or replicates.")
    slope, r2 = coefficients[2], 1 - residual / float(((y - y.mean()) ** 2).sum())
    variance = residual / df
    inverse = np.linalg.inv(design.T @ design)
    t = float(stats.t.ppf(0.975, df))
    difference = coefficients[1] - coefficients[0]
    contrast = np.array([-1.0, 1.0, 0.0])
    limits = _fieller(
        difference, slope, variance * contrast @ inverse @ contrast, variance * inverse[2, 2], variance * (contrast @ inverse)[2], t
    )
    parallel_p = _f_test(residual - residual_apart, 1, residual_apart, df_apart)
    ratio = _slope_ratio(separate, apart, residual_apart / df_apart, df_apart)
    figures = [("Common slope", slope), ("R squared", r2), ("Parallelism, p of the F test", parallel_p)]
    figures += [("Slope ratio, sample to reference", ratio[0]), ("Slope ratio, 90 % low", ratio[1]), ("Slope ratio, 90 % high", ratio[2])]
    reasons = []
    low_ratio, high_ratio = rules.slope_ratio
    if not (float(low_ratio) <= ratio[1] and ratio[2] <= float(high_ratio)):
        reasons.append(f"The lines are not parallel: the 90 % interval of the slope ratio leaves {low_ratio} to {high_ratio}.")
    if limits is None:
        reasons.append("The slope does not differ from zero: the response does not depend on the dose.")
        limits = (math.nan, math.nan)
    curves = tuple(_curve(x[is_sample == k], lambda at, k=k: coefficients[k] + slope * at) for k in (0, 1))  # type: ignore[misc]
    return _result("parallel_line", difference / slope if slope else math.nan, *limits, r2, rules, reasons, figures, curves)


def four_parameter(reference: Points, sample: Points, suitability: Suitability | None = None) -> RelativePotency:
    """y = lower + (upper - lower) / (1 + exp(-slope (x - c))), x = ln dose, all but c in common; ln potency ratio = c_reference - c_sample.

    Parallelism: F test of the model with all eight parameters free against the one with common asymptotes and slope.
    """
    rules = suitability or Suitability()
    x, y, is_sample = _arrays(reference, sample, "four_parameter")
    if len(y) - 8 < 1:
        raise AssayRefused("There are too few points for two curves of four parameters. Measure more doses or replicates.")

    def logistic(p: Any, at: Any, shift: Any = 0.0) -> Any:
        return p[0] + (p[1] - p[0]) / (1 + np.exp(np.clip(-p[2] * (at - p[3] + shift), -500, 500)))

    start = _start(x, y)
    together = _fit(lambda p: logistic(p, x, p[4] * is_sample) - y, [*start, 0.0])
    first, second = is_sample == 0, is_sample == 1
    residual = float(2 * together.cost)
    residual_apart = sum(float(2 * _fit(lambda p, m=mask: logistic(p, x[m]) - y[m], start).cost) for mask in (first, second))  # type: ignore[misc]
    df, df_apart = len(y) - 5, len(y) - 8
    r2 = 1 - residual / float(((y - y.mean()) ** 2).sum())
    p, log_ratio = together.x, float(together.x[4])
    try:
        spread = math.sqrt(float(np.linalg.inv(together.jac.T @ together.jac)[4, 4]) * residual / df)
    except (np.linalg.LinAlgError, ValueError) as error:
        raise AssayRefused("The curve is not determined by these points: an asymptote or the slope is missing. Measure more doses.") from error
    t = float(stats.t.ppf(0.975, df))
    parallel_p = _f_test(residual - residual_apart, 3, residual_apart, df_apart)
    reasons = []
    if parallel_p < float(rules.alpha):
        reasons.append(f"The curves are not parallel: p = {reported(parallel_p)}, below {rules.alpha}.")
    figures = [("Lower asymptote", p[0]), ("Upper asymptote", p[1]), ("Slope", p[2]), ("EC50 of the reference", math.exp(p[3]))]
    figures += [("R squared", r2), ("Parallelism, p of the F test", parallel_p)]
    curves = tuple(_curve(x[is_sample == k], lambda at, k=k: logistic(p, at, log_ratio * k)) for k in (0, 1))  # type: ignore[misc]
    return _result("four_parameter", log_ratio, log_ratio - t * spread, log_ratio + t * spread, r2, rules, reasons, figures, curves)


def reported(figure: float) -> Decimal:
    """A figure of the library as an exact Decimal of SIGNIFICANT significant digits, half even. Raises AssayRefused when it is no number."""
    if not math.isfinite(figure):
        raise AssayRefused("The fit gave no finite number. Check the doses and responses.")
    return _REPORTED.create_decimal(repr(float(figure)))


def _arrays(reference: Points, sample: Points, model: str) -> tuple[Any, Any, Any]:
    for name, points in (("reference", reference), ("sample", sample)):
        doses = {exact(dose, "A dose") for dose, _ in points}
        for _, response in points:
            exact(response, "A response")
        if any(dose <= 0 for dose in doses):
            raise AssayRefused(f"A dose of the {name} is not above zero. A blank is no dose: leave it out.")
        if len(doses) < FEWEST_DOSES[model]:
            raise AssayRefused(f"The {name} has {len(doses)} doses; this model needs {FEWEST_DOSES[model]} at least.")
    both = [*reference, *sample]
    y = np.array([float(response) for _, response in both])
    if float(np.ptp(y)) == 0:
        raise AssayRefused("Every response is the same: there is nothing to fit.")
    flags = np.array([0.0] * len(reference) + [1.0] * len(sample))
    return np.array([math.log(dose) for dose, _ in both]), y, flags


def _least_squares(design: Any, y: Any) -> tuple[Any, float]:
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    return coefficients, float(((y - design @ coefficients) ** 2).sum())


def _fieller(a: float, b: float, var_a: float, var_b: float, cov: float, t: float) -> tuple[float, float] | None:
    """Confidence limits of a / b; None when b does not differ from zero at this level."""
    g = t * t * var_b / (b * b) if b else math.inf
    if g >= 1:
        return None
    ratio = a / b
    middle = ratio - g * cov / var_b if var_b else ratio
    root = var_a - 2 * ratio * cov + ratio * ratio * var_b - g * (var_a - cov * cov / var_b if var_b else var_a)
    half = t / abs(b) * math.sqrt(max(root, 0.0))
    return (middle - half) / (1 - g), (middle + half) / (1 - g)


def _slope_ratio(design: Any, apart: Any, variance: float, df: int) -> tuple[float, float, float]:
    inverse = np.linalg.inv(design.T @ design) * variance
    limits = _fieller(apart[3], apart[2], inverse[3, 3], inverse[2, 2], inverse[2, 3], float(stats.t.ppf(0.95, df)))
    ratio = float(apart[3] / apart[2]) if apart[2] else math.inf
    low, high = limits if limits else (-1e9, 1e9)
    return (ratio if math.isfinite(ratio) else 1e9), low, high


def _f_test(gain: float, gained: int, residual: float, df: int) -> float:
    """p of the F test that the `gained` further parameters explain nothing."""
    if residual <= 1e-20:
        return 1.0 if gain <= 1e-12 else 0.0
    return float(stats.f.sf(max(gain, 0.0) / gained / (residual / df), gained, df))


def _start(x: Any, y: Any) -> list[float]:
    rising = float(np.corrcoef(x, y)[0, 1]) >= 0
    return [float(y.min()), float(y.max()), 1.0 if rising else -1.0, float(np.median(x))]


def _fit(residuals: Callable[[Any], Any], start: list[float]) -> Any:
    fit = optimize.least_squares(residuals, start, method="lm", x_scale="jac", max_nfev=5000)
    if not fit.success:
        raise AssayRefused("The fit did not settle. Check the doses and responses, or measure more doses.")
    return fit


def _curve(x: Any, model: Callable[[Any], Any]) -> tuple[tuple[Decimal, Decimal], ...]:
    steps = np.linspace(float(x.min()), float(x.max()), 60)
    return tuple((reported(math.exp(at)), reported(float(model(at)))) for at in steps)


def _result(
    model: str, log_ratio: float, low: float, high: float, r2: float, rules: Suitability, reasons: list[str],
    figures: list[tuple[str, Any]], curves: tuple[tuple[tuple[Decimal, Decimal], ...], ...],
) -> RelativePotency:  # fmt: skip
    if r2 < float(rules.least_r2):
        reasons.append(f"The points lie too far from the model: R squared is {reported(r2)}, below {rules.least_r2}.")
    if not reasons and math.exp(high - low) > float(rules.most_width):
        reasons.append(f"The 95 % interval is too wide: its upper limit is more than {rules.most_width} times its lower.")
    barred = bool(reasons)
    found = [None if barred else reported(100 * math.exp(figure)) for figure in (log_ratio, low, high)]
    return RelativePotency(model, found[0], found[1], found[2], tuple(reasons), tuple((n, reported(float(f))) for n, f in figures), curves)
