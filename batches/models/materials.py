"""Materials: items, lots of a supplier, and the append-only ledger of what came in and went out."""

from django.db import models
from django.urls import reverse

from batches.models.records import BatchRecord, Step
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel

DECISIONS = ("released", "hold", "rejected")


class MaterialItem(GmpModel):
    """What can be bought and used: one code, one unit. open_hours: how long a container may be used once opened, none for as
    long as the lot. single_use: each container is one piece, used once."""

    append_only = True

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20)
    storage = models.CharField(max_length=120)
    origin = models.CharField(max_length=200)
    single_use = models.BooleanField(default=False)
    open_hours = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return f"{reverse('batches:materials')}?item={self.code}"

    @property
    def by_container(self) -> bool:
        """Whether its containers are used one by one."""
        return self.single_use or self.open_hours is not None


class MaterialLot(GmpModel):
    """One lot of a supplier as received. Its status is the newest `MaterialDecision`, quarantine by default (EXE-16)."""

    fixed_fields = (
        "number", "item", "supplier", "supplier_lot", "containers", "per_container", "expires_on", "place", "received_at", "received_by",
        "receiver_id",
    )  # fmt: skip

    number = models.CharField(max_length=40, unique=True)
    item = models.ForeignKey(MaterialItem, on_delete=models.PROTECT, related_name="lots")
    supplier = models.CharField(max_length=120)
    supplier_lot = models.CharField(max_length=80)
    containers = models.PositiveIntegerField()
    per_container = ExactDecimalField()
    expires_on = models.DateField(null=True)
    place = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=120)
    receiver_id = models.CharField(max_length=80)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:material", args=[self.number])

    @property
    def status(self) -> str:
        """The newest decision; quarantine while there is none."""
        decisions = sorted(self.decisions.all(), key=lambda row: row.pk)
        return decisions[-1].decision if decisions else "quarantine"


class MaterialDecision(GmpModel):
    """QC's or QA's decision on a material lot."""

    append_only = True

    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=20)
    reason = models.TextField()
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(decision__in=DECISIONS), name="material_decision_known")]

    def __str__(self) -> str:
        return f"{self.lot} {self.decision}"


class MaterialOpening(GmpModel):
    """A container opened, and until when it may be used then. A container is opened once."""

    append_only = True

    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="openings")
    container = models.PositiveIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["lot", "container"]
        constraints = [models.UniqueConstraint(fields=["lot", "container"], name="container_opened_once")]

    def __str__(self) -> str:
        return f"{self.lot}-C{self.container:02d}"


class MaterialMovement(GmpModel):
    """One line of the ledger: `change` in the unit of the item, plus for what came in, minus for what went out. What is left
    is the sum of the current lines. Only `is_current` ever changes: a correction is a new line that supersedes the old one."""

    fixed_fields = ("lot", "container", "kind", "change", "at", "step", "need", "purpose", "performed_by", "supersedes")

    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="movements")
    container = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=20)
    change = ExactDecimalField()
    at = models.DateTimeField()
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="materials_used")
    need = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    performed_by = models.CharField(max_length=120)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=("received", "used", "discarded")), name="material_movement_known")
        ]

    def __str__(self) -> str:
        return f"{self.lot} {self.kind}"

    @property
    def amount(self) -> object:
        """The quantity without its sign."""
        return abs(self.change)

    @property
    def code(self) -> str:
        return self.lot.number if self.container is None else f"{self.lot.number}-C{self.container:02d}"


class MaterialReservation(GmpModel):
    """So much of a lot is kept for one batch. The newest row of a lot and a batch holds; it ends with the batch."""

    append_only = True

    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="reservations")
    batch = models.ForeignKey(BatchRecord, on_delete=models.PROTECT, related_name="material_reservations")
    quantity = ExactDecimalField()
    at = models.DateTimeField()
    reserved_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.lot} for {self.batch}"
