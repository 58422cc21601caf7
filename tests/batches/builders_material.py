"""Donors, banks, vials and lots for tests, made by running the commands as the cast would."""

from decimal import Decimal
from typing import Any

from batches.domain import commands as c
from batches.models import BatchRecord, CellLine, Container, Disposition, Donor, ExceptionRecord, Lot, Sample
from batches.services import donors, records, samples, vials
from batches.services.dispositions import dispose
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import recording
from tests.batches.builders_records import BANK, PASSAGE, completed, recorded, signed, started, step_no
from tests.builders import act

DONOR = {
    "sex": "female", "age_band": "45-49", "tissue_source": "Skin biopsy", "consent_reference": "CONS-07 version 2",
    "consent_scope": "Reprogramming and manufacture", "testing_summary": "HIV, HBV, HCV, syphilis: negative, kit lot 12",
}  # fmt: skip
LINE = {
    "clone": "C3", "reprogramming_method": "sendai", "vector_kit": "Kit SV-1, lot 9", "vector_contents": ["SEV", "OCT4", "SOX2", "KLF4", "MYC"],
    "hla_type": "A*02:01", "genetic_edits": "None", "culture": "Feeder-free",
}  # fmt: skip
BOX = {"tank": "LN2-01", "rack": "3", "box": "12", "rows": 10, "columns": 10, "first": "A1"}
SAMPLE = {"purpose": "Release testing", "container": "Cryovial", "storage": "-80 °C, freezer FRZ-04"}

# A collection and a run of one step each.
MEDIUM = """
[master]
code = "MBR-COLLECTION"
title = "Short collection"
stage = "conditioned_media"
product = "Conditioned medium"
batch_size = "1 L"

[[step]]
key = "collect"
section = "Collection"
title = "Collect the medium"
instructions = ["Collect the medium."]

[[step.parameter]]
key = "priming"
label = "Priming"
kind = "text"
fills = "conditioned_media.priming"

[[step.parameter]]
key = "volume"
label = "Volume"
unit = "mL"
decimals = 0
plausible_low = "1"
plausible_high = "5000"
fills = "lot.quantity_made"
"""
POOL = """
[master]
code = "MBR-POOL"
title = "Short run"
stage = "isolation_run"
product = "iMSC-EV bulk"
batch_size = "1 L"

[[step]]
key = "pool"
section = "Pool"
title = "Pool"
instructions = ["Pool the media."]
filtration = "clarification"
filtration_position = 1

[[step.parameter]]
key = "volume"
label = "Volume"
unit = "mL"
decimals = 0
plausible_low = "1"
plausible_high = "5000"
fills = "lot.quantity_made"
"""


def donor(code: str = "DONOR-0007", *, decided: str = "eligible") -> Donor:
    """A donor, decided unless `decided` is empty."""
    found = donors.register_donor(act(c.REGISTER_DONOR, "a.verifier"), code=code, **DONOR)
    return decide(found, decided) if decided else found


def decide(found: Donor, eligibility: str, *, by: str = "a.reviewer", basis: str = "Donor file DF-0007") -> Donor:
    return donors.decide_donor_eligibility(act(c.DECIDE_DONOR_ELIGIBILITY, by), found.code, eligibility=eligibility, basis=basis)


def line(code: str = "LINE-01", donor_code: str = "DONOR-0007", *, decided: str = "eligible", **changed: Any) -> CellLine:
    """A line of a donor of its own."""
    donor(donor_code, decided=decided)
    return donors.register_cell_line(act(c.REGISTER_CELL_LINE, "a.verifier"), donor_code, code=code, **{**LINE, **changed})


