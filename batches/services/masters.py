"""Master records: authored, reviewed by a second person, approved by QA (MST-01, MST-02)."""

from typing import Any

from django.db import models

from batches.domain.commands import APPROVE_MASTER, AUTHOR_MASTER, REVIEW_MASTER
from batches.domain.lifecycle_records import MASTER
from batches.domain.master_file import DataFileError, MasterFile, ParameterFile, StepFile, read_master
from batches.domain.master_parts import as_json
from batches.models import MasterParameter, MasterRecord, MasterStep, MasterVersion
from batches.selectors.master_check import all_defects
from batches.selectors.masters import lookup_of, master_facts
from batches.selectors.uses import items_unknown
from batches.services.versions import put_into_force
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.change_record import Change


def author_master(act: Act, *, text: str, impact: str, affected_batches: str, training_needed: str) -> MasterVersion:
    """A version to be reviewed, from the text of a master file. Refused with every defect found; the reason says what changed and why."""
    with recording(AUTHOR_MASTER, act) as rec:
        content = readable(text)
        refuse_defects(content)
        version, rows = write_version(act, content, text, Change(impact, affected_batches, training_needed))
        rec.about(version, covers=rows, steps=len(content.steps))
    return version


def readable(text: str) -> MasterFile:
    """The master in the text. Refused with the sentence of the reader."""
    try:
        return read_master(text)
    except DataFileError as error:
        raise refuse("unreadable_file", str(error)) from error


def refuse_defects(content: MasterFile) -> None:
    """Every defect at once."""
    if sentences := all_defects(content):
        raise RuleBroken(*(Blocker("master_defect", sentence) for sentence in sentences))


def write_version(act: Act, content: MasterFile, text: str, change: Change) -> tuple[MasterVersion, list[Any]]:
    """The next version of the master with every step and parameter as rows: (version, all rows). Only inside a recording."""
    master = _master_of(content)
    latest = master.versions.order_by("-version").first()
    # A version of an earlier release without its whole change record is authored again, letter for letter.
    if latest is not None and latest.source_text == text and not latest.change_record_missing:
        raise refuse("nothing_changed", f"This file is {latest.number} already, letter for letter. Change it, then author it.")
    version = MasterVersion(
        master=master, version=latest.version + 1 if latest else 1, product=content.product, batch_size=content.batch_size,
        source_text=text, change_reason=act.reason.strip(), **change.said(),
    )  # fmt: skip
    _save(version)
    rows: list[Any] = [version]
    for position, step in enumerate(content.steps, start=1):
        rows += _write_step(version, position, step)
    return version, rows


def _master_of(content: MasterFile) -> MasterRecord:
    master = MasterRecord.objects.select_for_update().filter(code=content.code).first()
    if master is None:
        master = MasterRecord(code=content.code, title=content.title, stage=content.stage)
        _save(master)
    elif master.stage != content.stage:
        raise refuse("other_stage", f"{master.code} makes another kind of lot ({master.stage}). Give this master its own code.")
    return master


def _write_step(version: MasterVersion, position: int, step: StepFile) -> list[Any]:
    row = MasterStep(
        version=version, position=position, key=step.key, section=step.section, title=step.title, instructions=list(step.instructions),
        kind=step.kind, witness=step.witness, critical=step.critical, filtration=step.filtration,
        filtration_position=step.filtration_position, performer=step.performer, training=step.training, may_skip=step.may_skip,
        parallel=step.parallel, condition=as_json(step.condition) if step.condition else {}, times=[as_json(t) for t in step.times],
        materials=[as_json(m) for m in step.materials], equipment=[as_json(e) for e in step.equipment],
        samples=[as_json(s) for s in step.samples], attachment=step.attachment,
    )  # fmt: skip
    _save(row)
    return [row, *(_write_parameter(row, place, p) for place, p in enumerate(step.parameters, start=1))]


def _write_parameter(step: MasterStep, position: int, parameter: ParameterFile) -> MasterParameter:
    inputs = {name: given if isinstance(given, str) else list(given) for name, given in parameter.inputs.items()}
    row = MasterParameter(
        step=step, position=position, key=parameter.key, label=parameter.label, kind=parameter.kind, unit=parameter.unit,
        decimals=parameter.decimals, required=parameter.required, choices=list(parameter.choices), accepted=list(parameter.accepted),
        plausible_low=parameter.plausible_low, plausible_high=parameter.plausible_high, alert_low=parameter.alert_low,
        alert_high=parameter.alert_high, action_low=parameter.action_low, action_high=parameter.action_high, formula=parameter.formula,
        formula_version=parameter.formula_version, inputs=inputs, fills=parameter.fills, source=parameter.source,
        target=parameter.target, gate=parameter.gate,
    )  # fmt: skip
    _save(row)
    return row


def _save(row: Any) -> None:
    """Save a row whose texts come from a file: a text longer than its column is refused alike on both databases."""
    for field in row._meta.concrete_fields:
        text = getattr(row, field.attname)
        if isinstance(field, models.CharField) and field.max_length and len(text or "") > field.max_length:
            raise refuse("text_too_long", f"“{text[:40]}…” has {len(text)} characters. Keep this {field.name} within {field.max_length}.")
    row.save()


def review_master(act: Act, on: str) -> MasterVersion:
    """The second person's check of a draft (MST-02)."""
    with recording(REVIEW_MASTER, act) as rec:
        version = MasterVersion.locked(**lookup_of(on))
        fresh(version, act)
        version.status = MASTER.target(REVIEW_MASTER, status=version.status, facts={**master_facts(version), "by": act.by.user_id})
        version.save()
        _cover(rec, version)
    return version


def approve_master(act: Act, on: str) -> MasterVersion:
    """QA's approval: this version becomes effective and the one before it superseded, in one recording."""
    with recording(APPROVE_MASTER, act) as rec:
        # The master's row is the lock of all its versions: two versions approved at once can't both become effective.
        master = MasterRecord.locked(code=lookup_of(on)["master__code"])
        version = MasterVersion.locked(**lookup_of(on))
        fresh(version, act)
        MASTER.target(APPROVE_MASTER, status=version.status, facts={**master_facts(version), "by": act.by.user_id})
        if sentences := items_unknown(version):
            raise RuleBroken(*(Blocker("master_defect", sentence) for sentence in sentences))
        put_into_force(version, master.versions.all(), rec.at)
        _cover(rec, version)
    return version


def _cover(rec: Recording, version: MasterVersion) -> None:
    """A signature on a master vouches for the version, every step and every parameter."""
    steps = list(version.steps.all())
    parameters = [parameter for step in steps for parameter in step.parameters.all()]
    rec.about(version, covers=[version, *steps, *parameters])
