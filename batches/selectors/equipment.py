"""Reading equipment and rooms: what the log of a unit says about it now."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from batches.domain.equipment import UPKEEP, UnitFacts, checks_missing, ended_meanwhile, unit_blockers
from batches.domain.lifecycle_equipment import EQUIPMENT
from batches.models import EquipmentEntry, EquipmentUnit, Lot
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.models import Signature
from evgmp.compliance.site_time import at_site, end_of_day, start_of_day
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command

# The shortest time that both databases keep.
INSTANT = timedelta(microseconds=1)


def units() -> "QuerySet[EquipmentUnit]":
    return EquipmentUnit.objects.prefetch_related("log__lot", "log__step").order_by("code")


def unit_of(code: str) -> EquipmentUnit:
    return units().get(code=code.strip().upper())


def _log(unit: EquipmentUnit) -> list[EquipmentEntry]:
    """The lines that count, oldest first."""
    return sorted((line for line in unit.log.all() if line.is_current), key=lambda line: line.pk)


def status_of(unit: EquipmentUnit) -> str:
    return "out_of_service" if _stop(_log(unit)) else "in_service"


def _stop(log: list[EquipmentEntry]) -> EquipmentEntry | None:
    """The line that put the unit out of service, unless it was returned since."""
    newest = next((line for line in reversed(log) if line.kind in ("stopped", "returned")), None)
    return newest if newest is not None and newest.kind == "stopped" else None


def unit_facts(unit: EquipmentUnit, lot: Lot | None = None, at: datetime | None = None) -> UnitFacts:
    """The unit as the rules ask about it, for `lot`: read from its log, now or as it stood at an earlier instant."""
    log = [line for line in _log(unit) if at is None or line.at <= at]
    stop = _stop(log)
    ends: dict[str, datetime | None] = {}
    for line in log:
        if validity := UPKEEP.get(line.kind, ("", ""))[0]:
            ends[validity] = at_site(line.until) if line.until else None
    others = [line for line in log if line.lot_id is not None and (lot is None or line.lot_id != lot.pk)]
    cleaned = max((line.pk for line in log if line.kind == "cleaned"), default=0)
    dirtied = [line for line in others if line.kind == "used" and line.pk > cleaned] if unit.kind.clean_between_lots else []
    # A clearance counts while its step is signed: a correction of its checklist opens the step again.
    cleared = [line for line in log if line.kind == "cleared" and lot is not None and line.lot_id == lot.pk]
    clearance = next((line for line in reversed(cleared) if line.step is not None and line.step.status == "signed"), None)
    taken = [line for line in others if line.kind in ("used", "cleared") and clearance is not None and line.pk > clearance.pk]
    return UnitFacts(
        code=unit.code, name=unit.name, equipment_class=unit.equipment_class, stopped=(stop.note or "no reason recorded") if stop else "",
        ends=ends, dirtied_by=_lot_of(dirtied), cleared_until=at_site(clearance.until) if clearance and clearance.until else None,
        taken_by=_lot_of(taken),
    )  # fmt: skip


def lapses_of(
    unit_id: int, lot: Lot | None, *, since: datetime, until: datetime, closing: bool = False, when: str = "while the step ran"
) -> list[str]:
    """What ended between two instants, also where it was renewed or returned to service before the second: a gap stays a gap (EXE-15)."""
    unit = units().get(pk=unit_id)
    ends_gap = [line.at - INSTANT for line in _log(unit) if (line.kind in UPKEEP or line.kind == "returned") and since < line.at <= until]
    found = [ended_meanwhile(unit_facts(unit, lot, at), at=at, closing=closing, when=when) for at in (*ends_gap, until)]
    return list(dict.fromkeys(sentence for sentences in found for sentence in sentences))


def previous_lot(unit: EquipmentUnit, lot: Lot) -> Lot | None:
    """The last other lot that was in a room, for its line clearance (EXE-12)."""
    others = [line for line in _log(unit) if line.kind in ("used", "cleared") and line.lot_id not in (None, lot.pk)]
    return others[-1].lot if others else None


def _lot_of(lines: list[EquipmentEntry]) -> str:
    """Number of the lot of the newest line; empty when there is none."""
    return str(lines[-1].lot or "") if lines else ""


def equipment_state(unit: EquipmentUnit, at: datetime) -> str:
    """in_date, overdue or out_of_service: what the list shows. A room's line clearance is a matter of each lot."""
    facts = unit_facts(unit)
    if facts.stopped:
        return "out_of_service"
    return "overdue" if unit_blockers(facts, at=at, lot="", clearing=True) else "in_date"


def upkeep_facts(unit: EquipmentUnit) -> dict[str, Any]:
    """What the rules of EQUIPMENT ask about."""
    log = _log(unit)
    stop = _stop(log)
    since = {UPKEEP[line.kind][0] for line in log if line.kind in UPKEEP and stop is not None and line.pk > stop.pk}
    return {"checks_missing": checks_missing(unit.equipment_class, since) if stop else []}


def equipment_blockers(command: Command, unit: EquipmentUnit) -> list[Blocker]:
    return EQUIPMENT.blockers(command, status=status_of(unit), facts=upkeep_facts(unit))


def log_lines(unit: EquipmentUnit, first: date | None = None, last: date | None = None) -> "QuerySet[EquipmentEntry]":
    """The lines of a range of days, both included, in order of time."""
    rows = unit.log.select_related("lot", "step").order_by("at", "pk")
    if first is not None:
        rows = rows.filter(at__gte=start_of_day(first))
    if last is not None:
        rows = rows.filter(at__lt=end_of_day(last))
    return rows


def with_signatures(found: list[EquipmentEntry]) -> list[tuple[EquipmentEntry, list[Signature]]]:
    """Each line with the signatures that vouch for it: its own, or those of the step it was used in, whose second person verified the
    use (EXE-14)."""
    own, of_steps = signatures_by_record(found), signatures_by_record(list({row.step_id: row.step for row in found if row.step}.values()))
    return [(row, own[str(row.pk)] or [sig for sig in of_steps[str(row.step_id)] if not sig.withdrawn_why]) for row in found]


def log_of(unit: EquipmentUnit, first: date | None = None, last: date | None = None) -> list[tuple[EquipmentEntry, list[Signature]]]:
    """The log in order of time, of a range of days, each line with its signatures."""
    return with_signatures(list(log_lines(unit, first, last)))


def lots_made_with(unit: EquipmentUnit) -> list[Lot]:
    """The lots a unit was used for (TRC-02)."""
    keys = unit.log.filter(kind="used", is_current=True).exclude(lot=None).values_list("lot_id", flat=True)
    return list(Lot.objects.filter(pk__in=set(keys)).order_by("-pk"))
