"""Samples that the master plans: drawn at their step, each with a number of its own, before the step can be signed."""

from decimal import Decimal
from typing import Any

import pytest

from batches.domain.commands import ABORT_BATCH, TAKE_SAMPLE
from batches.models import ExceptionRecord, Sample, Step
from batches.services.planned_samples import take_sample
from batches.services.records import abort_batch
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db

PLANNED = """
[master]
code = "MBR-SMP"
title = "Culture with samples"
stage = "passage"
product = "iMSC"
batch_size = "1.0E+9 cells"

[[step]]
key = "sample"
section = "Harvest"
title = "Take the samples"
instructions = ["Draw each sample of the plan."]
kind = "sampling"

[[step.sample]]
key = "mycoplasma"
purpose = "Mycoplasma"
quantity = "5"
unit = "mL"

[[step.sample]]
key = "retain"
purpose = "Retention"
quantity = "2"
unit = "mL"

[[step]]
key = "culture"
section = "Harvest"
title = "Harvest"
instructions = ["Count the cells."]

[[step.parameter]]
key = "harvested"
label = "Viable cells harvested"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"
"""


def taken(step: Step, need: str, quantity: str, **said: Any) -> Step:
    data = {"container": "Cryovial", "storage": "-80 °C, FRZ-04"}
    return take_sample(act(TAKE_SAMPLE, "a.operator", **said), step.number, need=need, quantity=Decimal(quantity), **data)


@pytest.mark.req("EXE-21", "LAB-01")
def test_each_planned_sample_has_its_number_time_and_quantity() -> None:
    batch = started(PLANNED)
    step = step_no(batch, 1)
    with one_event(TAKE_SAMPLE):
        taken(step, "mycoplasma", "5")
    taken(step, "retain", "2")
    one, two = Sample.objects.order_by("pk")
    assert one.number != two.number
    assert (one.lot, one.purpose, one.quantity, one.unit, one.drawn_by, one.step) == (batch.lot, "Mycoplasma", Decimal(5), "mL", "A. Operator", step)
    [signature] = valid_signatures(signed(step))
    assert len([cover for cover in signature.covered if cover["type"] == "batches.sample"]) == 2
    assert not ExceptionRecord.objects.exists()
    recorded(step_no(batch, 2), harvested="8E+6")


@pytest.mark.req("EXE-21", "EXE-05", negative=True)
def test_no_signature_without_every_planned_sample() -> None:
    step = step_no(started(PLANNED), 1)
    taken(step, "mycoplasma", "5")
    with refused("entries_missing", "Retention (Sample, 2 mL)"):
        signed(step)
    with refused("taken_already", "SMP-"):
        taken(step, "mycoplasma", "5")
    with refused("not_planned"):
        taken(step, "sterility", "5")
    with refused("quantity_not_positive"):
        taken(step, "retain", "0")
    with refused("not_permitted"):
        data = {"need": "retain", "quantity": Decimal(2), "container": "Cryovial", "storage": "FRZ-04"}
        take_sample(Act(by=person("a.reviewer")), step.number, **data)
    assert Sample.objects.count() == 1


@pytest.mark.req("EXE-21", negative=True)
def test_another_quantity_than_planned_opens_an_exception() -> None:
    step = step_no(started(PLANNED), 1)
    taken(step, "mycoplasma", "4.5")
    assert "4.5 mL drawn for “Mycoplasma”, the plan says 5 mL" in ExceptionRecord.objects.get(kind="sample").sentence


@pytest.mark.req("EXE-01", "EXE-21", negative=True)
def test_nothing_is_drawn_in_a_step_that_is_signed_or_in_a_batch_that_is_aborted() -> None:
    batch = started(PLANNED)
    step = step_no(batch, 1)
    for need, quantity in (("mycoplasma", "5"), ("retain", "2")):
        taken(step, need, quantity)
    signed(step)
    with refused("wrong_status", "signed"):
        taken(step, "retain", "2")
    other = started(PLANNED)
    abort_batch(act(ABORT_BATCH, "a.verifier"), other.number)
    with refused("batch_closed", f"{other.number} is aborted"):
        taken(step_no(other, 1), "retain", "2")
    assert Sample.objects.count() == 2
