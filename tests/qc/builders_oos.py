"""Scenes of an OOS: opened by a review, planned, approved, re-measured, invalidated."""

from typing import Any

from batches.models import Lot, Sample
from qc.domain import commands as c
from qc.domain.oos import CHECKS
from qc.models import AssayRun, OosPlan, OosRetest, OutOfSpecification
from qc.selectors.results import open_oos
from qc.services import oos as services
from qc.services.files import RawFile
from tests.builders import act
from tests.qc import builders_lab as lab

ENDOTOXIN = "DS-SF-ENDO"
EVIDENCE = RawFile(name="pipette-check.csv", media_type="text/csv", data=b"volume;found\n100;131\n")


def opened(ev: Lot, sample: Sample) -> OutOfSpecification:
    """An endotoxin result above its limit, reviewed."""
    lab.reviewed(lab.result(ev, ENDOTOXIN, sample, lab.run_of(lab.row_of(ev, ENDOTOXIN)), value="0.9").number)
    return open_oos(ev)[0]


def checks(**findings: tuple[str, str]) -> list[dict[str, str]]:
    """The checklist, all in order but what is named: key=(finding, remark)."""
    told = {key: findings.get(key, ("in_order", "")) for key in CHECKS}
    return [{"key": key, "finding": finding, "remark": remark} for key, (finding, remark) in told.items()]


WRONG_DILUTION = {"reagents": ("not_in_order", "The pipette of the dilution gave 131 µL for 100 µL.")}


def planned(oos: OutOfSpecification, by: str = "a.analyst", **said: Any) -> OosPlan:
    plan = {
        "checks": checks(**WRONG_DILUTION), "hypothesis": "The dilution was wrong.", "retests": 2, "analyst": "b.analyst", "evaluation": "all_conform",
    }  # fmt: skip
    return services.plan_oos(act(c.PLAN_OOS, by), oos.number, **{**plan, **said})


def approved(oos: OutOfSpecification, by: str = "a.reviewer") -> OosPlan:
    return services.approve_oos_plan(act(c.APPROVE_OOS_PLAN, by), oos.number)


def retested(oos: OutOfSpecification, value: str = "0.1", by: str = "b.analyst", *, run: AssayRun | None = None, sample: Any = None) -> OosRetest:
    used = run or lab.run_of(oos.result.row, "b.analyst")
    return services.record_retest(act(c.RECORD_RETEST, by), oos.number, **lab.found(sample or oos.result.sample, used, **lab.twice(value)))


def invalidated(oos: OutOfSpecification, by: str = "a.reviewer", **said: Any) -> OutOfSpecification:
    told = {"cause": "The pipette gave too much.", "evidence": EVIDENCE, "impact": "No other lot was diluted with it.", **said}
    return services.invalidate_oos(act(c.INVALIDATE_OOS, by), oos.number, **told)
