"""Results of a lot as a certificate prints them: by category, with corrections, investigations and reviewers."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from batches.models import Lot
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Signature
from qc.documents import wording
from qc.documents.parts import Correction, Investigation, NotDone, ParentTests, ResultGroup, ResultLine, SampleLine, Signed
from qc.models import OosRetest, OutOfSpecification, QcApproval, Result
from qc.selectors.chain import Chain
from qc.selectors.potency import potencies_of_result
from qc.selectors.sheets import Sheet, SheetRow, sheet

# Tests of a parent that its children rely on: a culture is tested for what reprogramming left, a bank for more, an EV lot for
# its purity too.
FROM_PARENT = {
    "passage": ("reprogramming_factor_absence",),
    "cell_bank": ("identity", "safety", "reprogramming_factor_absence"),
    "ev_lot": ("purity", "reprogramming_factor_absence"),
}
OUTCOMES = {
    "pass": "Pass",
    "oos": "OOS",
    "cannot_conclude": "Cannot conclude",
    "awaiting_review": "Awaiting review",
    "reported": "Reported",
}


def line_of(tested: SheetRow, marks: str = "", dose: Decimal | None = None) -> ResultLine:
    """One test of the sheet with its result; with the volume of a dose (mL), a residue is told per dose too."""
    row, found = tested.row, tested.result
    if tested.found:
        words = wording.capital(tested.found)
        return ResultLine(row.code, row.name, wording.method(row), wording.criterion(row), words, OUTCOMES[tested.verdict], note=tested.why)
    if found is None:
        return ResultLine(row.code, row.name, wording.method(row), wording.criterion(row), "No result", "Pending")
    return ResultLine(
        code=row.code,
        test=row.name,
        method=wording.method(row),
        criterion=wording.criterion(row),
        result=wording.result(found),
        outcome=OUTCOMES[tested.verdict],
        amount=wording.amount(found),
        unit=found.unit,
        note=". ".join(part for part in (wording.note(found, potencies_of_result(found)), wording.in_a_dose(found, dose)) if part),
        sample=found.sample.number,
        tested_on=found.tested_on.isoformat(),
        marks=marks,
    )


def groups_of(tested: Sheet, marks: dict[int, str], dose: Decimal | None = None) -> tuple[ResultGroup, ...]:
    """Results by category, in the order of the specification. `marks`: correction marks by key of the row. dose: volume, mL."""
    groups = []
    for _, title, rows in tested.groups:
        lines = tuple(line_of(row, marks.get(row.row.pk, ""), dose) for row in rows if row.applies and row.has_answer)
        if lines:
            groups.append(ResultGroup(title, lines))
    return tuple(groups)


def not_done_of(tested: Sheet) -> tuple[NotDone, ...]:
    """Tests without a result, by their reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for row in tested.rows:
        if not row.has_answer:
            by_reason[row.why].append(f"{row.row.name} ({row.row.code})")
    return tuple(NotDone("; ".join(tests), why) for why, tests in by_reason.items())


def corrections_of(lot: Lot) -> tuple[tuple[Correction, ...], dict[int, str]]:
    """Results changed after their first entry, oldest first, and their marks by key of the row (PRT-01)."""
    found, marks = [], defaultdict(list)
    changed = Result.objects.filter(lot=lot, supersedes__isnull=False).select_related("row", "run", "supersedes__row", "supersedes__run")
    for number, result in enumerate(changed.order_by("pk"), 1):
        mark = f"c{number}"
        marks[result.row_id].append(mark)
        found.append(
            Correction(
                mark=mark,
                what=result.row.name,
                old=wording.result(result.supersedes),  # type: ignore[arg-type]
                new=wording.result(result),
                why="Repeat extraction, fixed beforehand by the specification" if result.is_repeat and not result.reason else wording.reason(result),
                by=f"{result.analyst} ({result.analyst_id})",
                at=stamp(result.recorded_at),
            )
        )
    return tuple(found), {row: " ".join(names) for row, names in marks.items()}


