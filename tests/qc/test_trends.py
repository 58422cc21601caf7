"""A reviewed result out of its trend opens an exception of its own class and keeps its verdict (LAB-20)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from batches.models import Disposition, ExceptionRecord, Lot, Sample
from evgmp.compliance.models import Event
from evgmp.compliance.recording import recording
from qc.domain import commands as c
from qc.models import OutOfSpecification, Result
from qc.selectors.sheets import sheet
from qc.selectors.trends import trend_of
from tests.builders import act
from tests.qc import builders_lab as lab

pytestmark = pytest.mark.django_db

CODE = "DS-GN-PH"


@pytest.fixture
def with_history(db: Any) -> Lot:
    """Ten released EV lots with their pH, written once as rows, and an eleventh under test."""
    from tests.builders import cast

    cast()
    version = lab.effective()
    row = version.rows.get(code=CODE)
    lots = [lab.lot(f"EV-2025-{number:03d}", "ev_lot") for number in range(1, 11)]
    with recording(c.REVIEW_RESULT, act(c.REVIEW_RESULT, "b.analyst")) as rec:
        for number, (lot, value) in enumerate(zip(lots, ["7.18", "7.22"] * 5, strict=True), start=1):
            sample = Sample(
                number=f"SMP-2025-{number:04d}", lot=lot, purpose="Release testing", quantity=Decimal(1), unit="mL", container="cryotube", storage="-80 °C",
                drawn_at=rec.at, drawn_by="A. Operator", status="received", received_at=rec.at,
            )  # fmt: skip
            sample.save()
            result = Result(
                number=f"RES-2025-{number:04d}", lot=lot, row=row, sample=sample, kind="number", text=value, amount=Decimal(value), unit="pH",
                verdict="conforms", why="In its limits.", rounded=value, status="reviewed", tested_on=date(2025, 6, 1), analyst="A. Analyst",
                analyst_id="a.analyst", recorded_at=rec.at,
            )  # fmt: skip
            result.save()
            Disposition(lot=lot, decision="released", reason="", decided_by="A. Reviewer", at=rec.at).save()
        rec.about(lots[0], covers=[])
    return lab.chain(lab.line())[0]


def reviewed(lot: Lot, value: str) -> Result:
    return lab.reviewed(lab.result(lot, CODE, lab.received(lot), value=value).number)


@pytest.mark.req("LAB-20")
def test_a_result_out_of_trend_opens_an_exception_and_conforms_all_the_same(with_history: Lot, as_person: Any) -> None:
    result = reviewed(with_history, "7.41")
    (found,) = ExceptionRecord.objects.filter(lot=with_history)
    assert (found.kind, found.status, found.sample) == ("out_of_trend", "open", result.sample)
    assert found.sentence == f"Out of trend: pH ({CODE}) of {with_history}, 7.41 pH: beyond three standard deviations."
    assert f'"out_of_trend":"{found.number}"' in Event.objects.get(verb="qc.review_result", record_name=result.number).payload
    line = next(one for one in sheet(with_history).rows if one.row.code == CODE)
    assert (line.verdict, line.passes, result.verdict, OutOfSpecification.objects.count()) == ("pass", True, "conforms", 0)
    client, row = as_person("i.inspector"), result.row
    page = client.get(reverse("qc:trend", args=[CODE])).content.decode()
    told = ("<svg", "+3 s", "beyond three standard deviations", str(with_history), "10 released lots", "p-line is-spec", row.limit_shown)
    assert [word for word in told if word not in page] == []
    assert "ev-label" not in page, "a trend has no status label"
    assert "Out of trend" in client.get(reverse("qc:trends")).content.decode()


@pytest.mark.req("LAB-20", negative=True)
def test_in_trend_nothing_opens_and_an_item_is_never_doubled(with_history: Lot) -> None:
    kept = reviewed(with_history, "7.22")
    assert not ExceptionRecord.objects.exists()
    for value in ("7.40", "7.41"):
        kept = lab.reviewed(lab.correct(kept.number, kept.sample, value=value).number)
    assert ExceptionRecord.objects.count() == 1
    assert trend_of(CODE).last.value == Decimal("7.41")


@pytest.mark.req("LAB-20", "DEV-02", negative=True)
def test_out_of_its_limit_it_is_an_oos_and_no_second_item(with_history: Lot) -> None:
    reviewed(with_history, "9.9")
    assert (OutOfSpecification.objects.count(), ExceptionRecord.objects.count()) == (1, 0)


@pytest.mark.req("LAB-20")
def test_what_is_no_number_is_told_beside_the_chart(with_history: Lot, as_person: Any) -> None:
    first, lot = Result.objects.get(number="RES-2025-0001"), lab.lot("EV-2025-011", "ev_lot")
    with recording(c.REVIEW_RESULT, act(c.REVIEW_RESULT, "b.analyst")) as rec:
        bound = Result(
            number="RES-2025-0011", lot=lot, row=first.row, sample=first.sample, kind="number", qualifier="<", text="< 7.00", amount=Decimal("7.00"), unit="pH",
            verdict="no_verdict", why="A bound.", status="reviewed", tested_on=date(2025, 6, 1), analyst="A. Analyst",
            analyst_id="a.analyst", recorded_at=rec.at,
        )  # fmt: skip
        bound.save()
        rec.about(lot, covers=[])
    assert [str(one) for one in trend_of(CODE).left_out] == ["RES-2025-0011"] and len(trend_of(CODE).points) == 10
    page = as_person("i.inspector").get(reverse("qc:trend", args=[CODE])).content.decode()
    assert "Reviewed, but not in the chart" in page and "&lt; 7.00 pH" in page


@pytest.mark.req("LAB-20", negative=True)
def test_a_test_nobody_reviewed_a_number_of_has_no_trend(with_history: Lot, as_person: Any) -> None:
    assert as_person("i.inspector").get(reverse("qc:trend", args=["DS-NONE"])).status_code == 404
