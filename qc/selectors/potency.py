"""Reading evaluations of relative potency, and which of them a result is made of."""

from typing import Any

from django.db.models import QuerySet

from batches.models import Sample
from evgmp.rules.blocker import Blocker
from qc.domain.potency_readings import PotencyRule
from qc.models import AssayRun, OosRetest, PotencyAssay, Result, SpecRow
from qc.selectors.methods import method_named


def rule_of(record: AssayRun | SpecRow) -> PotencyRule | None:
    """How the method of a run or of a test evaluates relative potency; None when it does not."""
    method = method_named(record.method_number, record.method_version)
    return method.potency if method is not None else None


def potency_of(number: str) -> PotencyAssay:
    return PotencyAssay.objects.select_related("run", "sample__lot").get(number=number)


def potencies_of(run: AssayRun) -> QuerySet[PotencyAssay]:
    return PotencyAssay.objects.filter(run=run).select_related("run", "sample__lot").order_by("pk")


def potencies_of_result(result: Result) -> list[PotencyAssay]:
    """The evaluations that a result was made of, in their order."""
    if not result.evaluations:
        return []
    return list(PotencyAssay.objects.filter(number__in=result.evaluations).select_related("run", "sample__lot").order_by("pk"))


def potency_blockers(run: AssayRun) -> list[Blocker]:
    """Why no readings can be evaluated for this run."""
    if rule_of(run) is None:
        return [Blocker("no_potency_rule", f"{run.method_key} evaluates no relative potency. Its results are recorded as they were found.")]
    if not samples_for(run):
        return [Blocker("no_sample", f"No received sample that was drawn before {run} waits for this test.")]
    return []


def samples_for(run: AssayRun) -> list[Sample]:
    """Received samples, drawn before the run, of lots whose specification names its method; newest first."""
    done = PotencyAssay.objects.filter(run=run).values_list("sample_id", flat=True)
    named = {"lot__specification__version__rows__method_number": run.method_number, "lot__specification__version__rows__method_version": run.method_version}
    found = Sample.objects.filter(status="received", drawn_at__lte=run.performed_at, **named).exclude(pk__in=done)
    return list(found.select_related("lot").distinct().order_by("-pk")[:300])


def unused(sample: Sample, row: SpecRow, corrects: Result | None = None) -> list[PotencyAssay]:
    """Suitable evaluations of a sample by the method of a test that nothing was made of, in the order in which they were recorded.

    They are taken in this order and none is chosen, so that nobody picks the run that pleases. An invalidated result used its own up; one that
    is corrected gives them back. corrects: that result.
    """
    by_method = {"run__method_number": row.method_number, "run__method_version": row.method_version}
    found = PotencyAssay.objects.filter(sample=sample, **by_method).select_related("run").order_by("pk")
    spent: list[Any] = [*Result.objects.filter(sample=sample), *OosRetest.objects.filter(sample=sample)]
    used = {number for kept in spent if kept != corrects for number in kept.evaluations}
    return [one for one in found if one.suitable and one.number not in used]


def uses_of(assay: PotencyAssay) -> list[Result]:
    """The results that were made of an evaluation."""
    found = Result.objects.filter(sample=assay.sample).select_related("row", "lot").order_by("pk")
    return [one for one in found if assay.number in one.evaluations]


def facts(assay: PotencyAssay) -> list[tuple[str, Any]]:
    standard = assay.standard
    cited = f" ({standard['register']})" if standard.get("register") else ""
    lot = f"{standard['name']}, lot {standard['lot']}{cited}, expires {standard['expires_on']}, assigned {standard['assigned_value']}"
    return [("Reference standard", lot), ("Model", assay.model_words)]
