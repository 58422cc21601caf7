"""The journey on published counts with particle results read from real tracking runs, a failed run and all."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from batches.models import Lot
from evgmp.compliance import verifying
from evgmp.compliance.models import IssuedDocument
from evgmp.rules.reading import ResultKind
from qc.domain.calculations.particles import nta_validity
from qc.domain.tracking_run import COMPUTED
from qc.models import Result
from tests.journeys.plan import DAY, SENDAI, controls_of, morning, run_of
from tests.journeys.published import Journey
from tests.published.published_data import published

pytestmark = pytest.mark.published

METHOD = "TM-043 v1.0"


def kind_of(run: dict[str, Any]) -> ResultKind:
    return nta_validity(run["positions_used"], run["positions_total"], run["original_concentration_p_per_ml_mean"], run["traces"])[0]


def failed_run_and_its_repeat() -> tuple[dict[str, Any], dict[str, Any]]:
    """A failed run of the file and the next, valid one of the same sample that is dense enough for the specification."""
    runs = published("ipsc-ev-nta-biovaram-2025.json")["size_measurements"]
    for failed, repeat in pairwise(runs):
        same = failed["sample_name_in_file"] == repeat["sample_name_in_file"]
        if same and kind_of(failed) is ResultKind.INVALID and kind_of(repeat) is ResultKind.NUMBER and repeat["derived_d10_nm"] >= 40:
            return failed, repeat
    raise AssertionError("The file holds no failed run with a valid repeat.")


@pytest.mark.req("LAB-04", "LAB-10", "VAL-03")
def test_real_tracking_runs_lead_to_a_certificate(sqlite_database: str) -> None:
    failed, repeat = failed_run_and_its_repeat()
    concentration = f"{Decimal(str(repeat['original_concentration_p_per_ml_mean'])):.1E}".replace("E+0", "E+")
    sizes = {f"DS-ID-{key}": {"kind": "number", "value": str(round(Decimal(str(repeat[f"derived_{key.lower()}_nm"]))))} for key in ("D10", "D90")}
    journey = Journey()
    minute = journey.culture(journey.prepare())
    plan = journey.plan
    after = plan.testing("ev", "spec_ev_ds", SENDAI, drawn=minute + 20, start=morning(minute + 2 * DAY, 9), results=morning(minute + 9 * DAY, 9),
                         quantity="20", unit="vials", told=sizes, without=frozenset({"DS-CT-PART"}))  # fmt: skip
    journey.do()
    good = next(n for n, v in journey.names.items() if n.startswith("run_ev_") and v.method_key == METHOD)
    # The failed run is recorded as it was: no position accepted, and its printed zero is no result.
    minute = morning(after + DAY, 9)
    bad = {**run_of(METHOD, minute), "remark": f"{failed['file']}, sensitivity {failed['sensitivity']}, {failed['sop']}"}
    for control in (kind for kind in controls_of(METHOD) if kind not in COMPUTED):
        outcome = "fail" if control in ("POSITIONS", "TRACES") else "pass"
        bad |= {f"outcome_{control}": outcome, f"observed_{control}": f"{failed['positions_used']} of {failed['positions_total']} positions kept"}
    plan.do(minute, "qc.record_run", "a.analyst", data=bad, **{"as": "bad"})
    row = {"row": "DS-CT-PART", "sample": "{smp_ev}", "run": "{bad}", "kind": "invalid"}
    plan.do(minute + 10, "qc.record_result", "a.analyst", on="{ev.lot.number}", data=row, **{"as": "invalid"})
    # No reviewed number: the lot can't be approved.
    plan.do(minute + 12, "qc.approve_qc", "a.labhead", on="{ev.lot.number}", expect="refused", blocker="result_unreviewed")
    # The specification asks for three determinations; the table gives one mean over the positions of the run, which stands for each.
    right = {"sample": "{smp_ev}", "run": f"{{{good}}}", "kind": "number"} | {f"replicate_{n}": concentration for n in (1, 2, 3)}
    plan.do(minute + 20, "qc.correct_result", "a.analyst", on="{invalid}", data=right, **{"as": "valid"},
            reason=f"Repeat of the failed run at sensitivity {repeat['sensitivity']} with the method {repeat['sop']}")  # fmt: skip
    plan.do(minute + 60, "qc.review_result", "b.analyst", on="{valid}")
    journey.do()
    journey.release(minute + DAY)
    lot = Lot.objects.get(pk=journey.names["ev"].lot.pk)
    assert lot.disposition == "released"
    kept = list(Result.objects.filter(lot=lot, row__code="DS-CT-PART").order_by("pk").values_list("kind", "is_current"))
    assert kept == [("invalid", False), ("number", True)]
    assert IssuedDocument.objects.filter(record_key=str(lot.pk)).count() == 2
    assert verifying.findings() == []
