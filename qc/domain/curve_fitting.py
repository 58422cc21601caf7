"""Curve fitting for relative potency, at the one place where binary floats are met: scipy knows nothing else.

Points come in as exact Decimals and everything goes out as Decimals. The one crossing back is `reported`: SIGNIFICANT significant digits,
half even, far finer than any limit. Nothing is judged here: qc/domain/relative_potency.py decides, on what this module reports.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import numpy as np
from scipy import optimize, stats

SIGNIFICANT = 6
_REPORTED = Context(prec=SIGNIFICANT, rounding=ROUND_HALF_EVEN)
# Natural logarithm of a potency ratio beyond which no assay says anything: e^50.
_FARTHEST = 50

Points = Sequence[tuple[Decimal, Decimal]]
Curve = tuple[tuple[Decimal, Decimal], ...]


class AssayRefused(ValueError):
    """These points can't be evaluated. The message is a sentence for the person who measured them."""


@dataclass(frozen=True)
class Fitted:
    """What the fit found. potency, low, high: per cent of the reference with its 95 % limits, None where they don't exist.

    width: upper limit over lower. parallel_p: p of the F test for parallelism. slope_ratio: that of sample to reference with its 90 % limits,
    None for the 4PL or where it doesn't exist. depends_on_dose: whether the slope differs from zero. figures: what else is worth reading.
    """

    potency: Decimal | None
    low: Decimal | None
    high: Decimal | None
    width: Decimal | None
    r2: Decimal
    parallel_p: Decimal
    slope_ratio: tuple[Decimal, Decimal, Decimal] | None
    depends_on_dose: bool
    figures: tuple[tuple[str, Decimal], ...]
    curves: tuple[Curve, Curve]


def fit_parallel_lines(reference: Points, sample: Points) -> Fitted:
    """ln potency ratio = (intercept of the sample - that of the reference) / common slope, over ln dose; interval by Fieller's theorem."""
    x, y, is_sample = _arrays(reference, sample)
    design = np.column_stack([1 - is_sample, is_sample, x])
    coefficients, residual = _least_squares(design, y)
    separate = np.column_stack([1 - is_sample, is_sample, x * (1 - is_sample), x * is_sample])
    apart, residual_apart = _least_squares(separate, y)
    df, df_apart = len(y) - 3, len(y) - 4
    if df_apart < 1:
        raise AssayRefused("There are too few points to see whether the lines are parallel. Measure more doses or replicates.")
    scatter = _scatter(y)
    slope, r2 = coefficients[2], 1 - residual / scatter
    variance = residual / df
    inverse = _inverse(design)
    t = float(stats.t.ppf(0.975, df))
    difference = coefficients[1] - coefficients[0]
    contrast = np.array([-1.0, 1.0, 0.0])
    limits = _fieller(
        difference, slope, variance * contrast @ inverse @ contrast, variance * inverse[2, 2], variance * (contrast @ inverse)[2], t
    )
    parallel_p = _f_test(residual - residual_apart, 1, residual_apart, df_apart, scatter)
    ratio = _slope_ratio(separate, apart, residual_apart / df_apart, df_apart)
    curves = tuple(_curve(x[is_sample == k], lambda at, k=k: coefficients[k] + slope * at) for k in (0, 1))  # type: ignore[misc]
    found = (difference / slope, *limits) if limits else None
    return _fitted(found, r2, parallel_p, ratio, [("Common slope", slope)], curves)


