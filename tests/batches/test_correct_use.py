"""A use recorded wrongly: the first line stays, struck; the ledger follows; the step opens again and its signatures fall."""

from decimal import Decimal
from typing import Any

import pytest

from batches.documents.executed_record import executed_record
from batches.domain.commands import ABORT_BATCH, CORRECT_USE
from batches.models import ExceptionRecord, MaterialMovement, Step
from batches.selectors.equipment import lots_made_with, unit_of
from batches.selectors.executed import executed
from batches.selectors.materials import ledger, material_of, stock
from batches.selectors.records import performers_of
from batches.selectors.uses import correctable, need_lines
from batches.services.records import abort_batch
from batches.services.use_corrections import correct_use
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import completed, recorded, signed, started, step_no
from tests.batches.builders_uses import (
    EQUIPMENT_STEPS,
    FILTER,
    ROOM,
    SKID,
    cleared,
    culture_with_additions,
    first_step,
    material,
    unit,
    used,
)
from tests.batches.chain import bank_lot, fed
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db


def fixed(step: Step, quantity: str | None, *, use: str = "", **said: Any) -> Step:
    witness = "b.operator" if step.master_step.witness else ""
    signing = act(CORRECT_USE, "a.operator", witness=witness, reason="The display was read in the wrong line", **said)
    chosen = use or correctable(step)[0][0]
    return correct_use(signing, step.number, use=chosen, quantity=Decimal(quantity) if quantity else None)


@pytest.mark.req("EXE-04", "EXE-18", "AUD-04")
def test_the_ledger_follows_and_the_step_is_signed_anew() -> None:
    batch = culture_with_additions()
    lot, step = material(), first_step(batch)
    used(step, lot.number, "90")
    used(step, f"{material(FILTER).number}-C01")
    signed(step)
    with one_event(CORRECT_USE):
        fixed(step, "100")
    step = Step.objects.get(pk=step.pk)
    assert step.status == "open"
    assert valid_signatures(step) == []
    assert [(line.change, line.is_current, balance) for line, balance in ledger(lot)] == [
        (Decimal(5000), True, Decimal(5000)), (Decimal(-90), False, Decimal(5000)), (Decimal(-100), True, Decimal(4900)),
    ]  # fmt: skip
    assert stock(material_of(lot.number)) == Decimal(4900)
    assert len(valid_signatures(MaterialMovement.objects.get(change=Decimal(-100)))) == 2
    assert "a.operator" in performers_of(batch.lot)
    signed(step)


@pytest.mark.req("EXE-16", "EXE-18", "PRT-01")
def test_the_executed_record_names_lots_quantities_and_struck_uses() -> None:
    batch = culture_with_additions()
    lot, step = material(), first_step(batch)
    used(step, lot.number, "90")
    used(step, f"{material(FILTER).number}-C01")
    fixed(step, "100")
    paper = executed_record(executed(batch))
    lines = {line.label: line.cell for line in paper.steps[0].lines}
    assert lines["Filter 0.65 µm (MAT-0192)"].value.endswith("-C01, 1\u00a0pieces")
    struck = lines["Culture medium (MAT-0077), corrected"]
    assert (struck.old, struck.value, struck.marks) == ((f"{lot.number}, 90 mL",), f"{lot.number}, 100 mL", ("c1",))
    assert lines["Detachment enzyme (MAT-0310)"].value == ""
    assert "Culture medium (MAT-0077)" not in lines
    assert paper.corrections[0].why == "The display was read in the wrong line"
    assert paper.values_changed == 1


@pytest.mark.req("EXE-18", negative=True)
def test_not_below_zero_not_the_same_and_not_without_a_reason() -> None:
    step = first_step(culture_with_additions())
    lot = material(containers=1, per_container=Decimal(100))
    used(step, lot.number, "60")
    used(step, lot.number, "30")
    with refused("overdraw", "70 mL"):
        fixed(step, "70.1")
    with refused("nothing_changed"):
        fixed(step, "60")
    with refused("no_such_use"):
        fixed(step, "60", use="material-0")
    with refused("reason_missing"):
        correct_use(act(CORRECT_USE, "a.operator", witness="b.operator", reason=""), step.number, use=correctable(step)[0][0])
    assert stock(material_of(lot.number)) == Decimal(10)
    fixed(step, None)
    assert stock(material_of(lot.number)) == Decimal(70)


@pytest.mark.req("EXE-14")
def test_a_unit_scanned_by_mistake_is_struck_and_asked_for_again() -> None:
    unit(ROOM)
    unit(SKID)
    batch = started(EQUIPMENT_STEPS)
    cleared(batch)
    step = step_no(batch, 2)
    used(step, SKID)
    with refused("no_quantity"):
        fixed(step, "1")
    fixed(step, None)
    assert lots_made_with(unit_of(SKID)) == []
    assert [line.done for line in need_lines(step)] == [False, False, False]
    used(step, SKID)


@pytest.mark.req("EXE-17", "DEV-02")
def test_a_step_signed_again_tells_what_was_outside_its_tolerance_only_once() -> None:
    step = first_step(culture_with_additions())
    lot, cartridge = material(), material(FILTER)
    used(step, lot.number, "103")
    used(step, f"{cartridge.number}-C01")
    signed(step)
    told = ExceptionRecord.objects.get(kind="material")
    fixed(step, None, use=next(key for key, row in correctable(step) if row.need == "filter"))
    used(step, f"{cartridge.number}-C02")
    signed(step)
    assert ExceptionRecord.objects.get(kind="material") == told
    # Another quantity outside the tolerance is another fact.
    fixed(step, "104", use=next(key for key, row in correctable(step) if row.need == "medium"))
    signed(step)
    assert ["104 mL of MAT-0077" in row.sentence for row in ExceptionRecord.objects.filter(kind="material").order_by("pk")] == [False, True]


@pytest.mark.req("EXE-03", "EXE-18")
def test_a_correction_in_a_completed_batch_opens_it_again() -> None:
    batch = fed(culture_with_additions(), bank_lot())
    step = first_step(batch)
    used(step, material().number, "98")
    used(step, f"{material(FILTER).number}-C01")
    signed(step)
    recorded(step_no(batch, 2), harvested="8E+6")
    signed(step_no(batch, 2))
    assert completed(batch).completed_at is not None
    fixed(step, "99")
    batch.refresh_from_db()
    assert (batch.status, batch.completed_at) == ("in_process", None)
    with refused("steps_unsigned", "Add medium and filter"):
        completed(batch)
    signed(step)
    assert completed(batch).status == "completed"


@pytest.mark.req("EXE-18", "EXE-22", negative=True)
def test_no_quantity_below_zero_and_no_correction_in_an_aborted_batch() -> None:
    batch = culture_with_additions()
    lot, step = material(), first_step(batch)
    used(step, lot.number, "100")
    with refused("quantity_not_positive", "or empty when nothing was used"):
        fixed(step, "-1")
    abort_batch(act(ABORT_BATCH, "a.verifier"), batch.number)
    with refused("batch_closed", f"{batch.number} is aborted. Its record stays as it is."):
        fixed(step, "99")
    assert stock(material_of(lot.number)) == Decimal(4900)
