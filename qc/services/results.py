"""Results: recorded and judged at once, corrected by superseding, reviewed by a second person (LAB-09 to LAB-13)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from batches.models import Lot, Sample
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.calculation import Calculation, CalculationRefused
from evgmp.rules.reading import Reading, display_number
from qc.domain.commands import CORRECT_RESULT, RECORD_RESULT, REPEAT_EXTRACTION, REVIEW_RESULT
from qc.domain.computed_value import computed, computed_by, input_defects
from qc.domain.computed_value import stored as inputs_stored
from qc.domain.custody import laboratory_blockers
from qc.domain.determinations import by_determinations, determination_defects, least_favourable, reportable, stored
from qc.domain.kinds import kinds_for, value_defects, wells_defects, what_is_missing
from qc.domain.lifecycle import CORRECTED_AFTER_READING, RESULT
from qc.domain.method_file import MethodFile
from qc.domain.replicates import MEANS, formula_of
from qc.domain.standards import StandardFacts
from qc.models import AssayRun, ContractLaboratory, OutOfSpecification, PotencyAssay, Result, SpecRow
from qc.models.results import KINDS
from qc.selectors.custody import destroyed_among, is_destroyed
from qc.selectors.methods import entry_barred, entry_facts
from qc.selectors.oos import resampling_blockers
from qc.selectors.potency import potencies_of_result, rule_of
from qc.selectors.results import result_facts
from qc.selectors.runs import gaps_before
from qc.selectors.sheets import open_rows, pinned_version
from qc.selectors.standards import distrusted, distrusted_result, unfit_among
from qc.services.files import RawFile, attach
from qc.services.oos_opening import opened
from qc.services.potency import evaluated_again, of_evaluations
from qc.services.trending import told_if_out_of_trend


@dataclass(frozen=True)
class AtHand:
    """What many results of one run have in common, read once for all of them under the locks of their lots.

    unfit: entries of the register that the run cites and that are not trusted any more. standing: of its method (`entry_facts`).
    samples: by number; destroyed: keys of those that are gone. invalidated: keys of lots with an invalidated OOS.
    """

    run: AssayRun
    unfit: dict[str, StandardFacts]
    standing: tuple[MethodFile | None, bool]
    samples: Mapping[str, Sample]
    destroyed: Collection[int]
    invalidated: Collection[int]

    @classmethod
    def of(cls, run: AssayRun, samples: Collection[Sample]) -> "AtHand":
        there = {one.number: one for one in Sample.objects.filter(pk__in={one.pk for one in samples})}
        lots = {one.lot_id for one in there.values()}
        return cls(
            run, unfit_among([run]), entry_facts(run.method_number, run.method_version), there, destroyed_among(there.values()),
            set(OutOfSpecification.objects.filter(lot__in=lots, status="invalidated").values_list("lot_id", flat=True)),
        )  # fmt: skip


def record_result(act: Act, on: str, *, row: str, raw_file: RawFile | None = None, raw_data_location: str = "", **found: Any) -> Result:
    """The first result of a row of the lot's specification. See `judged` for what `found` holds."""
    _certificate_there(found.get("laboratory", ""), raw_file)
    with recording(RECORD_RESULT, act) as rec:
        lot = Lot.locked(number=on)
        fresh(lot, act)
        result = judged(rec, lot, _open_row(lot, row), **found)
        result.save()
        _about(rec, result, attach(rec, result, raw_file, raw_data_location=raw_data_location))
    return result


def correct_result(act: Act, on: str, *, raw_file: RawFile | None = None, raw_data_location: str = "", **found: Any) -> Result:
    """A new result supersedes this one, with a reason; its review starts again. Refused when the result is valid and out of limit."""
    _certificate_there(found.get("laboratory", ""), raw_file)
    with recording(CORRECT_RESULT, act) as rec:
        lot = Lot.locked(results__number=on)
        former = Result.locked(number=on)
        fresh(former, act)
        if former.is_blind and act.by.user_id != former.analyst_id:
            # First of all: any other reason would tell what the first reader saw.
            raise RuleBroken(CORRECTED_AFTER_READING)
        if blockers := RESULT.blockers(CORRECT_RESULT, status=former.status, facts=result_facts(former)):
            raise RuleBroken(*blockers)
        if former.first_extraction is not None:
            _same_sample_other_run(former.first_extraction, found)
        result = judged(rec, lot, former.row, first=former, **found)
        if _same(former, result) and raw_file is None:
            raise refuse("nothing_changed", f"This says what {former.number} says already. Change what is wrong, then sign.")
        former.is_current = False
        former.save()
        result.reason = act.reason.strip()
        result.save()
        file = attach(rec, result, raw_file, raw_data_location=raw_data_location)
        _about(rec, result, file, supersedes=former.number)
    return result


