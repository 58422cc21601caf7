"""A whole chain for tests of release, from donor to EV lot, made by the commands of floor and laboratory with short masters.

`ready()` leaves an EV lot on which QC's approval is the next act. The stages after it are one function each.
"""

from decimal import Decimal
from typing import Any

from batches.domain import commands as b
from batches.models import BatchRecord, CellLine, ExceptionRecord, Lot
from batches.services import donors, exceptions, records, vials
from batches.services.dispositions import hold_lot, lift_hold, release_for_processing
from evgmp.compliance.models import IssuedDocument
from qc.domain import commands as c
from qc.models import QcApproval, Result
from qc.selectors.specifications import shipped_text
from qc.services import copies, release
from tests.batches import builders_records as floor
from tests.builders import act, cast
from tests.qc import builders_lab as lab

MEDIUM = """
[master]
code = "MBR-SHORTMEDIUM"
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
key = "volume"
label = "Volume collected"
unit = "mL"
decimals = 0
plausible_low = "1"
plausible_high = "5000"
action_low = "400"
fills = "lot.quantity_made"
"""

RUN = """
[master]
code = "MBR-SHORTRUN"
title = "Short concentration"
stage = "isolation_run"
product = "iMSC-EV bulk"
batch_size = "100 mL"

[[step]]
key = "concentrate"
section = "Concentration"
title = "Concentrate"
instructions = ["Concentrate the pool."]

[[step.parameter]]
key = "volume"
label = "Volume of the product"
unit = "mL"
decimals = 0
plausible_low = "1"
plausible_high = "5000"
fills = "lot.quantity_made"
"""

FILL = """
[master]
code = "MBR-SHORTFILL"
title = "Short fill"
stage = "ev_lot"
product = "iMSC-EV"
batch_size = "100 vials"

[[step]]
key = "fill"
section = "Fill"
title = "Fill the vials"
instructions = ["Fill and close the vials."]
witness = true
critical = true

[[step.parameter]]
key = "vials"
label = "Vials filled"
unit = "vials"
decimals = 0
plausible_low = "1"
plausible_high = "500"
fills = "lot.quantity_made"

[[step.parameter]]
key = "concentration"
label = "Particle concentration"
unit = "particles/mL"
decimals = 1
plausible_low = "1E+6"
plausible_high = "1E+14"
fills = "ev_lot.particles_per_ml"

[[step.parameter]]
key = "fill_volume"
label = "Fill volume"
unit = "mL"
decimals = 2
plausible_low = "0.10"
plausible_high = "5.00"
fills = "ev_lot.fill_volume_ml"

[[step.parameter]]
key = "container"
label = "Container"
kind = "text"
fills = "ev_lot.container"
"""

# One test or two of each category keep the scene quick; the line carried the Sendai genome alone.
KEPT = {
    lab.MCB_SPEC: ("MCB-ID-STR", "MCB-SF-KARYO", "MCB-RF-SEV", "MCB-SF-ENDO", "MCB-GN-VIAB", "MCB-CT-VIALCELLS"),
    lab.EOP_SPEC: ("EOP-ID-CD73", "EOP-PU-CD45", "EOP-GN-VIAB", "EOP-SF-ENDO", "EOP-RF-SEV"),
    lab.EV_SPEC: (
        "DS-GN-PH", "DS-CT-PART", "DS-ID-CD9", "DS-ID-D10", "DS-PU-PPR", "DS-PT-TCELL", "DS-SF-ENDO", "DS-SF-STER", "DS-RF-SEV",
    ),
}  # fmt: skip

BANK_VALUES = {"vials": "20", "cpdl": "30.00"}
PASSAGE_VALUES = {"seeded": "1000000", "harvested": "8000000"}
FILL_VALUES = {"vials": "100", "concentration": "2.0E+11", "fill_volume": "1.00", "container": "2 mL vial, stopper, cap"}


