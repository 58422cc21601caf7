"""Trends: every test with reviewed numbers, and the chart of one."""

from typing import Any

from evgmp.web.components import value_text
from evgmp.web.record_view import ReadView, RecordDetail
from evgmp.web.trend_chart import ChartPoint, is_logarithmic
from qc.domain.trending import LEAST, MOST, RULES
from qc.selectors import trends as selectors


class Trends(ReadView):
    """Every test with a reviewed number: how many lots, whether its newest lot is in trend."""

    template_name = "qc/trends.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "title": "Trends", "trends": selectors.trends(), "least": LEAST}


class TrendDetail(RecordDetail):
    """The individuals chart of one test with its limits, and the same numbers as a table."""

    template_name = "qc/trend.html"

    def record(self, key: str) -> Any:
        return selectors.trend_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        facts = [("Lots", str(len(record.points))), ("Released", str(record.released))]
        if record.limits:
            facts += [("Trend limits from", f"{record.limits.count} released lots")]
        row = record.last.result.row
        facts += [("Method", f"{row.method}, {row.method_key}"), ("Limit of the specification", limit_text(row))]
        badge = {"state": "open" if record.last.signals else "pass", "word": "Out of trend" if record.last.signals else "In trend", "url": ""}
        return {"record_id": record.code, "kind": record.name, "badges": [badge] if record.limits else [], "facts": facts}

    def details(self, record: Any) -> dict[str, Any]:
        limits, unit = record.limits, record.unit
        named = [("Mean", 0), ("+3 s", 3), ("+2 s", 2), ("-2 s", -2), ("-3 s", -3)]
        lines = [(words.replace("-", "\N{MINUS SIGN}"), limits.at(sigmas)) for words, sigmas in named] if limits else []
        points = [chart_point(point) for point in record.points]
        count = len(points)
        return {
            "points": points,
            "lines": lines,
            "is_logarithmic": is_logarithmic(points, lines),
            "chart_label": f"{record.name} of {count} lot{'' if count == 1 else 's'}, in {unit or 'numbers'}. The table below holds the same numbers.",
            "figures": [(words, value_text(f"{value:.6g}", unit)) for words, value in lines],
            "methods": list(dict.fromkeys(point.method for point in points)),
            "least": LEAST,
            "most": MOST,
            "rules": [words[:1].upper() + words[1:] for words in RULES],
        }


def limit_text(row: Any) -> str:
    """The criterion of a row with its unit."""
    return f"{row.limit_shown} {row.unit}".strip() if row.has_limits else row.limit_shown or "None, reported only"


def chart_point(point: Any) -> ChartPoint:
    """A reviewed number as the chart draws it, with the limits and the version of the method that its own specification names."""
    row = point.result.row
    approved = row.rule.limits
    low, high = "≥" if row.lower_inclusive else ">", "≤" if row.upper_inclusive else "<"
    limits = [(f"{sign} {value_text(limit)}", limit) for sign, limit in ((low, approved.lower), (high, approved.upper)) if limit is not None]
    return ChartPoint(point.result.lot.number, point.value, bool(point.signals), point.result.opens_oos, tuple(limits), row.method_key)