def repeat_extraction(act: Act, on: str, *, raw_file: RawFile | None = None, raw_data_location: str = "", **found: Any) -> Result:
    """The one repeat extraction that the row fixed beforehand, after exactly one positive well. It supersedes the first, which stays and is printed.

    It has a run of its own, on the same sample. A positive well in it does not conform.
    """
    _certificate_there(found.get("laboratory", ""), raw_file)
    with recording(REPEAT_EXTRACTION, act) as rec:
        lot = Lot.locked(results__number=on)
        former = Result.locked(number=on)
        fresh(former, act)
        if blockers := RESULT.blockers(REPEAT_EXTRACTION, status=former.status, facts=result_facts(former)):
            raise RuleBroken(*blockers)
        _same_sample_other_run(former, found)
        result = judged(rec, lot, former.row, first=former, repeats=True, **found)
        former.is_current = False
        former.save()
        result.save()
        file = attach(rec, result, raw_file, raw_data_location=raw_data_location)
        _about(rec, result, file, repeats=former.number)
    return result


def review_result(act: Act, on: str) -> Result:
    """The second person's review. A reviewed result of a release row that does not conform opens an OOS at once.

    An optional release test, once done, counts like a mandatory one: what it showed can't be passed over.
    """
    with recording(REVIEW_RESULT, act) as rec:
        Lot.locked(results__number=on)
        result = Result.locked(number=on)
        fresh(result, act)
        facts = {**result_facts(result), "reviewer": act.by.user_id}
        if blockers := RESULT.blockers(REVIEW_RESULT, status=result.status, facts=facts):
            raise RuleBroken(*blockers)
        if (again := result.judge()).verdict != result.verdict:
            raise refuse(
                "verdict_differs",
                f"The rules now say something else than what was recorded: {again.why} Ask the administrator to run verify.",
            )
        if not_trusted := [*distrusted_result(result), *gaps_before(result.run)]:
            raise RuleBroken(*not_trusted)
        result.status = RESULT.target(REVIEW_RESULT, status=result.status, facts=facts)
        result.save()
        if result.run is not None and result.run.computed_differs:
            why = f"Blank and dilutions of {result.run} now give another outcome than was recorded. Ask the administrator to run verify."
            raise refuse("control_differs", why)
        made_of = potencies_of_result(result)
        for assay in made_of:
            if not evaluated_again(assay):
                raise refuse("evaluation_differs", f"The readings of {assay} now give something else than was recorded. Ask the administrator to run verify.")
        oos = opened(rec, result) if result.opens_oos else None
        trend = told_if_out_of_trend(rec, result)
        covers: list[Any] = [result, *([result.run] if result.run else []), *made_of]
        told = {"out_of_trend": trend.number} if trend else {}
        rec.about(result, covers=covers, references=[result.row.version], oos=oos.number if oos else None, **told)
    return result


def _same_sample_other_run(first: Result, found: dict[str, Any]) -> None:
    if found["sample"] != first.sample.number:
        raise refuse("resampling", f"The first extraction was of {first.sample}. Extract the same sample again; choose it.", "sample")
    if first.run is not None and found["run"] == first.run.number:
        raise refuse("same_run", f"{first.run} is the run of the first extraction. The repeat has a run of its own.", "run")


def _about(rec: Recording, result: Result, file: Any, **details: Any) -> None:
    covers = [result, *([file] if file else [])]
    rec.about(result, covers=covers, references=[result.row.version], lot=result.lot.number, verdict=result.verdict, **details)


def _open_row(lot: Lot, code: str) -> SpecRow:
    if pinned_version(lot) is None:
        raise refuse("no_specification", f"{lot} has no specification yet: the laboratory receives a sample of it first.")
    if row := next(iter(open_rows(lot, code)), None):
        return row
    if SpecRow.objects.filter(version__lots__lot=lot, code=code).exclude(computed="").exists():
        raise refuse("row_computed", f"{code} follows from the results of everything {lot} was made from. Nobody records it; see the lot's results.", "row")
    raise refuse(
        "row_not_open",
        f"{code[:40]} is no test of this lot that still waits for a result. Choose one of the list; to change a result, correct it.",
        "row",
    )


