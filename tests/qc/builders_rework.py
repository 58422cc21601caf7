"""Reprocessing and rework for tests: asked for, decided, and the lot that comes of it."""

from collections.abc import Sequence

from batches.models import BatchRecord, Lot, ReworkAuthorisation
from qc.domain import commands as c
from qc.services.reworks import decide_rework, request_rework
from tests.builders import act
from tests.qc import builders_release as scene

# A reference test of the short specification: recorded for every lot, decisive for none.
ADDED = "DS-ID-D10"
PROCEDURE = "MBR-SHORTFILL-V1"
WHY = "The stoppers of 40 vials were not crimped; the pool is filtered and filled once more"


def asked(lot: Lot, *, tests: Sequence[str] = (ADDED,), procedure: str = PROCEDURE, kind: str = "reprocessing", by: str = "b.verifier") -> ReworkAuthorisation:
    return request_rework(act(c.REQUEST_REWORK, by, reason=WHY), lot.number, kind=kind, procedure=procedure, tests=list(tests))


def decided(row: ReworkAuthorisation, decision: str = "authorised", by: str = "b.reviewer") -> ReworkAuthorisation:
    why = "The step is validated for a second pass, and the size distribution is looked at again"
    return decide_rework(act(c.DECIDE_REWORK, by, reason=why), row.number, decision=decision)


def taken(batch: BatchRecord, lot: Lot, quantity: str = "60") -> Lot:
    scene.took(batch, lot, quantity, "vials")
    return Lot.objects.get(pk=batch.lot_id)
