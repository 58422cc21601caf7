"""Authorisations of reprocessing and rework, and what follows from them for the lots made under them (EXE-23)."""

from collections.abc import Iterable

from batches.models import Lot, ReworkAuthorisation
from batches.selectors.genealogy import ancestors


def rework_of(number: str) -> ReworkAuthorisation:
    return ReworkAuthorisation.objects.select_related("lot", "procedure__master", "made").get(number=number.strip().upper())


def reworks_of(lot: Lot) -> list[ReworkAuthorisation]:
    """Of this lot, and the one that it was made under, oldest first."""
    own = ReworkAuthorisation.objects.select_related("lot", "procedure__master", "made")
    return sorted({*own.filter(lot=lot), *own.filter(made=lot)}, key=lambda one: one.pk)


def authorised(lot: Lot) -> ReworkAuthorisation | None:
    """The one that may begin now."""
    return ReworkAuthorisation.objects.filter(lot=lot, status="authorised").select_related("procedure__master").first()


def added_tests(lot: Lot, older: Iterable[Lot] | None = None) -> set[str]:
    """Codes of tests that become mandatory for a lot, because it or a lot it was made from was processed again."""
    if not ReworkAuthorisation.objects.filter(status="begun").exists():
        return set()
    kin = [lot.pk, *(a.pk for a in (ancestors(lot) if older is None else older))]
    rows = ReworkAuthorisation.objects.filter(made__in=kin).values_list("added_tests", flat=True)
    return {code for codes in rows for code in codes}


def processed_again(lots: Iterable[Lot]) -> set[int]:
    """Keys of lots that QA let go into another of these lots: they never get a release of their own, and need none."""
    keys = [lot.pk for lot in lots]
    return set(ReworkAuthorisation.objects.filter(lot__in=keys, made__in=keys).values_list("lot_id", flat=True))