def judged(
    rec: Recording, lot: Lot, row: SpecRow, *, sample: str, run: str | AtHand, kind: str, value: Reading | None, term: str, lod: Decimal | None,
    lod_unit: str, loq: Decimal | None, tested_on: date | None, why_invalid: str = "", failed_in_file: str = "", series: str = "RES",
    wells_positive: int | None = None, replicates: Sequence[Reading] = (), inputs: Mapping[str, Reading] | None = None, first: Result | None = None,
    repeats: bool = False, laboratory: str = "",
) -> Result:  # fmt: skip
    """The result as a row, judged by the rules, not saved yet.

    sample, run: numbers; run may be empty for a test without controls, or be one that is at hand. value: the number as typed, in the unit of the row.
    series: of its number. failed_in_file: where the instrument's own file marks the measurement as failed; only an import says so.
    wells_positive: for a row that fixes a repeat extraction. replicates: each determination as typed, for a row that asks for several; then no
    value is given, it is calculated here. Beyond the limit of their spread the kind becomes “invalid”.
    inputs: what the method computes the value from, by the names of its formula in the BOOK; then no value is given either.
    first: the result that this one corrects or, with `repeats`, repeats.
    laboratory: code of the contract laboratory that tested it; empty for this site's own.
    lod, loq: in force for this test; lod_unit empty means the row's. tested_on: claimed; None means today.
    """
    made_of: list[PotencyAssay] = []
    at_hand = run if isinstance(run, AtHand) and run.run.method_key == row.method_key else None
    method, _ = standing = at_hand.standing if at_hand else entry_facts(row.method_number, row.method_version)
    if (rule_of(row) if method is None else method.potency) is not None:
        typed = value is not None or bool(replicates) or kind != "number"
        made_of, value, replicates = of_evaluations(row, _sample(lot, sample), typed=typed, corrects=first)
        run = made_of[-1].run.number
    terms = tuple(row.accepted) + tuple(known for known in row.known if known not in row.accepted)
    blockers = []
    if kind not in kinds_for(row.result_type, has_unit=bool(row.unit), has_terms=bool(terms)):
        blockers.append(
            Blocker("kind_not_possible", f"The test {row.code} can't report this kind of result. Choose one of the list.", "kind")
        )
    plan = by_determinations(row.replicate_plan)
    unit_of_lod = (lod_unit.strip() or row.lod_unit or row.validated_lod_unit or row.unit) if lod is not None else ""
    comparable = lod if unit_of_lod == row.unit else None
    blockers += determination_defects(plan, kind, replicates, value=value, lod=comparable, loq=loq)
    calculated = reportable(plan, kind, replicates) if plan and not blockers else None
    entered = value if plan is None else Reading.of(Decimal(0)) if kind == "number" else None
    formula, measured = computed_by(method.calculation if method is not None else ""), inputs or {}
    unfit = input_defects(formula, kind, value, replicates, measured)
    if formula is not None and kind == "number" and not unfit:
        value, unfit = _computed(formula, measured)
    if formula is not None and kind == "number":
        # What is missing was named by its input.
        entered = value or Reading.of(Decimal(0))
    blockers += unfit
    blockers += what_is_missing(kind, value=entered, term=term, terms=terms, lod=lod, loq=loq)
    blockers += value_defects(row.rule, row.loq_max, value, replicates) if kind == "number" else []
    blockers += entry_barred(row, kind, standing)
    wells = (row.replicates or 0) if row.repeat else 0
    blockers += wells_defects(kind, asked=wells, positive=wells_positive)
    if blockers:
        raise RuleBroken(*blockers)
    asked_kind = kind
    if calculated is not None:
        kind, value = calculated.kind, calculated.value
    taken = _sample(lot, sample, at_hand)
    is_done_again = at_hand is None or lot.pk in at_hand.invalidated
    if series == "RES" and is_done_again and (barred := resampling_blockers(lot, row, taken.number)):
        raise RuleBroken(*barred)
    today = site_day(rec.at)
    performed = _run(row, taken, run, asked_kind, why_invalid, failed_in_file)
    result = Result(
        number=rec.next_number(f"{series}-{rec.at.year}", 4), lot=lot, row=row, sample=taken, run=performed,
        kind=kind, qualifier=value.qualifier if value else "", text=value.text if value else term or KINDS[kind],
        amount=value.amount if value else None, term=term, unit=row.unit, lod=lod,
        lod_unit=unit_of_lod, loq=loq,
        laboratory=_laboratory(laboratory, row, tested_on or today),
        tested_on=_tested_on(taken, tested_on or today, today), analyst=rec.act.by.printed_name, analyst_id=rec.act.by.user_id,
        reason=failed_in_file or why_invalid.strip() or _why_not_trusted(performed, kind), recorded_at=rec.at,
        wells=wells if wells_positive is not None else None, wells_positive=wells_positive,
        evaluations=[one.number for one in made_of], replicates=stored(replicates), inputs=inputs_stored(formula, measured),
        spread=calculated.spread_kept if calculated else None,
        supersedes=first, is_repeat=first is not None and (repeats or first.is_repeat),
    )  # fmt: skip
    if plan is not None and plan.combine == "each" and kind == "number":
        decides = replicates[least_favourable(result.judged_each, replicates, row.lower, row.upper)]
        result.text, result.amount, result.qualifier = decides.text, decides.amount, decides.qualifier
    if plan is not None and plan.combine in MEANS and calculated is not None and calculated.value is not None and not calculated.value.qualifier:
        formula = formula_of(plan.combine)
        result.formula, result.formula_version = formula.key, formula.version
    if formula is not None and kind == "number":
        result.formula, result.formula_version = formula.key, formula.version
    judgement = result.judge()
    result.verdict = str(judgement.verdict)
    result.why = judgement.why
    result.rounded = "" if judgement.rounded is None else display_number(judgement.rounded)
    return result


