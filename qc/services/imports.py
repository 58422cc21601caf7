"""Instrument files: handed in byte for byte, shown, then imported under a signature or discarded (REC-06, REC-10, LAB-04)."""

from datetime import date
from typing import Any

from batches.models import Lot, Sample
from evgmp.compliance.canonical import sha256
from evgmp.compliance.files import is_intact
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from qc.domain.commands import DISCARD_FILE, HAND_IN_FILE, IMPORT_RESULTS
from qc.domain.instrument_files.places import FileRefused
from qc.domain.instrument_files.values import read_file
from qc.domain.lifecycle_imports import FILE_IMPORT
from qc.models import AssayRun, FileImport, ImportedValue, MappingVersion, Result
from qc.selectors.imports import PreviewLine, import_facts, import_of, mapping_version_of, methods_for, preview_of, record_of
from qc.selectors.results import files_of
from qc.services.files import RawFile, attach
from qc.services.results import AtHand, judged


def hand_in_file(
    act: Act, on: str, *, mapping: str, raw_file: RawFile, measured: int, sample: str = "", tested_on: date | None = None
) -> FileImport:
    """Keep the file with its run, or with its lot where the test has no run. `tested_on`: claimed, only without a run. `measured`: how many
    samples were measured; a file that lost a line, or holds one too many, is refused by it.

    Refused when it can't be read under the mapping, or when it was used before."""
    with recording(HAND_IN_FILE, act) as rec:
        record = record_of(on)
        type(record).locked(pk=record.pk)
        run, lot = (record, None) if isinstance(record, AssayRun) else (None, record)
        version = _effective(mapping, record)
        asked = version.mapping.ask_sample
        taken = Sample.objects.filter(number=sample, status="received").first() if sample else None
        if asked and taken is None:
            raise refuse("sample_missing", "This export does not name the sample. Choose the received sample that was measured.", "sample")
        if sample and not asked:
            raise refuse("sample_not_wanted", "This export names its samples itself. Leave the sample empty.", "sample")
        # The number comes first: its series is the lock under which one file can't be handed in twice at once.
        number = rec.next_number(f"IMP-{rec.at.year}", 4)
        digest = sha256(raw_file.data)
        if before := FileImport.objects.filter(sha256=digest).exclude(status="discarded").first():
            raise refuse("file_used", f"This very file was handed in before, as {before.number}. A file counts once.", "raw_file")
        try:
            reading = read_file(raw_file.data, version.mapping)
        except FileRefused as refused:
            raise RuleBroken(*(Blocker("file_unreadable", str(problem), "raw_file") for problem in refused.problems)) from refused
        names = sorted({value.sample for value in reading.values})
        if len(names) != measured:
            listed = f" ({', '.join(names[:10])})" if names != [""] else ""
            raise refuse(
                "count_differs",
                f"You measured {measured}; the file holds values of {len(names)}{listed}. A line is missing or one too many: export the file again.",
                "measured",
            )
        kept = next((file for file in files_of(record) if file.content_id == digest), None) or attach(rec, record, raw_file)
        assert kept is not None
        found = FileImport(
            number=number, run=run, lot=lot, mapping=version, sample=taken, tested_on=_day(rec, run, tested_on), file=kept, sha256=digest, measured=measured,
            handed_in_at=rec.at,
            handed_in_by=act.by.printed_name, handed_in_by_id=act.by.user_id,
        )  # fmt: skip
        found.save()
        rec.about(found, covers=[found, kept], references=[version], file=kept.name, sha256=digest)
    return found


def _day(rec: Recording, run: AssayRun | None, claimed: date | None) -> date:
    """The day of the test at the site: that of the run, or the claimed one, or today."""
    if run is not None:
        return site_day(run.performed_at)
    if claimed and claimed > site_day(rec.at):
        raise refuse("in_the_future", "This day lies in the future. Enter the day of the test.", "tested_on")
    return claimed or site_day(rec.at)


