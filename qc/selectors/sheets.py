"""The QC sheet of a lot: one row for each test of the pinned specification, with what can be said of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from batches.models import Lot
from batches.selectors.reworks import added_tests
from evgmp.compliance.models import Attachment, Signature
from evgmp.rules.blocker import Blocker
from evgmp.rules.limits import Verdict
from evgmp.rules.rounding import ROUNDING
from evgmp.rules.verdict import REPORTED_NO_LIMIT
from qc.domain.applicability import applies
from qc.domain.lifecycle import READERS_DIFFER
from qc.domain.specification_rows import CATEGORIES
from qc.domain.standards import StandardFacts
from qc.models import AssayRun, ImportedValue, LotSpecification, OutOfSpecification, Result, SpecificationVersion, SpecRow
from qc.selectors.specifications import attributes_of
from qc.selectors.standards import distrusted, unfit_among

NOT_APPLICABLE = "skipped"


@dataclass
class SheetRow:
    """One test: its row, whether it applies, the current result, and what can be said of it.

    verdict: pass, oos, cannot_conclude, pending, awaiting_review, reported, or skipped (does not apply).
    passes: a second person has reviewed it and it conforms; for a reference or in-process row, that it was reviewed.
    found: the term that a computed row comes to; reasons: everything that keeps it from passing.
    """

    row: SpecRow
    applies: bool
    result: Result | None
    verdict: str
    why: str
    passes: bool
    oos: OutOfSpecification | None = None
    reviewed: Signature | None = None
    files: int = 0
    found: str = ""
    reasons: tuple[Blocker, ...] = ()
    # Added by the authorisation of a rework: it decides the release like those of the specification, and has to conform.
    is_added: bool = False

    @property
    def has_answer(self) -> bool:
        """A result was recorded, or the row follows from other records."""
        return self.result is not None or bool(self.found)

    @property
    def is_reviewed(self) -> bool:
        """A second person reviewed the result; of a computed row, all that it follows from."""
        return self.result.status == "reviewed" if self.result is not None else bool(self.found) and self.passes

    @property
    def run(self) -> AssayRun | None:
        return self.result.run if self.result else None

    @property
    def controls(self) -> list[dict[str, str]]:
        return list(self.run.controls) if self.run else []

    @property
    def decides_release(self) -> bool:
        return self.applies and (self.row.decides_release or self.is_added)


@dataclass
class Sheet:
    """All rows of the version pinned to a lot. Without a pinned version there are no rows."""

    lot: Lot
    version: SpecificationVersion | None
    rows: list[SheetRow] = field(default_factory=list)
    # What rows depend on: how the line was reprogrammed and what its vectors carried, the dosage form.
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def groups(self) -> list[tuple[str, str, list[SheetRow]]]:
        """Category, its title, its rows, in the order of the categories."""
        found = [(key, title, [r for r in self.rows if r.row.category == key]) for key, title in CATEGORIES.items()]
        return [group for group in found if group[2]]

    def count(self, verdict: str) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def applying(self) -> list[SheetRow]:
        return [row for row in self.rows if row.applies]

    @property
    def rounding_words(self) -> str:
        """How values are rounded before they are judged, once for each rule that the rows name."""
        return " ".join(ROUNDING[key].sentence for key in sorted({row.row.rounding for row in self.applying}))


# What computes the rows that no analyst records, by the word in the specification. Each takes the lot and the row.
COMPUTED_ROWS: dict[str, Callable[[Lot, SpecRow], SheetRow]] = {}


def pinned_version(lot: Lot) -> SpecificationVersion | None:
    pinned = LotSpecification.objects.select_related("version__spec").filter(lot=lot).first()
    return pinned.version if pinned else None


def sheet(lot: Lot) -> Sheet:
    """The QC sheet of a lot."""
    version = pinned_version(lot)
    if version is None:
        return Sheet(lot, None)
    attributes, added = attributes_of(lot), added_tests(lot)
    current = {r.row_id: r for r in Result.objects.filter(lot=lot, is_current=True).select_related("row", "run", "sample", "laboratory")}
    opened = {o.result_id: o for o in OutOfSpecification.objects.filter(lot=lot)}
    reviews = _reviews(current.values())
    files = _files(current.values())
    unfit = unfit_among(r.run for r in current.values() if r.run is not None)
    rows = []
    for row in version.rows.order_by("position"):
        if row.computed:
            rows.append(COMPUTED_ROWS[row.computed](lot, row))
            continue
        result = current.get(row.pk)
        is_added = row.code in added
        line = _sheet_row(row, is_added or applies(row.applies_when, attributes), result)
        line.is_added = is_added
        if result is not None:
            line.oos, line.reviewed, line.files = opened.get(result.pk), reviews.get(str(result.pk)), files.get(str(result.pk), 0)
            _not_trusted(line, result, unfit)
        rows.append(line)
    return Sheet(lot, version, rows, attributes)


def _sheet_row(row: SpecRow, is_applying: bool, result: Result | None) -> SheetRow:
    if not is_applying:
        return SheetRow(
            row, False, result, NOT_APPLICABLE, "Does not apply to this lot: its line never carried what the test looks for.", False
        )
    if result is None:
        return SheetRow(row, True, None, "pending", "No result yet.", False)
    word, why = word_of(row, result)
    passes = word == "pass" or (row.purpose != "release" and result.status == "reviewed" and result.kind != "invalid")
    return SheetRow(row, True, result, word, why, passes)


def _not_trusted(line: SheetRow, result: Result, unfit: dict[str, StandardFacts]) -> None:
    """A standard of the run turned out unfit: what rests on it passes nothing, whoever reviewed it. An OOS stays an OOS."""
    if result.kind == "invalid" or not (found := distrusted(result.run, unfit)):
        return
    line.passes = False
    if line.verdict != "oos":
        line.verdict, line.why = "cannot_conclude", " ".join(blocker.message for blocker in found)


def word_of(row: SpecRow, result: Result) -> tuple[str, str]:
    """The word of the outcome and the sentence that explains it. The rules are asked again: a stored outcome alone passes nothing."""
    if result.is_blind:
        return "awaiting_review", "A second reader judges it first, without seeing what was found."
    again = result.judge()
    if again.verdict != result.verdict:
        return "cannot_conclude", f"Recorded as “{result.verdict}”, but the rules now say: {again.why} Ask the administrator to run verify."
    if (read := result.second_reading) is not None and not read.agrees:
        return "cannot_conclude", f"{result.analyst} saw “{result.term}”, {read.reader} saw “{read.term}”. {READERS_DIFFER}"
    if again.verdict is Verdict.DOES_NOT_CONFORM and row.purpose == "release":
        return "oos", result.why
    if result.status != "reviewed":
        return "awaiting_review", result.why
    if again.verdict is Verdict.CONFORMS:
        return "pass", result.why
    if row.purpose != "release" and (again.verdict is Verdict.DOES_NOT_CONFORM or result.why == REPORTED_NO_LIMIT):
        return "reported", result.why
    return "cannot_conclude", result.why


def _reviews(results: Iterable[Result]) -> dict[str, Signature]:
    """The latest review signature of each result, by its key."""
    keys = [str(result.pk) for result in results]
    found = Signature.objects.filter(record_type="qc.result", record_key__in=keys, meaning="reviewed").order_by("pk")
    return {signature.record_key: signature for signature in found}


def _files(results: Iterable[Result]) -> dict[str, int]:
    """Number of original files of each result, those of its run and of its import included."""
    by_run: dict[str, int] = {}
    by_result: dict[str, int] = {}
    listed = list(results)
    wanted = Q(record_type="qc.result", record_key__in=[str(r.pk) for r in listed]) | Q(
        record_type="qc.assayrun", record_key__in=[str(r.run_id) for r in listed if r.run_id]
    )
    for kind, key in Attachment.objects.filter(wanted).values_list("record_type", "record_key"):
        target = by_run if kind == "qc.assayrun" else by_result
        target[key] = target.get(key, 0) + 1
    # The file of an import without a run belongs to the lot, and to each result that came from it.
    imported = ImportedValue.objects.filter(result__in=listed, file_import__run=None).order_by()
    for pk, _ in imported.values_list("result_id", "file_import__file").distinct():
        by_result[str(pk)] = by_result.get(str(pk), 0) + 1
    return {str(r.pk): by_result.get(str(r.pk), 0) + by_run.get(str(r.run_id), 0) for r in listed}


def open_rows(lot: Lot, code: str = "") -> list[SpecRow]:
    """Rows that apply, have no current result and are not computed; with a code, that row alone if it is one of them."""
    version = pinned_version(lot)
    if version is None:
        return []
    rows = version.rows.filter(computed="").order_by("position")
    found = set(Result.objects.filter(lot=lot, is_current=True).values_list("row_id", flat=True))
    waiting = [row for row in (rows.filter(code=code) if code else rows) if row.pk not in found]
    attributes = attributes_of(lot) if any(row.applies_when for row in waiting) else {}
    added = added_tests(lot)
    return [row for row in waiting if row.code in added or applies(row.applies_when, attributes)]


def open_oos(lot: Lot) -> list[OutOfSpecification]:
    """OOS records of the lot that QA hasn't decided on. While there is one, the lot is held (LAB-13)."""
    return list(OutOfSpecification.objects.select_related("result__row", "lot").filter(lot=lot, status="open").order_by("pk"))
