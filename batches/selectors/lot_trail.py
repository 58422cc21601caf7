"""Every event that touched a lot or anything that belongs to it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from batches.models import (
    TYPED,
    AlarmAcknowledgement,
    BatchRecord,
    Container,
    ContainerMovement,
    Disposition,
    Entry,
    EquipmentEntry,
    ExceptionRecord,
    Excursion,
    FiltrationStage,
    Lot,
    LotInput,
    MaterialMovement,
    ReworkAuthorisation,
    Sample,
    Step,
    StepAttachment,
    StorageMove,
)
from evgmp.compliance.models import Event, GmpModel

Rows = Iterable["QuerySet[Any]"]

# What other rooms keep about a lot, for example results: functions from a lot to querysets.
FURTHER_ROWS: list[Callable[[Lot], Rows]] = []


def rows_about(lot: Lot) -> "list[QuerySet[Any]]":
    """The lot, its typed rows, its batch record, vials, samples, edges, exceptions and decisions, as querysets."""
    own: list[QuerySet[Any]] = [
        Lot.objects.filter(pk=lot.pk),
        TYPED[lot.stage].objects.filter(pk=lot.pk),
        FiltrationStage.objects.filter(run_id=lot.pk),
        BatchRecord.objects.filter(lot=lot),
        Step.objects.filter(batch__lot=lot),
        Entry.objects.filter(step__batch__lot=lot),
        AlarmAcknowledgement.objects.filter(batch__lot=lot),
        LotInput.objects.filter(Q(parent=lot) | Q(child=lot)),
        Container.objects.filter(lot=lot),
        ContainerMovement.objects.filter(container__lot=lot),
        MaterialMovement.objects.filter(step__batch__lot=lot),
        EquipmentEntry.objects.filter(lot=lot),
        StepAttachment.objects.filter(step__batch__lot=lot),
        Sample.objects.filter(lot=lot),
        ExceptionRecord.objects.filter(lot=lot),
        Disposition.objects.filter(lot=lot),
        Excursion.objects.filter(lot=lot),
        ReworkAuthorisation.objects.filter(Q(lot=lot) | Q(made=lot)),
        StorageMove.objects.filter(lot=lot),
    ]
    return own + [rows for further in FURTHER_ROWS for rows in further(lot)]


def events_of_lot(lot: Lot) -> "QuerySet[Event]":
    """The events of all those rows, newest first."""
    recordings: set[Any] = set()
    for rows in rows_about(lot):
        pk = rows.model._meta.pk.attname
        keys = rows.order_by().values("pk")
        recordings.update(rows.model.history.filter(**{f"{pk}__in": keys}).values_list("recording_id", flat=True))
    return Event.objects.filter(recording_id__in=recordings).order_by("-seq")


def records_of_lot(lot: Lot) -> list[GmpModel]:
    """All those rows themselves: the trail of a lot shows their changes and leaves out what else an act wrote."""
    return [row for rows in rows_about(lot) for row in rows]
