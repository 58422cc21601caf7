"""The twelve wrong things at a step: each refused by the server at the moment of the entry, with its own key and sentence, and
nothing written but the attempt."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from batches.domain.commands import RESERVE_MATERIAL
from batches.models import BatchRecord, EquipmentUnit
from batches.services.materials import reserve_material
from evgmp.compliance import clock
from evgmp.compliance.models import Attempt, Event, GmpModel
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_records import started, step_no
from tests.batches.builders_uses import (
    BALANCE,
    CLOSING,
    ENZYME,
    FILTER,
    OPENING,
    ROOM,
    SERUM,
    SKID,
    cleared,
    decided,
    item,
    kept,
    material,
    opened,
    received,
    stopped,
    unit,
    used,
)
from tests.builders import act, train

pytestmark = pytest.mark.django_db

MASTER = (
    """
[master]
code = "MBR-TWELVE"
title = "Everything at once"
stage = "passage"
product = "iMSC"
batch_size = "1.0E+9 cells"

"""
    + OPENING
    + """
[[step]]
key = "add"
section = "Culture"
title = "Add and use"
instructions = ["Scan everything."]
kind = "material"
witness = true
training = "cell_banking"

[[step.material]]
key = "medium"
item = "MAT-0077"
unit = "mL"

[[step.material]]
key = "enzyme"
item = "MAT-0310"
unit = "mL"

[[step.material]]
key = "serum"
item = "MAT-0500"
unit = "mL"

[[step.equipment]]
key = "skid"
class = "tff_skid"

[[step.equipment]]
key = "balance"
class = "balance"

[[step.equipment]]
key = "room"
class = "room_grade_c"

[[step.parameter]]
key = "harvested"
label = "Viable cells harvested"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"
"""
    + CLOSING
)
OTHER_ROOM = "ROOM-C1"


@dataclass(frozen=True)
class Case:
    """kind: one of the twelve. code: what is scanned. key, words: how it is refused. by, hours: who, how much later."""

    kind: str
    code: str
    key: str
    words: str
    by: str = "a.operator"
    hours: int = 0


def cases(batch: BatchRecord) -> list[Case]:
    """The plant with everything that can be wrong in it, and each wrong thing by its code."""
    for code in (ENZYME, FILTER, SERUM):
        item(code)
    today = site_day(clock.now())
    good = material()
    ending = material(expires_on=today + datetime.timedelta(days=2))
    bottle = opened(material(ENZYME))
    used_up = material(containers=1, per_container=Decimal(10))
    used(step_no(batch, 2), used_up.number, "10")
    kept_lot, other_lot = material(SERUM), material(SERUM)
    reserve_material(act(RESERVE_MATERIAL, "a.operator"), kept_lot.number, batch=batch.lot.number, quantity=Decimal(100))
    balance = unit(BALANCE, fit=False)
    kept(balance, "calibrated", until=today + datetime.timedelta(days=1))
    dirty, broken, room = unit(SKID), second_skid(), unit(ROOM)
    train("b.operator", ("cell_banking",), until=datetime.date(2020, 12, 31))
    return [
        Case("wrong item", f"{material(FILTER).number}-C01", "wrong_item", "Filter 0.65 µm"),
        Case("wrong lot", other_lot.number, "wrong_lot", f"this batch has {kept_lot.number} reserved"),
        Case("expired", ending.number, "expired", "expired on", hours=73),
        Case("expired after opening", f"{bottle.number}-C01", "expired_after_opening", "usable after opening until", hours=25),
        Case("quarantined", received().number, "quarantined", "in quarantine"),
        Case("on hold or rejected", decided(material(), "hold").number, "on_hold", "on hold"),
        Case("on hold or rejected", decided(received(), "rejected").number, "rejected", "locked store"),
        Case("used up", used_up.number, "used_up", "used up"),
        Case("overdue for calibration", balance.code, "calibration_overdue", "calibration of EQ-BAL-01 ended", hours=49),
        Case("overdue for cleaning", dirty.code, "cleaning_overdue", "cleaning of EQ-TFF-01 ended", hours=169),
        Case("out of service", broken.code, "out_of_service", "out of service: The feed pump leaks"),
        Case("untrained person", good.number, "not_trained", "B. Operator has no valid training in “Cell banking”", by="b.operator"),
        Case("room without line clearance", room.code, "room_not_cleared", "no line clearance"),
    ]


def other_room() -> EquipmentUnit:
    """The room that is cleared for the batch, of the same class as the one that is not."""
    from batches.domain.commands import REGISTER_EQUIPMENT
    from batches.services.equipment import register_equipment

    data = {"code": OTHER_ROOM, "name": "Culture room 1", "equipment_class": "room_grade_c", "place": "Suite 2"}
    return kept(kept(register_equipment(act(REGISTER_EQUIPMENT, "a.verifier"), **data), "qualified"), "cleaned")


def second_skid() -> EquipmentUnit:
    """A skid that was put out of service."""
    from batches.domain.commands import REGISTER_EQUIPMENT
    from batches.services.equipment import register_equipment

    data = {"code": "EQ-TFF-02", "name": "TFF skid 2", "equipment_class": "tff_skid", "place": "Suite 2"}
    return stopped(register_equipment(act(REGISTER_EQUIPMENT, "a.verifier"), **data))


def rows_of_everything() -> dict[str, int]:
    """Rows of every GMP table and of its history, and the newest revision of each."""
    found = {"events": Event.objects.count()}
    for model in apps.get_models():
        if issubclass(model, GmpModel):
            found[model._meta.label] = model._default_manager.count()
            found[f"history of {model._meta.label}"] = model.history.count()  # type: ignore[attr-defined]
    return found


@contextmanager
def later(hours: int) -> Iterator[None]:
    if not hours:
        yield
        return
    with clock.held_at(clock.now() + datetime.timedelta(hours=hours)):
        yield


def refusal(scan: Callable[[], Any]) -> dict[str, str]:
    """Key -> sentence of everything that refuses the scan."""
    with pytest.raises(RuleBroken) as broken:
        scan()
    return {blocker.key: blocker.message for blocker in broken.value.blockers}


@pytest.mark.req("EXE-12", "EXE-13", "EXE-15", "EXE-16", "ACC-14", negative=True)
def test_12_of_12() -> None:
    for code in ("MAT-0077", ENZYME, SERUM):
        item(code)
    batch = started(MASTER)
    cleared(batch, room=other_room().code)
    step = step_no(batch, 2)
    table = cases(batch)
    before, tried = rows_of_everything(), Attempt.objects.filter(kind="scan").count()
    sentences, refused_kinds = set(), set()
    for case in table:
        with later(case.hours):
            said = refusal(lambda case=case: used(step, case.code, "5", by=case.by))
        assert case.key in said, f"{case.kind}: {said}"
        assert case.words in said[case.key], f"{case.kind}: {said}"
        assert rows_of_everything() == before, case.kind
        tried += 1
        attempts = Attempt.objects.filter(kind="scan")
        assert attempts.count() == tried, case.kind
        assert (attempts[0].user_id, case.code in attempts[0].why) == (case.by, True)
        sentences.add(said[case.key])
        refused_kinds.add(case.kind)
    assert len({case.key for case in table}) == len(sentences) == len(table)
    assert len(refused_kinds) == 12
