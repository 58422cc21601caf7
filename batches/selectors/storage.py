"""Where lots stand and stood: places, moves and temperature excursions in the order of time (EXE-25)."""

from dataclasses import dataclass
from datetime import datetime

from batches.domain.storage import class_of, temperature_classes
from batches.models import Container, ContainerMovement, Lot
from batches.selectors.vials import IN_PLACE
from evgmp.rules.blocker import Blocker
from evgmp.web.components import value_text

UNKNOWN_PLACE = "Place not recorded before"


@dataclass(frozen=True)
class StorageLine:
    """One event in the storage of a lot. warns: it is a departure from how the lot is kept."""

    at: datetime
    what: str
    where: str
    why: str
    by: str
    warns: bool = False


def kept_in(lot: Lot) -> str:
    """Key of the temperature class the lot is kept in; empty where none is named."""
    return class_of(lot.stage, getattr(lot.typed, "dosage_form", ""))


def boxes(lot: Lot) -> dict[str, list[Container]]:
    """The boxes in which vials of a bank stand now: place in words -> its vials."""
    found: dict[str, list[Container]] = {}
    for vial in Container.objects.filter(lot=lot, state__in=IN_PLACE).order_by("sequence"):
        found.setdefault(box_place(vial.tank, vial.rack, vial.box), []).append(vial)
    return found


def box_place(tank: str, rack: str, box: str) -> str:
    return f"{tank}, rack {rack}, box {box}"


def place_of(lot: Lot, part: str = "") -> str:
    """Where the lot stands since its last move: this part, or all of it. Empty while no move is recorded."""
    last = lot.moves.filter(part__in={part, ""}).order_by("-pk").first()
    return last.to_place if last else ""


def moving_blockers(lot: Lot) -> list[Blocker]:
    """Why a lot can't be moved now."""
    if lot.making_status != "made":
        return [Blocker("lot_not_made", f"{lot} is not made yet, so it stands where it is made. Complete its batch first.")]
    if lot.stage == "cell_bank" and not boxes(lot):
        return [Blocker("no_vial_stored", f"No vial of {lot} stands in a box. Store the vials first.")]
    return []


def storage_course(lot: Lot) -> list[StorageLine]:
    """Stored, moved, too warm: everything about the storage of a lot, oldest first."""
    titles, kept = temperature_classes(), kept_in(lot)
    found = [*_stored(lot)]
    for move in lot.moves.all():
        where = f"{move.from_place or UNKNOWN_PLACE} → {move.to_place}"
        words = titles.get(move.temperature_class, move.temperature_class)
        what = f"Moved: {move.part}" if move.part else "Moved"
        found.append(StorageLine(move.at, what, where, _both(words, move.reason), move.moved_by, move.temperature_class != kept))
    for row in lot.excursions.all():
        said = f"{value_text(row.highest_c, '°C')}, allowed {value_text(row.limit_c, '°C')}. {row.source}"
        found.append(StorageLine(row.began_at, "Temperature excursion", row.place, said, row.recorded_by, row.is_over))
    return sorted(found, key=lambda line: line.at)


def _both(words: str, reason: str) -> str:
    return f"{words}. {reason}" if reason else words


def _stored(lot: Lot) -> list[StorageLine]:
    """A line for each time that vials were given their places."""
    lines: dict[tuple[datetime, str, str], int] = {}
    rows = ContainerMovement.objects.filter(container__lot=lot, kind="stored").order_by("pk")
    for at, purpose, by in rows.values_list("at", "purpose", "performed_by"):
        key = at, purpose.rpartition(", ")[0], by
        lines[key] = lines.get(key, 0) + 1
    return [StorageLine(at, f"{count} vials stored", where, "", by) for (at, where, by), count in lines.items()]
