"""An OOS opens by itself, inside the recording of the review that found it (LAB-13)."""

from evgmp.compliance.recording import Recording
from qc.models import OutOfSpecification, Result
from qc.selectors.oos import due_for


def opened(rec: Recording, result: Result) -> OutOfSpecification:
    """Open an OOS on `result` inside the open recording of its review."""
    oos = OutOfSpecification(number=rec.next_number(f"OOS-{rec.at.year}"), result=result, lot=result.lot, opened_at=rec.at, due_on=due_for(rec.at))
    oos.save()
    return oos
