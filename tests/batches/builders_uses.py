"""Materials for tests, made by running the commands as the cast would, and a master whose first step adds two of them."""

import datetime
from decimal import Decimal
from typing import Any

from batches.domain import commands as c
from batches.models import BatchRecord, EquipmentUnit, MaterialItem, MaterialLot, Step
from batches.services import equipment, materials, use_corrections, uses
from batches.services.files import RawFile
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.builders import act

MEDIUM, ENZYME, FILTER, SERUM = "MAT-0077", "MAT-0310", "MAT-0192", "MAT-0500"
LATER = datetime.date(2098, 5, 31)
ITEM = {"storage": "2 to 8 °C", "origin": "None"}
ITEMS: dict[str, dict[str, Any]] = {
    MEDIUM: {"name": "Culture medium", "unit": "mL"},
    ENZYME: {"name": "Detachment enzyme", "unit": "mL", "open_hours": 24},
    SERUM: {"name": "Serum substitute", "unit": "mL"},
    FILTER: {"name": "Filter 0.65 µm", "unit": "pieces", "single_use": True},
}
ARRIVAL = {"supplier": "Sample Media", "supplier_lot": "M-2291", "containers": 10, "per_container": Decimal(500), "place": "Cold room C2-04"}
CERTIFICATE = RawFile("coa.pdf", "application/pdf", b"%PDF certificate of the supplier")

MATERIAL_STEP = """
[master]
code = "MBR-ADD"
title = "Culture with additions"
stage = "passage"
product = "iMSC"
batch_size = "1.0E+9 cells"

[[step]]
key = "feed"
section = "Culture"
title = "Add medium and filter"
instructions = ["Scan each material and enter how much was used."]
kind = "material"
witness = true

[[step.material]]
key = "medium"
item = "MAT-0077"
quantity = "100"
unit = "mL"
tolerance_pct = "2"

[[step.material]]
key = "filter"
item = "MAT-0192"
unit = "pieces"

[[step.material]]
key = "enzyme"
item = "MAT-0310"
unit = "mL"
required = false

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


def item(code: str = MEDIUM, **changed: Any) -> MaterialItem:
    """An item; the one that is registered already is used again."""
    found = MaterialItem.objects.filter(code=code).first()
    return found or materials.register_item(act(c.REGISTER_ITEM, "m.author"), code=code, **{**ITEM, **ITEMS[code], **changed})


def received(code: str = MEDIUM, *, certificate: RawFile | None = CERTIFICATE, expires_on: datetime.date | None = LATER, **changed: Any) -> MaterialLot:
    """A lot in quarantine."""
    item(code)
    data = {**ARRIVAL, **({"per_container": Decimal(1)} if code == FILTER else {}), **changed}
    return materials.receive_material(act(c.RECEIVE_MATERIAL, "b.operator"), code, certificate=certificate, expires_on=expires_on, **data)


def decided(lot: MaterialLot, decision: str = "released", *, by: str = "a.reviewer") -> MaterialLot:
    return materials.decide_material(act(c.DECIDE_MATERIAL, by, reason="Certificate checked against the specification"), lot.number, decision=decision)


def material(code: str = MEDIUM, **changed: Any) -> MaterialLot:
    """A released lot."""
    return decided(received(code, **changed))


def opened(lot: MaterialLot, container: int = 1) -> MaterialLot:
    return materials.open_material(act(c.OPEN_MATERIAL, "a.operator"), lot.number, container=container)


def culture_with_additions() -> BatchRecord:
    """A batch whose first step adds medium and a filter; its items are registered."""
    for code in (MEDIUM, ENZYME, FILTER):
        item(code)
    return started(MATERIAL_STEP)


def used(step: Step, code: str, quantity: str | None = None, *, by: str = "a.operator", seen: str = "", once: str = "") -> Step:
    amount = Decimal(quantity) if quantity is not None else None
    return uses.record_use(act(c.RECORD_USE, by, seen=seen, once=once), step.number, code=code, quantity=amount)


def struck(step: Step, use: str) -> Step:
    """A use recorded by mistake, struck: the step is open again."""
    signing = act(c.CORRECT_USE, "a.operator", witness="b.operator", reason="It was recorded in the wrong place")
    use_corrections.correct_use(signing, step.number, use=use)
    return Step.objects.get(pk=step.pk)


def first_step(batch: BatchRecord) -> Step:
    return step_no(batch, 1)


# --- equipment ---

# Line clearances of a room: before the start, and after the end.
OPENING = """
[[step]]
key = "clearance"
section = "Preparation"
title = "Line clearance"
instructions = ["Scan the room, check each point, sign."]
kind = "clearance"
witness = true

