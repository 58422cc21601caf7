"""Assay runs: recorded once, with every control, valid or not (LAB-04)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from evgmp.compliance.recording import Act, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.reading import Reading
from qc.domain.commands import RECORD_RUN
from qc.domain.method_file import MethodFile
from qc.domain.reagents import expired, numbers_in, read_reagents
from qc.domain.run_checks import (
    instrument_blockers,
    lapse_blockers,
    measure_blockers,
    modification_blockers,
    reagent_blockers,
)
from qc.domain.run_sequence import WITH_RESULTS, course_blockers, sequence_blockers
from qc.domain.specification_rows import titled
from qc.domain.standards import use_blockers
from qc.domain.tracking_run import checked, read_tracking
from qc.models import AssayRun
from qc.models.assays import OUTCOMES
from qc.selectors.methods import method_in_force, run_barred
from qc.selectors.runs import Method, instrument_facts, instrument_lapses, methods_in_use, sequence_numbers
from qc.selectors.standards import cited, registered_names
from qc.services.files import RawFile, attach


def record_run(
    act: Act, *, method: str, instrument: str, performed_at: datetime | None, controls: Sequence[Mapping[str, str]], remark: str = "",
    raw_file: RawFile | None = None, raw_data_location: str = "", reagents: str = "", sample_measure: str = "", modification: str = "",
    modification_why: str = "", modification_data: str = "", blank: Reading | None = None, dilutions: str = "", course: str = "complete",
    sequence: int | None = None, reprocesses: str = "",
) -> AssayRun:  # fmt: skip
    """One run of a method that an approved specification names, with the outcome of every control it asks for.

    reagents: lines of `qc.domain.reagents`. Refused: an instrument that was not registered, in date and in service at that time; a method
    that is not fit; a reagent or standard of the method without a line, or expired on the day of the run; a lot of the register that was not
    qualified by then or is withdrawn. sample_measure: as “100 µL”.
    blank, dilutions: of a tracking run, lines of `qc.domain.tracking_run`; the controls that follow from them are computed, never typed.
    modification, with why and where its data are: what was done otherwise than the method says. A failed run is recorded like any other.
    `performed_at` is claimed; None means now. course: how it went, of `qc.domain.run_sequence`; of a run that measured no sample to the end,
    sample, reagents and controls may be missing. sequence: the number its instrument gave it, once one was given of every run. reprocesses: number
    of the run whose data were processed again.
    """
    with recording(RECORD_RUN, act) as rec:
        known = methods_in_use().get(method)
        if known is None:
            raise refuse("unknown_method", f"No approved specification names the method {method[:60]}. Choose one of the list.", "method")
        claimed = performed_at or rec.at
        if claimed > rec.at:
            raise refuse("in_the_future", "This time lies in the future. Enter when the run was performed.", "performed_at")
        standards = cited(numbers_in(reagents))
        used, blockers = read_reagents(reagents, {number: one.facts for number, one in standards.items()})
        known_method = method_in_force(known.number, known.version)
        blockers += instrument_blockers(instrument, instrument_facts(instrument, claimed), at=claimed)
        # What bars the run at its own time is said once.
        lapses = [] if blockers else instrument_lapses(instrument, claimed, rec.at)
        blockers += lapse_blockers(lapses, remark)
        blockers += run_barred(known)
        partial = course not in WITH_RESULTS
        earlier = _processed_again(reprocesses, known, instrument)
        blockers += course_blockers(course, remark, reprocesses=earlier.number if earlier else "")
        # The series is the lock under which two runs can't take one number of their instrument.
        number = rec.next_number(f"RUN-{rec.at.year}", 4)
        blockers += sequence_blockers(sequence, course, known=sequence_numbers(instrument))
        blockers += [] if partial and not sample_measure.strip() else measure_blockers(sample_measure)
        blockers += modification_blockers(modification, modification_why, modification_data)
        asks_reagents = known_method is not None and not blockers and not partial
        blockers += reagent_blockers(known_method, used, registered_names()) if known_method is not None and asks_reagents else []
        day = site_day(claimed)
        blockers += expired([one for one in used if not one.get("register")], day)
        blockers += [found for one in standards.values() for found in use_blockers(one.facts, at=claimed, on=day)]
        nothing_tracked = partial and blank is None and not dilutions.strip()
        tracking, computed, more = ({}, {}, []) if nothing_tracked else _tracking(known_method, blank, dilutions)
        if blockers := [*blockers, *more]:
            raise RuleBroken(*blockers)
        run = AssayRun(
            number=number, method=known.name, method_number=known.number, method_version=known.version,
            instrument=instrument.strip().upper(), performed_at=claimed, recorded_at=rec.at, analyst=act.by.printed_name, analyst_id=act.by.user_id,
            remark=remark.strip(), controls=_judged(known, controls, computed, partial=partial), reagents=used,
            tracking=tracking, course=course, sequence=sequence, reprocesses=earlier,
            sample_measure=sample_measure.strip(), modification=modification.strip(), modification_why=modification_why.strip(),
            modification_data=modification_data.strip(),
        )  # fmt: skip
        run.save()
        file = attach(rec, run, raw_file, raw_data_location=raw_data_location)
        rec.about(run, covers=[run, *([file] if file else [])], references=list(standards.values()), valid=run.valid, **({"lapsed": lapses} if lapses else {}))
    return run


def _processed_again(number: str, method: Method, instrument: str) -> AssayRun | None:
    """The run whose data were taken again: of the same method, on the same instrument."""
    same = AssayRun.objects.filter(method_number=method.number, instrument=instrument.strip().upper(), course__in=WITH_RESULTS)
    return same.filter(number=number.strip().upper()).first() if number.strip() else None


def _tracking(method: MethodFile | None, blank: Reading | None, dilutions: str) -> tuple[dict[str, Any], dict[str, tuple[str, str]], list[Blocker]]:
    """Blank and dilutions as they are kept, the outcome of each computed control, and what bars them."""
    rule = method.tracking if method is not None else None
    if rule is None:
        wanted = blank is None and not dilutions.strip()
        return {}, {}, [] if wanted else [Blocker("tracking_not_wanted", "This method compares no dilutions. Leave blank and dilutions empty.", "dilutions")]
    found, blockers = read_tracking(blank, dilutions)
    if blockers or blank is None:
        return {}, {}, blockers
    kept = {
        "most_blank": str(rule.most_blank), "most_difference": str(rule.most_difference), "blank": blank.text, "dilutions": [one.stored for one in found],
    }  # fmt: skip
    return kept, checked(rule, blank, found).outcomes, []


def _judged(
    method: Method, given: Sequence[Mapping[str, str]], computed: Mapping[str, tuple[str, str]], *, partial: bool = False
) -> list[dict[str, str]]:
    """The controls as asked for, each with what was observed. Nothing is added, nothing left out; nobody types what is computed.

    partial: a run that gives no result anyway; a control that nobody speaks of was not run."""
    outcomes = {control["kind"]: control for control in given}
    blockers = [
        Blocker("unknown_control", f"The method {method.key} has no control {kind[:40]}.")
        for kind in outcomes
        if kind not in {control["kind"] for control in method.controls}
    ]
    blockers += [Blocker("control_computed", f"{kind} is computed from blank and dilutions. Nobody types it.") for kind in outcomes if kind in computed]
    judged = []
    for control in method.controls:
        kind = control["kind"]
        if kind in computed:
            judged.append({**control, "observed": computed[kind][1], "outcome": computed[kind][0]})
            continue
        found = outcomes.get(kind, {"outcome": "missing"} if partial else {})
        if found.get("outcome") not in OUTCOMES:
            blockers.append(Blocker("control_not_judged", f"{titled(kind)}: say if it passed, failed or was not run.", f"outcome_{kind}"))
            continue
        observed = str(found.get("observed", "")).strip()
        if found["outcome"] != "missing" and not observed:
            blockers.append(Blocker("nothing_observed", f"{titled(kind)}: write what was observed.", f"observed_{kind}"))
            continue
        judged.append({**control, "observed": observed, "outcome": found["outcome"]})
    if blockers:
        raise RuleBroken(*blockers)
    return judged
