"""Reading mappings, files handed in, and what a file would become: the preview is what the import does."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from batches.domain.data_file import DataFileError
from batches.models import Lot, Sample
from batches.selectors.reworks import added_tests
from evgmp.compliance.files import bytes_of
from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import ResultKind, display_number
from qc.domain.applicability import applies
from qc.domain.commands import APPROVE_MAPPING
from qc.domain.computed_value import label
from qc.domain.determinations import by_determinations
from qc.domain.instrument_files.mapping_file import FileMapping, mapping_defects, read_mapping
from qc.domain.instrument_files.places import FileRefused
from qc.domain.instrument_files.values import FileReading, FoundValue, read_file
from qc.domain.kinds import kinds_for, value_defects
from qc.domain.lifecycle_imports import MAPPING
from qc.domain.tracking import PositionTable, position_table
from qc.models import AssayRun, FileImport, ImportedValue, LotSpecification, MappingVersion, Result, SpecRow
from qc.models.results import KINDS
from qc.selectors.methods import calculation_of
from qc.selectors.potency import rule_of
from qc.selectors.sheets import open_rows, pinned_version
from qc.selectors.specifications import attributes_of

SHIPPED = Path(__file__).resolve().parent.parent / "masterdata" / "mappings"


def shipped_mappings() -> list[str]:
    """Names of the mappings that come with the software."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


@cache
def shipped_mapping_titles() -> dict[str, str]:
    """Name of each shipped file, and code and title of the mapping in it."""
    heads = {name: tomllib.loads(shipped_mapping_text(name))["mapping"] for name in shipped_mappings()}
    return {name: f"{head['code']} {head['title']}" for name, head in heads.items()}


def shipped_mapping_text(name: str) -> str:
    """Text of a shipped mapping. Only names of the list are opened."""
    if name not in shipped_mappings():
        raise FileNotFoundError(name)
    return (SHIPPED / f"{name}.toml").read_text("utf-8")


def mapping_read(text: str) -> tuple[FileMapping | None, list[str]]:
    """The mapping of a text, or nothing, and every defect in a sentence."""
    try:
        mapping = read_mapping(text)
    except DataFileError as error:
        return None, [str(error)]
    return mapping, mapping_defects(mapping)


def mapping_list() -> QuerySet[MappingVersion]:
    return MappingVersion.objects.order_by("code", "-version")


def mapping_version_of(number: str) -> MappingVersion:
    """From `MAP-ENDO-CSV-V1`. Raises DoesNotExist or ValueError."""
    code, _, version = number.rpartition("-V")
    return MappingVersion.objects.get(code=code, version=int(version))


def mapping_blockers(version: MappingVersion) -> list[Blocker]:
    """What bars the approval."""
    effective = MappingVersion.objects.filter(code=version.code, status="effective").first()
    facts = {"version": version.version, "effective_version": effective.version if effective else None}
    return MAPPING.blockers(APPROVE_MAPPING, status=version.status, facts=facts)


def record_of(number: str) -> AssayRun | Lot:
    """What a file is handed in for: a run by its number, or a lot for tests without controls. Raises DoesNotExist."""
    return AssayRun.objects.filter(number=number).first() or Lot.objects.get(number=number)


def methods_for(record: AssayRun | Lot) -> set[str]:
    """Numbers of the methods of which a file may be: that of the run, or those of the lot's open tests that have no controls."""
    if isinstance(record, AssayRun):
        return {record.method_number}
    return {row.method_number for row in open_rows(record) if not row.controls}


def mappings_for(record: AssayRun | Lot) -> list[MappingVersion]:
    """The mappings in force for these methods."""
    methods = methods_for(record)
    return [version for version in mapping_list().filter(status="effective") if methods & set(version.methods)]


def samples_for(record: AssayRun | Lot) -> list[Sample]:
    """Received samples, newest first, of which a file without sample names may be."""
    found = Sample.objects.filter(status="received").select_related("lot").order_by("-pk")
    return list(found.filter(drawn_at__lte=record.performed_at)[:300] if isinstance(record, AssayRun) else found.filter(lot=record))


def import_of(number: str) -> FileImport:
    return FileImport.objects.select_related("run", "lot", "mapping", "sample__lot", "file__content").get(number=number)


