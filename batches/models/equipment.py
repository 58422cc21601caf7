"""Equipment and rooms, each with a chronological log that is never changed (EXE-14)."""

from django.db import models
from django.urls import reverse

from batches.domain.equipment import CLASSES, EquipmentClass
from batches.models.lots import Lot
from batches.models.records import Step
from evgmp.compliance.models import GmpModel

LOG_KINDS = ("registered", "calibrated", "qualified", "cleaned", "maintained", "used", "cleared", "stopped", "returned")


class EquipmentUnit(GmpModel):
    """One piece of equipment or one room. What state it is in follows from its log."""

    fixed_fields = ("code", "name", "equipment_class", "serial", "place")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    equipment_class = models.CharField(max_length=40)
    serial = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=80)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("batches:equipment_unit", args=[self.code])

    @property
    def kind(self) -> EquipmentClass:
        return CLASSES[self.equipment_class]


class EquipmentEntry(GmpModel):
    """One line of a unit's log. until: the end of the validity it gives. lot and step: what it was used for. Only
    `is_current` ever changes: a scan recorded by mistake is struck, and stays readable."""

    fixed_fields = ("unit", "kind", "at", "until", "lot", "step", "need", "note", "performed_by", "checked_by")

    unit = models.ForeignKey(EquipmentUnit, on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="equipment_log")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="equipment_used")
    need = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    performed_by = models.CharField(max_length=120)
    checked_by = models.CharField(max_length=120, blank=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=LOG_KINDS), name="equipment_entry_known")]

    def __str__(self) -> str:
        return f"{self.unit} {self.kind}"
