"""The stock of a bank as it is drawn: a bar, a legend and the boxes seen from above."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from batches.models import Container, Lot
from batches.selectors.vials import Box, Place, boxes_of, counts, not_stored

NARROWEST = 10  # a box is drawn with ten columns at least

# State of a vial -> how its place is drawn, what stands in it, what is said of it.
DRAWN: dict[str, tuple[str, str, str]] = {
    "stored": ("free", "", "in stock"),
    "reserved": ("reserved", "", "reserved"),
    "withdrawn": ("used", "", "withdrawn"),
    "thawed": ("used", "", "thawed for production"),
    "sampled": ("qc", "Q", "used for QC"),
    "destroyed": ("destroyed", "×", "destroyed"),
}
BAR_ORDER = ("free", "reserved", "used", "qc", "destroyed")


def stock_of(lot: Lot) -> dict[str, Any]:
    """What the page of a bank shows about its vials."""
    by_state = counts(lot)
    total = sum(by_state.values())
    return {
        "free": by_state["stored"],
        "total": total,
        "keys": [
            {"state": DRAWN[state][0], "text": f"{by_state[state]} {said}"} for state, (_, _, said) in DRAWN.items() if by_state[state]
        ],
        "bar": _bar({drawn: sum(by_state[s] for s, d in DRAWN.items() if d[0] == drawn) for drawn in BAR_ORDER}, total),
        "not_stored": not_stored(lot),
        "boxes": [_drawn(box) for box in boxes_of(lot)],
    }


def _bar(amounts: dict[str, int], total: int) -> list[dict[str, str]]:
    """Left edge and width of each part of the bar, in percent."""
    found, at = [], Decimal(0)
    for state in BAR_ORDER:
        width = Decimal(amounts[state]) * 100 / total if total else Decimal(0)
        if width:
            found.append({"state": state, "x": f"{at:.2f}", "width": f"{width:.2f}"})
        at += width
    return found


def _drawn(box: Box) -> dict[str, Any]:
    columns = list(range(1, max(NARROWEST, len(box.columns)) + 1))
    rows = []
    for head, places in box.rows:
        empty = [Place(head, column, None) for column in columns[len(places) :]]
        rows.append({"head": head, "places": [_place(place) for place in (*places, *empty)]})
    return {
        "title": f"Box {box.name}",
        "place": f"Tank {box.tank}, rack {box.rack}",
        "free": box.free,
        "columns": columns,
        "rows": rows,
    }


def _place(place: Place) -> dict[str, str]:
    vial = place.vial
    if vial is None:
        return {"text": "", "state": "empty", "label": "", "url": ""}
    drawn, mark, said = DRAWN[vial.state]
    label = f"Vial {vial.sequence}, {place.row}{place.column}, {said}"
    return {"text": mark or str(vial.sequence), "state": drawn, "label": label, "url": vial.get_absolute_url()}


def next_free(lot: Lot) -> Container | None:
    """The vial to take next: the reserved one that waits longest, else the first in stock."""
    vials: Iterable[Container] = Container.objects.filter(lot=lot, state__in=("reserved", "stored")).order_by("sequence")
    found = list(vials)
    return next((vial for vial in found if vial.state == "reserved"), found[0] if found else None)