def imports_of(run: AssayRun) -> list[FileImport]:
    return list(FileImport.objects.filter(run=run).select_related("mapping", "file").order_by("pk"))


def files_to_import() -> QuerySet[FileImport]:
    return FileImport.objects.filter(status="handed_in").select_related("run", "lot", "mapping", "file").order_by("pk")


def import_facts(file_import: FileImport, person: str = "") -> dict[str, Any]:
    return {"person": person, "handed_in_by": file_import.handed_in_by_id, "run_analyst": file_import.run.analyst_id if file_import.run else ""}


def places_of(result: Result) -> list[ImportedValue]:
    """Where the result, or each of its determinations, stands in its file; none when it was not imported."""
    return list(ImportedValue.objects.filter(result=result).select_related("file_import__mapping").order_by("pk"))


@dataclass
class PreviewLine:
    """One value and the result it becomes, or why it can't. placed: each with its file; several are the determinations of one test."""

    value: FoundValue
    sample: Sample | None = None
    row: SpecRow | None = None
    blocker: str = ""
    placed: list[tuple[FileImport, FoundValue]] = field(default_factory=list)

    @property
    def values(self) -> list[FoundValue]:
        return [value for _, value in self.placed]

    @property
    def kind(self) -> str:
        """That of all its values: one failed measurement makes the result invalid, one number makes it a number."""
        kinds = {value.kind for value in self.values}
        order = (ResultKind.INVALID, ResultKind.TERM, ResultKind.NUMBER, ResultKind.BELOW_LOQ)
        return str(next((kind for kind in order if kind in kinds), ResultKind.NOT_DETECTED))

    @property
    def why(self) -> str:
        """Where the file marks a measurement as failed; empty when it marks none."""
        return next((value.why for value in self.values if value.why), "")

    @property
    def kind_word(self) -> str:
        return KINDS[self.value.kind]

    @property
    def becomes(self) -> str:
        """The result in words: number with unit, term, or the kind with its limit; several determinations one beside the other."""
        return "; ".join(self._becomes(value) for value in self.values)

    def _becomes(self, value: FoundValue) -> str:
        if value.reading is not None and value.reading.amount is not None:
            return f"{value.reading.qualifier}{display_number(value.reading.amount)} {value.unit}".strip()
        limit = value.lod if value.kind == "not_detected" else value.loq
        kind_word = KINDS[value.kind]
        return value.term or (f"{kind_word} ({display_number(limit)} {value.unit})" if limit is not None else kind_word)

    @property
    def found(self) -> dict[str, Any]:
        """The fields of the result, as `qc.services.results.judged` takes them."""
        value, several = self.value, by_determinations(self.row.replicate_plan if self.row else None) is not None
        assert self.sample is not None
        lod, loq = (max((limit for limit in limits if limit is not None), default=None) for limits in zip(*((v.lod, v.loq) for v in self.values), strict=True))
        return {
            "sample": self.sample.number, "kind": self.kind, "value": None if several else value.reading, "term": value.term, "lod": lod,
            "lod_unit": value.unit if lod is not None else "", "loq": loq, "failed_in_file": self.why,
            "replicates": [one for v in self.values if (one := v.determination) is not None] if several else [],
        }  # fmt: skip


@dataclass
class Preview:
    """What a file says, line by line; `problems` when it can't be read at all. files: it, and those imported with it."""

    file_import: FileImport
    files: list[FileImport] = field(default_factory=list)
    reading: FileReading | None = None
    problems: list[str] = field(default_factory=list)
    lines: list[PreviewLine] = field(default_factory=list)
    positions: PositionTable | None = None

    @cached_property
    def lots(self) -> list[Lot]:
        """The lots that get results, in the order in which they are locked."""
        found = {line.sample.lot_id: line.sample.lot for line in self.lines if line.sample}
        return [found[key] for key in sorted(found)]

    @property
    def blockers(self) -> list[Blocker]:
        return [Blocker("file_unreadable", sentence) for sentence in self.problems] + [
            Blocker("value_not_usable", f"{line.value.place}: {line.blocker}") for line in self.lines if line.blocker
        ]

    @property
    def invalid(self) -> int:
        return sum(line.kind == "invalid" for line in self.lines)


