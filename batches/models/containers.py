"""Vials as individuals, with their position and an append-only ledger of movements."""

from django.db import models
from django.urls import reverse

from batches.models.lots import Lot
from evgmp.compliance.models import GmpModel

STATES = ("stored", "reserved", "withdrawn", "thawed", "sampled", "destroyed")


class Container(GmpModel):
    """One vial of a bank. Reserved, withdrawn, thawed, sampled or destroyed once (G8)."""

    fixed_fields = ("code", "lot", "sequence")

    code = models.CharField(max_length=60, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="containers")
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=20, default="stored")
    tank = models.CharField(max_length=40)
    rack = models.CharField(max_length=20)
    box = models.CharField(max_length=20)
    row = models.CharField(max_length=2)
    column = models.PositiveIntegerField()
    reserved_for = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["lot", "sequence"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="container_state_known"),
            models.UniqueConstraint(fields=["lot", "sequence"], name="container_sequence_once"),
            models.UniqueConstraint(
                fields=["tank", "rack", "box", "row", "column"],
                condition=models.Q(state__in=("stored", "reserved")),
                name="one_vial_a_position",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("batches:vial", args=[self.code])

    @property
    def position(self) -> str:
        return f"{self.row}{self.column}"


class ContainerMovement(GmpModel):
    """One movement of one vial: what, why, whereto. Who and when are the event's."""

    append_only = True

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    purpose = models.CharField(max_length=200)
    destination = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="vials_received")
    performed_by = models.CharField(max_length=120)
    witnessed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A vial goes through each of these once in its life.
            models.UniqueConstraint(fields=["container", "kind"], condition=models.Q(kind__in=STATES), name="movement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.container} {self.kind}"