def short(name: str) -> str:
    """A shipped specification with the rows of KEPT only."""
    head, *rows = shipped_text(name).split("[[row]]")
    return "[[row]]".join([head, *(row for row in rows if row.split('code = "', 1)[1].split('"', 1)[0] in KEPT[name])])


def begun(text: str, **data: Any) -> BatchRecord:
    return floor.started(text, **data)


def done(batch: BatchRecord, *, review: bool = True, **values: str) -> Lot:
    """The one step of a short batch recorded, signed and completed; reviewed by production unless told otherwise."""
    floor.recorded(floor.step_no(batch, 1), **values)
    floor.signed(floor.step_no(batch, 1))
    floor.completed(batch)
    if review:
        reviewed_by_production(batch)
    return Lot.objects.get(pk=batch.lot_id)


def reviewed_by_production(batch: BatchRecord, by: str = "b.verifier") -> BatchRecord:
    return records.review_batch(act(b.REVIEW_BATCH, by), batch.number)


def took(child: BatchRecord, parent: Lot, quantity: str, unit: str) -> None:
    records.consume_lot(act(b.CONSUME_LOT, "a.operator", witness="b.operator"), child.lot.number, parent=parent.number, quantity=Decimal(quantity), unit=unit)


def processed(lot: Lot) -> Lot:
    """An intermediate that QA released for the next step."""
    return release_for_processing(act(b.RELEASE_FOR_PROCESSING, "a.reviewer"), lot.number)


def eligible_line() -> CellLine:
    line = lab.line(contents=["SEV"])
    decided(line.donor.code, "eligible")
    return line


def decided(donor: str, eligibility: str) -> None:
    donors.decide_donor_eligibility(
        act(b.DECIDE_DONOR_ELIGIBILITY, "a.reviewer"), donor, eligibility=eligibility, basis="Donor file, screening and tests"
    )


def bank_in_quarantine(line: CellLine) -> Lot:
    """A bank made, reviewed and tested, in quarantine."""
    bank = done(begun(floor.BANK, prefix="IPSC-MCB", level="mcb", line=line.code), **BANK_VALUES)
    lab.all_pass(bank, lab.received(bank))
    return bank


def thawed_into(bank: Lot, child: BatchRecord) -> None:
    """Two vials in store, one of them thawed into a culture."""
    storing = {"tank": "T1", "rack": "R1", "box": "B1", "rows": 5, "columns": 5, "first": "A1", "count": 2}
    vials.store_vials(act(b.STORE_VIALS, "a.operator", witness="b.operator"), bank.number, **storing)
    code = f"{bank.number}-V001"
    vials.withdraw_vial(act(b.WITHDRAW_VIAL, "a.operator", witness="b.operator"), code, destination=child.lot.number)
    vials.thaw_vial(act(b.THAW_VIAL, "a.operator", witness="b.operator"), code)


def released_bank(lot: Lot, by: str = "a.reviewer") -> Lot:
    return release.release_bank(act(c.RELEASE_BANK, by), lot.number)


def ready() -> None:
    """Cast, effective masters and specifications, and a chain whose EV lot waits for QC's approval."""
    cast()
    for name in KEPT:
        lab.effective(text=short(name))
    bank = released_bank(bank_in_quarantine(eligible_line()))
    batch = begun(floor.PASSAGE, is_commitment=True)
    thawed_into(bank, batch)
    commitment = processed(done(batch, **PASSAGE_VALUES))
    batch = begun(floor.PASSAGE)
    took(batch, commitment, "1000000", "cells")
    culture = processed(done(batch, **PASSAGE_VALUES))
    batch = begun(MEDIUM)
    took(batch, culture, "7000000", "cells")
    lab.all_pass(culture, lab.received(culture))
    medium = processed(done(batch, volume="900"))
    batch = begun(RUN)
    took(batch, medium, "900", "mL")
    run = processed(done(batch, volume="100"))
    batch = begun(FILL)
    took(batch, run, "100", "mL")
    ev = done(batch, **FILL_VALUES)
    lab.all_pass(ev, lab.received(ev))


