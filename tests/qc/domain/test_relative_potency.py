"""Relative potency: exact curves give their ratio, noisy ones an interval that covers it, and no number without parallelism."""

import dataclasses
import math
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from scipy import optimize, stats

from qc.domain.curve_fitting import AssayRefused, Fitted, fit_four_parameters, fit_parallel_lines, reported
from qc.domain.relative_potency import Suitability, four_parameter, parallel_line

D = Decimal
DOSES = [D(2) ** n for n in range(8)]


def line(ratio: float, noise: Random | None = None, slope: float = 3.0, doses: list[Decimal] = DOSES) -> list[tuple[Decimal, Decimal]]:
    return [(d, D(f"{10 + slope * math.log(float(d) * ratio) + (noise.gauss(0, 0.3) if noise else 0):.6f}")) for d in doses for _ in range(3)]


def sigmoid(ratio: float, noise: Random | None = None, upper: float = 100.0) -> list[tuple[Decimal, Decimal]]:
    return [
        (d, D(f"{5 + (upper - 5) / (1 + (float(d) * ratio / 12) ** -1.4) + (noise.gauss(0, 1.5) if noise else 0):.6f}"))
        for d in DOSES
        for _ in range(3)
    ]


@pytest.mark.req("LAB-22")
@pytest.mark.parametrize("ratio", ["0.5", "0.8", "1", "1.37"])
def test_curves_without_noise_give_their_ratio(ratio: str) -> None:
    for found in (parallel_line(line(1), line(float(ratio))), four_parameter(sigmoid(1), sigmoid(float(ratio)))):
        assert found.reasons == ()
        assert isinstance(found.potency, Decimal)
        assert abs(found.potency - 100 * D(ratio)) < D("0.01"), found


@pytest.mark.req("LAB-22")
def test_the_line_agrees_with_an_independent_evaluation() -> None:
    dice = Random(7)
    reference, sample = line(1, dice), line(0.9, dice)
    found = parallel_line(reference, sample)
    # Sums of squares and products about the means, as the pharmacopoeia writes them.
    xs, ys = ([np.array([float(v[k]) for v in part]) for part in (reference, sample)] for k in (0, 1))
    xs = [np.log(x) for x in xs]
    sxx = sum(((x - x.mean()) ** 2).sum() for x in xs)
    b = sum(((x - x.mean()) * (y - y.mean())).sum() for x, y in zip(xs, ys, strict=True)) / sxx
    m = xs[0].mean() - xs[1].mean() - (ys[0].mean() - ys[1].mean()) / b
    df = sum(len(x) for x in xs) - 3
    s2 = sum(((y - y.mean() - b * (x - x.mean())) ** 2).sum() for x, y in zip(xs, ys, strict=True)) / df
    t = stats.t.ppf(0.975, df)
    c = b * b * sxx / (b * b * sxx - s2 * t * t)
    v = sxx * sum(1 / len(x) for x in xs)
    gap = xs[0].mean() - xs[1].mean()
    middle, half = c * m - (c - 1) * gap, math.sqrt((c - 1) * (c * (m - gap) ** 2 + v))
    assert found.potency == reported(100 * math.exp(m))
    assert found.low is not None
    assert found.high is not None
    assert float(found.low) == pytest.approx(100 * math.exp(middle - half), rel=1e-5)
    assert float(found.high) == pytest.approx(100 * math.exp(middle + half), rel=1e-5)


@pytest.mark.req("LAB-22")
def test_the_4pl_agrees_with_a_fit_in_other_parameters() -> None:
    dice = Random(11)
    reference, sample = sigmoid(1, dice), sigmoid(0.8, dice)
    found = four_parameter(reference, sample)
    both = [*reference, *sample]
    x = np.array([[float(d), k] for part, k in ((reference, 0), (sample, 1)) for d, _ in part])

    def model(at: np.ndarray, a: float, d: float, b: float, c: float, r: float) -> np.ndarray:
        return d + (a - d) / (1 + (at[:, 0] * np.where(at[:, 1] == 1, r, 1.0) / c) ** b)

    fitted, covariance = optimize.curve_fit(model, x, [float(v) for _, v in both], p0=[4, 95, 1.2, 10, 1], maxfev=20000)
    assert found.potency is not None
    assert float(found.potency) == pytest.approx(100 * fitted[4], rel=1e-4)
    spread = math.sqrt(covariance[4, 4]) / fitted[4] * stats.t.ppf(0.975, len(both) - 5)
    assert float(found.high or 0) == pytest.approx(100 * fitted[4] * math.exp(spread), rel=1e-3)


