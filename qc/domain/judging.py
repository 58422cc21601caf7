"""Any specification and any results, from files, judged by the same rules as the laboratory's own. Knows no Django.

`read_results` takes a file of lots; `judge_lot` gives one verdict a row. What the file does not say is absent: an empty result is
not tested, an absent unit is no unit, an absent LOD is no LOD. Nothing absent passes.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from batches.domain.data_file import DataFileError, Table, document
from evgmp.rules.limits import Judgement, Verdict, no_verdict
from evgmp.rules.reading import Reading, ResultKind, UnreadableNumber, display_number
from evgmp.rules.rounding import ROUNDING, one_figure_of_a_power, round_to_place
from evgmp.rules.verdict import RowResult, RowRule, judge_row
from qc.domain.applicability import applies
from qc.domain.figures import read_result
from qc.domain.replicates import ReplicatePlan, agreeing_bound, by_wells, combined, wells_judged
from qc.domain.specification_rows import RESULT_TYPES, RowFile, SpecificationFile

# What people write for a state that is no number, whatever the row.
_WORDS_OF_STATE = {
    ResultKind.NOT_TESTED: (
        "", "-", "–", "—", "nt", "n.t.", "not tested", "n/a", "na", "n.a.", "not applicable", "not available", "not done", "not performed",
        "not determined", "not analysed", "not analyzed", "not measured", "no result", "pending", "in progress", "ongoing", "tbd", "to be determined",
    ),
    ResultKind.INVALID: ("invalid", "not valid", "run invalid", "invalid run", "aborted"),
    ResultKind.NOT_DETECTED: (
        "not detected", "nd", "n.d.", "undetected", "undetectable", "not detectable", "none detected", "< lod", "<lod", "below lod", "bdl",
        "below detection limit", "below the detection limit", "below limit of detection", "below the limit of detection", "< limit of detection",
    ),
    ResultKind.BELOW_LOQ: (
        "< loq", "<loq", "below loq", "blq", "bloq", "< lloq", "<lloq", "below lloq", "below limit of quantification",
        "below the limit of quantification", "below limit of quantitation", "below the limit of quantitation",
    ),
}  # fmt: skip
STATES = {word: kind for kind, words in _WORDS_OF_STATE.items() for word in words}
# What a test for presence says besides. An absence in these words needs its LOD and its controls like any other.
ABSENCES = ("negative", "neg", "neg.", "absent", "not present")
DETECTIONS = ("detected", "present", "positive", "pos", "pos.", "detectable")
RUNS = {"": None, "valid": True, "invalid": False}
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
UNCOUNTED = ("tntc", "too numerous to count")


@dataclass(frozen=True)
class Found:
    """One result as a file gives it. `found` as typed, with a decimal comma when the file declares one; run is True, False or None when nobody judged it."""

    row: str
    found: str = ""
    unit: str = ""
    lod: Decimal | None = None
    lod_unit: str = ""
    loq: Decimal | None = None
    run: bool | None = None
    run_why: str = ""
    controls: Mapping[str, str] | None = None
    replicates: tuple[str, ...] = ()
    repeat: tuple[str, ...] = ()
    decimal_comma: bool = False

    def figures(self, text: str) -> str:
        """`text` with a point where the file says that its numbers have a comma. Nothing is guessed where it doesn't say so."""
        return _DECIMAL_COMMA.sub(".", text) if self.decimal_comma else text


@dataclass(frozen=True)
class LotResults:
    number: str
    attributes: Mapping[str, Any]
    results: tuple[Found, ...]


@dataclass(frozen=True)
class JudgedRow:
    """One row with its verdict. verdict is None when the row does not apply to the lot."""

    row: RowFile
    found: str
    verdict: Verdict | None
    why: str
    rounded: Decimal | None = None

    @property
    def of_release(self) -> bool:
        """Whether the row judges the lot. One that does not say its purpose does: nothing is left out because it is missing."""
        return self.row.purpose not in ("reference", "in_process")

    @property
    def decides(self) -> bool:
        return self.verdict is not None and self.row.mandatory and self.of_release


def read_results(text: str) -> tuple[LotResults, ...]:
    """The lots of a results file (TOML). Raises DataFileError at a field that is unknown or of the wrong type."""
    root = Table(document(text), "The file")
    comma = root.flag("decimal_comma", False)
    lots = tuple(_lot(table, comma) for table in root.tables("lot"))
    root.finish()
    if not lots:
        raise DataFileError("The file has no [[lot]]. Add one for each lot, with its results.")
    return lots