[[step.equipment]]
key = "room"
class = "room_grade_c"

[[step.parameter]]
key = "area"
label = "Area free of the previous lot"
kind = "choice"
choices = ["clear", "not clear"]
accepted = ["clear"]
"""
CLOSING = """
[[step]]
key = "closing"
section = "Closing"
title = "Line clearance after the end"
instructions = ["Scan the room, check each point, sign."]
kind = "clearance"
witness = true

[[step.equipment]]
key = "room"
class = "room_grade_c"

[[step.parameter]]
key = "area_after"
label = "Area free of this lot"
kind = "choice"
choices = ["clear", "not clear"]
accepted = ["clear"]
"""
EQUIPMENT_STEPS = (
    """
[master]
code = "MBR-EQ"
title = "Culture with equipment"
stage = "passage"
product = "iMSC"
batch_size = "1.0E+9 cells"

"""
    + OPENING
    + """
[[step]]
key = "work"
section = "Culture"
title = "Set up"
instructions = ["Scan room, skid and balance."]
kind = "equipment"

[[step.equipment]]
key = "room"
class = "room_grade_c"

[[step.equipment]]
key = "skid"
class = "tff_skid"

[[step.equipment]]
key = "balance"
class = "balance"
required = false

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
    + CLOSING
)

ROOM, ROOM_B, SKID, BALANCE = "ROOM-C2", "ROOM-B1", "EQ-TFF-01", "EQ-BAL-01"
UNITS = {
    ROOM: ("Culture room", "room_grade_c"), ROOM_B: ("Filling room", "room_grade_b"),
    SKID: ("TFF skid 1", "tff_skid"), BALANCE: ("Balance 1", "balance"),
}  # fmt: skip


def unit(code: str = SKID, *, fit: bool = True) -> EquipmentUnit:
    """A unit or room; fit: with every check of its class in date."""
    name, equipment_class = UNITS[code]
    found = equipment.register_equipment(act(c.REGISTER_EQUIPMENT, "a.verifier"), code=code, name=name, equipment_class=equipment_class, place="Suite 2")
    for need in found.kind.needs if fit else ():
        found = kept(found, {"calibration": "calibrated", "qualification": "qualified", "cleaning": "cleaned"}[need])
    return found


def kept(found: EquipmentUnit, kind: str, *, until: datetime.date | None = LATER, by: str = "a.operator", witness: str = "b.operator") -> EquipmentUnit:
    """One upkeep, done and checked."""
    valid_until = until if kind in ("calibrated", "qualified") else None
    signing = act(c.RECORD_UPKEEP, by, witness=witness)
    return equipment.record_upkeep(signing, found.code, kind=kind, evidence="Protocol PR-0417", valid_until=valid_until)


def stopped(found: EquipmentUnit) -> EquipmentUnit:
    return equipment.stop_equipment(act(c.STOP_EQUIPMENT, "a.operator", reason="The feed pump leaks at the inlet"), found.code)


def returned(found: EquipmentUnit) -> EquipmentUnit:
    return equipment.return_equipment(act(c.RETURN_EQUIPMENT, "a.reviewer", reason="Pump head replaced, checks repeated"), found.code)


def cleared_after(batch: BatchRecord, answer: str = "clear", *, room: str = ROOM, place: int = 4) -> Step:
    """The line clearance after the end of a batch of EQUIPMENT_STEPS, scanned, answered and signed."""
    step = step_no(batch, place)
    used(step, room)
    recorded(step, area_after=answer)
    return signed(step)


def cleared(batch: BatchRecord, answer: str = "clear", *, room: str = ROOM) -> Step:
    """The line clearance of a batch of EQUIPMENT_STEPS, scanned, answered and signed."""
    step = step_no(batch, 1)
    used(step, room)
    recorded(step, area=answer)
    return signed(step)
