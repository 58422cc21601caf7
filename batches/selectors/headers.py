"""The header that every page of a lot carries: lineage, label, facts, tabs. Used by the pages of the laboratory too."""

from typing import Any

from django.urls import reverse

from batches.models import Lot
from batches.selectors.genealogy import family
from batches.selectors.holds import holds_of
from batches.selectors.lot_facts import headline_facts

LINEAGE = ("cell_bank", "passage", "conditioned_media", "isolation_run", "ev_lot", "drug_product")


def lot_header(lot: Lot, tab: str = "") -> dict[str, Any]:
    """Context of the record layout. `tab`: overview, genealogy, record, results, review or trail."""
    return {
        "record_id": lot.number,
        "lot": lot,
        "lineage": lineage_of(lot),
        "label": lot.disposition,
        "badges": _badges(lot),
        "kind": " · ".join(part for part in (lot.stage_name, lot.product) if part),
        "facts": headline_facts(lot),
        "tabs": [{"label": label, "url": url, "active": key == tab} for key, label, url in _tabs(lot)],
    }


def lineage_of(lot: Lot) -> list[tuple[str, str]]:
    """The chain in one line: donor, then of each stage before this one the nearest lot, then the lot itself."""
    older = [other for other in family(lot).lots if other.pk != lot.pk]
    line: list[tuple[str, str]] = []
    banks = [other for other in (*older, lot) if other.stage == "cell_bank" and other.cellbank.line is not None]
    if banks and banks[0].cellbank.line is not None:
        donor = banks[0].cellbank.line.donor
        line.append((donor.code, donor.get_absolute_url()))
    for stage in LINEAGE:
        found = [other for other in older if other.stage == stage]
        if found:
            nearest = found[-1]
            more = len(found) - 1 if stage in ("conditioned_media", "isolation_run", "ev_lot") else 0
            line.append((nearest.number + (f" + {more}" if more else ""), nearest.get_absolute_url()))
    return [*line, (lot.number, "")]


def _badges(lot: Lot) -> list[dict[str, str]]:
    """What holds the lot, then its open exceptions."""
    held = [hold.badge for hold in holds_of([lot]).get(lot.pk, [])]
    return held + exception_badges(lot, f"{reverse('batches:exceptions')}?lot={lot.number}&status=open")


def exception_badges(record: Any, url: str = "#exc") -> list[dict[str, str]]:
    """How many exceptions about a record are open; by default it leads to their list on its own page."""
    count = record.exceptions.filter(status="open").count()
    if not count:
        return []
    word = "1 open exception" if count == 1 else f"{count} open exceptions"
    return [{"state": "open", "word": word, "url": url}]


def _tabs(lot: Lot) -> list[tuple[str, str, str]]:
    number = [lot.number]
    batch = getattr(lot, "batch", None)
    return [
        ("overview", "Overview", reverse("batches:lot", args=number)),
        ("genealogy", "Genealogy", reverse("batches:lot_genealogy", args=number)),
        *([("record", "Batch record", batch.get_absolute_url())] if batch else []),
        ("results", "QC results", reverse("qc:lot_results", args=number)),
        ("review", "Review and release", reverse("qc:lot_review", args=number)),
        ("trail", "Audit trail", reverse("batches:lot_trail", args=number)),
    ]
