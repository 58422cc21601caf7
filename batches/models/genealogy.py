"""Edges of the genealogy: what went into what, how much, when."""

from django.db import models

from batches.models.containers import Container
from batches.models.lots import Lot
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel


class LotInput(GmpModel):
    """A quantity of `parent` consumed by `child`. Rules G1, G2 and G6 of the process are checked under the parent's lock."""

    append_only = True

    parent = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="outputs")
    child = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="inputs")
    container = models.ForeignKey(Container, on_delete=models.PROTECT, null=True, related_name="uses")
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=20)
    at = models.DateTimeField()
    purpose = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("child")), name="a_lot_is_not_its_own_parent"),
            models.UniqueConstraint(fields=["container"], name="a_container_is_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} of {self.parent} into {self.child}"
