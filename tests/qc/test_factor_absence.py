"""Absence of reprogramming factors: every item, in every producing culture that went into the pool, and in the EV cargo."""

import pytest

from batches.models import CellLine, Lot
from qc.domain.applicability import FACTOR_ABSENCE
from qc.selectors.results import factor_blockers, sheet
from tests.builders import cast
from tests.qc.builders_lab import (
    EOP_SPEC,
    all_pass,
    bank,
    chain,
    conforming,
    effective,
    line,
    lot,
    received,
    result,
    reviewed,
    run_of,
)


@pytest.fixture
def cell_line(line_of_factors: CellLine) -> CellLine:
    return line_of_factors


def cleared(lot: Lot, *, but: tuple[str, ...] = ()) -> None:
    all_pass(lot, received(lot), only=FACTOR_ABSENCE, but=but)


@pytest.mark.req("LAB-23", "LAB-24")
def test_absence_in_every_culture_and_in_the_cargo_stops_nothing(cell_line: CellLine) -> None:
    ev, cultures = chain(cell_line, cultures=2)
    for one in (*cultures, ev):
        cleared(one)
    assert factor_blockers(ev) == []


@pytest.mark.req("LAB-24", negative=True)
def test_one_untested_culture_of_a_pool_is_named(cell_line: CellLine) -> None:
    ev, (first, second) = chain(cell_line, cultures=2)
    cleared(first)
    cleared(ev)
    blockers = factor_blockers(ev)
    assert [b.key for b in blockers] == ["factor_untested"]
    assert second.number in blockers[0].message
    assert first.number not in blockers[0].message


@pytest.mark.req("LAB-24", negative=True)
def test_each_missing_item_of_each_culture_is_named(cell_line: CellLine) -> None:
    ev, (first, second) = chain(cell_line, cultures=2)
    rows = [r.row for r in sheet_after_receipt(second).rows if r.applies and r.row.category == FACTOR_ABSENCE and "KLF4" in r.row.covers]
    assert rows
    cleared(first)
    cleared(ev)
    cleared(second, but=tuple(row.code for row in rows))
    blockers = factor_blockers(ev)
    assert {b.key for b in blockers} == {"result_missing"}
    assert len(blockers) == len(rows)
    assert all(b.message.startswith(f"Culture {second.number}: ") for b in blockers)


def sheet_after_receipt(lot: Lot):  # type: ignore[no-untyped-def]
    received(lot)
    return sheet(lot)


@pytest.mark.req("LAB-24", negative=True)
def test_a_factor_found_in_one_culture_stops_the_pool(cell_line: CellLine) -> None:
    ev, (first, second) = chain(cell_line, cultures=2)
    cleared(first)
    cleared(ev)
    sample = received(second)
    row = next(r.row for r in sheet(second).rows if r.applies and "SEV" in r.row.covers)
    reviewed(result(second, row.code, sample, run_of(row), kind="number", value="12").number)
    all_pass(second, sample, only=FACTOR_ABSENCE)
    blockers = factor_blockers(ev)
    assert [b.key for b in blockers] == ["result_oos"]
    assert second.number in blockers[0].message


@pytest.mark.req("LAB-24", negative=True)
def test_the_cargo_is_tested_too(cell_line: CellLine) -> None:
    ev, cultures = chain(cell_line)
    for culture in cultures:
        cleared(culture)
    blockers = factor_blockers(ev)
    assert [b.key for b in blockers] == ["factor_untested"]
    assert blockers[0].message.startswith(f"EV cargo of {ev.number}")


@pytest.mark.req("LAB-11", negative=True)
def test_an_unreviewed_absence_proves_nothing(cell_line: CellLine) -> None:
    ev, (culture,) = chain(cell_line)
    cleared(ev)
    sample = received(culture)
    rows = [r.row for r in sheet(culture).rows if r.applies and r.row.category == FACTOR_ABSENCE and r.row.decides_release]
    all_pass(culture, sample, only=FACTOR_ABSENCE, but=(rows[0].code,))
    result(culture, rows[0].code, sample, run_of(rows[0]), **conforming(rows[0]))
    assert [b.key for b in factor_blockers(ev)] == ["result_unreviewed"]


@pytest.mark.req("LAB-24", negative=True)
@pytest.mark.django_db
def test_a_line_registered_after_the_approval_with_an_uncovered_item_is_stopped() -> None:
    """The approval looks at the lines known then; the release looks again."""
    from qc.selectors.specifications import shipped_text

    cast()
    for name in ("spec_ev_ds", EOP_SPEC):
        effective(text=shipped_text(name).replace('covers = ["KLF4"]', "covers = []"))
    ev, (culture,) = chain(line())
    cleared(culture)
    cleared(ev)
    blockers = factor_blockers(ev)
    assert {b.key for b in blockers} == {"vector_item_unproved"}
    assert all("KLF4" in b.message for b in blockers)
    assert len(blockers) == 2


@pytest.mark.req("LAB-24", negative=True)
def test_an_ev_lot_without_a_producing_culture_is_stopped(cell_line: CellLine) -> None:
    orphan = lot("EV-2026-900", "ev_lot", parents=(bank(cell_line),))
    assert [b.key for b in factor_blockers(orphan)] == ["no_producing_culture"]


@pytest.mark.req("LAB-24", negative=True)
def test_a_drug_product_answers_for_every_bank_culture_and_ev_lot_of_its_pool(cell_line: CellLine) -> None:
    first, (culture,) = chain(cell_line, prefix="2026")
    second, (other,) = chain(cell_line, prefix="2027")
    product = lot("DP-2026-900", "drug_product", parents=(first, second))
    found = factor_blockers(product)
    assert {b.key for b in found} == {"factor_untested"}
    assert [b.message.partition(":")[0] for b in found] == [
        "Bank IPSC-MCB-2026", "Bank IPSC-MCB-2027", f"Culture {culture}", f"Culture {other}", f"EV cargo of {first}", f"EV cargo of {second}",
    ]  # fmt: skip


@pytest.mark.req("LAB-24", negative=True)
def test_a_drug_product_without_ancestors_is_stopped_for_each_kind(cell_line: CellLine) -> None:
    orphan = lot("DP-2026-901", "drug_product")
    assert [b.key for b in factor_blockers(orphan)] == ["no_bank", "no_producing_culture", "no_cargo"]
    bare = lot("DP-2026-902", "drug_product", parents=(lot("EV-2026-903", "ev_lot", parents=(bank(cell_line),)),))
    assert [b.key for b in factor_blockers(bare)] == ["factor_untested", "no_producing_culture", "factor_untested"]
