"""An individuals chart as SVG: one value a lot in their order, with the limits it was judged by, the mean and the lines of standard deviations.

Values that spread over two decades or more are drawn on a logarithmic scale, and the chart says so. A dotted line stands where the
version of the method changed. Pure and without styles: the style sheet colours it by class. Only places on the drawing are rounded.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from html import escape

from evgmp.web.components import value_text

WIDTH, HEIGHT = 880, 340
LEFT, RIGHT, TOP, BOTTOM = 84, 770, 44, 300
# Lots whose number is written below the axis; more would lie over each other.
MOST_NAMED = 6
# From so many times the smallest value on, a linear scale would press the small ones onto the axis.
DECADES = 100
LINE_HEIGHT = 14


@dataclass(frozen=True)
class ChartPoint:
    """A lot, its value, the limits it was judged by (words and value each), the version of its method, whether it broke a rule or is OOS."""

    name: str
    value: Decimal
    is_signal: bool = False
    is_oos: bool = False
    limits: tuple[tuple[str, Decimal], ...] = ()
    method: str = ""


@dataclass(frozen=True)
class Scale:
    """From a number to its height on the drawing."""

    low: Decimal
    high: Decimal
    is_log: bool = False

    def y(self, number: Decimal) -> Decimal:
        with localcontext(prec=28):
            place = number.log10() if self.is_log else number
            return (BOTTOM - (place - self.low) / (self.high - self.low) * (BOTTOM - TOP)).quantize(Decimal("0.1"))

    def ticks(self) -> list[Decimal]:
        """Round numbers between the ends: powers of ten on a logarithmic scale, else steps of 1, 2 or 5."""
        if self.is_log:
            powers = range(int(self.low.to_integral_value(ROUND_CEILING)), int(self.high.to_integral_value(ROUND_FLOOR)) + 1)
            return [Decimal(1).scaleb(power) for power in powers][:: -(-len(powers) // 8)]
        with localcontext(prec=28):
            rough = (self.high - self.low) / 6
            ten = Decimal(1).scaleb(rough.adjusted())
            step = next(ten * times for times in (1, 2, 5, 10) if ten * times >= rough)
            first, last = (int((self.low / step).to_integral_value(ROUND_CEILING)), int((self.high / step).to_integral_value(ROUND_FLOOR)))
            return [step * number for number in range(first, last + 1)]


def scale_of(values: Sequence[Decimal]) -> Scale:
    """A scale that holds all values with a margin; logarithmic when all are above 0 and spread over two decades or more."""
    with localcontext(prec=28):
        low, high = min(values), max(values)
        is_log = low > 0 and high / low >= DECADES
        if is_log:
            low, high = low.log10(), high.log10()
        margin = (high - low) / 10 or abs(high) / 10 or Decimal(1)
        return Scale(low - margin, high + margin, is_log)


def is_logarithmic(points: Sequence[ChartPoint], lines: Sequence[tuple[str, Decimal]]) -> bool:
    """Whether the chart of these is drawn on a logarithmic scale, for the words beside it."""
    return bool(points) and scale_of(_all(points, lines)).is_log


def _all(points: Sequence[ChartPoint], lines: Sequence[tuple[str, Decimal]]) -> list[Decimal]:
    return [point.value for point in points] + [value for point in points for _, value in point.limits] + [value for _, value in lines]


def trend_svg(points: Sequence[ChartPoint], lines: Sequence[tuple[str, Decimal]], *, unit: str, label: str) -> str:
    """points in their order; lines: (words, value) each; label: what a screen reader says. Nothing without a point."""
    if not points:
        return ""
    scale = scale_of(_all(points, lines))
    parts = [f'<path class="p-axis" d="M{LEFT},{TOP} V{BOTTOM} H{RIGHT}" fill="none"/>']
    parts.append(_text(4, 14, (unit or "Number") + (", logarithmic scale" if scale.is_log else ""), "start"))
    for tick in scale.ticks():
        parts.append(f'<path class="p-axis" d="M{LEFT - 4},{scale.y(tick)} h4" fill="none"/>')
        parts.append(_text(LEFT - 8, scale.y(tick) + 4, value_text(tick), "end"))
    ends: list[tuple[Decimal, str, str]] = []
    for words, value in lines:
        if scale.is_log and value <= 0:
            continue
        kind = "is-mean" if words == "Mean" else "is-limit"
        parts.append(f'<path class="p-line {kind}" d="M{LEFT},{scale.y(value)} H{RIGHT}" fill="none"/>')
        ends.append((scale.y(value), words, ""))
    parts += _limits(points, scale, ends) + _methods(points)
    parts += [_text(RIGHT + 6, place + 4, words, "start", css) for place, words, css in _apart(ends)]
    path = " ".join(f"{'L' if number else 'M'}{_x(points, number)},{scale.y(point.value)}" for number, point in enumerate(points))
    parts.append(f'<path class="p-curve is-smp" d="{path}" fill="none"/>')
    parts += [_mark(point, _x(points, number), scale.y(point.value), unit) for number, point in enumerate(points)]
    step = -(-len(points) // MOST_NAMED)
    for number, point in enumerate(points):
        if (len(points) - 1 - number) % step == 0:
            parts.append(f'<path class="p-axis" d="M{_x(points, number)},{BOTTOM} v4" fill="none"/>')
            parts.append(_text(_x(points, number), BOTTOM + 18, point.name, "middle"))
    return f'<svg class="ev-plot ev-plot--wide" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def _x(points: Sequence[ChartPoint], number: Decimal | int) -> Decimal:
    """Where a lot stands; a number between two lots stands between them."""
    if len(points) == 1:
        return Decimal(LEFT + RIGHT) / 2
    return (LEFT + 34 + Decimal(number) / (len(points) - 1) * (RIGHT - LEFT - 68)).quantize(Decimal("0.1"))


def _between(points: Sequence[ChartPoint], number: int) -> Decimal:
    """The place half-way before a lot: the left end before the first, the right end after the last."""
    return Decimal(LEFT) if number == 0 else Decimal(RIGHT) if number == len(points) else _x(points, number - Decimal("0.5"))


def _limits(points: Sequence[ChartPoint], scale: Scale, ends: list[tuple[Decimal, str, str]]) -> list[str]:
    """Each limit over the lots that were judged by it; the words of the last ones join `ends`, those of earlier ones stand where they begin."""
    parts = []
    for limits, group in itertools.groupby(enumerate(points), key=lambda one: one[1].limits):
        numbers = [number for number, _ in group]
        left, right = _between(points, numbers[0]), _between(points, numbers[-1] + 1)
        for words, value in limits:
            parts.append(f'<path class="p-line is-spec" d="M{left},{scale.y(value)} H{right}" fill="none"/>')
            if right == RIGHT:
                ends.append((scale.y(value), words, "is-spec"))
            else:
                parts.append(_text(left + 5, scale.y(value) - 5, words, "start", "is-spec"))
    return parts


def _methods(points: Sequence[ChartPoint]) -> list[str]:
    """A dotted line before each lot that was tested by another version of the method than the one before it."""
    parts = []
    for number, (before, after) in enumerate(itertools.pairwise(points), start=1):
        if before.method != after.method:
            place = _between(points, number)
            anchor = "end" if place > (LEFT + RIGHT) / 2 else "start"
            parts.append(f'<path class="p-line is-method" d="M{place},{TOP - 12} V{BOTTOM}" fill="none"/>')
            parts.append(_text(place + (-5 if anchor == "end" else 5), TOP - 4, f"from here {after.method or 'no method'}", anchor))
    return parts


def _mark(point: ChartPoint, x: Decimal, y: Decimal, unit: str) -> str:
    """The marker changes its shape: dot, diamond out of trend, octagon out of specification."""
    found = f"{point.name}: {value_text(point.value, unit)}"
    if point.is_oos:
        octagon = f"M{x - 3},{y - 7} h6 l4,4 v6 l-4,4 h-6 l-4,-4 v-6z"
        mark = f'<path class="p-mark is-oos" d="{octagon}"><title>{escape(found)}, out of specification</title></path>'
        return mark + _text(x, y - 12, f"{value_text(point.value)} OOS", "middle", "is-spec")
    if point.is_signal:
        return f'<path class="p-mark is-out" d="M{x},{y - 6} l6,6 l-6,6 l-6,-6z"><title>{escape(found)}, out of trend</title></path>'
    return f'<circle class="p-mark is-smp" cx="{x}" cy="{y}" r="3.6"><title>{escape(found)}</title></circle>'


def _apart(ends: Sequence[tuple[Decimal, str, str]]) -> list[tuple[Decimal, str, str]]:
    """The words at the right end, moved down where they would lie over each other, and up again from the bottom."""
    placed: list[tuple[Decimal, str, str]] = []
    for place, words, css in sorted(ends):
        placed.append((max(place, placed[-1][0] + LINE_HEIGHT) if placed else place, words, css))
    for number in range(len(placed) - 1, -1, -1):
        floor = placed[number + 1][0] - LINE_HEIGHT if number + 1 < len(placed) else Decimal(BOTTOM)
        placed[number] = (min(placed[number][0], floor), *placed[number][1:])
    return placed


def _text(x: object, y: object, words: str, anchor: str, css: str = "") -> str:
    named = f' class="{css}"' if css else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{named}>{escape(words)}</text>'