@pytest.mark.req("LAB-22")
def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    dice = Random(3)
    wide = Suitability(slope_ratio=(D("0.1"), D(10)), alpha=D("0.000001"), least_r2=D(0), most_width=D(1000))
    hits = 0
    for _ in range(200):
        found = parallel_line(line(1, dice), line(1, dice), wide)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 100 <= found.high
    assert 180 <= hits <= 198


@pytest.mark.req("LAB-22", negative=True)
def test_curves_that_are_not_parallel_have_no_potency() -> None:
    dice = Random(5)
    lines = parallel_line(line(1, dice), line(1, dice, slope=2.0))
    curves = four_parameter(sigmoid(1, dice), sigmoid(1, dice, upper=70))
    for found in (lines, curves):
        assert (found.potency, found.low, found.high) == (None, None, None)
        assert any("not parallel" in reason for reason in found.reasons), found.reasons


@pytest.mark.req("LAB-22", negative=True)
def test_scattered_points_and_a_wide_interval_have_no_potency() -> None:
    flat = [(d, D(f"{10 + Random(int(d)).gauss(0, 1):.4f}")) for d in DOSES]
    assert parallel_line(flat, flat).potency is None
    narrow = Suitability(most_width=D("1.0001"))
    assert any("too wide" in reason for reason in parallel_line(line(1, Random(2)), line(1, Random(4)), narrow).reasons)


@pytest.mark.req("LAB-22", negative=True)
@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ([(D(1), D(1)), (D(2), D(2))], "has 2 doses"),
        ([(D(0), D(1)), *line(1)], "not above zero"),
        ([(d, D(5)) for d in DOSES], "Every response is the same"),
    ],
)
def test_points_that_cannot_be_evaluated_are_refused(reference: list[tuple[Decimal, Decimal]], words: str) -> None:
    with pytest.raises(AssayRefused, match=words):
        parallel_line(reference, reference)
    with pytest.raises(TypeError):
        parallel_line([(1.0, D(1))] * 5, line(1))  # type: ignore[list-item]


@pytest.mark.req("LAB-22", negative=True)
def test_a_response_that_does_not_depend_on_the_dose_has_no_potency() -> None:
    flat = [(dose, D(y)) for dose, y in zip(DOSES, ("10.1", "9.9", "10.0", "10.2", "9.8", "10.1", "9.9", "10.0"), strict=True)]
    found = parallel_line(flat, flat)
    assert (found.potency, found.low, found.high) == (None, None, None)
    assert "The slope does not differ from zero: the response does not depend on the dose." in found.reasons


@pytest.mark.req("LAB-22", negative=True)
def test_points_that_leave_nothing_to_tell_a_model_by_are_refused() -> None:
    with pytest.raises(AssayRefused, match="too few points for two curves of four parameters"):
        four_parameter(sigmoid(1)[:12:3], sigmoid(1)[:12:3])
    with pytest.raises(AssayRefused, match="too few points to see whether the lines are parallel"):
        fit_parallel_lines(line(1)[:4:3], line(1)[:4:3])
    step = [(dose, D(0 if dose < 10 else 100)) for dose in DOSES for _ in range(3)]
    alike = [(D(f"1.{'0' * 20}{n}"), D(n)) for n in range(1, 7)]
    for evaluate, points in ((four_parameter, step), (parallel_line, alike)):
        with pytest.raises(AssayRefused, match="The curve is not determined by these points"):
            evaluate(points, points)
    with pytest.raises(AssayRefused, match="Every response is the same"):
        parallel_line([(dose, D(5)) for dose in DOSES], [(dose, D("5.00000000000000000001")) for dose in DOSES])