def together(file_import: FileImport) -> list[FileImport]:
    """The file, and those handed in beside it: an instrument that writes one file a measurement gives each determination in its own.

    These are the files of the same run, mapping and sample that still wait for their import.
    """
    mapping = file_import.mapping.mapping
    if not (mapping.determinations and mapping.ask_sample) or file_import.run_id is None:
        return [file_import]
    beside = FileImport.objects.filter(run=file_import.run, mapping=file_import.mapping, sample=file_import.sample, status="handed_in")
    return [file_import, *beside.exclude(pk=file_import.pk).select_related("run", "lot", "mapping", "sample__lot", "file__content").order_by("pk")]


def preview_of(file_import: FileImport, lock: Callable[[Lot], object] | None = None) -> Preview:
    """Read the stored bytes under the mapping version of the import and say what each value becomes.

    lock: called with every lot concerned, in the order of their keys, before it is asked what is open.
    """
    preview = Preview(file_import, together(file_import))
    found: list[tuple[FileImport, FoundValue]] = []
    for one in preview.files:
        try:
            data, mapping = bytes_of(one.file.content), one.mapping.mapping
            reading = read_file(data, mapping)
            preview.reading = preview.reading or reading
            found += [(one, value) for value in reading.values]
            if mapping.instrument == "nta_positions":
                table = position_table(data)
                preview.positions = preview.positions or table
                if table.disagreement:
                    preview.problems.append(f"{table.disagreement} Export the run again.")
        except FileRefused as refused:
            preview.problems += [str(problem) for problem in refused.problems]
            return preview
    names = {value.sample for _, value in found}
    samples = {s.number.casefold(): s for s in Sample.objects.filter(number__in=_spellings(names)).select_related("lot")}
    first: dict[tuple[Any, tuple[str, ...]], PreviewLine] = {}
    for source, value in found:
        sample = samples.get(value.sample.casefold()) if value.sample else file_import.sample
        key = (sample.pk if sample else value.sample.casefold(), value.tests)
        if key not in first:
            first[key] = PreviewLine(value, sample)
            preview.lines.append(first[key])
        first[key].placed.append((source, value))
    if lock is not None:
        for lot in preview.lots:
            lock(lot)
    rows = _open_rows(preview)
    # Asked once for each method of the file, not for each value.
    by_hand = {key: why for key, row in {row.method_key: row for row in rows.values()}.items() if (why := _by_hand(row))}
    taken: set[tuple[int, str]] = set()
    for line in preview.lines:
        value, sample = line.value, line.sample
        if sample is None:
            line.blocker = f"“{value.sample[:40]}” is no sample of this site. Name the sample in the instrument by its number, or let the mapping pass over it."
            continue
        line.row = next((row for code in value.tests if (row := rows.get((sample.lot_id, code)))), None)
        line.blocker = _why_not(file_import, line, taken, by_hand)
        if line.row:
            taken.add((sample.lot_id, line.row.code))
    return preview


def _open_rows(preview: Preview) -> dict[tuple[int, str], SpecRow]:
    """The open tests among those of the file, by lot and code: asked for all lots at once, and of a lot's line only where a test depends on it."""
    codes = {code for line in preview.lines for code in line.value.tests}
    pinned = dict(LotSpecification.objects.filter(lot__in=preview.lots).values_list("lot_id", "version_id"))
    by_version: dict[int, list[SpecRow]] = {}
    for row in SpecRow.objects.select_related("version").filter(version__in=set(pinned.values()), code__in=codes):
        by_version.setdefault(row.version_id, []).append(row)
    done = set(Result.objects.filter(lot__in=preview.lots, is_current=True).values_list("lot_id", "row_id"))
    found: dict[tuple[int, str], SpecRow] = {}
    for lot in preview.lots:
        attributes: Any = None
        added = added_tests(lot)
        for row in by_version.get(pinned.get(lot.pk, 0), []):
            if row.applies_when and attributes is None:
                attributes = attributes_of(lot)
            if (lot.pk, row.pk) not in done and (row.code in added or applies(row.applies_when, attributes or {})):
                found[lot.pk, row.code] = row
    return found


