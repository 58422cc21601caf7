"""An individuals chart as SVG: one value a lot in their order, with the mean and the lines one, two and three standard deviations out.

Pure and without styles, like the dose-response plot: the style sheet colours it by class. Only places on the drawing are rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from evgmp.web.components import value_text

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 84, 560, 24, 250
# Lots whose number is written below the axis; more would lie over each other.
MOST_NAMED = 6


@dataclass(frozen=True)
class ChartPoint:
    """A lot, its value, and whether it broke a rule."""

    name: str
    value: Decimal
    is_signal: bool = False


def trend_svg(points: Sequence[ChartPoint], lines: Sequence[tuple[str, Decimal]], *, unit: str, label: str) -> str:
    """points in their order; lines: (words, value) each; label: what a screen reader says. Nothing without a point."""
    if not points:
        return ""
    values = [point.value for point in points] + [value for _, value in lines]
    low, high = min(values), max(values)
    margin = (high - low) / 10 or abs(high) / 10 or Decimal(1)
    low, high = low - margin, high + margin

    def y(value: Decimal) -> Decimal:
        return (BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)).quantize(Decimal("0.1"))

    def x(number: int) -> Decimal:
        return (LEFT + 14 + Decimal(number) / max(len(points) - 1, 1) * (RIGHT - LEFT - 28)).quantize(Decimal("0.1"))

    parts = [f'<path class="p-axis" d="M{LEFT},{TOP} V{BOTTOM} H{RIGHT}" fill="none"/>', _text(4, 14, unit or "Number", "start")]
    for words, value in lines:
        kind = "is-mean" if words == "Mean" else "is-limit"
        parts.append(f'<path class="p-line {kind}" d="M{LEFT},{y(value)} H{RIGHT}" fill="none"/>')
        parts.append(_text(RIGHT + 5, y(value) + 4, words, "start"))
    extremes = dict.fromkeys(sorted(value for _, value in lines)[:: max(len(lines) - 1, 1)] if lines else [min(values), max(values)])
    parts += [_text(LEFT - 7, y(value) + 4, value_text(_short(value)), "end") for value in extremes]
    path = " ".join(f"{'L' if number else 'M'}{x(number)},{y(point.value)}" for number, point in enumerate(points))
    parts.append(f'<path class="p-curve is-smp" d="{path}" fill="none"/>')
    step = -(-len(points) // MOST_NAMED)
    for number, point in enumerate(points):
        place, height = x(number), y(point.value)
        if point.is_signal:
            parts.append(f'<path class="p-mark is-out" d="M{place},{height - 6} l6,6 l-6,6 l-6,-6z"><title>{escape(point.name)}: out of trend</title></path>')
        else:
            parts.append(f'<circle class="p-mark is-smp" cx="{place}" cy="{height}" r="3.6"><title>{escape(point.name)}</title></circle>')
        if (len(points) - 1 - number) % step == 0:
            parts.append(f'<path class="p-axis" d="M{place},{BOTTOM} v4" fill="none"/>')
            parts.append(_text(place, BOTTOM + 17 + (number // step) % 2 * 15, point.name, "middle"))
    return f'<svg class="ev-plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def _short(value: Decimal) -> Decimal:
    """Four figures are enough beside an axis."""
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 3)) if value else value


def _text(x: object, y: object, words: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