def bank(made: int = 20, *, stored: int | None = None, released: bool = True, decided: str = "eligible", number: int = 1) -> Lot:
    """A bank of `made` vials from a line of its own, `stored` by position (all by default)."""
    cell_line = line(f"LINE-{number:02d}", f"DONOR-{number:04d}", decided=decided)
    batch = started(BANK, prefix="IPSC-MCB", level="mcb", line=cell_line.code)
    recorded(step_no(batch, 1), vials=str(made), cpdl="30.00")
    signed(step_no(batch, 1))
    lot = completed(batch).lot
    count = made if stored is None else stored
    if count:
        store(lot, count, box=str(number))
    if released:
        disposed(lot, "released")
    return Lot.objects.get(pk=lot.pk)


def store(lot: Lot, count: int, **place: Any) -> Lot:
    data = {**BOX, **place}
    return vials.store_vials(act(c.STORE_VIALS, "a.operator", witness="b.operator"), lot.number, count=count, **data)


def vial(lot: Lot, sequence: int = 1) -> Container:
    return Container.objects.get(lot=lot, sequence=sequence)


def withdrawn(found: Container, child: Lot) -> Container:
    signing = act(c.WITHDRAW_VIAL, "a.operator", witness="b.operator")
    return vials.withdraw_vial(signing, found.code, destination=child.number)


def disposed(lot: Lot, decision: str, reason: str = "") -> Disposition:
    """A decision through the only writer of decisions, whoever's command it belongs to."""
    with recording(c.HOLD_LOT, act(c.HOLD_LOT, "a.reviewer")) as rec:
        row = dispose(rec, lot, decision, reason)
        rec.about(row)
    return row


def culture(**data: Any) -> BatchRecord:
    """A passage in process."""
    return started(PASSAGE, **data)


def passage(parent: Lot | None = None, *, released: bool = True, seeded: str = "1E+6", harvested: str = "8E+6", **data: Any) -> Lot:
    """A passage that is made: from a vial of a bank, or from a share of an earlier passage."""
    batch = culture(**data)
    source = parent or bank()
    feed(batch.lot, source)
    recorded(step_no(batch, 1), seeded=seeded, harvested=harvested)
    signed(step_no(batch, 1))
    return finished(batch, released=released)


def feed(child: Lot, parent: Lot, quantity: str = "1E+6", unit: str = "") -> None:
    """A vial of a bank, or a quantity of another lot, goes into a lot in process."""
    if parent.stage == "cell_bank":
        withdrawn(Container.objects.filter(lot=parent, state="stored").order_by("sequence")[0], child)
        return
    signing = act(c.CONSUME_LOT, "a.operator", witness="b.operator")
    records.consume_lot(signing, child.number, parent=parent.number, quantity=Decimal(quantity), unit=unit or parent.unit)


def medium(parent: Lot, *, released: bool = True, volume: str = "400", priming: str = "none") -> Lot:
    """A collection from a passage."""
    batch = started(MEDIUM)
    feed(batch.lot, parent)
    recorded(step_no(batch, 1), priming=priming, volume=volume)
    signed(step_no(batch, 1))
    return finished(batch, released=released)


def run() -> BatchRecord:
    """A run in process."""
    return started(POOL)


def finished(batch: BatchRecord, *, released: bool) -> Lot:
    """Completed, reviewed by production, and released for processing unless told otherwise."""
    completed(batch)
    records.review_batch(act(c.REVIEW_BATCH, "b.verifier"), batch.number)
    lot = Lot.objects.get(pk=batch.lot_id)
    if released:
        disposed(lot, "released_for_processing")
    return Lot.objects.get(pk=batch.lot_id)


def exception(lot: Lot, *, step: Any = None) -> ExceptionRecord:
    """An exception opened in the recording of another act."""
    with recording(c.HOLD_LOT, act(c.HOLD_LOT, "b.reviewer")) as rec:
        row = open_exception(rec, lot=lot, step=step, kind="limit", sentence="TMP 0.43 bar is above its limit 0.40 bar")
        rec.about(row)
    return row


def sample(lot: Lot, quantity: str = "10", unit: str = "mL", **data: Any) -> Sample:
    return samples.draw_sample(act(c.DRAW_SAMPLE, "a.operator"), lot.number, quantity=Decimal(quantity), unit=unit, **{**SAMPLE, **data})