# --- the lot of the scene, and what is done with it ---


def ev_lot() -> Lot:
    return Lot.objects.get(stage="ev_lot")


def lot_of(stage: str) -> Lot:
    """The newest lot of a stage: of the two passages the producing culture."""
    found = Lot.objects.filter(stage=stage).order_by("-pk").first()
    assert found is not None
    return found


def approved_by_qc(by: str = "a.labhead", on: str = "") -> QcApproval:
    return release.approve_qc(act(c.APPROVE_QC, by), on or ev_lot().number)


def approved_by_qa(by: str = "a.reviewer") -> Lot:
    return release.approve_for_certification(act(c.APPROVE_FOR_CERTIFICATION, by), ev_lot().number)


def certified(by: str = "q.person", destination: str = "Germany, France") -> Lot:
    return release.certify_lot(act(c.CERTIFY_LOT, by), ev_lot().number, destination=destination)


def released(by: str = "a.reviewer") -> Lot:
    return release.release_to_stock(act(c.RELEASE_TO_STOCK, by), ev_lot().number)


def rejected(by: str = "a.reviewer", on: str = "") -> Lot:
    return release.reject_lot(act(c.REJECT_LOT, by), on or ev_lot().number)


def signed_at(gate: str) -> None:
    """The signature of one gate: qc, qa, qp or stock."""
    {"qc": approved_by_qc, "qa": approved_by_qa, "qp": certified, "stock": released}[gate]()


def up_to(gate: str) -> Lot:
    """Every gate before and including `gate`. A test that begins there takes the mark of this name instead."""
    for name in ("qc", "qa", "qp", "stock"):
        signed_at(name)
        if name == gate:
            break
    return ev_lot()


def held(number: str) -> Lot:
    return hold_lot(act(b.HOLD_LOT, "a.reviewer"), number)


def lifted(number: str) -> Lot:
    return lift_hold(act(b.LIFT_HOLD, "a.reviewer"), number)


def closed(exception: ExceptionRecord, decision: str = "no_impact") -> ExceptionRecord:
    return exceptions.close_exception(act(b.CLOSE_EXCEPTION, "a.reviewer"), exception.number, decision=decision)


def paper(number: str, version: int = 1) -> IssuedDocument:
    return IssuedDocument.objects.get(number=number, version=version)


def copied(key: str, by: str = "a.reviewer") -> Any:
    return copies.take_copy(act(c.TAKE_COPY, by), key)


# --- what can go wrong with a ready lot ---


def step_of(lot: Lot) -> Any:
    return floor.step_no(BatchRecord.objects.get(lot=lot), 1)


def corrected_on_the_floor(lot: Lot, entry: str, value: str) -> None:
    """A correction in a reviewed batch record: it is in process again and its review falls. A decided lot is held first."""
    if lot.disposition not in ("quarantine", "hold"):
        held(lot.number)
    floor.corrected(step_of(lot), entry, value)


def signed_again(lot: Lot, *, review: bool = True) -> None:
    """The record after a correction: step signed, batch completed, and reviewed by production."""
    floor.signed(step_of(lot))
    batch = floor.completed(BatchRecord.objects.get(lot=lot))
    if review:
        reviewed_by_production(batch)


def result_of(lot: Lot, code: str) -> Result:
    return Result.objects.get(lot=lot, row__code=code, is_current=True)


def result_corrected(lot: Lot, code: str, **said: Any) -> Result:
    """A result superseded by another, which waits for its review."""
    old = result_of(lot, code)
    return lab.correct(old.number, old.sample, old.run, **said)


def another_bank() -> Lot:
    """A second bank of the same line, made, reviewed and tested, in quarantine."""
    return bank_in_quarantine(CellLine.objects.get())
