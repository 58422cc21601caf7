"""Reading assay runs and the methods they follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from batches.domain.equipment import UnitFacts
from batches.models import Sample
from batches.selectors.equipment import lapses_of, unit_facts, units
from evgmp.compliance.site_time import site_time
from evgmp.rules.blocker import Blocker
from qc.domain.run_checks import INSTRUMENTS
from qc.domain.run_sequence import WITH_RESULTS, SequenceCount, count_of
from qc.models import AssayRun, Result, SpecRow
from qc.selectors.standards import distrusted


@dataclass(frozen=True)
class Method:
    """A method as the approved rows name it, with the controls that its run must carry."""

    number: str
    version: str
    name: str
    controls: tuple[dict[str, str], ...]
    for_release: bool = True

    @property
    def key(self) -> str:
        return f"{self.number} v{self.version}"

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


def methods_in_use() -> dict[str, Method]:
    """Every method with controls that a specification in force names, or named when a lot was pinned to it; by key.

    A method without controls (an appearance, a form) has no run: its result stands alone.
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    names: dict[str, tuple[str, str, str]] = {}
    in_force = SpecRow.objects.filter(version__status__in=("effective", "superseded"))
    ordered = in_force.order_by("method_number", "method_version", "-version", "position")
    rows = ordered.only("method_number", "method_version", "method", "controls", "purpose")
    releasing: set[str] = set()
    for row in rows:
        names.setdefault(row.method_key, (row.method_number, row.method_version, row.method))
        controls = found.setdefault(row.method_key, {})
        if row.purpose == "release":
            releasing.add(row.method_key)
        for control in row.controls:
            controls.setdefault(control["kind"], {"kind": control["kind"], "criterion": control["criterion"]})
    return {key: Method(*names[key], controls=tuple(controls.values()), for_release=key in releasing) for key, controls in found.items() if controls}


def method_of(key: str) -> Method:
    """The method of this key. Raises ValueError when no approved specification names it."""
    methods = methods_in_use()
    if key not in methods:
        raise ValueError(f"No approved specification names the method {key}.")
    return methods[key]


def instrument_facts(code: str, at: datetime) -> UnitFacts | None:
    """A unit of the site's equipment as its log stood at this instant; None when there is none of this code."""
    unit = units().filter(code=code.strip().upper()).first()
    return unit_facts(unit, at=at) if unit is not None else None


def instrument_lapses(code: str, performed_at: datetime, recorded_at: datetime) -> list[str]:
    """What ended for an instrument between the time of a run and its record (EXE-15)."""
    unit = units().filter(code=code.strip().upper()).first()
    when = "after the time of the run and before its record"
    return lapses_of(unit.pk, None, since=performed_at, until=recorded_at, when=when) if unit is not None else []


def instruments() -> list[str]:
    """Codes of the instruments that runs may name, in order."""
    return [unit.code for unit in units().filter(equipment_class__in=INSTRUMENTS)]


def sequence_numbers(instrument: str) -> list[int]:
    """The numbers that the recorded runs of an instrument carry."""
    found = AssayRun.objects.filter(instrument=instrument.strip().upper(), sequence__isnull=False).order_by("sequence")
    return [number for number in found.values_list("sequence", flat=True) if number is not None]


def sequence_count(instrument: str, until: int | None = None) -> SequenceCount | None:
    """Runs by the instrument's own count against those recorded; None for one that counts none."""
    return count_of(instrument, sequence_numbers(instrument), until)


def sequence_counts() -> list[SequenceCount]:
    """Of every instrument that counts its runs, those with gaps first."""
    numbers: dict[str, list[int]] = {}
    counted = AssayRun.objects.filter(sequence__isnull=False).order_by("instrument", "sequence")
    for instrument, number in counted.values_list("instrument", "sequence"):
        numbers.setdefault(instrument, []).extend([number] if number is not None else [])
    counts = [count for instrument, listed in numbers.items() if (count := count_of(instrument, listed)) is not None]
    return sorted(counts, key=lambda count: (not count.gaps, count.instrument))


def gaps_before(run: AssayRun | None) -> list[Blocker]:
    """What an instrument measured up to this run and nobody recorded: a result of it is not reviewed before each is accounted for (LAB-04)."""
    count = sequence_count(run.instrument, run.sequence) if run is not None and run.sequence is not None else None
    return [Blocker("runs_missing", count.sentence)] if count is not None and count.gaps else []


def run_list() -> QuerySet[AssayRun]:
    return AssayRun.objects.order_by("-pk")


def run_of(number: str) -> AssayRun:
    return AssayRun.objects.get(number=number)


def runs_of_row(row: SpecRow, limit: int = 200) -> list[AssayRun]:
    """Runs of the row's method and version that measured samples to their end, newest first."""
    found = AssayRun.objects.filter(method_number=row.method_number, method_version=row.method_version, course__in=WITH_RESULTS)
    return list(found.order_by("-pk")[:limit])


@dataclass(frozen=True)
class RunChoice:
    """A run as a form may offer it. words: as in the list; why_not: why it can't be chosen for any of the samples, or an empty text."""

    number: str
    words: str
    why_not: str


def run_choices(row: SpecRow, samples: Sequence[Sample], first: Result | None = None) -> list[RunChoice]:
    """The runs of a row's method, newest first, each with why it can't be chosen for these samples.

    first: of a repeat extraction, whose run can't be taken again.
    """
    return [RunChoice(run.number, _run_words(run, samples), _why_not(run, samples, first)) for run in runs_of_row(row)]


def _why_not(run: AssayRun, samples: Sequence[Sample], first: Result | None) -> str:
    if not samples:
        return "no sample of this lot is received"
    if first is not None and first.run_id == run.pk:
        return "it is the run of the first extraction"
    earliest = min(samples, key=lambda sample: sample.drawn_at)
    if run.performed_at < earliest.drawn_at:
        return f"it was performed before {earliest} was drawn"
    return ""


def _run_words(run: AssayRun, samples: Sequence[Sample]) -> str:
    later = [sample.number for sample in samples if sample.drawn_at > run.performed_at]
    parts = [run.number, site_time(run.performed_at), run.analyst]
    if later and len(later) < len(samples):
        parts.append(f"not for {', '.join(later)}")
    if not run.valid:
        parts.append("not valid: its result is invalid")
    elif distrusted(run):
        parts.append("not trusted: its result is invalid")
    return ", ".join(parts)


def results_of_run(run: AssayRun) -> QuerySet[Any]:
    return run.results.select_related("lot", "row").order_by("pk")  # type: ignore[no-any-return]
