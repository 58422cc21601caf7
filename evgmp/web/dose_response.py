"""A dose-response plot as SVG: measured points and fitted curves of two preparations over a logarithmic dose axis.

Pure and without styles: on screen the style sheet colours it by class, so a strict Content-Security-Policy can stay on; on paper the colours
are attributes. Every number comes in as text or Decimal and only its place on the drawing is rounded.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from html import escape
from typing import Any

from evgmp.web.components import value_text

WIDTH, HEIGHT = 380, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 366, 30, 238
INK, LINE, FIRST, SECOND = "#14232F", "#75838F", "#5B4A9C", "#0B6470"
MOST_TICKS = 4
_PLACES = Context(prec=28)

Point = tuple[Decimal, Decimal]


def dose_response_svg(plot: Mapping[str, Any], *, paper: bool = False) -> str:
    """plot: `reference` and `sample` (measured points), `reference_curve` and `sample_curve` (empty when nothing was fitted), each a list of
    (dose, response); `dose_unit`, `response_unit`; `label`, what a screen reader says. Doses are above zero."""
    names = ("reference", "sample", "reference_curve", "sample_curve")
    points = {name: [(Decimal(x), Decimal(y)) for x, y in plot[name]] for name in names}
    every = [point for group in points.values() for point in group]
    if not every:
        return ""
    axes = _Axes(every)
    parts = [_frame(paper), *_ticks(axes, sorted({x for x, _ in points["reference"] + points["sample"]}), paper)]
    for name, first in (("reference", True), ("sample", False)):
        if curve := points[f"{name}_curve"]:
            path = " ".join(f"{'M' if not number else 'L'}{axes.x(x)},{axes.y(y)}" for number, (x, y) in enumerate(curve))
            dashes = ' stroke-dasharray="5 4"' if first else ""
            parts.append(f'<path class="p-curve {_css(first)}" d="{path}" fill="none"{dashes}{_stroke(first, paper)}/>')
        parts += [_marker(axes.x(x), axes.y(y), first, paper) for x, y in points[name]]
    parts += _legend(str(plot["dose_unit"]), str(plot["response_unit"]), paper)
    size = f' width="{WIDTH}" height="{HEIGHT}"' if paper else ""
    return f'<svg class="ev-plot" viewBox="0 0 {WIDTH} {HEIGHT}"{size} role="img" aria-label="{escape(str(plot["label"]))}">{"".join(parts)}</svg>'


class _Axes:
    """Where a dose and a response stand on the drawing."""

    def __init__(self, points: Sequence[Point]) -> None:
        logs, responses = [_log(x) for x, _ in points], [y for _, y in points]
        self.low_x, self.high_x = min(logs), max(logs)
        self.step = _step(max(responses) - min(responses))
        self.low_y = _PLACES.multiply((min(responses) / self.step).to_integral_value("ROUND_FLOOR"), self.step)
        self.high_y = _PLACES.multiply((max(responses) / self.step).to_integral_value("ROUND_CEILING"), self.step)
        if self.high_y == self.low_y:
            self.high_y += self.step

    def x(self, dose: Decimal) -> Decimal:
        span = self.high_x - self.low_x or Decimal(1)
        return (LEFT + 10 + (_log(dose) - self.low_x) / span * (RIGHT - LEFT - 20)).quantize(Decimal("0.1"))

    def y(self, response: Decimal) -> Decimal:
        return (BOTTOM - (response - self.low_y) / (self.high_y - self.low_y) * (BOTTOM - TOP)).quantize(Decimal("0.1"))

    @property
    def marks(self) -> list[Decimal]:
        count = int((self.high_y - self.low_y) / self.step)
        return [self.low_y + number * self.step for number in range(count + 1)]


def _log(dose: Decimal) -> Decimal:
    return _PLACES.log10(dose)


def _step(span: Decimal) -> Decimal:
    """A step of 1, 2 or 5 times a power of ten that cuts `span` into at most MOST_TICKS parts."""
    if span <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(span.adjusted() - 1)
    return next(power * factor for factor in (1, 2, 5, 10, 20, 50, 100) if span / (power * factor) <= MOST_TICKS)


def _css(first: bool) -> str:
    return "is-ref" if first else "is-smp"


def _stroke(first: bool, paper: bool) -> str:
    return f' stroke="{FIRST if first else SECOND}" stroke-width="1.6"' if paper else ""


def _text(x: object, y: object, words: str, paper: bool, anchor: str = "middle") -> str:
    ink = f' font-size="12" font-family="Source Sans 3" fill="{INK}"' if paper else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{ink}>{escape(words)}</text>'


def _frame(paper: bool) -> str:
    ink = f' stroke="{LINE}"' if paper else ""
    return f'<path class="p-axis" d="M{LEFT},{TOP} V{BOTTOM} H{RIGHT}" fill="none"{ink}/>'


def _ticks(axes: _Axes, doses: Sequence[Decimal], paper: bool) -> list[str]:
    ink = f' stroke="{LINE}"' if paper else ""
    parts = []
    for mark in axes.marks:
        parts.append(f'<path class="p-axis" d="M{LEFT - 4},{axes.y(mark)} H{LEFT}" fill="none"{ink}/>')
        parts.append(_text(LEFT - 7, axes.y(mark) + 4, value_text(_PLACES.plus(mark)), paper, "end"))
    last = len(doses) - 1
    named = {doses[round(Decimal(last) * number / 3)] for number in range(4)} if last >= 3 else set(doses)
    for dose in doses:
        parts.append(f'<path class="p-axis" d="M{axes.x(dose)},{BOTTOM} v4" fill="none"{ink}/>')
        if dose in named:
            parts.append(_text(axes.x(dose), BOTTOM + 17, value_text(dose), paper))
    return parts


def _marker(x: Decimal, y: Decimal, first: bool, paper: bool) -> str:
    colour = FIRST if first else SECOND
    if first:
        return f'<circle class="p-mark is-ref" cx="{x}" cy="{y}" r="3.6"' + (f' fill="#fff" stroke="{colour}" stroke-width="1.5"/>' if paper else "/>")
    return f'<path class="p-mark is-smp" d="M{x},{y - 4} l4,4 l-4,4 l-4,-4z"' + (f' fill="{colour}"/>' if paper else "/>")


def _legend(dose_unit: str, response_unit: str, paper: bool) -> list[str]:
    y = HEIGHT - 8
    return [
        _text(4, 14, f"Response, {response_unit}", paper, "start"),
        _text((LEFT + RIGHT) // 2, BOTTOM + 36, f"Dose, {dose_unit} (logarithmic)", paper),
        _marker(Decimal(LEFT + 14), Decimal(y - 4), True, paper), _text(LEFT + 24, y, "Reference standard", paper, "start"),
        _marker(Decimal(LEFT + 174), Decimal(y - 4), False, paper), _text(LEFT + 184, y, "Sample", paper, "start"),
    ]  # fmt: skip