def investigations_of(lot: Lot) -> tuple[Investigation, ...]:
    """Every OOS of the lot with all individual results of its test, passing and suspect."""
    found = []
    for oos in OutOfSpecification.objects.filter(lot=lot).select_related("result__row").order_by("pk"):
        results = Result.objects.filter(lot=lot, row=oos.result.row).select_related("row", "run").order_by("pk")
        listed = [_seen(r) + (" (invalidated)" if oos.status == "invalidated" and r.pk == oos.result_id else "") for r in results]
        listed += [f"{wording.result(retest)} (re-measured{_on_resample(oos, retest)}, {retest.number})"
                   for retest in oos.retests.select_related("sample").order_by("position")]  # fmt: skip
        ended = {
            "confirmed": f"Confirmed: {oos.decision_reason}",
            "invalidated": f"Laboratory cause proved, the first result is invalidated: {oos.decision_reason}",
        }.get(oos.status, "Open, not decided.")
        found.append(Investigation(oos.number, oos.result.row.name, ", ".join(listed), ended))
    return tuple(found)


def _seen(result: Result) -> str:
    """The result; of two readers who differ, what each of them saw."""
    read = result.second_reading
    return wording.result(result) if read is None or read.agrees else f"{result.analyst}: {result.term}, {read.reader}: {read.term}"


def _on_resample(oos: OutOfSpecification, retest: OosRetest) -> str:
    """That a value comes of the new sample that QA authorised; the first stands beside it and is averaged with nothing."""
    return f" on the new sample {retest.sample}" if retest.sample_id != oos.result.sample_id else ""


def laboratories_of(tested: Sheet) -> str:
    """The contract laboratories behind current results, each with its agreement and its tests; empty when there is none."""
    tests: dict[str, list[str]] = defaultdict(list)
    for row in tested.rows:
        if row.result is not None and row.result.laboratory is not None:
            laboratory = row.result.laboratory
            tests[f"{laboratory.name} ({laboratory.agreement})"].append(row.row.name)
    return "; ".join(f"{name}: {', '.join(names)}" for name, names in sorted(tests.items()))


def samples_of(tested: Sheet) -> tuple[SampleLine, ...]:
    """The samples that carry the results."""
    samples = {row.result.sample.number: row.result.sample for row in tested.rows if row.result is not None}
    return tuple(
        SampleLine(number, sample.purpose, stamp(sample.drawn_at), stamp(sample.received_at) if sample.received_at else "")
        for number, sample in sorted(samples.items())
    )


def certificate_of(lot: Lot) -> str:
    """Number and version of the certificate of analysis that holds for a lot, or that there is none."""
    approval = QcApproval.objects.filter(lot=lot).select_related("certificate").order_by("-pk").first()
    return str(approval.certificate) if approval else "None issued"


def parent_tests_of(chain: Chain) -> tuple[ParentTests, ...]:
    """Tests taken from parent cultures and banks, with the certificate that carries them."""
    found = []
    for lot in chain.ancestors:
        categories = FROM_PARENT.get(lot.stage, ())
        tested = sheet(lot) if categories else None
        if tested is None or tested.version is None:
            continue
        lines = tuple(line_of(row) for row in tested.applying if row.result is not None and row.row.category in categories)
        if lines:
            found.append(ParentTests(lot.number, lot.stage_name, str(tested.version), certificate_of(lot), lines))
    return tuple(found)


def reviewers_of(tested: Sheet) -> tuple[Signed, ...]:
    """Who reviewed the results: one block a person, with the last of their signatures."""
    results = [row.result for row in tested.rows if row.result is not None]
    by_person: dict[str, list[Signature]] = defaultdict(list)
    for signatures in signatures_by_record(results).values():
        for signature in signatures:
            if signature.meaning == "reviewed" and not signature.withdrawn:
                by_person[signature.signer_id].append(signature)
    return tuple(_reviewed(signatures) for _, signatures in sorted(by_person.items()))


def _reviewed(signatures: list[Signature]) -> Signed:
    last = max(signatures, key=lambda s: s.at)
    count = len({s.record_key for s in signatures})
    return Signed(
        statement=last.statement,
        printed_name=last.printed_name,
        role=last.role,
        user_id=last.signer_id,
        at=stamp(last.at),
        covers=f"{count} result{'s' if count != 1 else ''}, this being the last",
    )


def days_of(tested: Sheet) -> tuple[str, str]:
    """First and last day of testing."""
    days: Iterable[str] = sorted(row.result.tested_on.isoformat() for row in tested.rows if row.result is not None)
    listed = list(days)
    return (listed[0], listed[-1]) if listed else ("", "")
