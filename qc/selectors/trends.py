"""The history of one test over the lots of a stage, for its trend (LAB-20)."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from batches.models import Lot
from batches.selectors.dispositions import dispositions_of
from qc.domain.trending import TrendLimits, limits_of, signals
from qc.models import Result


@dataclass(frozen=True)
class TrendPoint:
    """One reviewed number. released: its lot is, so it may make limits; signals: the rules that it broke with those before it."""

    result: Result
    value: Decimal
    released: bool
    signals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trend:
    """One test by its code and unit, lots in the order in which they were numbered."""

    code: str
    name: str
    unit: str
    points: tuple[TrendPoint, ...]
    limits: TrendLimits | None
    # Reviewed too, but no number in the unit of the trend: said beside the chart, so that nobody takes it for all there is.
    left_out: tuple[Result, ...] = ()

    @property
    def last(self) -> TrendPoint:
        return self.points[-1]

    @property
    def released(self) -> int:
        return sum(point.released for point in self.points)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("qc:trend", args=[self.code])


NUMBERS: dict[str, Any] = {"kind": "number", "qualifier": "", "amount__isnull": False}


def _reviewed(**which: Any) -> list[Result]:
    return list(Result.objects.filter(is_current=True, status="reviewed", **which).select_related("lot", "row").order_by("lot_id"))


def _numbers(**which: Any) -> list[Result]:
    """Reviewed results in force that are a number without a qualifier: what lies below a limit of detection can't be averaged."""
    return _reviewed(**NUMBERS, **which)


def trend_of(code: str) -> Trend:
    """The trend of a test, in the unit of its newest result. Raises Result.DoesNotExist when it has no reviewed number."""
    reviewed = _reviewed(row__code=code)
    found = [one for one in reviewed if one.kind == "number" and not one.qualifier and one.amount is not None]
    if not found:
        raise Result.DoesNotExist(f"{code[:40]} has no reviewed number.")
    trend = _trend(found)
    drawn = {point.result.pk for point in trend.points}
    return replace(trend, left_out=tuple(one for one in reviewed if one.pk not in drawn))


def _trend(found: list[Result]) -> Trend:
    newest = found[-1]
    same = [one for one in found if one.unit == newest.unit]
    released = {lot for lot, disposition in dispositions_of({one.lot_id: one.lot for one in same}.values()).items() if disposition == "released"}
    points: list[TrendPoint] = []
    for one in same:
        assert one.amount is not None
        values = [*(point.value for point in points), one.amount]
        broken = signals(values, limits_of([point.value for point in points if point.released]))
        points.append(TrendPoint(one, one.amount, one.lot_id in released, tuple(broken)))
    return Trend(newest.row.code, newest.row.name, newest.unit, tuple(points), limits_of([point.value for point in points if point.released]))


def trends() -> list[Trend]:
    """Every test with a reviewed number, by its code."""
    by_code: dict[str, list[Result]] = {}
    for one in _numbers():
        by_code.setdefault(one.row.code, []).append(one)
    return [_trend(by_code[code]) for code in sorted(by_code)]


def signals_at(result: Result) -> tuple[str, ...]:
    """The rules that a result breaks with those of the lots before it; none for one that is no number."""
    if result.kind != "number" or result.qualifier or result.amount is None:
        return ()
    before = list(_numbers(row__code=result.row.code, unit=result.unit, lot_id__lt=result.lot_id))
    return _trend([*before, result]).last.signals


def is_trended(lot: Lot, code: str) -> bool:
    """Whether the trend of this test was told about this lot already: one item a lot and test."""
    return lot.exceptions.filter(kind=KIND, subject=subject_of(code)).exists()


KIND = "out_of_trend"


def subject_of(code: str) -> str:
    return f"trend of {code}"