def fit_four_parameters(reference: Points, sample: Points) -> Fitted:
    """y = lower + (upper - lower) / (1 + exp(-slope (x - c))), x = ln dose, all but c in common; ln potency ratio = c_reference - c_sample.

    Parallelism: F test of the model with all eight parameters free against the one with common asymptotes and slope.
    """
    x, y, is_sample = _arrays(reference, sample)
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
    scatter = _scatter(y)
    r2 = 1 - residual / scatter
    p, log_ratio = together.x, float(together.x[4])
    spread = math.sqrt(float(_inverse(together.jac)[4, 4]) * residual / df)
    t = float(stats.t.ppf(0.975, df))
    parallel_p = _f_test(residual - residual_apart, 3, residual_apart, df_apart, scatter)
    figures = [("Lower asymptote", p[0]), ("Upper asymptote", p[1]), ("Slope", p[2]), ("EC50 of the reference", math.exp(p[3]))]
    curves = tuple(_curve(x[is_sample == k], lambda at, k=k: logistic(p, at, log_ratio * k)) for k in (0, 1))  # type: ignore[misc]
    return _fitted((log_ratio, log_ratio - t * spread, log_ratio + t * spread), r2, parallel_p, None, figures, curves)


def reported(figure: float) -> Decimal:
    """A figure of the library as an exact Decimal of SIGNIFICANT significant digits, half even. Raises AssayRefused when it is no number."""
    if not math.isfinite(figure):
        raise AssayRefused("The fit gave no finite number. Check the doses and responses.")
    return _REPORTED.create_decimal(repr(float(figure)))


def _arrays(reference: Points, sample: Points) -> tuple[Any, Any, Any]:
    """ln dose, response and 1 for the sample. Raises AssayRefused for responses that a float can't tell apart."""
    both = [*reference, *sample]
    flags = np.array([0.0] * len(reference) + [1.0] * len(sample))
    y = np.array([float(response) for _, response in both])
    if y.min() == y.max():
        raise AssayRefused("Every response is the same: there is nothing to fit.")
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


def _slope_ratio(design: Any, apart: Any, variance: float, df: int) -> tuple[float, float, float] | None:
    inverse = _inverse(design) * variance
    limits = _fieller(apart[3], apart[2], inverse[3, 3], inverse[2, 2], inverse[2, 3], float(stats.t.ppf(0.95, df)))
    return (float(apart[3] / apart[2]), *limits) if limits else None


def _scatter(y: Any) -> float:
    """Sum of the squares of the responses about their mean."""
    return float(((y - y.mean()) ** 2).sum())


def _inverse(slopes: Any) -> Any:
    """Inverse of X'X. Raises AssayRefused where the points leave a parameter undetermined, exactly or within the digits of a float."""
    try:
        inverse = np.linalg.inv(slopes.T @ slopes)
    except np.linalg.LinAlgError:
        inverse = np.zeros((1, 1))
    if not (np.diag(inverse) > 0).all():
        raise AssayRefused("The curve is not determined by these points: an asymptote or the slope is missing. Measure more doses.")
    return inverse


def _f_test(gain: float, gained: int, residual: float, df: int, scatter: float) -> float:
    """p of the F test that the `gained` further parameters explain nothing. Points without noise leave a residual of rounding alone: what
    is nothing is told by the scatter, because responses may be counts or moles."""
    if residual <= 1e-20 * scatter:
        return 1.0 if gain <= 1e-12 * scatter else 0.0
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


def _fitted(
    logs: tuple[float, float, float] | None, r2: float, parallel_p: float, ratio: tuple[float, float, float] | None,
    figures: list[tuple[str, Any]], curves: Any,
) -> Fitted:  # fmt: skip
    """logs: natural logarithm of the potency ratio with its limits; None when the response does not depend on the dose."""
    far = logs is None or max(abs(one) for one in logs) > _FARTHEST
    potency, low, high = (None, None, None) if logs is None or far else (reported(100 * math.exp(one)) for one in logs)
    width = None if logs is None or far else reported(math.exp(logs[2] - logs[1]))
    slopes = None if ratio is None else (reported(ratio[0]), reported(ratio[1]), reported(ratio[2]))
    named = tuple((name, reported(float(figure))) for name, figure in figures)
    return Fitted(potency, low, high, width, reported(r2), reported(parallel_p), slopes, logs is not None, named, curves)
