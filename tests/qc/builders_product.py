"""A drug product for tests: filled from the released EV lot of `builders_release` by the shipped master, tested and with a reserve.

`product_made()` leaves a lot that nobody has tested, `product_approved()` one that waits for the Qualified Person.
"""

import time
from datetime import timedelta
from decimal import Decimal

import tests.qc.builders_release as scene
from batches.domain import commands as b
from batches.models import BatchRecord, EquipmentUnit, Lot, Sample, Step
from batches.selectors.masters import shipped_text as master_text
from batches.services import planned_samples, records
from evgmp.compliance import clock
from qc.domain import commands as c
from qc.domain.custody import keeps_until
from qc.models import QcApproval
from qc.selectors.release_state import release_state
from qc.selectors.specifications import shipped_text
from qc.services import custody, release, samples
from tests.batches import builders_records as floor
from tests.batches.builders_uses import ROOM_B, unit, used
from tests.builders import act
from tests.qc import builders_lab as lab

KEPT = ("DP-GN-PH", "DP-GN-MOIST", "DP-CT-LABEL", "DP-ID-CD81", "DP-RF-LINK", "DP-SF-ENDO", "DP-PT-REF")
FILLED, QC_VIALS, RETAINED = 58, 20, 10
VALUES: dict[str, dict[str, str]] = {
    "line_clearance": {"area_clear": "clear", "labels_removed": "yes", "cleaning_in_date": "yes"},
    "formulate": {
        "freeze_thaws": "1", "pool_particles": "1.98E+11", "formulation": "Phosphate buffer, 5 % trehalose", "dosage_form": "liquid",
        "volume_ml_total": "60.0", "particles_per_ml": "1.95E+11",
    },
    "containers": {
        "container": "2 mL cyclo-olefin vial, stopper and cap", "vial_lot": "VIA-1", "stopper_lot": "STO-1", "doses_per_vial": "1",
        "filter_before": "pass", "media_fill_in_date": "yes",
    },
    "fill": {
        "vials_filled": str(FILLED), "interventions": "0", "particles_05": "610", "settle_plates": "0", "filter_after": "pass",
    },
    "inspect": {"vials_inspected": str(FILLED), "vials_rejected": "2", "inspectors_qualified": "yes"},
    "freeze": {"temperature": "-82"},
    "labels": {
        "labels_issued": "66", "labels_used": "58", "labels_destroyed": "4", "labels_specimens": "1", "labels_returned": "3", "specimen": "Sheet 4",
    },
    "quantity": {"vials_accepted": "25", "vials_destroyed": "1"},
}  # fmt: skip
FILL_CHECKS = ("1.004", "0.998")
# What the lyophilised product asks for in its own way.
LYOPHILISED: dict[str, dict[str, str]] = {
    "formulate": {
        "formulation": "Trehalose buffer", "freeze_thaws": "1", "volume_ml_total": "40.0", "particles_per_ml": "1.95E+11", "ph": "7.2", "osmolality": "300",
    },
    "containers": {"container": "2 mL tubular vial", "vial_lot": "VIA-1", "stopper_lot": "STO-1", "doses_per_vial": "2", "media_fill_in_date": "yes"},
    "fill": {"bulk_hours": "3.0", "vials_filled": "38"},
    "environment": {"particles_05": "610", "settle_plates": "0", "glove_prints": "0"},
    "load": {"cycle": "LYO-03 v2", "vials_loaded": "38", "probes": "3", "leak_rate": "4.0", "dosage_form": "lyophilised"},
    "cycle": {
        "phase": "primary drying", "shelf_temperature": "-20.0", "pirani_mbar": "0.120", "capacitance_mbar": "0.080", "warmest_probe": "-32.0",
    },
    "end_point": {"pirani_mbar": "0.081", "capacitance_mbar": "0.080", "stoppering_mbar": "800", "filter_integrity": "pass"},
    "inspect": {"vials_inspected": "38", "vials_rejected": "0", "inspectors_qualified": "yes"},
    "cake": {"cake": "whole, white, no melt-back", "moisture_pct": "1.20", "reconstitution_s": "20", "vials_used": "3"},
    "quantity": {"vials_accepted": "5", "vials_destroyed": "0"},
}  # fmt: skip


def short_specification() -> str:
    """The shipped specification of the drug product with the rows of KEPT only."""
    head, *rows = shipped_text("spec_ev_dp").split("[[row]]")
    return "[[row]]".join([head, *(row for row in rows if row.split('code = "', 1)[1].split('"', 1)[0] in KEPT)])


def begun(*portions: tuple[Lot, str], master: str = "mbr_fill") -> BatchRecord:
    """A batch of the shipped fill that took these vials of EV lots."""
    batch = floor.started(master_text(master))
    if not EquipmentUnit.objects.filter(code=ROOM_B).exists():
        unit(ROOM_B)
    for parent, vials in portions:
        took(batch, parent, vials)
    return batch


