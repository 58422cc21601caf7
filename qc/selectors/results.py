"""Reading results, runs' files and OOS records. The sheet and what stops a release come from their own modules."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from batches.models import Lot, Sample
from evgmp.compliance.models import Attachment
from qc.domain.applicability import applies
from qc.models import ImportedValue, LotSpecification, OutOfSpecification, Result, SpecRow
from qc.selectors.release import factor_blockers, release_blockers
from qc.selectors.sheets import Sheet, SheetRow, open_oos, open_rows, pinned_version, sheet, word_of
from qc.selectors.specifications import attributes_of


def lots_under_test() -> QuerySet[LotSpecification]:
    """Lots with a pinned version, newest first, with the counts of their results."""
    current = Q(lot__results__is_current=True)
    # What waits for its second reader is not told by a count either.
    shown = Q(lot__results__row__second_reading=False) | Q(lot__results__reading__isnull=False)
    return (
        LotSpecification.objects.select_related("lot", "version__spec")
        .annotate(
            recorded=Count("lot__results", filter=current, distinct=True),
            waiting=Count("lot__results", filter=current & Q(lot__results__status="entered"), distinct=True),
            passed=Count("lot__results", filter=current & Q(lot__results__status="reviewed", lot__results__verdict="conforms"), distinct=True),
            out=Count("lot__results", filter=current & shown & Q(lot__results__verdict="does_not_conform"), distinct=True),
        )
        .order_by("-pk")
    )


def tests_that_apply(pinned: Sequence[LotSpecification]) -> dict[int, tuple[int, int]]:
    """By key of each lot how many tests of its version the laboratory records for it, and how many do not apply to it.

    Rows that follow from other records are neither: nobody records them.
    """
    rows: dict[int, list[Any]] = defaultdict(list)
    versions = {one.version_id for one in pinned}
    for version, applies_when in SpecRow.objects.filter(version__in=versions, computed="").order_by().values_list("version_id", "applies_when"):
        rows[version].append(applies_when)
    found = {}
    for one in pinned:
        conditions = rows[one.version_id]
        attributes = attributes_of(one.lot) if any(conditions) else {}
        applying = sum(applies(condition, attributes) for condition in conditions)
        found[one.lot_id] = (applying, len(conditions) - applying)
    return found


def result_of(number: str) -> Result:
    return Result.objects.select_related("lot", "row__version__spec", "sample", "run", "supersedes").get(number=number)


def lot_of(number: str) -> Lot:
    return Lot.objects.get(number=number)


def sample_of(number: str) -> Sample:
    return Sample.objects.select_related("lot").get(number=number)


def samples_of(lot: Lot) -> QuerySet[Sample]:
    return lot.samples.order_by("number")


def samples_to_receive() -> list[Sample]:
    """Samples drawn and not yet in the laboratory, the oldest first."""
    return list(Sample.objects.select_related("lot").filter(status="drawn").order_by("pk"))


def results_to_review() -> list[Result]:
    """Results that wait for the second person, the oldest first."""
    waiting = Result.objects.filter(status="entered", is_current=True)
    return list(waiting.select_related("lot", "row", "run").order_by("pk"))


def result_facts(result: Result) -> dict[str, Any]:
    """What the status table of results asks for."""
    newer = Result.objects.filter(supersedes=result).first()
    opened = OutOfSpecification.objects.filter(result=result).first()
    return {
        "is_current": result.is_current,
        "superseded_by": newer.number if newer else "",
        "invalidated_by": opened.number if opened and opened.status == "invalidated" else "",
        "verdict": result.verdict,
        "purpose": result.row.purpose,
        "oos": opened.number if opened else "",
        "repeat_rule": result.row.repeat,
        "wells_positive": result.wells_positive,
        "is_repeat": result.is_repeat,
        "run_valid": result.run is None or result.run.valid,
        "analyst": result.analyst_id,
        "run_analyst": result.run.analyst_id if result.run else "",
        "two_readers": result.asks_two_readers,
        "reading": "none" if (read := result.second_reading) is None else "agrees" if read.agrees else "differs",
    }


def terms_of(row: SpecRow) -> list[str]:
    """Every term that the test may report, in the order of the alphabet, so that the order doesn't say which is wanted."""
    return sorted({*row.accepted, *row.known}, key=str.casefold)


def chain_of(result: Result) -> list[Result]:
    """The result with everything it superseded and everything that superseded it, oldest first."""
    return list(
        Result.objects.filter(lot=result.lot, row=result.row).select_related("row", "run", "sample", "supersedes").order_by("pk")
    )


def others_of_run(result: Result) -> list[Result]:
    """The other results that rest on the same run, so that the reviewer sees what stands and falls with it."""
    if result.run_id is None:
        return []
    return list(Result.objects.filter(run=result.run_id).exclude(pk=result.pk).select_related("lot", "row").order_by("pk"))


def files_of(record: Any) -> list[Attachment]:
    """Original files of a record; for a result also the file it was imported from, where that belongs to no run and so to its lot."""
    own = Q(record_type=record._meta.label_lower, record_key=str(record.pk))
    if isinstance(record, Result):
        own |= Q(pk__in=ImportedValue.objects.filter(result=record, file_import__run=None).values("file_import__file"))
    found = Attachment.objects.filter(own)
    return list(found.select_related("content").defer("content__data").order_by("pk"))


def file_of(pk: int) -> Attachment:
    return Attachment.objects.select_related("content").get(pk=pk)


def received_samples(lot: Lot) -> list[Sample]:
    return list(lot.samples.filter(status="received").order_by("number"))


def oos_list() -> QuerySet[OutOfSpecification]:
    return OutOfSpecification.objects.select_related("lot", "result__row", "result__run").order_by("-pk")


def oos_of(number: str) -> OutOfSpecification:
    return oos_list().get(number=number)


def oos_on(result: Result) -> OutOfSpecification | None:
    """The OOS opened on this result, if any."""
    return OutOfSpecification.objects.filter(result=result).first()


__all__ = [
    "Sheet",
    "SheetRow",
    "chain_of",
    "factor_blockers",
    "file_of",
    "files_of",
    "lot_of",
    "lots_under_test",
    "oos_list",
    "oos_of",
    "oos_on",
    "open_oos",
    "open_rows",
    "others_of_run",
    "pinned_version",
    "received_samples",
    "release_blockers",
    "result_facts",
    "result_of",
    "results_to_review",
    "sample_of",
    "samples_of",
    "samples_to_receive",
    "sheet",
    "tests_that_apply",
    "word_of",
]  # fmt: skip
