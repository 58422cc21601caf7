"""The individuals chart: its scale, the limits each lot was judged by, the version of the method, an OOS and what lies out of trend (LAB-20)."""

import re
from decimal import Decimal

import pytest

from evgmp.web.trend_chart import BOTTOM, LINE_HEIGHT, TOP, ChartPoint, is_logarithmic, scale_of, trend_svg


def points(*values: str, **each: object) -> list[ChartPoint]:
    return [ChartPoint(f"EV-2026-{number:03d}", Decimal(value), **each) for number, value in enumerate(values, start=1)]  # type: ignore[arg-type]


@pytest.mark.req("LAB-20")
@pytest.mark.parametrize(
    ("values", "is_log", "ticks"),
    [
        (("7.16", "7.21"), False, ["7.16", "7.17", "7.18", "7.19", "7.20", "7.21"]),
        (("5.77E+10", "6.71E+10"), False, ["5.8E+10", "6.0E+10", "6.2E+10", "6.4E+10", "6.6E+10", "6.8E+10"]),
        (("3E+6", "9E+9"), True, ["1E+7", "1E+8", "1E+9", "1E+10"]),
        (("0.05", "4.9"), False, ["0", "1", "2", "3", "4", "5"]),
        (("0", "5000"), False, ["0", "1E+3", "2E+3", "3E+3", "4E+3", "5E+3"]),
        (("-31", "-24"), False, ["-30", "-28", "-26", "-24"]),
        (("5", "5"), False, None),
        (("0", "0"), False, None),
    ],
)
def test_the_scale_holds_every_value_and_is_logarithmic_over_decades(values: tuple[str, ...], is_log: bool, ticks: list[str] | None) -> None:
    found = [Decimal(value) for value in values]
    scale = scale_of(found)
    assert scale.is_log is is_log
    assert all(TOP <= scale.y(value) <= BOTTOM for value in [*found, *scale.ticks()])
    if ticks is not None:
        assert scale.ticks() == [Decimal(tick) for tick in ticks]


@pytest.mark.req("LAB-20")
def test_the_limits_count_for_the_scale_and_zero_never_goes_on_a_logarithmic_one() -> None:
    far = points("9E+9", "7E+9", limits=(("≥ 1.0 × 10⁶", Decimal("1E+6")),))
    assert is_logarithmic(far, []) and ", logarithmic scale" in trend_svg(far, [], unit="particles/mL", label="")
    assert not is_logarithmic(far, [("-3 s", Decimal("-1E+9"))])
    assert not is_logarithmic([], [])


@pytest.mark.req("LAB-20")
def test_another_version_of_the_method_or_another_limit_is_shown_where_it_begins() -> None:
    old, new = {"limits": (("≤ 5", Decimal(5)),), "method": "TM-9 v1.0"}, {"limits": (("≤ 4", Decimal(4)),), "method": "TM-9 v2.0"}
    drawn = trend_svg([*points("1", "2", **old), *points("3", **new)], [], unit="EU/mL", label="x")
    assert drawn.count("is-method") == 1 and "from here TM-9 v2.0" in drawn and "TM-9 v1.0" not in drawn
    assert drawn.count("p-line is-spec") == 2 and "≤ 5" in drawn and "≤ 4" in drawn
    assert "is-method" not in trend_svg(points("1", "2", **old), [], unit="EU/mL", label="x")


@pytest.mark.req("LAB-20")
def test_oos_and_out_of_trend_change_the_shape_and_words_at_the_end_never_lie_over_each_other() -> None:
    lot = ChartPoint("EV-<1>", Decimal("9.9"), is_signal=True, is_oos=True)
    lines = [(words, Decimal("7.2") + Decimal(number) / 1000) for number, words in enumerate(("Mean", "+2 s", "+3 s"))]
    drawn = trend_svg([*points("7.2"), lot, ChartPoint("c", Decimal("7.3"), is_signal=True)], lines, unit="pH", label='"')
    assert "9.9 OOS" in drawn and "EV-&lt;1&gt;: 9.9" in drawn and "out of specification" in drawn and drawn.count("is-out") == 1
    heights = [Decimal(y) for y in re.findall(r'<text x="776" y="([0-9.]+)"', drawn)]
    assert len(heights) == 3 and all(low - high >= LINE_HEIGHT for low, high in zip(sorted(heights)[1:], sorted(heights)[:-1], strict=True))
    assert trend_svg([], [], unit="", label="") == ""
    assert "<circle" in trend_svg(points("7.2"), [], unit="", label="one lot")
