"""Everything that the record holds as computed, computed again by the version of its formula that it was recorded with (LAB-05)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from batches.models import BatchRecord
from batches.selectors.sheets import Sheet
from evgmp.rules.limits import Judgement
from evgmp.rules.reading import display_number
from qc.models import AssayRun, OosRetest, PotencyAssay, Result
from qc.services.oos import COPIED
from qc.services.potency import evaluated_again


@dataclass
class Recomputed:
    """One kind of computed values: how many were computed again, and each that now comes out otherwise, in words."""

    what: str
    count: int = 0
    differences: list[str] = field(default_factory=list)

    def compare(self, recorded: Result | OosRetest, now: Judgement) -> None:
        """Name it where verdict or rounded value come out otherwise today."""
        rounded = "" if now.rounded is None else display_number(now.rounded)
        if (str(now.verdict), rounded) != (recorded.verdict, recorded.rounded):
            self.differences.append(f"{recorded}: recorded {recorded.verdict} {recorded.rounded}, now {now.verdict} {rounded}. {now.why}")


def recomputed() -> Iterator[Recomputed]:
    """All of them, superseded results too. Reads only."""
    yield _batch_records()
    yield _results()
    yield _retests()
    yield _controls()
    yield _potencies()


def _batch_records() -> Recomputed:
    found = Recomputed("values of batch records")
    for batch in BatchRecord.objects.order_by("pk"):
        sheet = Sheet(batch)
        found.count += sum(1 for _ in sheet.computed())
        found.differences += [f"{batch}: {one}" for one in sheet.disagreements()]
    return found


def _results() -> Recomputed:
    found = Recomputed("results, with the mean of their determinations, their rounding and their verdict")
    for result in Result.objects.select_related("row", "run", "supersedes").order_by("pk").iterator(chunk_size=500):
        found.count += 1
        found.compare(result, result.judge())
    return found


def _retests() -> Recomputed:
    found = Recomputed("re-measurements under an OOS")
    for retest in OosRetest.objects.select_related("oos__result__row", "oos__lot", "run").order_by("pk"):
        found.count += 1
        again = Result(lot=retest.oos.lot, row=retest.oos.row, **{name: getattr(retest, name) for name in COPIED}).judge()
        found.compare(retest, again)
    return found


def _controls() -> Recomputed:
    found = Recomputed("runs whose controls follow from blank and dilutions")
    for run in AssayRun.objects.exclude(tracking={}).order_by("pk"):
        found.count += 1
        if run.computed_differs:
            found.differences.append(f"{run}: blank and dilutions give another outcome")
    return found


def _potencies() -> Recomputed:
    found = Recomputed("evaluations of relative potency")
    for assay in PotencyAssay.objects.select_related("run").order_by("pk"):
        found.count += 1
        if not evaluated_again(assay):
            found.differences.append(f"{assay}: its readings give another potency, limit or reason")
    return found
