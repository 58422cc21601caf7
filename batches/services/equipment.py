"""Equipment and rooms: registered, kept fit, stopped and returned to service after checks (EXE-13 to EXE-15)."""

from datetime import date, datetime, timedelta

from batches.domain.commands import RECORD_UPKEEP, REGISTER_EQUIPMENT, RETURN_EQUIPMENT, STOP_EQUIPMENT
from batches.domain.equipment import CLASSES, UPKEEP
from batches.domain.lifecycle_equipment import EQUIPMENT
from batches.models import EquipmentEntry, EquipmentUnit
from batches.selectors.equipment import status_of, unit_of, upkeep_facts
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.compliance.site_time import end_of_day, site_day
from evgmp.rules.blocker import refuse
from evgmp.rules.command import Command


def register_equipment(act: Act, *, code: str, name: str, equipment_class: str, place: str, serial: str = "") -> EquipmentUnit:
    """A unit or a room. Until its checks are recorded it can't be used."""
    with recording(REGISTER_EQUIPMENT, act) as rec:
        if EquipmentUnit.objects.filter(code=code).exists():
            raise refuse("code_taken", f"The code {code} belongs to another unit. Codes are given once; choose another.", "code")
        if equipment_class not in CLASSES:
            raise refuse("unknown_class", f"Choose one of: {', '.join(kind.title for kind in CLASSES.values())}.", "equipment_class")
        unit = EquipmentUnit(code=code, name=name, equipment_class=equipment_class, place=place, serial=serial)
        unit.save()
        rec.about(unit)
    return unit


def record_upkeep(act: Act, on: str, *, kind: str, evidence: str, valid_until: date | None = None) -> EquipmentUnit:
    """A calibration, qualification, cleaning or maintenance, done by one person and checked by another.

    How long a cleaning holds follows from the class; a calibration or qualification says until when it holds.
    """
    with recording(RECORD_UPKEEP, act) as rec:
        unit = _locked(on, act, RECORD_UPKEEP)
        until = _until(unit, kind, valid_until, rec.at)
        line = _line(rec, unit, kind, evidence, until=until)
        rec.about(line, unit=unit.code, kind=UPKEEP[kind][1], until=until)
    return unit_of(on)


def _until(unit: EquipmentUnit, kind: str, valid_until: date | None, at: datetime) -> datetime | None:
    """The end of the validity this upkeep gives. Refused when it can't give one."""
    if kind not in UPKEEP:
        raise refuse("unknown_kind", f"Choose one of: {', '.join(word for _, word in UPKEEP.values())}.", "kind")
    if kind == "cleaned":
        hours = unit.kind.cleaning_hours
        if valid_until is not None:
            raise refuse("computed_value", "How long a cleaning holds follows from the class of the equipment. Leave the day empty.", "valid_until")
        return at + timedelta(hours=hours) if hours is not None else None
    if kind == "maintained":
        if valid_until is not None:
            raise refuse("no_validity", "A maintenance gives no validity. Leave the day empty.", "valid_until")
        return None
    if valid_until is None:
        raise refuse("valid_until_missing", "Enter until which day it holds, as its certificate says.", "valid_until")
    if valid_until < site_day(at):
        raise refuse("already_over", f"{valid_until} is over already. Enter the day on the certificate.", "valid_until")
    return end_of_day(valid_until)


def stop_equipment(act: Act, on: str) -> EquipmentUnit:
    """Out of service, at once and by anybody who finds it unfit, with the reason."""
    with recording(STOP_EQUIPMENT, act) as rec:
        unit = _locked(on, act, STOP_EQUIPMENT)
        line = _line(rec, unit, "stopped", act.reason.strip())
        rec.about(line, unit=unit.code)
    return unit_of(on)


def return_equipment(act: Act, on: str) -> EquipmentUnit:
    """QA returns a unit to service when every check its class needs was done since it was stopped."""
    with recording(RETURN_EQUIPMENT, act) as rec:
        unit = _locked(on, act, RETURN_EQUIPMENT)
        line = _line(rec, unit, "returned", act.reason.strip())
        rec.about(line, unit=unit.code)
    return unit_of(on)


def _locked(on: str, act: Act, command: Command) -> EquipmentUnit:
    """The unit under lock, as the page must have shown it, with nothing against `command`."""
    unit = EquipmentUnit.locked(code=on)
    fresh(unit, act)
    EQUIPMENT.target(command, status=status_of(unit), facts=upkeep_facts(unit))
    return unit


def _line(rec: Recording, unit: EquipmentUnit, kind: str, note: str, *, until: datetime | None = None) -> EquipmentEntry:
    checker = rec.act.signings[1].printed_name if len(rec.act.signings) > 1 else ""
    line = EquipmentEntry(
        unit=unit, kind=kind, at=rec.at, until=until, note=note[:300], performed_by=rec.act.by.printed_name, checked_by=checker
    )  # fmt: skip
    line.save()
    unit.save()
    return line
