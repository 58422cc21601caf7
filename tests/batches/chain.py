"""Lots made from lots, for tests of records that ask where a lot comes from."""

from decimal import Decimal

from batches.domain import commands as c
from batches.models import BatchRecord, Lot, LotInput
from batches.services import donors, records
from batches.services.dispositions import dispose, release_for_processing
from evgmp.compliance.recording import recording
from tests.batches.builders_records import BANK, PASSAGE, completed, recorded, signed, started, step_no
from tests.builders import act


def line(code: str = "LINE-01") -> str:
    """A cell line of an eligible donor."""
    donor = f"DONOR-{code}"
    donors.register_donor(
        act(c.REGISTER_DONOR, "a.verifier"), code=donor, sex="female", age_band="20-29", tissue_source="skin", consent_reference="C-1",
        consent_scope="clinical use", testing_summary="negative",
    )  # fmt: skip
    donors.decide_donor_eligibility(act(c.DECIDE_DONOR_ELIGIBILITY, "a.reviewer"), donor, eligibility="eligible", basis="Donor file")
    donors.register_cell_line(
        act(c.REGISTER_CELL_LINE, "a.verifier"), donor, code=code, clone="C1", reprogramming_method="sendai", vector_kit="Kit",
        vector_contents=["SEV"], hla_type="A*02:01", genetic_edits="none", culture="feeder-free",
    )  # fmt: skip
    return code


def bank_lot(code: str = "LINE-01") -> Lot:
    """A bank made from a line."""
    batch = started(BANK, prefix="IPSC-MCB", level="mcb", line=line(code))
    recorded(step_no(batch, 1), vials="20", cpdl="30.00")
    signed(step_no(batch, 1))
    return completed(batch).lot


def fed(batch: BatchRecord, parent: Lot) -> BatchRecord:
    """An edge written straight into the genealogy: what the consumption of a vial or a lot demands is tested elsewhere."""
    with recording(c.CONSUME_LOT, act(c.CONSUME_LOT, "a.operator", witness="b.operator")) as rec:
        edge = LotInput(parent=parent, child=batch.lot, quantity=Decimal(1), unit="vials", at=rec.at)
        edge.save()
        rec.about(edge)
    return batch


def released_bank() -> Lot:
    """A bank that QA released, by the only writer of decisions."""
    lot = bank_lot()
    with recording(c.HOLD_LOT, act(c.HOLD_LOT, "a.reviewer")) as rec:
        rec.about(dispose(rec, lot, "released"))
    return lot


def passage_lot(*, released: bool = True, harvested: str = "6.3E+8") -> Lot:
    """The passage 0 of a line, reviewed, and released by QA for the next step unless told otherwise."""
    batch = fed(started(PASSAGE, is_commitment=True), released_bank())
    recorded(step_no(batch, 1), seeded="9.0E+7", harvested=harvested)
    signed(step_no(batch, 1))
    completed(batch)
    records.review_batch(act(c.REVIEW_BATCH, "b.verifier"), batch.number)
    if released:
        release_for_processing(act(c.RELEASE_FOR_PROCESSING, "a.reviewer"), batch.lot.number)
    return Lot.objects.get(pk=batch.lot_id)


def consumed(batch: BatchRecord, parent: Lot, quantity: str = "9.0E+7", unit: str = "cells", *, by: str = "a.operator") -> Lot:
    signing = act(c.CONSUME_LOT, by, witness="b.operator")
    return records.consume_lot(signing, batch.lot.number, parent=parent.number, quantity=Decimal(quantity), unit=unit)
