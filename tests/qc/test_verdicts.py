"""Verdicts through the service, with rows of the shipped specification: nothing missing, invalid, insensitive or unreviewed passes."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from batches.models import Lot, Sample
from qc.models import Result, SpecRow
from qc.selectors.results import release_blockers, sheet
from qc.selectors.sheets import SheetRow, word_of
from tests.builders import cast
from tests.qc.builders_lab import (
    all_pass,
    chain,
    conforming,
    line,
    received,
    result,
    reviewed,
    row_of,
    run_of,
)

ENDOTOXIN = "DS-SF-ENDO"
DIAVOLUMES = "DS-DIAVOLUMES"


@pytest.fixture
def ev(ev_with_an_unrounded_row: Lot) -> Lot:
    return ev_with_an_unrounded_row


@pytest.fixture
def sample(ev: Lot) -> Sample:
    return received(ev)


def shown(ev: Lot, code: str) -> SheetRow:
    return next(found for found in sheet(ev).rows if found.row.code == code)


def stopped(ev: Lot, code: str) -> set[str]:
    """Keys of the blockers that name this row."""
    return {b.key for b in release_blockers(ev) if f"({code})" in b.message}


def absence_row(ev: Lot) -> SpecRow:
    """A mandatory row that proves the absence of a vector item, with an LOD asked for."""
    return next(r.row for r in sheet(ev).rows if r.applies and r.row.covers and r.row.lod_max is not None)


@pytest.mark.req("LAB-06", "LAB-09", negative=True)
@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("5.9999999999999999", "does_not_conform"),
        ("5.999999999999999999999999999999", "does_not_conform"),
        ("6", "conforms"),
        ("6.0000000000000001", "conforms"),
    ],
)
def test_an_unrounded_row_compares_every_digit(ev: Lot, sample: Sample, typed: str, verdict: str) -> None:
    kept = result(ev, DIAVOLUMES, sample, value=typed)
    kept = Result.objects.get(pk=kept.pk)
    assert (kept.text, str(kept.amount), kept.verdict) == (typed, typed, verdict)
    assert kept.judge().verdict == verdict


@pytest.mark.req("LAB-06")
def test_the_database_holds_every_digit(ev: Lot, sample: Sample) -> None:
    kept = result(ev, DIAVOLUMES, sample, value="5.9999999999999999")
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount FROM qc_result WHERE id = %s", [kept.pk])
        assert str(cursor.fetchone()[0]) == "5.9999999999999999"


@pytest.mark.req("LAB-07")
@pytest.mark.parametrize(
    ("typed", "rounded", "verdict"),
    [
        ("0.4994", "0.499", "conforms"),
        ("0.4995", "0.500", "does_not_conform"),
        ("0.49949999", "0.499", "conforms"),
        ("0.5", "0.500", "does_not_conform"),
    ],
)
def test_the_value_is_rounded_once_half_up_to_the_decimals_of_the_limit(
    ev: Lot, sample: Sample, typed: str, rounded: str, verdict: str
) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value=typed)
    assert (kept.rounded, kept.verdict) == (rounded, verdict)
    assert kept.text == typed
    assert "less than 0.500" in kept.why


@pytest.mark.req("LAB-24", negative=True)
def test_a_missing_result_stops_the_release(ev: Lot, sample: Sample) -> None:
    assert stopped(ev, ENDOTOXIN) == {"result_missing"}
    assert shown(ev, ENDOTOXIN).verdict == "pending"


@pytest.mark.req("LAB-11", negative=True)
def test_an_unreviewed_result_stops_the_release(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    assert stopped(ev, ENDOTOXIN) == {"result_unreviewed"}
    reviewed(kept.number)
    assert stopped(ev, ENDOTOXIN) == set()


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("outcome", ["failing", "missing"])
def test_a_run_without_all_its_controls_gives_no_verdict(ev: Lot, sample: Sample, outcome: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN), **{outcome: "NEGATIVE"})
    kept = reviewed(result(ev, ENDOTOXIN, sample, run, value="0.1").number)
    assert kept.verdict == "no_verdict"
    assert "Negative" in kept.why
    assert stopped(ev, ENDOTOXIN) == {"result_no_verdict"}
    assert shown(ev, ENDOTOXIN).verdict == "cannot_conclude"


@pytest.mark.req("LAB-10", negative=True)
def test_an_insensitive_method_proves_no_absence(ev: Lot, sample: Sample) -> None:
    row = absence_row(ev)
    assert row.lod_max is not None
    kept = reviewed(result(ev, row.code, sample, run_of(row), kind="not_detected", lod=row.lod_max * 2).number)
    assert kept.verdict == "no_verdict"
    assert "worse than" in kept.why
    assert stopped(ev, row.code) == {"result_no_verdict"}


@pytest.mark.req("LAB-10")
def test_not_detected_by_a_sensitive_method_passes(ev: Lot, sample: Sample) -> None:
    row = absence_row(ev)
    kept = reviewed(result(ev, row.code, sample, run_of(row), kind="not_detected", lod=row.lod_max).number)
    assert kept.verdict == "conforms"
    assert stopped(ev, row.code) == set()


@pytest.mark.req("LAB-10", "LAB-13", negative=True)
@pytest.mark.parametrize("said", [{"kind": "number", "value": "3"}, {"kind": "below_loq", "loq": Decimal(5)}])
def test_a_detected_reprogramming_factor_does_not_conform(ev: Lot, sample: Sample, said: dict[str, Any]) -> None:
    row = absence_row(ev)
    kept = reviewed(result(ev, row.code, sample, run_of(row), **said).number)
    assert kept.verdict == "does_not_conform"
    assert stopped(ev, row.code) == {"result_oos"}


@pytest.mark.req("LAB-10", negative=True)
def test_an_absence_by_a_validated_method_needs_an_lod_no_worse_than_the_validated_one(ev: Lot, sample: Sample) -> None:
    row = next(r.row for r in sheet(ev).rows if r.applies and r.row.validated_lod is not None and r.row.expected == "absent")
    assert row.validated_lod is not None
    run = run_of(row) if row.controls else None
    kept = result(ev, row.code, sample, run, kind="not_detected", lod=row.validated_lod * 10)
    assert kept.verdict == "no_verdict"
    assert "worse than" in kept.why


@pytest.mark.req("LAB-05", negative=True)
def test_a_stored_outcome_alone_passes_nothing(ev: Lot, sample: Sample) -> None:
    kept = reviewed(result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.9").number)
    kept.verdict = "conforms"
    word, why = word_of(kept.row, kept)
    assert word == "cannot_conclude"
    assert "verify" in why


@pytest.mark.req("LAB-24")
def test_a_sheet_full_of_passes_stops_nothing(ev: Lot, sample: Sample) -> None:
    result_of_unrounded = reviewed(result(ev, DIAVOLUMES, sample, value="6").number)
    all_pass(ev, sample)
    assert result_of_unrounded.counts
    assert release_blockers(ev) == []
    found = sheet(ev)
    assert {row.verdict for row in found.rows if row.decides_release} == {"pass"}
    assert {row.verdict for row in found.rows if not row.applies} == {"skipped"}


@pytest.mark.req("LAB-24", negative=True)
def test_a_reference_test_may_be_absent_but_not_unreviewed(ev: Lot, sample: Sample) -> None:
    row = next(r.row for r in sheet(ev).rows if r.applies and r.row.purpose == "reference")
    assert stopped(ev, row.code) == set()
    kept = result(ev, row.code, sample, run_of(row) if row.controls else None, value="1")
    assert stopped(ev, row.code) == {"reference_unreviewed"}
    reviewed(kept.number)
    assert stopped(ev, row.code) == set()


@pytest.mark.req("LAB-11", negative=True)
def test_an_optional_test_once_recorded_is_reviewed_before_release(ev: Lot, sample: Sample) -> None:
    row = next(r.row for r in sheet(ev).rows if r.applies and r.row.purpose == "release" and not r.row.mandatory)
    assert stopped(ev, row.code) == set()
    kept = result(ev, row.code, sample, run_of(row) if row.controls else None, **conforming(row))
    assert stopped(ev, row.code) == {"reference_unreviewed"}
    reviewed(kept.number)
    assert stopped(ev, row.code) == set()


@pytest.mark.req("MST-10", "LAB-24", negative=True)
@pytest.mark.django_db
def test_a_lot_without_a_specification_is_stopped() -> None:
    cast()
    ev, _ = chain(line())
    assert [b.key for b in release_blockers(ev)] == ["no_specification"]