def took(batch: BatchRecord, parent: Lot, vials: str, *, by: str = "a.operator", witness: str = "b.operator", unit: str = "vials") -> None:
    records.consume_lot(
        act(b.CONSUME_LOT, by, witness=witness), batch.lot.number, parent=parent.number, quantity=Decimal(vials), unit=unit
    )


def recorded_to(batch: BatchRecord, last: str = "quantity", **changed: dict[str, str]) -> Step:
    """Every step up to `last` recorded and signed, `last` itself only recorded. changed: values by step, instead of VALUES."""
    for step in batch.steps.select_related("master_step").order_by("position"):
        key = step.master_step.key
        if key == "fill":
            _next_second()
        own = changed.get(key) or VALUES.get(key, {})
        for row in [{"fill_volume": volume} for volume in FILL_CHECKS] if key == "fill_checks" else [own]:
            instants = {p.key: clock.now() for p in step.master_step.parameters.filter(kind="instant")}
            floor.recorded(step, **{**row, **instants})  # type: ignore[arg-type]
        if step.master_step.equipment:
            used(Step.objects.get(pk=step.pk), ROOM_B)
        if key == "inspect":
            sampled(step, "release_testing", QC_VIALS)
            sampled(step, "retention", RETAINED)
        step = Step.objects.get(pk=step.pk)
        if key == last:
            return step
        floor.signed(step)
    raise AssertionError(f"There is no step {last}.")


def _next_second() -> None:
    """Instants are kept by the second: the fill ends in a later one than the formulation did, or its clock could not be told."""
    time.sleep(1 - clock.now().microsecond / 1_000_000)


def cleared_after(batch: BatchRecord) -> None:
    """The line clearance after the end."""
    step = batch.steps.get(master_step__key="closing_clearance")
    used(step, ROOM_B)
    floor.recorded(step, area_clear_after="clear", labels_removed_after="yes")
    floor.signed(step)


def sampled(step: Step, need: str, vials: int) -> None:
    planned_samples.take_sample(
        act(b.TAKE_SAMPLE, "a.operator"), step.number, need=need, quantity=Decimal(vials), container="Vials as filled", storage="Below -70 °C"
    )


def made(*portions: tuple[Lot, str], master: str = "mbr_fill", **changed: dict[str, str]) -> Lot:
    """A drug product filled, completed and reviewed by production."""
    batch = begun(*portions, master=master)
    floor.signed(recorded_to(batch, **changed))
    cleared_after(batch)
    floor.completed(batch)
    scene.reviewed_by_production(batch)
    return Lot.objects.get(pk=batch.lot_id)


def received(lot: Lot) -> list[Sample]:
    """The samples of the lot in the laboratory: for its release, and for retention. The first one pins its specification."""
    found = list(Sample.objects.filter(lot=lot).order_by("pk"))
    for sample in found:
        samples.receive_sample(act(c.RECEIVE_SAMPLE, "a.analyst"), sample.number, condition="Frozen, seal intact")
    return found


def tested(lot: Lot, *, reserve: bool = True) -> None:
    """Both samples received, every test done and reviewed, the reserve stored."""
    release_sample, retention = received(lot)
    lab.all_pass(lot, release_sample)
    if reserve:
        stored(lot, retention)


def stored(lot: Lot, sample: Sample, days_short: int = 0) -> None:
    assert lot.expires_on is not None
    until = keeps_until(lot.expires_on) - timedelta(days=days_short)
    custody.record_custody(act(c.RECORD_CUSTODY, "a.analyst"), sample.number, kind="stored", place="FRZ-02, box 4", keep_until=until)


def product_made() -> None:
    """The EV lot that is ready released, and 60 of its vials filled as a drug product that nobody has tested."""
    ev = scene.ev_lot()
    lab.effective(text=short_specification())
    made((ev, "60"))


def product_approved() -> None:
    """The drug product tested, approved by QC and for certification by QA."""
    tested(product())
    approved_by_qc()
    approved_by_qa()


def product() -> Lot:
    return Lot.objects.get(stage="drug_product")


def approved_by_qc(by: str = "a.labhead") -> QcApproval:
    return scene.approved_by_qc(by, on=product().number)


def approved_by_qa(by: str = "a.reviewer") -> Lot:
    return release.approve_for_certification(act(c.APPROVE_FOR_CERTIFICATION, by), product().number)


def certified(by: str = "q.person") -> Lot:
    return release.certify_lot(act(c.CERTIFY_LOT, by), product().number, destination="Germany")


def released(by: str = "a.reviewer") -> Lot:
    return release.release_to_stock(act(c.RELEASE_TO_STOCK, by), product().number)


def stopped_by() -> dict[str, str]:
    """Key and sentence of everything that stops the release of the drug product now."""
    return {reason.key: reason.message for stop in release_state(product()).stops for reason in stop.reasons}