def _computed(formula: Calculation, measured: Mapping[str, Reading]) -> tuple[Reading | None, list[Blocker]]:
    """The value that whole inputs give, or why they give none."""
    try:
        return computed(formula, measured), []
    except CalculationRefused as refused:
        return None, [Blocker("not_computed", refused.sentence, f"input_{next(iter(measured))}")]


def _sample(lot: Lot, number: str, at_hand: AtHand | None = None) -> Sample:
    sample = Sample.objects.filter(lot=lot, number=number).first() if at_hand is None else at_hand.samples.get(number)
    if sample is None or sample.lot_id != lot.pk:
        raise refuse("unknown_sample", f"{number[:40]} is no sample of {lot}. Choose one of the list.", "sample")
    if is_destroyed(sample) if at_hand is None else sample.pk in at_hand.destroyed:
        raise refuse("sample_destroyed", f"{sample} was destroyed. Choose a sample that is still there.", "sample")
    if sample.status != "received" or sample.received_at is None:
        raise refuse(
            "sample_not_received", f"The laboratory has not received {sample}. Receive it first, then record its results.", "sample"
        )
    return sample


def _laboratory(code: str, row: SpecRow, tested: date) -> ContractLaboratory | None:
    """The approved contract laboratory that gave the result (LAB-25)."""
    if not code:
        return None
    found = ContractLaboratory.objects.filter(code=code).first()
    if found is None:
        raise refuse("unknown_laboratory", f"{code[:40]} is no approved contract laboratory. QA approves it first.", "laboratory")
    blockers = laboratory_blockers(
        name=found.name, scope=found.scope, valid_until=found.valid_until, method_number=row.method_number, tested_on=tested
    )
    if blockers:
        raise RuleBroken(*blockers)
    return found


def _certificate_there(laboratory: str, file: RawFile | None) -> None:
    if laboratory and file is None:
        raise refuse("certificate_missing", "Attach the original certificate of the contract laboratory: the second person compares with it.", "raw_file")


def _run(row: SpecRow, sample: Sample, which: str | AtHand, kind: str, why_invalid: str, failed_in_file: str = "") -> AssayRun | None:
    if not which:
        if row.controls:
            raise refuse("run_missing", "This test is judged by its controls. Record the run first, then choose it here.", "run")
        if kind == "invalid" and not why_invalid.strip():
            raise refuse("why_missing", "Say why the test is invalid.", "why_invalid")
        return None
    run = which.run if isinstance(which, AtHand) else AssayRun.objects.filter(number=which).first()
    if run is None or run.method_key != row.method_key:
        raise refuse("other_method", f"{run or str(which)[:40]} is no run of {row.method_key}. Choose a run of this method.", "run")
    if not run.gives_results:
        raise refuse("run_without_results", f"{run}: {run.course_words.lower()}. It measured no sample to its end; choose the run that did.", "run")
    if run.performed_at < sample.drawn_at:
        raise refuse("run_before_sample", f"{run} was performed before {sample} was drawn. Choose the run in which it was tested.", "run")
    not_trusted = distrusted(run, which.unfit if isinstance(which, AtHand) else None)
    if not_trusted and kind != "invalid":
        raise RuleBroken(*not_trusted)
    if kind == "invalid" and run.valid and not failed_in_file and not not_trusted:
        raise refuse(
            "run_is_valid", f"Every control of {run} passed, so its result is valid, whatever it shows. Record what was found.", "kind"
        )
    return run


def _why_not_trusted(run: AssayRun | None, kind: str) -> str:
    return " ".join(blocker.message for blocker in distrusted(run)) if kind == "invalid" else ""


def _tested_on(sample: Sample, tested: date, today: date) -> date:
    drawn = site_day(sample.drawn_at)
    if tested > today:
        raise refuse("in_the_future", "This day lies in the future. Enter the day of the test.", "tested_on")
    if tested < drawn:
        raise refuse("before_sample", f"{sample} was drawn on {drawn}, after this day. Enter the day of the test.", "tested_on")
    return tested


def _same(former: Result, result: Result) -> bool:
    said = ["kind", "qualifier", "text", "amount", "term", "lod", "lod_unit", "loq", "sample_id", "run_id", "tested_on", "wells_positive", "replicates",
            "inputs", "evaluations", "laboratory_id"]  # fmt: skip
    return all(getattr(former, name) == getattr(result, name) for name in said)
