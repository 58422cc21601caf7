"""Specifications: authored from a file, reviewed by a second person, approved by QA (MST-01, MST-02, LAB-23)."""

from typing import Any

from django.db import models

from batches.services.versions import put_into_force
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.change_record import Change
from qc.domain.commands import APPROVE_SPECIFICATION, AUTHOR_SPECIFICATION, REVIEW_SPECIFICATION
from qc.domain.lifecycle import SPECIFICATION
from qc.domain.specification_file import RowFile, SpecificationFile
from qc.models import Specification, SpecificationVersion, SpecRow
from qc.selectors.specifications import approval_blockers, read_text, specification_facts, version_of


def author_specification(act: Act, *, text: str, impact: str, affected_batches: str, training_needed: str) -> SpecificationVersion:
    """A draft version from the text of a specification file, with its change record. Refused with every defect found; the reason says
    what changed and why."""
    with recording(AUTHOR_SPECIFICATION, act) as rec:
        version, rows = write_version(act, text, Change(impact, affected_batches, training_needed))
        rec.about(version, covers=[version, *rows], rows=len(rows))
    return version


def write_version(act: Act, text: str, change: Change) -> tuple[SpecificationVersion, list[SpecRow]]:
    """The next version of the specification in the text, with every row. Refused with every defect found. Only inside a recording."""
    file = without_defects(text)
    spec = _specification_of(file)
    latest = spec.versions.order_by("-version").first()
    # A version of an earlier release without its whole change record is authored again, letter for letter.
    if latest is not None and latest.source_text == text and not latest.change_record_missing:
        raise refuse("nothing_changed", f"This file is {latest.number} already, letter for letter. Change it, then author it.", "file")
    version = SpecificationVersion(
        spec=spec, version=latest.version + 1 if latest else 1, rounding=file.rounding, source_text=text,
        change_reason=act.reason.strip(), units_for_tests=file.units_for_tests, reserve_exempt=file.reserve_exempt,
        **change.said(),
    )  # fmt: skip
    _save(version)
    return version, [_write_row(version, position, row) for position, row in enumerate(file.rows, start=1)]


def without_defects(text: str) -> SpecificationFile:
    """The specification in the text. Refused with every defect at once."""
    read = read_text(text)
    if read.file is None or read.defects:
        raise RuleBroken(*(Blocker("specification_defect", sentence, "file") for sentence in read.defects))
    return read.file


def _specification_of(file: SpecificationFile) -> Specification:
    spec = Specification.objects.select_for_update().filter(code=file.code).first()
    if spec is None:
        if other := Specification.objects.filter(stage=file.stage).first():
            raise refuse("other_code", f"The stage {file.stage} has the specification {other.code}. Author a new version of that one.", "file")
        spec = Specification(code=file.code, title=file.title, stage=file.stage, product=file.product)
        _save(spec)
    elif spec.stage != file.stage:
        raise refuse("other_stage", f"{spec.code} belongs to another stage ({spec.stage}). Give this specification its own code.", "file")
    return spec


def _write_row(version: SpecificationVersion, position: int, row: RowFile) -> SpecRow:
    detection, validated = row.detection, row.validated_method
    written = SpecRow(
        version=version, position=position, code=row.code, category=row.category, name=row.name, method=row.method,
        method_number=row.method_number, method_version=row.method_version, sample_type=row.sample_type, result_type=row.result_type,
        unit=row.unit, decimals=row.decimals, rounding=row.rounding,
        lower_text="" if row.lower is None else str(row.lower), upper_text="" if row.upper is None else str(row.upper),
        lower=row.lower, upper=row.upper, lower_inclusive=row.lower_inclusive, upper_inclusive=row.upper_inclusive,
        expected=row.expected, accepted=list(row.accepted), known=list(row.known),
        lod_max=detection.lod_max if detection else None, loq_max=detection.loq_max if detection else None,
        lod_unit=detection.unit if detection else "", validated_lod=validated.lod if validated else None,
        validated_lod_unit=validated.unit if validated else "", validated_reference=validated.reference if validated else "",
        controls=[{"kind": control.kind, "criterion": control.criterion} for control in row.controls],
        replicates=row.replicates, replicate_rule=row.replicate_rule, combine=row.combine, cv_max=row.cv_max,
        difference_max=row.difference_max, repeat=row.repeat, mandatory=row.mandatory, purpose=row.purpose,
        applies_when={name: list(values) for name, values in row.applies_when.items()}, covers=list(row.covers),
        compendial=row.compendial, source=row.source, source_status=row.source_status, limit_origin=row.limit_origin, notes=row.notes,
        computed=row.computed, second_reading=row.second_reading,
    )  # fmt: skip
    _save(written)
    return written


def _save(row: Any) -> None:
    """Save a row whose texts come from a file: a text longer than its column is refused alike on both databases."""
    for field in row._meta.concrete_fields:
        text = getattr(row, field.attname)
        if isinstance(field, models.CharField) and field.max_length and len(text or "") > field.max_length:
            name = getattr(row, "code", "The file")
            raise refuse("text_too_long", f"{name}: “{text[:40]}…” has {len(text)} characters. Keep the {field.name} within {field.max_length}.", "file")
    row.save()


def review_specification(act: Act, on: str) -> SpecificationVersion:
    """The second person's check of a draft (MST-02)."""
    with recording(REVIEW_SPECIFICATION, act) as rec:
        version = _locked(on)
        fresh(version, act)
        version.status = SPECIFICATION.target(REVIEW_SPECIFICATION, status=version.status, facts={**specification_facts(version), "by": act.by.user_id})
        version.save()
        rec.about(version, covers=[version, *version.rows.all()])
    return version


def approve_specification(act: Act, on: str) -> SpecificationVersion:
    """QA's approval: this version becomes effective and the one before it superseded, in one recording.

    Refused while an item of a registered line's vectors has no row that proves its absence.
    """
    with recording(APPROVE_SPECIFICATION, act) as rec:
        version = _locked(on)
        fresh(version, act)
        if blockers := approval_blockers(version, act.by.user_id):
            raise RuleBroken(*blockers)
        former = put_into_force(version, SpecificationVersion.objects.filter(spec=version.spec), rec.at)
        rec.about(version, covers=[version, *version.rows.all()], supersedes=former)
    return version


def _locked(number: str) -> SpecificationVersion:
    """The version, with its specification's row as the lock of all its versions: two approved at once can't both be effective."""
    found = version_of(number)
    Specification.locked(pk=found.spec_id)
    return SpecificationVersion.locked(pk=found.pk)
