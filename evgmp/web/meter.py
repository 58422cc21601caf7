"""The limit meter: a strip of SVG with the limits as lines, the outside hatched and the reading as a marker that changes shape.

Pure and without styles: percent coordinates let it stretch on screen, so a strict Content-Security-Policy can stay on.
On paper it is drawn in fixed units with its colours as attributes, because the PDF maker applies no style sheet inside SVG.
"""

from dataclasses import dataclass
from decimal import Decimal
from html import escape

from evgmp.web.components import value_text

MARKERS = {
    "in_limit": "M0,1.9 a5.6,5.6 0 1 1 -.01,0z",
    "near_limit": "M0,0.5 L7,7.5 L0,14.5 L-7,7.5z",
    "above_limit": "M-7,13.1 L7,13.1 L0,0.5z",
    "below_limit": "M-7,1.9 L7,1.9 L0,14.5z",
}
WORDS = {"in_limit": "in limit", "near_limit": "near limit", "above_limit": "above limit", "below_limit": "below limit"}
CLASSES = {"near_limit": " is-near", "above_limit": " is-out", "below_limit": " is-out"}
PAPER_WIDTH = 200
INK, FIELD, LINE, STOP = "#14232F", "#75838F", "#C99700", "#B1201B"


@dataclass(frozen=True)
class Meter:
    """A reading between its limits. Any of the five numbers may be absent; without a limit there is nothing to draw."""

    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    alert_low: Decimal | None = None
    alert_high: Decimal | None = None
    unit: str = ""
    name: str = ""

    @property
    def state(self) -> str:
        """In, near, above or below its limits; empty without a value. A value on a limit is inside it."""
        if self.value is None:
            return ""
        if self.upper is not None and self.value > self.upper:
            return "above_limit"
        if self.lower is not None and self.value < self.lower:
            return "below_limit"
        near_high = self.alert_high is not None and self.value >= self.alert_high
        near_low = self.alert_low is not None and self.value <= self.alert_low
        return "near_limit" if near_high or near_low else "in_limit"

    def scale(self) -> tuple[Decimal, Decimal]:
        """Start and end of the strip; it runs past every limit that exists."""
        low, high = self.lower, self.upper
        if low is not None and high is not None:
            margin = (high - low) / 2 or abs(low) / 2 or Decimal(1)
            return low - margin, high + margin
        if high is not None:
            size = abs(high) or Decimal(1)
            return (Decimal(0) if high > 0 else high - size), high + size * Decimal("0.3")
        low = low if low is not None else Decimal(0)
        size = abs(low) or Decimal(1)
        end = low + size
        if self.value is not None and self.value > low:
            end = max(end, low + (self.value - low) * Decimal("1.15"))
        return (Decimal(0) if low > 0 else low - size), end

    def place(self, number: Decimal) -> Decimal:
        """Where `number` stands on the strip, in percent, kept inside its ends."""
        start, end = self.scale()
        percent = (number - start) / (end - start) * 100
        return min(max(percent, Decimal("1.5")), Decimal("98.5")).quantize(Decimal("0.1"))

    def limit_words(self) -> str:
        low = "" if self.lower is None else value_text(self.lower)
        high = "" if self.upper is None else value_text(self.upper, self.unit)
        if low and high:
            return f"limit {low} to {high}"
        return f"limit at most {high}" if high else f"limit at least {value_text(self.lower, self.unit)}"

    def label(self, state: str) -> str:
        reading = "no reading" if self.value is None else value_text(self.value, self.unit)
        head = f"{self.name} {reading}".strip()
        return ", ".join(part for part in (head, WORDS.get(state, ""), self.limit_words()) if part)


def meter_svg(meter: Meter, *, state: str = "", mini: bool = False, paper: bool = False) -> str:
    """The meter as SVG. `state` overrules the comparison, for a reading that was judged by a rule of its own."""
    if meter.lower is None and meter.upper is None:
        return ""
    state = state if state in MARKERS else meter.state
    pen = _Pen(paper)
    left = meter.place(meter.lower) if meter.lower is not None else Decimal(0)
    right = meter.place(meter.upper) if meter.upper is not None else Decimal(100)
    parts = [
        pen.rect("m-out", Decimal(0), Decimal(100), fill="url(#ev-hatch)"),
        pen.rect("m-in", left, right - left, fill="#fff"),
    ]
    parts += [pen.line("m-alert", meter.place(a), 3, 12, LINE) for a in (meter.alert_low, meter.alert_high) if a is not None]
    for limit in (meter.lower, meter.upper):
        if limit is not None:
            parts.append(pen.line("m-lim", meter.place(limit), 1, 14, INK))
            if not mini:
                parts.append(pen.text(meter.place(limit), value_text(limit)))
    if meter.value is not None:
        colour = STOP if state in ("above_limit", "below_limit") else INK
        parts.append(pen.marker(meter.place(meter.value), MARKERS[state], colour))
    css = "ev-meter" + (" ev-meter--mini" if mini else "") + CLASSES.get(state, "")
    return pen.frame(css, escape(meter.label(state)), "".join(parts), 14 if mini else 26)


class _Pen:
    """Draws in percent on screen and in fixed units, with colours, on paper."""

    def __init__(self, paper: bool) -> None:
        self.paper = paper

    def x(self, percent: Decimal) -> str:
        return f"{percent * PAPER_WIDTH / 100:.1f}" if self.paper else f"{percent}%"

    def ink(self, **attributes: str) -> str:
        return "".join(f' {k.replace("_", "-")}="{v}"' for k, v in attributes.items()) if self.paper else ""

    def rect(self, css: str, x: Decimal, width: Decimal, fill: str) -> str:
        ink = self.ink(fill=fill, stroke=FIELD)
        return f'<rect class="{css}" x="{self.x(x)}" y="3" width="{self.x(width)}" height="9"{ink}/>'

    def line(self, css: str, x: Decimal, top: int, bottom: int, colour: str) -> str:
        at = self.x(x)
        return f'<line class="{css}" x1="{at}" x2="{at}" y1="{top}" y2="{bottom}"{self.ink(stroke=colour, stroke_width="2")}/>'

    def text(self, x: Decimal, words: str) -> str:
        ink = self.ink(font_size="10", font_family="Source Sans 3", fill=INK)
        return f'<text x="{self.x(x)}" y="25" text-anchor="middle"{ink}>{escape(words)}</text>'

    def marker(self, x: Decimal, path: str, colour: str) -> str:
        if self.paper:
            return f'<g transform="translate({self.x(x)} 0)"><path d="{path}"{self.ink(fill=colour)}/></g>'
        return f'<svg x="{self.x(x)}" overflow="visible"><path class="m-v" d="{path}"/></svg>'

    def frame(self, css: str, label: str, content: str, height: int) -> str:
        if not self.paper:
            return f'<svg class="{css}" role="img" aria-label="{label}">{content}</svg>'
        hatch = (
            '<defs><pattern id="ev-hatch" width="5" height="5" patternUnits="userSpaceOnUse">'
            '<path d="M0,5 L5,0" stroke="#9AA6B0" stroke-width="1.2"/></pattern></defs>'
        )
        box = f'viewBox="-2 -1 {PAPER_WIDTH + 4} {height + 3}"'
        return f'<svg class="{css}" {box} role="img" aria-label="{label}">{hatch}{content}</svg>'