def judge_lot(specification: SpecificationFile, lot: LotResults) -> list[JudgedRow]:
    """Every row of the specification, in its order. Raises ValueError for a result of no row, and for two of one row."""
    codes = {row.code for row in specification.rows}
    times = Counter(result.row for result in lot.results)
    for code, count in times.items():
        if code not in codes:
            raise ValueError(f"Lot {lot.number}: {specification.code} has no row {code}. Correct the code.")
        if count > 1:
            raise ValueError(f"Lot {lot.number}: {code} has {count} results. One is judged; none is picked. Keep the reportable one.")
    found = {result.row: result for result in lot.results}
    return [judged(row, found.get(row.code, Found(row.code)), lot.attributes) for row in specification.rows]


def outcome(rows: Sequence[JudgedRow]) -> Verdict:
    """Of the lot: conforms only when at least one row decides and every deciding row conforms; a failure of any release row counts."""
    if any(row.verdict is Verdict.DOES_NOT_CONFORM and row.of_release for row in rows):
        return Verdict.DOES_NOT_CONFORM
    deciding = [row for row in rows if row.decides]
    return Verdict.CONFORMS if deciding and all(row.verdict is Verdict.CONFORMS for row in deciding) else Verdict.NO_VERDICT


def judged(row: RowFile, found: Found, attributes: Mapping[str, Any]) -> JudgedRow:
    if not applies(row.applies_when, attributes):
        return JudgedRow(row, found.found, None, "Does not apply to this lot.")
    judgement = _judgement(row, found)
    return JudgedRow(row, found.found, judgement.verdict, judgement.why, judgement.rounded)


def rule_of(row: RowFile, kind: ResultKind) -> RowRule:
    """The row as the pure rules read it. “Not detected” by a validated method needs an LOD no worse than the validated one."""
    lod_max, lod_unit = (row.detection.lod_max, row.detection.unit) if row.detection else (None, "")
    if kind is ResultKind.NOT_DETECTED and row.validated_method is not None and lod_max is None:
        lod_max, lod_unit = row.validated_method.lod, row.validated_method.unit
    if row.result_type not in RESULT_TYPES:
        raise ValueError(f"its result_type “{row.result_type}” is not known. Use one of: {', '.join(RESULT_TYPES)}.")
    purpose = row.purpose if row.purpose in ("reference", "in_process") else "release"
    rounding = row.rounding or "none"
    if row.decimals is None and any(limit is not None and one_figure_of_a_power(limit) for limit in (row.lower, row.upper)):
        # “≥ 1 × 10^6” of a table says no decimals; rounded to its one figure, half of it would conform.
        rounding = "none" if rounding in ROUNDING else rounding
    return RowRule(
        row.result_type, unit=row.unit, decimals=row.decimals, rounding=rounding, lower=row.lower, upper=row.upper,
        lower_inclusive=row.lower_inclusive, upper_inclusive=row.upper_inclusive, accepted_terms=row.accepted, known_terms=row.known,
        expected=row.expected or None, lod_max=lod_max, lod_unit=lod_unit, validated_method=row.validated_method is not None,
        controls_required=tuple(control.kind for control in row.controls), mandatory=row.mandatory, purpose=purpose,
    )  # fmt: skip


def _judgement(row: RowFile, found: Found) -> Judgement:
    """One verdict. What can't be read, in the result or in the row, is no verdict with its sentence."""
    try:
        return _read_and_judged(row, found)
    except UnreadableNumber as error:
        return no_verdict(error.sentence)
    except ValueError as error:
        return no_verdict(f"The row can't be judged by: {error}")


def _read_and_judged(row: RowFile, found: Found) -> Judgement:
    if row.combine and (found.found.strip() or found.replicates):
        plan = ReplicatePlan(row.replicates or 1, row.combine, row.cv_max, row.difference_max, row.repeat)
        return _by_replicates(row, found, plan)
    return _single(row, found)


def _by_replicates(row: RowFile, found: Found, plan: ReplicatePlan) -> Judgement:
    if len(found.replicates) != plan.count:
        return no_verdict(f"{len(found.replicates)} of {plan.count} replicates are recorded. Record every one.")
    if plan.combine == "all_absent":
        return _by_wells(row, found, plan)
    if plan.combine == "each":
        judgements = [_single(row, replace(found, found=one)) for one in found.replicates]
        order = (Verdict.DOES_NOT_CONFORM, Verdict.NO_VERDICT, Verdict.CONFORMS)
        return min(judgements, key=lambda one: order.index(one.verdict))
    readings = [read_result(found.figures(one), row.unit)[0] for one in found.replicates]
    if (bound := agreeing_bound(readings)) is not None and not found.found.strip():
        return _judge(row, found, ResultKind.NUMBER, bound)
    result = combined(plan, readings)
    if result.amount is None:
        return no_verdict(result.why)
    if found.found.strip():
        claimed = _reading(row, found, found.found)[1]
        if claimed is None or claimed.qualifier or claimed.amount != _to_digits_of(claimed, result.amount):
            return no_verdict(f"“{found.found}” is not the {plan.combine} of its replicates, {display_number(result.amount)[:24]}. Check both.")
    return _judge(row, found, ResultKind.NUMBER, Reading.of(result.amount))


