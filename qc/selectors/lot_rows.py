"""What the laboratory keeps about a lot, for the audit trail of the lot."""

from typing import Any

from django.db.models import QuerySet

from batches.models import Lot
from batches.selectors.lot_trail import FURTHER_ROWS
from qc.models import (
    AssayRun,
    CertificationRegister,
    LotSpecification,
    OosPlan,
    OosResample,
    OosRetest,
    OutOfSpecification,
    QcApproval,
    Result,
    SampleEvent,
    SecondReading,
)


def laboratory_rows(lot: Lot) -> "list[QuerySet[Any]]":
    """The pinned specification, runs, results, second readings, OOS with its plan and re-measurements, approvals and certifications of a lot."""
    return [
        LotSpecification.objects.filter(lot=lot),
        AssayRun.objects.filter(results__lot=lot).distinct(),
        Result.objects.filter(lot=lot),
        SecondReading.objects.filter(result__lot=lot),
        OutOfSpecification.objects.filter(lot=lot),
        OosPlan.objects.filter(oos__lot=lot),
        OosResample.objects.filter(oos__lot=lot),
        OosRetest.objects.filter(oos__lot=lot),
        SampleEvent.objects.filter(sample__lot=lot),
        QcApproval.objects.filter(lot=lot),
        CertificationRegister.objects.filter(lot=lot),
    ]


FURTHER_ROWS.append(laboratory_rows)
