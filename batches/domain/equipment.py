"""Equipment and rooms: their classes, what must be in date for each, and why one may not be used now. Knows no Django.

Asked at the moment of the entry, with the server's own time (EXE-12, EXE-13, EXE-15).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from evgmp.rules.blocker import Blocker
from evgmp.rules.instants import in_own_zone


@dataclass(frozen=True)
class EquipmentClass:
    """A kind of equipment or room. needs: which validities must be in date. cleaning_hours, clearance_hours: how long a
    cleaning, a line clearance holds. clean_between_lots: a cleaning ends with the first use for another lot."""

    title: str
    needs: tuple[str, ...]
    is_room: bool = False
    cleaning_hours: int | None = None
    clearance_hours: int | None = None
    clean_between_lots: bool = False


CALIBRATION, QUALIFICATION, CLEANING = "calibration", "qualification", "cleaning"
# Hours are examples: a site sets its own by its cleaning validation.
CLASSES: dict[str, EquipmentClass] = {
    "tff_skid": EquipmentClass("TFF skid", (CALIBRATION, QUALIFICATION, CLEANING), cleaning_hours=168, clean_between_lots=True),
    "pump": EquipmentClass("Pump", (CALIBRATION, CLEANING), cleaning_hours=168, clean_between_lots=True),
    "biosafety_cabinet": EquipmentClass("Biosafety cabinet", (QUALIFICATION, CLEANING), cleaning_hours=72),
    "isolator": EquipmentClass("Isolator", (QUALIFICATION, CLEANING), cleaning_hours=72, clean_between_lots=True),
    "incubator": EquipmentClass("Incubator", (CALIBRATION, QUALIFICATION, CLEANING), cleaning_hours=744),
    "centrifuge": EquipmentClass("Centrifuge", (CALIBRATION, CLEANING), cleaning_hours=168),
    "cell_counter": EquipmentClass("Cell counter", (CALIBRATION, QUALIFICATION)),
    "analytical_instrument": EquipmentClass("Analytical instrument", (CALIBRATION, QUALIFICATION)),
    "balance": EquipmentClass("Balance", (CALIBRATION,)),
    "pressure_sensor": EquipmentClass("Pressure sensor", (CALIBRATION,)),
    "filling_station": EquipmentClass("Filling station", (CALIBRATION, QUALIFICATION, CLEANING), cleaning_hours=72, clean_between_lots=True),
    "controlled_rate_freezer": EquipmentClass("Controlled-rate freezer", (CALIBRATION, QUALIFICATION)),
    "lyophiliser": EquipmentClass("Lyophiliser", (CALIBRATION, QUALIFICATION, CLEANING), cleaning_hours=168, clean_between_lots=True),
    "freezer": EquipmentClass("Freezer", (CALIBRATION, QUALIFICATION)),
    "storage_tank": EquipmentClass("Nitrogen storage tank", (CALIBRATION, QUALIFICATION)),
    "room_grade_b": EquipmentClass("Room, grade B", (QUALIFICATION, CLEANING), is_room=True, cleaning_hours=168, clearance_hours=24),
    "room_grade_c": EquipmentClass("Room, grade C", (QUALIFICATION, CLEANING), is_room=True, cleaning_hours=168, clearance_hours=24),
    "room_grade_d": EquipmentClass("Room, grade D", (QUALIFICATION, CLEANING), is_room=True, cleaning_hours=336, clearance_hours=72),
}

# What is done to keep equipment fit, the validity it renews, and its word.
UPKEEP: dict[str, tuple[str, str]] = {
    "calibrated": (CALIBRATION, "Calibrated"),
    "qualified": (QUALIFICATION, "Qualified"),
    "cleaned": (CLEANING, "Cleaned"),
    "maintained": ("", "Maintained"),
}


class Logged(Protocol):
    """One line of a unit's log, as the rules read it. until: the end of the validity it gave."""

    kind: str
    until: datetime | None
    number: str


@dataclass(frozen=True)
class UnitFacts:
    """A unit as its log says it is now. `ends`: end of each validity, None where none was ever recorded. stopped: the
    reason while it is out of service. dirtied_by: another lot it was used for since its last cleaning. cleared_until: end
    of the line clearance for the lot that asks; taken_by: another lot in the room since then."""

    code: str
    name: str
    equipment_class: str
    stopped: str
    ends: dict[str, datetime | None]
    dirtied_by: str = ""
    cleared_until: datetime | None = None
    taken_by: str = ""

    @property
    def kind(self) -> EquipmentClass:
        return CLASSES[self.equipment_class]


