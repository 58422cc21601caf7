"""Samples at the laboratory's door. The first one received pins the specification of its lot (LAB-01, MST-10)."""

from datetime import datetime

from batches.models import Lot, Sample
from batches.services.samples import receive
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import RuleBroken
from qc.domain.commands import RECEIVE_SAMPLE
from qc.domain.lifecycle import SAMPLE_RECEIPT
from qc.models import LotSpecification, SpecificationVersion
from qc.selectors.sheets import pinned_version
from qc.selectors.specifications import effective_version, stage_for


def receive_sample(act: Act, on: str, *, condition: str) -> Sample:
    """The sample is in the laboratory. When its lot has no pinned version yet, the one in force for its stage is pinned, for good."""
    with recording(RECEIVE_SAMPLE, act) as rec:
        lot = Lot.locked(samples__number=on)
        sample = Sample.locked(number=on)
        fresh(sample, act)
        if blockers := SAMPLE_RECEIPT.blockers(RECEIVE_SAMPLE, status=sample.status):
            raise RuleBroken(*blockers)
        receive(rec, sample, condition=condition.strip())
        version = pinned_version(lot) or _pinned_now(lot, rec.at)
        rec.about(
            sample,
            covers=[(sample, ["id", "number", "lot_id", "status", "received_at", "received_by", "condition"])],
            references=[version] if version else [],
            specification=version.number if version else None,
        )
    return sample


def _pinned_now(lot: Lot, at: datetime) -> SpecificationVersion | None:
    version = effective_version(stage_for(lot))
    if version is not None:
        LotSpecification(lot=lot, version=version, pinned_at=at).save()
    return version