def _spellings(names: set[str]) -> set[str]:
    return {spelling for name in names for spelling in (name, name.upper())}


def _by_hand(row: SpecRow) -> str:
    """Why a value in a file is never the result of a test by this method; empty when it may be."""
    if rule_of(row) is not None:
        return "comes from the evaluation of its readings. Record those with their run."
    if (formula := calculation_of(row)) is not None:
        return f"is computed from {', '.join(map(label, formula.inputs)).lower()}. Record those by hand; nobody gives the value itself."
    return ""


def _why_not(file_import: FileImport, line: PreviewLine, taken: set[tuple[int, str]], by_hand: Mapping[str, str]) -> str:
    """Why this value can't become a result, or an empty text. by_hand: why not, by the key of a method that takes no value from a file."""
    value, sample, row = line.value, line.sample, line.row
    assert sample is not None
    if sample.status != "received":
        return f"The laboratory has not received {sample}. Receive it first."
    if row is None:
        if pinned_version(sample.lot) is None:
            return f"{sample.lot} has no specification yet."
        return f"{sample.lot} has no open test among {', '.join(value.tests)}: it has a result already, or its specification does not ask for it."
    if (sample.lot_id, row.code) in taken:
        return f"A second value for {row.code} of {sample.lot}, by another sample. One value counts: record it by hand and say which."
    run = file_import.run
    if run is None and sample.lot_id != file_import.lot_id:
        return f"{sample} is of {sample.lot}; this file was handed in for {file_import.lot}."
    if run is None and row.controls:
        return f"{row.code} is judged by its controls: record the run, then hand in the file for the run."
    if run is not None and row.method_key != run.method_key:
        return f"{row.code} is tested by {row.method_key}; this run is of {run.method_key}."
    if row.method_number not in file_import.mapping.methods:
        return f"{row.code} is tested by {row.method_number}, which {file_import.mapping} does not name."
    if row.second_reading:
        # The file would stand on the page of the second reader, with the word of the first.
        return f"{row.code} is judged by two readers, each without sight of the other's word. Record what you see by hand."
    if why := by_hand.get(row.method_key):
        return f"{row.code} {why}"
    terms = tuple(row.accepted) + tuple(row.known)
    plan = by_determinations(row.replicate_plan)
    asked, given = plan.count if plan else 1, len(line.values)
    if given != asked:
        return (
            f"{row.code} asks for {asked} determination{'s' if asked > 1 else ''} of a sample; here {'is' if given == 1 else 'are'} {given} of {sample}. "
            "Export every determination and nothing else, or record the result by hand."
        )
    if str(value.kind) not in kinds_for(row.result_type, has_unit=bool(row.unit), has_terms=bool(terms)):
        return f"{row.code} can't report “{KINDS[value.kind]}”."
    if row.repeat and value.kind != "invalid":
        return f"{row.code} is judged by how many of its {row.replicates} wells were positive, which this file does not tell. Record it by hand."
    if value.kind in ("number", "below_loq") and value.unit != row.unit:
        return f"The mapping gives {value.unit or 'no unit'}, {row.code} asks for {row.unit or 'no unit'}. Approve a mapping with this unit."
    if value.kind == "term" and value.term not in terms:
        return f"“{value.term}” is no term of {row.code}. Approve a mapping with its terms."
    if line.kind == "number" and (defects := value_defects(row.rule, row.loq_max, line.found["value"], line.found["replicates"])):
        return f"{defects[0].message} Record it by hand when the instrument could not measure it."
    return ""


def values_of(file_import: FileImport) -> QuerySet[ImportedValue]:
    return ImportedValue.objects.filter(file_import=file_import).select_related("result__row", "result__lot", "result__sample").order_by("pk")


def results_of(file_import: FileImport) -> list[tuple[Result, list[ImportedValue]]]:
    """Each result of the file, with the places of its determinations."""
    found: dict[int, tuple[Result, list[ImportedValue]]] = {}
    for value in values_of(file_import):
        found.setdefault(value.result_id, (value.result, []))[1].append(value)
    return list(found.values())


def is_run(record: AssayRun | Lot) -> bool:
    return isinstance(record, AssayRun)