_OVERDUE = {
    CALIBRATION: ("calibration_overdue", "calibration", "Take another; the supervisor has it calibrated."),
    QUALIFICATION: ("qualification_overdue", "qualification", "Take another; the supervisor has it qualified."),
    CLEANING: ("cleaning_overdue", "cleaning", "Clean it and record the cleaning, or take another."),
}


def unit_blockers(unit: UnitFacts, *, at: datetime, lot: str, clearing: bool = False, closing: bool = False) -> list[Blocker]:
    """Every reason why a unit may not be used for `lot` at this instant. clearing: it is the room that is being cleared;
    closing: after the end, when it is cleaned next and the last cleaning may have ended."""
    found = []
    if unit.stopped:
        found.append(
            Blocker("out_of_service", f"{unit.code} is out of service: {unit.stopped.rstrip('.')}. Take another; QA returns it to service.", "code")
        )
    for need in unit.kind.needs:
        if closing and need == CLEANING:
            continue
        key, word, advice = _OVERDUE[need]
        end = unit.ends.get(need)
        if end is None:
            found.append(Blocker(key, f"No {word} of {unit.code} is recorded. {advice}", "code"))
        elif at >= end:
            found.append(Blocker(key, f"The {word} of {unit.code} ended on {in_own_zone(end)}. {advice}", "code"))
        elif need == CLEANING and unit.dirtied_by:
            found.append(Blocker(key, f"{unit.code} was used for {unit.dirtied_by} and not cleaned since. {advice}", "code"))
    if unit.kind.is_room and not clearing:
        found += clearance_blockers(unit, at=at, lot=lot)
    return found


def clearance_blockers(unit: UnitFacts, *, at: datetime, lot: str) -> list[Blocker]:
    """Why work for `lot` may not begin in this room: never cleared for it, taken by another lot since, or cleared too long ago (EXE-12)."""
    advice = f"Do and sign the line clearance of {unit.code} for {lot} first."
    if unit.cleared_until is None:
        return [Blocker("room_not_cleared", f"{unit.code} has no line clearance for {lot}. {advice}", "code")]
    if unit.taken_by:
        return [Blocker("room_not_cleared", f"{unit.taken_by} was in {unit.code} since its line clearance for {lot}. {advice}", "code")]
    if at >= unit.cleared_until:
        ended = in_own_zone(unit.cleared_until)
        again = f"Strike the scan of the room in its clearance step, scan it again, and sign the line clearance for {lot} anew."
        return [Blocker("room_not_cleared", f"The line clearance of {unit.code} ended on {ended}. {again}", "code")]
    return []


def room_in_use(room: str, *, batch: str, product: str, lot: str, until: datetime) -> Blocker:
    """Nobody clears a room for one lot while another batch works there under its own clearance (EXE-12)."""
    said = f"{room} is in use by {batch} ({product}, lot {lot}), whose line clearance is in force until {in_own_zone(until)}."
    return Blocker("room_in_use", f"{said} Take another room, or wait until {batch} has signed its clearance after the end.", "code")


def scan_overtaken(room: str, *, lot: str) -> Blocker:
    """What was checked in a room is not true any more once another lot was in it (EXE-12)."""
    advice = "Strike the scan of the room, scan it again and check every point anew."
    return Blocker("room_in_use", f"{lot} was in {room} since it was scanned here. {advice}", "code")


def ended_meanwhile(unit: UnitFacts, *, at: datetime, closing: bool = False, when: str = "while the step ran") -> list[str]:
    """What ended while a step that uses the unit was running: sentences for an exception (EXE-15). What other lots did to it
    meanwhile is judged at their own scan. closing: the step clears the room after the end, so its cleaning may have ended."""
    found = []
    if unit.stopped:
        found.append(f"{unit.code} was put out of service {when} ({unit.stopped.rstrip('.')})")
    for need in unit.kind.needs:
        end = unit.ends.get(need)
        if end is not None and at >= end and not (closing and need == CLEANING):
            found.append(f"The {_OVERDUE[need][1]} of {unit.code} ended on {in_own_zone(end)}, {when}")
    return found


def checks_missing(equipment_class: str, since_stop: set[str]) -> list[str]:
    """Which checks a unit of this class still needs before it goes back into service. `since_stop`: validities renewed since
    it was stopped."""
    return [need for need in CLASSES[equipment_class].needs if need not in since_stop]
