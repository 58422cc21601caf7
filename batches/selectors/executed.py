"""Everything an executed batch record shows, gathered with the same few queries whatever its length."""

from dataclasses import dataclass

from batches.models import BatchRecord, Disposition, ExceptionRecord, LotInput, Sample, Step
from batches.selectors.exceptions import exceptions_of
from batches.selectors.genealogy import Inherited, inherited, inputs_of
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


def executed(batch: BatchRecord) -> Executed:
    """The batch with everything recorded in it and decided about it."""
    lot = batch.lot
    return Executed(
        batch=batch,
        sheets=step_sheets(batch),
        inherited=inherited(lot),
        inputs=list(inputs_of(lot).select_related("parent__batch", "container")),
        exceptions=list(exceptions_of(lot).order_by("pk")),
        samples=list(samples_of(lot)),
        decisions=list(lot.dispositions.order_by("pk")),
        signatures=signatures_by_record([batch])[str(batch.pk)],
        recorders=_recorders(batch),
    )


def _recorders(batch: BatchRecord) -> list[Recorder]:
    steps = [str(pk) for pk in Step.objects.filter(batch=batch).values_list("pk", flat=True)]
    events = Event.objects.filter(record_type="batches.step", record_key__in=steps).order_by()
    rows = events.values_list("actor_id", "actor_name", "actor_role").distinct()
    return [Recorder(*row) for row in sorted(rows)]
