"""The life of a batch record: issued from the effective master, filled, completed, reviewed; or aborted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from batches.domain.commands import ABORT_BATCH, COMPLETE_BATCH, CONSUME_LOT, REVIEW_BATCH, START_BATCH
from batches.domain.lifecycle_records import BATCH, MASTER
from batches.domain.storage import storage_of
from batches.models import TYPED, BatchRecord, CellLine, FiltrationStage, Lot, MasterVersion, Step
from batches.selectors.masters import lookup_of, master_facts, quantity_parameter
from batches.selectors.records import batch_facts
from batches.selectors.sheets import Sheet, step_name
from batches.services.clocks import notice_holds, raise_for_clocks
from batches.services.environment import raise_for_environment
from batches.services.exceptions import open_exception
from batches.services.genealogy import HOLD_PASSED, consume
from batches.services.writing import Writer
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken, refuse

# How lots are numbered. A bank's prefix says its kind, the others carry the year.
PREFIXES = {"passage": "IMSC-P", "conditioned_media": "CM", "isolation_run": "TFF", "ev_lot": "EV", "drug_product": "DP"}
BANK_LEVELS = {"mcb": "iPSC master cell bank", "wcb": "iPSC working cell bank", "imsc_bank": "iMSC bank"}


def start_batch(act: Act, on: str, *, prefix: str = "", level: str = "", line: str = "", is_commitment: bool = False) -> BatchRecord:
    """Issue a batch record: a new lot, and every step of the effective master version as a row (MST-04, MST-05).

    prefix, level and line belong to a cell bank (line only when it is not made from a parent lot), is_commitment to a
    passage: the derivation that defines passage 0.
    """
    with recording(START_BATCH, act) as rec:
        version = MasterVersion.locked(**lookup_of(on))
        fresh(version, act)
        MASTER.target(START_BATCH, status=version.status, facts=master_facts(version))
        lot = _new_lot(rec, version, prefix)
        steps = list(version.steps.order_by("position"))
        _typed_row(lot, level=level, line=line, is_commitment=is_commitment)
        _filtrations(lot, steps)
        batch = BatchRecord(number=f"BR-{lot.number}", lot=lot, version=version, issued_at=rec.at)
        batch.save()
        rows = [Step(batch=batch, master_step=s, number=f"{lot.number}-{s.position:02d}", position=s.position) for s in steps]
        for row in rows:
            row.save()
        rec.about(batch, covers=[batch, *rows], references=[version], lot=lot.number, master=version.number)
    return batch


def _new_lot(rec: Recording, version: MasterVersion, prefix: str) -> Lot:
    stage = version.master.stage
    quantity = quantity_parameter(version)
    # No version is kept that does not say how much is made.
    assert quantity is not None
    if stage == "cell_bank":
        if not prefix:
            raise refuse("prefix_missing", "Write the code of the bank, for example IPSC-MCB.", "prefix")
        series = prefix
    else:
        series = f"{PREFIXES[stage]}-{rec.at.year}"
    lot = Lot(number=rec.next_number(series), stage=stage, product=version.product, unit=quantity.unit)
    lot.save()
    return lot


def _typed_row(lot: Lot, *, level: str, line: str, is_commitment: bool) -> None:
    own: dict[str, Any] = {}
    if lot.stage == "cell_bank":
        if level not in BANK_LEVELS:
            raise refuse("level_missing", "Say which kind of bank this is.", "level")
        own = {"level": level, "line": _line(line)}
    elif lot.stage == "passage":
        own = {"is_commitment": is_commitment}
    kind: Any = TYPED[lot.stage]
    kind(lot=lot, **own).save()


def _line(code: str) -> CellLine | None:
    if not code:
        return None
    line = CellLine.objects.filter(code=code).first()
    if line is None:
        raise refuse("no_such_line", f"There is no cell line {code}. Register it first.", "line")
    return line


def _filtrations(lot: Lot, steps: list[Any]) -> None:
    """One row for each filtration of the run, named by the section of its first step. Only runs have filtrations."""
    run: Any = lot.typed
    seen: set[int] = set()
    for step in steps:
        if step.filtration and step.filtration_position not in seen:
            seen.add(step.filtration_position)
            FiltrationStage(run=run, position=step.filtration_position, kind=step.filtration, title=step.section).save()


def consume_lot(act: Act, on: str, *, parent: str, quantity: Decimal, unit: str) -> Lot:
    """Record what this lot is made from. Performer and witness sign; the parent's status and balance are checked there.

    A lot held too long is refused, and an exception opens about it: QA decides before it is used (EXE-10).
    """
    try:
        return _consumed(act, on, parent=parent, quantity=quantity, unit=unit)
    except RuleBroken as broken:
        if any(blocker.key == HOLD_PASSED for blocker in broken.blockers):
            waiting = notice_holds(Lot.objects.get(number=parent), BatchRecord.objects.get(lot__number=on))
            raise RuleBroken(*[_with(waiting, blocker) for blocker in broken.blockers]) from broken
        raise


def _with(waiting: list[str], blocker: Blocker) -> Blocker:
    """The blocker of a passed hold with the exceptions that QA has to decide on."""
    if blocker.key != HOLD_PASSED or not waiting:
        return blocker
    return replace(blocker, message=f"{blocker.message} It waits for a decision on {', '.join(waiting)}.")


def _consumed(act: Act, on: str, *, parent: str, quantity: Decimal, unit: str) -> Lot:
    with recording(CONSUME_LOT, act) as rec:
        batch = BatchRecord.locked(lot__number=on)
        child = batch.lot
        fresh(child, act)
        BATCH.target(CONSUME_LOT, status=batch.status)
        source = Lot.objects.filter(number=parent).first()
        if source is None:
            raise refuse("no_such_lot", f"There is no lot {parent}. Scan it again.", "parent")
        edge = consume(rec, parent=source, child=child, quantity=quantity, unit=unit, purpose="")
        # What is computed from the parent's history, such as the doubling level, may be known now.
        Writer(rec, Sheet(batch)).finish()
        rec.about(edge, covers=[edge], parent=source.number, child=child.number)
    return child


def complete_batch(act: Act, on: str) -> BatchRecord:
    """Every step signed and the quantity known: the lot is made, and in quarantine until QA decides (REL-01)."""
    with recording(COMPLETE_BATCH, act) as rec:
        sheet = _locked_sheet(on, act)
        batch = sheet.batch
        batch.status = BATCH.target(COMPLETE_BATCH, status=batch.status, facts=batch_facts(sheet))
        batch.completed_at = rec.at
        batch.save()
        raise_for_environment(rec, batch)
        lot = Lot.locked(pk=batch.lot_id)
        if lot.making_status != "made":
            lot.making_status, lot.made_on = "made", rec.at
            if storage := storage_of(lot.stage, getattr(lot.typed, "dosage_form", "")):
                made = site_day(rec.at)
                lot.storage, lot.expires_on = storage.condition, storage.expiry(made)
            lot.save()
        rec.about(batch, covers=[batch, *sheet.all_entries()], lot=lot.number, quantity=lot.quantity_made, unit=lot.unit)
    return batch


def abort_batch(act: Act, on: str) -> BatchRecord:
    """Stop for good. Everything recorded stays; the lot is aborted and goes nowhere (EXE-22)."""
    with recording(ABORT_BATCH, act) as rec:
        sheet = _locked_sheet(on, act)
        batch = sheet.batch
        batch.status = BATCH.target(ABORT_BATCH, status=batch.status, facts=batch_facts(sheet))
        batch.save()
        lot = Lot.locked(pk=batch.lot_id)
        lot.making_status = "aborted"
        lot.save()
        for step in sheet.steps:
            if step.status == "open" and sheet.entries(step):
                sentence = f"{step_name(step)} holds values that nobody signed before {lot.number} was aborted"
                open_exception(rec, lot=lot, step=step, kind="signature", subject=f"unsigned {step.position}", sentence=sentence)
        raise_for_clocks(rec, sheet)
        rec.about(batch, lot=lot.number)
    return batch


def review_batch(act: Act, on: str) -> BatchRecord:
    """Production's review by somebody who took no part in the batch. Open exceptions stay QA's to decide."""
    with recording(REVIEW_BATCH, act) as rec:
        sheet = _locked_sheet(on, act)
        batch = sheet.batch
        batch.status = BATCH.target(REVIEW_BATCH, status=batch.status, facts=batch_facts(sheet, act.by.user_id))
        batch.save()
        still_open = list(batch.lot.exceptions.filter(status="open").values_list("number", flat=True))
        rec.about(batch, covers=[batch, *sheet.all_entries()], references=[batch.version], open_exceptions=still_open)
    return batch


def _locked_sheet(on: str, act: Act) -> Sheet:
    batch = BatchRecord.locked(number=on)
    fresh(batch, act)
    return Sheet(batch)
