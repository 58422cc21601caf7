"""Decisions on lots. `dispose` is the only writer of a disposition, for QA's commands here and for the laboratory's."""

from batches.domain.commands import HOLD_LOT, LIFT_HOLD, RELEASE_FOR_PROCESSING
from batches.domain.lifecycle import DISPOSITION, DISPOSITION_WORDS, MAY_FOLLOW
from batches.models import BatchRecord, Disposition, Lot
from batches.selectors.dispositions import decision_before_hold
from batches.selectors.genealogy import record_of
from batches.selectors.release import lift_blockers, part_blockers, processing_blockers
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse


def dispose(rec: Recording, lot: Lot, decision: str, reason: str = "") -> Disposition:
    """Write one decision on a lot inside an open recording, under the lot's lock.

    Raises RuleBroken when the decision may not follow the present one: a rejected lot never comes back (REL-01). The lot
    is saved too, so that a page showing the earlier decision is refused as out of date.
    """
    locked = Lot.locked(pk=lot.pk)
    now = locked.disposition
    if decision not in MAY_FOLLOW[now]:
        raise refuse(
            "disposition_order",
            f"{locked} is {DISPOSITION_WORDS[now]}. It can't become {DISPOSITION_WORDS[decision]} from there.",
        )
    row = Disposition(lot=locked, decision=decision, at=rec.at, decided_by=rec.act.by.printed_name, reason=reason)
    row.save()
    locked.save()
    lot.revision = locked.revision
    return row


def _locked(on: str) -> Lot:
    """The lot under lock; its batch record first, because who writes a record takes that lock before the lot's."""
    BatchRecord.objects.select_for_update().filter(lot__number=on).first()
    return Lot.locked(number=on)


def release_for_processing(act: Act, on: str) -> Lot:
    """QA releases an intermediate, so that the next step may use it (REL-01)."""
    with recording(RELEASE_FOR_PROCESSING, act) as rec:
        lot = _locked(on)
        fresh(lot, act)
        if blockers := processing_blockers(lot) + part_blockers(lot, act.by.user_id):
            raise RuleBroken(*blockers)
        row = dispose(rec, lot, "released_for_processing")
        record = record_of(lot)
        rec.about(row, covers=[row, lot], references=[record.version] if record else [])
    return lot


def hold_lot(act: Act, on: str) -> Lot:
    """Stop the use and release of a lot until QA decides again."""
    with recording(HOLD_LOT, act) as rec:
        lot = _locked(on)
        fresh(lot, act)
        if blockers := DISPOSITION.blockers(HOLD_LOT, status=lot.disposition):
            raise RuleBroken(*blockers)
        row = dispose(rec, lot, "hold", act.reason)
        rec.about(row, covers=[row, lot])
    return lot


def lift_hold(act: Act, on: str) -> Lot:
    """End a hold: the lot returns to the decision before, if what that decision rests on still stands."""
    with recording(LIFT_HOLD, act) as rec:
        lot = _locked(on)
        fresh(lot, act)
        if blockers := lift_blockers(lot):
            raise RuleBroken(*blockers)
        row = dispose(rec, lot, decision_before_hold(lot), act.reason)
        rec.about(row, covers=[row, lot], returns_to=DISPOSITION_WORDS[row.decision])
    return lot
