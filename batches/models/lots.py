"""Lots: the node every other table points at, and one typed table a stage.

How a lot was made is its batch record. What a table here holds was filled by the step that recorded it, in the same
recording; nothing inherited (line, donor, passage number, vectors) is stored below the bank.
"""

from django.db import models
from django.urls import reverse

from batches.domain.lifecycle import standing
from batches.models.donors import CellLine
from evgmp.compliance.fields import ExactDecimalField
from evgmp.compliance.models import GmpModel

STAGES = {
    "cell_bank": "Cell bank",
    "passage": "Passage",
    "conditioned_media": "Conditioned-media lot",
    "isolation_run": "TFF isolation run",
    "ev_lot": "EV lot",
    "drug_product": "Drug product",
}
MAKING = {"in_process": "In process", "made": "Made", "aborted": "Aborted"}


class Lot(GmpModel):
    """One lot of material. Making-status is here; disposition is the newest row of `Disposition`, never a column."""

    fixed_fields = ("number", "stage")
    unsigned_fields = ("revision", "making_status")

    number = models.CharField(max_length=40, unique=True)
    stage = models.CharField(max_length=20)
    product = models.CharField(max_length=120)
    making_status = models.CharField(max_length=20, default="in_process")
    quantity_made = ExactDecimalField(null=True)
    unit = models.CharField(max_length=20)
    made_on = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)
    storage = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(making_status__in=tuple(MAKING)), name="making_status_known"),
            models.CheckConstraint(condition=models.Q(stage__in=tuple(STAGES)), name="stage_known"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("batches:lot", args=[self.number])

    @property
    def stage_name(self) -> str:
        return STAGES[self.stage]

    @property
    def typed(self) -> "TypedLot":
        """The row of this lot's stage."""
        return getattr(self, self.stage.replace("_", ""))  # type: ignore[no-any-return]

    @property
    def disposition(self) -> str:
        """in_process or aborted while not made; then the newest decision, quarantine by default (REL-01)."""
        newest = self.dispositions.order_by("-pk").first()
        return standing(self.making_status, newest.decision if newest else "")


class TypedLot(GmpModel):
    """The typed half of a lot, one table a stage."""

    unsigned_fields = ("revision",)
    lot: "models.OneToOneField[Lot, Lot]"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.lot)


class CellBank(TypedLot):
    """iPSC master or working bank, or iMSC bank. `line` is typed for a bank without a parent vial, inherited otherwise."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="cellbank")
    level = models.CharField(max_length=20)
    line = models.ForeignKey(CellLine, on_delete=models.PROTECT, null=True, related_name="banks")
    passage_number = models.PositiveIntegerField(null=True)
    cpdl = ExactDecimalField(null=True)
    cells_per_vial = ExactDecimalField(null=True)
    fill_volume_ml = ExactDecimalField(null=True)
    vials_made = models.PositiveIntegerField(null=True)
    frozen_at = models.DateTimeField(null=True)


class Passage(TypedLot):
    """A culture. `is_commitment`: the iMSC derivation, which defines passage 0 and PDL 0."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="passage")
    is_commitment = models.BooleanField(default=False)
    vessel = models.CharField(max_length=80, blank=True)
    area_cm2 = ExactDecimalField(null=True)
    seeded_at = models.DateTimeField(null=True)
    harvested_at = models.DateTimeField(null=True)
    viable_seeded = ExactDecimalField(null=True)
    viable_harvested = ExactDecimalField(null=True)
    total_harvested = ExactDecimalField(null=True)
    viability_pct = ExactDecimalField(null=True)
    confluence_pct = ExactDecimalField(null=True)
    culture_hours = ExactDecimalField(null=True)
    population_doublings = ExactDecimalField(null=True)
    doubling_time_h = ExactDecimalField(null=True)
    cumulative_pdl = ExactDecimalField(null=True)