@pytest.mark.req("LAB-22", negative=True)
def test_a_fit_that_does_not_settle_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = optimize.least_squares
    monkeypatch.setattr(optimize, "least_squares", lambda *args, **given: settled(*args, **{**given, "max_nfev": 1}))
    with pytest.raises(AssayRefused, match=r"The fit did not settle. Check the doses and responses, or measure more doses."):
        four_parameter(sigmoid(1), sigmoid(0.8))


@pytest.mark.req("LAB-22")
@pytest.mark.parametrize("unit", ["1E-12", "1E+12"])
def test_the_unit_of_the_response_decides_nothing(unit: str) -> None:
    def told(points: list[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
        return [(dose, response * D(unit)) for dose, response in points]

    dice = Random(5)
    for evaluate, reference, same, other in (
        (parallel_line, line(1, dice), line(1, dice), line(1, dice, slope=2.0)),
        (four_parameter, sigmoid(1, dice), sigmoid(1, dice), sigmoid(1, dice, upper=70)),
    ):
        assert evaluate(told(reference), told(same)).potency == evaluate(reference, same).potency is not None
        assert evaluate(told(reference), told(other)).reasons == evaluate(reference, other).reasons != ()


@pytest.mark.req("LAB-22")
@pytest.mark.parametrize("unit", ["1E-12", "1", "1E+12"])
def test_lines_without_noise_are_parallel_for_sure_or_surely_not(unit: str) -> None:
    def exact_line(slope: float) -> list[tuple[Decimal, Decimal]]:
        return [(dose, D(2 + slope * math.log(dose)) * D(unit)) for dose in DOSES]

    for slope, p in ((3.0, D(1)), (2.0, D(0))):
        found = parallel_line(exact_line(3.0), exact_line(slope))
        assert dict(found.figures)["Parallelism, p of the F test"] == p
        assert (found.potency is None) == (p == 0)


def test_what_leaves_the_library_is_an_exact_number_of_six_digits() -> None:
    assert reported(98.76543210) == D("98.7654")
    assert reported(0.1 + 0.2) == D("0.3")
    with pytest.raises(AssayRefused):
        reported(math.nan)
    for _, figure in four_parameter(sigmoid(1), sigmoid(1)).figures:
        assert isinstance(figure, Decimal)


@pytest.mark.req("LAB-06", negative=True)
def test_no_float_crosses_the_boundary_of_the_fit() -> None:
    """Every value of every result of both fits, curves included."""

    def leaves(value: object) -> list[object]:
        if isinstance(value, tuple):
            return [leaf for inner in value for leaf in leaves(inner)]
        return [value]

    for fitted in (fit_parallel_lines(line(1), line(0.8)), fit_four_parameters(sigmoid(1), sigmoid(0.8))):
        assert isinstance(fitted, Fitted)
        found = {type(leaf) for field in dataclasses.fields(fitted) for leaf in leaves(getattr(fitted, field.name))}
        assert found <= {Decimal, str, bool, type(None)}


@pytest.mark.req("LAB-22", negative=True)
def test_suitability_is_decided_on_the_figure_that_is_reported() -> None:
    dice = Random(7)
    reference, sample = line(1, dice), line(0.9, dice)
    figures = dict(parallel_line(reference, sample).figures)
    at = (figures["Slope ratio, 90 % low"], figures["Slope ratio, 90 % high"])
    step = D("0.000001")
    assert parallel_line(reference, sample, Suitability(slope_ratio=at, least_r2=figures["R squared"])).reasons == ()
    assert len(parallel_line(reference, sample, Suitability(slope_ratio=(at[0] + step, at[1]))).reasons) == 1
    assert len(parallel_line(reference, sample, Suitability(slope_ratio=(at[0], at[1] - step))).reasons) == 1
    assert len(parallel_line(reference, sample, Suitability(slope_ratio=at, least_r2=figures["R squared"] + step)).reasons) == 1
