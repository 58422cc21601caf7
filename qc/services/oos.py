"""OOS records: opened by the review of a result, confirmed by QA, which rejects the lot (LAB-13)."""

from batches.models import Lot
from batches.services.dispositions import dispose
from evgmp.compliance.recording import Act, Recording, fresh, recording
from qc.domain.commands import CONFIRM_OOS
from qc.domain.lifecycle import OOS
from qc.models import OutOfSpecification, Result


def opened(rec: Recording, result: Result) -> OutOfSpecification:
    """Open an OOS on `result` inside the open recording of its review."""
    oos = OutOfSpecification(number=rec.next_number(f"OOS-{rec.at.year}"), result=result, lot=result.lot, opened_at=rec.at)
    oos.save()
    return oos


def confirm_oos(act: Act, on: str) -> OutOfSpecification:
    """QA confirms the result as true of the lot; the lot is rejected in the same recording. The reason is the decision's."""
    with recording(CONFIRM_OOS, act) as rec:
        oos = OutOfSpecification.objects.get(number=on)
        lot = Lot.locked(pk=oos.lot_id)
        oos = OutOfSpecification.locked(pk=oos.pk)
        fresh(oos, act)
        oos.status = OOS.target(CONFIRM_OOS, status=oos.status)
        oos.decision_reason = act.reason.strip()
        oos.closed_at = rec.at
        oos.closed_by = act.by.printed_name
        oos.save()
        disposition = dispose(rec, lot, "rejected", act.reason.strip())
        rec.about(oos, covers=[oos, disposition], lot=lot.number, result=oos.result.number)
    return oos