class ConditionedMediaLot(TypedLot):
    """Medium conditioned by one producing culture and collected."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="conditionedmedia")
    medium = models.CharField(max_length=120, blank=True)
    priming = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    volume_ml = ExactDecimalField(null=True)
    viability_end_pct = ExactDecimalField(null=True)
    particles_per_ml = ExactDecimalField(null=True)
    blank_particles_per_ml = ExactDecimalField(null=True)
    hold_temperature_c = ExactDecimalField(null=True)


class IsolationRun(TypedLot):
    """A run: its filtration stages in order hold membranes, volumes and yields."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="isolationrun")
    pooled_volume_ml = ExactDecimalField(null=True)
    feed_particles_per_ml = ExactDecimalField(null=True)
    final_volume_ml = ExactDecimalField(null=True)
    final_particles_per_ml = ExactDecimalField(null=True)
    protein_ug_per_ml = ExactDecimalField(null=True)
    overall_yield_pct = ExactDecimalField(null=True)
    mass_balance_pct = ExactDecimalField(null=True)


class FiltrationStage(GmpModel):
    """One filtration of a run: clarification, a cut-off, diafiltration or the sterile filter."""

    fixed_fields = ("run", "position", "kind")

    run = models.ForeignKey(IsolationRun, on_delete=models.PROTECT, related_name="filtrations")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    membrane_maker = models.CharField(max_length=120, blank=True)
    membrane_lot = models.CharField(max_length=80, blank=True)
    cut_off = models.CharField(max_length=40, blank=True)
    area_m2 = ExactDecimalField(null=True)
    integrity_pre = models.CharField(max_length=40, blank=True)
    integrity_post = models.CharField(max_length=40, blank=True)
    feed_volume_ml = ExactDecimalField(null=True)
    feed_particles_per_ml = ExactDecimalField(null=True)
    product_volume_ml = ExactDecimalField(null=True)
    product_particles_per_ml = ExactDecimalField(null=True)
    buffer_volume_ml = ExactDecimalField(null=True)
    diavolumes = ExactDecimalField(null=True)
    vcf = ExactDecimalField(null=True)
    tmp_mean_bar = ExactDecimalField(null=True)
    flux_mean_lmh = ExactDecimalField(null=True)
    yield_pct = ExactDecimalField(null=True)

    class Meta:
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="filtration_position_once")]

    def __str__(self) -> str:
        return f"{self.run} stage {self.position}: {self.title}"


class EVLot(TypedLot):
    """EV drug substance, filled into vials. Itself released as a product, or used up by a drug product."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="evlot")
    particles_per_ml = ExactDecimalField(null=True)
    volume_ml_total = ExactDecimalField(null=True)
    fill_volume_ml = ExactDecimalField(null=True)
    vials_filled = models.PositiveIntegerField(null=True)
    vials_rejected = models.PositiveIntegerField(null=True)
    filled_at = models.DateTimeField(null=True)
    formulation = models.CharField(max_length=200, blank=True)
    container = models.CharField(max_length=120, blank=True)


class DrugProduct(TypedLot):
    """Drug product: vials filled from EV lots, lyophilised or not. `particles_per_vial` is its strength, computed by the step
    that filled it. What became of each vial filled: kept (the quantity of the lot), rejected, drawn as a sample, destroyed."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="drugproduct")
    dosage_form = models.CharField(max_length=40, blank=True)
    formulation = models.CharField(max_length=200, blank=True)
    container = models.CharField(max_length=120, blank=True)
    particles_per_ml = ExactDecimalField(null=True)
    volume_ml_total = ExactDecimalField(null=True)
    fill_volume_ml = ExactDecimalField(null=True)
    particles_per_vial = ExactDecimalField(null=True)
    doses_per_vial = models.PositiveIntegerField(null=True)
    filled_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    vials_filled = models.PositiveIntegerField(null=True)
    vials_rejected = models.PositiveIntegerField(null=True)


TYPED = {
    "cell_bank": CellBank,
    "passage": Passage,
    "conditioned_media": ConditionedMediaLot,
    "isolation_run": IsolationRun,
    "ev_lot": EVLot,
    "drug_product": DrugProduct,
}
