"""An item for QA when a reviewed result lies outside its trend. The verdict of the result stays what it is (LAB-20)."""

from batches.models import ExceptionRecord
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import Recording
from qc.models import Result
from qc.selectors.trends import KIND, is_trended, signals_at, subject_of


def told_if_out_of_trend(rec: Recording, result: Result) -> ExceptionRecord | None:
    """Open an exception of its own class inside the recording of the review; none where an OOS opens anyway, and one a lot and test (DEV-02)."""
    if result.opens_oos or is_trended(result.lot, result.row.code) or not (broken := signals_at(result)):
        return None
    sentence = f"Out of trend: {result.row.name} ({result.row.code}) of {result.lot}, {result.text} {result.unit}: {'; '.join(broken)}."
    return open_exception(rec, kind=KIND, sentence=sentence, lot=result.lot, sample=result.sample, subject=subject_of(result.row.code))