def _effective(mapping: str, record: AssayRun | Lot) -> MappingVersion:
    try:
        version = mapping_version_of(mapping)
    except (MappingVersion.DoesNotExist, ValueError) as error:
        raise refuse("unknown_mapping", f"{mapping[:40]} is no mapping. Choose one of the list.", "mapping") from error
    if version.status != "effective" or not methods_for(record) & set(version.methods):
        raise refuse("mapping_not_in_force", f"{version} is not in force for a test of {record}. Choose one of the list.", "mapping")
    return version


def import_results(act: Act, on: str) -> FileImport:
    """Every value of the file becomes a result of the run, or none does."""
    with recording(IMPORT_RESULTS, act) as rec:
        found = FileImport.locked(number=on)
        fresh(found, act)
        found.status = FILE_IMPORT.target(IMPORT_RESULTS, status=found.status, facts=import_facts(found, act.by.user_id))
        found = _with_status(import_of(on), found.status)
        if not is_intact(found.file.content) or found.file.content.sha256 != found.sha256:
            raise refuse("file_altered", "The stored file no longer has the SHA-256 it was handed in with. Ask the administrator to run verify.")
        if found.mapping.status != "effective":
            raise refuse("mapping_not_in_force", f"{found.mapping} is not in force any more. Discard the file and hand it in under the newer version.")
        preview = preview_of(found, lock=lambda lot: Lot.locked(pk=lot.pk))
        if preview.blockers:
            raise RuleBroken(*preview.blockers)
        found.save()
        beside = [_imported_too(act, one) for one in preview.files if one.pk != found.pk]
        run = AtHand.of(found.run, [line.sample for line in preview.lines if line.sample]) if found.run else ""
        written = [*beside, *(row for line in preview.lines for row in _recorded(rec, found, line, preview.reading, run))]
        versions = {row.row.version_id: row.row.version for row in written if isinstance(row, Result)}
        rec.about(
            found, covers=[found, found.file, *written], references=[found.mapping, *versions.values()], results=len(preview.lines),
            invalid=preview.invalid,
        )  # fmt: skip
    return found


def _imported_too(act: Act, beside: FileImport) -> FileImport:
    """A file that gives a further determination of the same tests, imported with the first."""
    one = FileImport.locked(pk=beside.pk)
    one.status = FILE_IMPORT.target(IMPORT_RESULTS, status=one.status, facts=import_facts(one, act.by.user_id))
    if not is_intact(one.file.content) or one.file.content.sha256 != one.sha256:
        raise refuse("file_altered", f"The stored file of {one} no longer has the SHA-256 it was handed in with. Ask the administrator to run verify.")
    one.save()
    return one


def _with_status(found: FileImport, status: str) -> FileImport:
    found.status = status
    return found


def _recorded(rec: Recording, found: FileImport, line: PreviewLine, reading: Any, run: AtHand | str) -> list[Any]:
    """The result of one value, or of its determinations, and the place of each in the file, saved."""
    assert line.sample is not None
    assert line.row is not None
    try:
        result = judged(rec, line.sample.lot, line.row, run=run, tested_on=found.tested_on, **line.found)
    except RuleBroken as broken:
        raise RuleBroken(*(Blocker(b.key, f"{line.value.place}: {b.message}") for b in broken.blockers)) from broken
    result.save()
    written: list[Any] = [result]
    for source, value in line.placed:
        place = ImportedValue(
            file_import=source, result=result, sheet=value.place.sheet[:120], line=value.place.line, column=value.place.column,
            heading=value.place.heading[:200], as_printed=value.as_printed[:200], factor=value.factor[:200], encoding=reading.encoding[:60],
            decimal_mark=reading.mark.name,
        )  # fmt: skip
        place.save()
        written.append(place)
    return written


def discard_file(act: Act, on: str) -> FileImport:
    """The file stays with its run; nothing of it is imported. It may be handed in again, for example under the right mapping."""
    with recording(DISCARD_FILE, act) as rec:
        found = FileImport.locked(number=on)
        fresh(found, act)
        found.status = FILE_IMPORT.target(DISCARD_FILE, status=found.status)
        found.save()
        rec.about(found)
    return found
