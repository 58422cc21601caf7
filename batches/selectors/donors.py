"""Reading donors and lines."""

from collections.abc import Sequence

from django.db.models import QuerySet

from batches.models import CellLine, Donor, Lot
from batches.selectors.holds import Hold, holds_of


def donors() -> "QuerySet[Donor]":
    return Donor.objects.prefetch_related("lines")


def donor_of(code: str) -> Donor:
    return donors().get(code=code.strip().upper())


def undecided_donors() -> "QuerySet[Donor]":
    return Donor.objects.filter(eligibility="undecided")


def lines() -> "QuerySet[CellLine]":
    return CellLine.objects.select_related("donor")


def line_of(code: str) -> CellLine:
    return lines().get(code=code.strip().upper())


def decisions_on_donor(donor: Donor) -> list[object]:
    """Every decision about a donor, the newest first: history rows with eligibility, basis and time (TRC-04)."""
    found: list[object] = []
    last = None
    for row in donor.history.order_by("history_id"):  # type: ignore[attr-defined]
        if row.decided_at is not None and row.decided_at != last:
            found.insert(0, row)
            last = row.decided_at
    return found


def banks_of_line(line: CellLine) -> list[tuple[Lot, Sequence[Hold]]]:
    """Banks made directly from a line, each with what holds it beside its disposition."""
    banks = [bank.lot for bank in line.banks.select_related("lot").order_by("lot__number")]
    holds = holds_of(banks)
    return [(bank, holds.get(bank.pk, ())) for bank in banks]