def _to_digits_of(claimed: Reading, amount: Decimal) -> Decimal:
    """`amount` with as many digits as were claimed: a printed mean is rounded."""
    exponent = claimed.amount.as_tuple().exponent if claimed.amount is not None else 0
    return round_to_place(amount, int(exponent))


def _by_wells(row: RowFile, found: Found, plan: ReplicatePlan) -> Judgement:
    """The wells first; an absence they show still needs its LOD and its controls."""
    extractions = []
    for wells in (found.replicates, found.repeat):
        kinds = [_reading(row, found, well)[0] for well in wells]
        if any(kind not in (ResultKind.NOT_DETECTED, ResultKind.BELOW_LOQ, ResultKind.NUMBER, ResultKind.TERM) for kind in kinds):
            return no_verdict("A well is invalid or was not tested. Repeat the extraction with all its wells.")
        if wells:
            extractions.append([kind is not ResultKind.NOT_DETECTED for kind in kinds])
    wells_say = wells_judged(plan, extractions)
    kind = ResultKind.NOT_DETECTED if wells_say.verdict is Verdict.CONFORMS else ResultKind.BELOW_LOQ
    return by_wells(wells_say, _judge(row, found, kind, None))


def _single(row: RowFile, found: Found) -> Judgement:
    kind, reading = _reading(row, found, found.found)
    return _judge(row, _with_its_unit(row, found) if reading else found, kind, reading)


def _with_its_unit(row: RowFile, found: Found) -> Found:
    """`found` with the unit that stands behind its number, when it names none elsewhere: “23 %”."""
    return replace(found, unit=row.unit) if not found.unit.strip() and read_result(found.figures(found.found), row.unit)[1] else found


def _judge(row: RowFile, found: Found, kind: ResultKind, reading: Reading | None) -> Judgement:
    loq_max = row.detection.loq_max if row.detection else None
    if kind is ResultKind.BELOW_LOQ and loq_max is not None and found.loq is not None and found.loq > loq_max:
        return no_verdict(f"The LOQ of {display_number(found.loq)} {row.unit} is worse than the {display_number(loq_max)} that the specification allows.")
    result = RowResult(
        kind, reading.qualifier if reading else "", reading.amount if reading else None, found.found if kind is ResultKind.TERM else "", found.unit,
        found.lod, found.lod_unit, found.loq, found.run, found.run_why, found.controls or {},
    )  # fmt: skip
    return judge_row(rule_of(row, kind), result)


def _reading(row: RowFile, found: Found, text: str) -> tuple[ResultKind, Reading | None]:
    """What the words of a result say for this kind of row. Raises UnreadableNumber."""
    word = " ".join(text.split()).casefold()
    terms = {term.casefold() for term in (*row.accepted, *row.known)}
    if row.result_type in ("qualitative", "text") and word in terms:
        return ResultKind.TERM, None
    if row.result_type == "presence_absence" and word in ABSENCES:
        return ResultKind.NOT_DETECTED, None
    if word in STATES:
        return STATES[word], None
    if word in UNCOUNTED:
        raise UnreadableNumber(f"“{text}” names no number. Write it as > and the highest number that can be counted.")
    if row.result_type == "numeric":
        return ResultKind.NUMBER, read_result(found.figures(text), row.unit)[0]
    if row.result_type == "presence_absence" and word not in terms:
        if word in DETECTIONS:
            return ResultKind.BELOW_LOQ, None
        return ResultKind.NUMBER, read_result(found.figures(text), row.unit)[0]
    return ResultKind.TERM, None


def _lot(table: Table, comma: bool) -> LotResults:
    number = table.text("number")
    table.where = f"Lot {number}"
    attributes = table.table("attributes")
    results = table.tables("result")
    lot = LotResults(number, attributes.rest() if attributes else {}, tuple(_found(result, comma) for result in results))
    table.finish()
    return lot


def _found(table: Table, comma: bool) -> Found:
    row = table.text("row")
    table.where = f"Result {row}"
    controls = table.table("controls")
    run = table.text("run", "")
    if run not in RUNS:
        raise DataFileError(f"Result {row}: the run is “valid”, “invalid” or not given, not “{run}”. Correct it.")
    found = Found(
        row, table.text("found", ""), table.text("unit", ""), table.amount("lod"), table.text("lod_unit", ""), table.amount("loq"),
        RUNS[run], table.text("run_why", ""), {name: str(value) for name, value in controls.rest().items()} if controls else None,
        table.texts("replicates"), table.texts("repeat"), comma,
    )  # fmt: skip
    table.finish()
    return found
