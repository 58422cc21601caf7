"""Potency assays: readings recorded as typed, evaluated at once; and how a result is made of evaluations, never of a typed number (LAB-22)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from batches.models import Lot, Sample
from evgmp.compliance.recording import Act, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.reading import Reading
from qc.domain.commands import RECORD_POTENCY
from qc.domain.determinations import by_determinations
from qc.domain.instrument_files.decoding import decoded
from qc.domain.instrument_files.places import FileRefused
from qc.domain.potency_readings import DoseReading, PotencyRule, incomplete, read_back, read_readings
from qc.domain.run_checks import is_named
from qc.domain.standards import share_of
from qc.models import AssayRun, PotencyAssay, Result, SpecRow
from qc.selectors.methods import method_named
from qc.selectors.potency import rule_of, samples_for, unused
from qc.selectors.standards import distrusted
from qc.services.files import RawFile, attach


def record_potency(
    act: Act, on: str, *, sample: str, readings: str = "", raw_file: RawFile | None = None, raw_data_location: str = ""
) -> PotencyAssay:
    """The dose-response readings of one sample in run `on`, evaluated by the rule of its method. readings: lines of
    `qc.domain.potency_readings`; empty means that `raw_file` holds them. An unsuitable assay is kept like any other and has no potency."""
    with recording(RECORD_POTENCY, act) as rec:
        run = AssayRun.objects.get(number=on)
        rule = rule_of(run)
        if rule is None:
            raise refuse("no_potency_rule", f"{run.method_key} evaluates no relative potency. Its results are recorded as they were found.")
        taken = next((one for one in samples_for(run) if one.number == sample), None)
        if taken is None:
            raise refuse("unknown_sample", f"{sample[:40]} is no sample that waits for this run, or was evaluated in it. Choose one of the list.", "sample")
        Lot.locked(pk=taken.lot_id)
        if PotencyAssay.objects.filter(run=run, sample=taken).exists():
            raise refuse("evaluated_already", f"{taken} was evaluated in {run} already. Its readings stay; a repeat is another run.", "sample")
        if not_trusted := distrusted(run):
            raise RuleBroken(*not_trusted)
        standard = _standard(run)
        given, blockers = read_readings(readings if readings.strip() else _text_of(raw_file))
        if blockers := blockers or incomplete(rule, given):
            raise RuleBroken(*blockers)
        found = _evaluated(rule, given, standard)
        assay = PotencyAssay(
            number=rec.next_number(f"POT-{rec.at.year}", 4), run=run, sample=taken, standard=standard, readings=[one.stored for one in given],
            rule={name: value if isinstance(value, int) else str(value) for name, value in asdict(rule).items()},
            potency=found["potency"], low=found["low"], high=found["high"], found=found["texts"], recorded_at=rec.at,
            analyst=act.by.printed_name, analyst_id=act.by.user_id,
        )  # fmt: skip
        assay.save()
        file = attach(rec, assay, raw_file, raw_data_location=raw_data_location)
        rec.about(assay, covers=[assay, *([file] if file else [])], run=run.number, sample=taken.number, suitable=assay.suitable)
    return assay


def evaluated_again(assay: PotencyAssay) -> bool:
    """Whether the recorded readings give the recorded potency, limits and reasons now (LAB-05)."""
    found = _evaluated(assay.potency_rule, read_back(assay.readings), assay.standard)
    return (found["potency"], found["low"], found["high"], found["texts"]) == (assay.potency, assay.low, assay.high, assay.found)


def of_evaluations(row: SpecRow, sample: Sample, *, typed: bool, corrects: Result | None) -> tuple[list[PotencyAssay], Reading | None, list[Reading]]:
    """The evaluations that a result of this test is made of, with its value, or its determinations where the test asks for several runs.

    typed: whether somebody gave a number beside them.
    """
    if typed:
        raise refuse("value_evaluated", "This result comes from the evaluation of its readings alone. Record those with the run; nobody types a potency.")
    plan = by_determinations(row.replicate_plan)
    asked = plan.count if plan else 1
    waiting = [one for one in unused(sample, row, corrects) if not distrusted(one.run)]
    if len(waiting) < asked:
        raise RuleBroken(Blocker(
            "evaluation_missing", f"{len(waiting)} of {asked} suitable evaluations of {sample} are recorded. Record the readings with their run first; an "
            "unsuitable assay is repeated in another run.", "sample",
        ))  # fmt: skip
    taken = waiting[:asked]
    values = [Reading(format(one.potency, "f"), one.potency) for one in taken if one.potency is not None]
    return taken, None if plan else values[0], values if plan else []


def _evaluated(rule: PotencyRule, readings: Sequence[DoseReading], standard: Mapping[str, str]) -> dict[str, Any]:
    """Potency and limits on the scale of the assigned value of the standard, with everything else that was found."""
    # The statistics library takes a second to load; only an evaluation needs it.
    from qc.domain.potency_evaluation import as_texts, evaluated

    found = evaluated(rule, readings)
    share = share_of(standard)
    limits = {"potency": found.potency, "low": found.low, "high": found.high}
    return {**{name: None if one is None else Decimal(format(one * share, "f")) for name, one in limits.items()}, "texts": as_texts(found)}


def _standard(run: AssayRun) -> dict[str, str]:
    """The line of the reference standard among the reagents of the run."""
    method = method_named(run.method_number, run.method_version)
    for line in run.reagents:
        if method is not None and any(is_named(line["name"], name) for name in method.standards):
            try:
                share_of(line)
            except ValueError:
                words = f"{line['register']} is assigned {line['assigned_value']}. A relative potency needs a standard that is assigned in per cent."
                raise refuse("value_no_share", words) from None
            return dict(line)
    raise refuse("standard_missing", f"{run} names no reference standard, so nothing is relative to anything. Record a run with its lot and expiry.")


def _text_of(file: RawFile | None) -> str:
    if file is None:
        return ""
    try:
        return decoded(file.data).text
    except FileRefused as error:
        raise RuleBroken(*(Blocker("file_unreadable", str(problem), "raw_file") for problem in error.problems)) from error
