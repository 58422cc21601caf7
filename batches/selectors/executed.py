"""Everything an executed batch record shows, gathered with the same few queries whatever its length."""

from dataclasses import dataclass

from batches.models import BatchRecord, Disposition, ExceptionRecord, Excursion, LabelIssue, LotInput, Sample, Step
from batches.selectors.alarms import Alarm, alarms_of
from batches.selectors.environment import RoomUse, room_uses
from batches.selectors.exceptions import exceptions_of
from batches.selectors.genealogy import Inherited, inherited, inputs_of
from batches.selectors.labels import issues_of
from batches.selectors.record_course import (
    GatheredSheet,
    Interruption,
    LateAct,
    MaterialUsed,
    UnitUsed,
    interruptions,
    late_acts,
    materials_of_batch,
    units_of_batch,
)
from batches.selectors.record_lines import StepSheet, step_sheets
from batches.selectors.samples import samples_of
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.models import Event, Signature


@dataclass(frozen=True)
class Recorder:
    """Somebody who recorded in a batch, signing or not."""

    user_id: str
    printed_name: str
    role: str


@dataclass(frozen=True)
class Executed:
    """A batch record with all its parts."""

    batch: BatchRecord
    sheets: list[StepSheet]
    inherited: Inherited
    inputs: list[LotInput]
    exceptions: list[ExceptionRecord]
    samples: list[Sample]
    decisions: list[Disposition]
    signatures: list[Signature]
    recorders: list[Recorder]
    sheet: GatheredSheet
    late: list[LateAct]
    interruptions: list[Interruption]
    materials: list[MaterialUsed]
    units: list[UnitUsed]
    labels: list[LabelIssue]
    excursions: list[Excursion]
    alarms: list[Alarm]
    room_uses: list[RoomUse]
    # Key of an exception, a decision, a label count, an acknowledgement -> its signatures.
    of_exceptions: dict[str, list[Signature]]
    of_decisions: dict[str, list[Signature]]
    of_counts: dict[str, list[Signature]]
    of_alarms: dict[str, list[Signature]]


def executed(batch: BatchRecord) -> Executed:
    """The batch with everything recorded in it and decided about it."""
    lot = batch.lot
    sheets = step_sheets(batch)
    exceptions = list(exceptions_of(lot).order_by("pk"))
    decisions = list(lot.dispositions.order_by("pk"))
    labels = issues_of(lot)
    alarms = alarms_of(batch)
    of_batch = signatures_by_record([batch])[str(batch.pk)]
    return Executed(
        batch=batch,
        sheets=sheets,
        inherited=inherited(lot),
        inputs=list(inputs_of(lot).select_related("parent__batch", "container")),
        exceptions=exceptions,
        samples=list(samples_of(lot)),
        decisions=decisions,
        signatures=of_batch,
        recorders=_recorders(batch),
        sheet=GatheredSheet(batch, sheets),
        late=late_acts(sheets),
        interruptions=interruptions(batch, of_batch),
        materials=materials_of_batch(batch),
        units=units_of_batch(batch),
        labels=labels,
        excursions=list(lot.excursions.order_by("pk")),
        alarms=alarms,
        room_uses=room_uses(batch),
        of_alarms=signatures_by_record([one.acknowledged for one in alarms if one.acknowledged]),
        of_exceptions=signatures_by_record(exceptions),
        of_decisions=signatures_by_record(decisions),
        of_counts=signatures_by_record([one.reconciliation for one in labels if hasattr(one, "reconciliation")]),
    )


def _recorders(batch: BatchRecord) -> list[Recorder]:
    steps = [str(pk) for pk in Step.objects.filter(batch=batch).values_list("pk", flat=True)]
    events = Event.objects.filter(record_type="batches.step", record_key__in=steps).order_by()
    rows = events.values_list("actor_id", "actor_name", "actor_role").distinct()
    return [Recorder(*row) for row in sorted(rows)]
