"""Reading the register of standards: what stands in it, which lots a run cites, and which runs are not trusted any more."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from evgmp.compliance import clock
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker
from qc.domain.standards import Former, StandardFacts, distrust, same_name
from qc.models import AssayRun, ReferenceStandard, Result


def standard_list() -> QuerySet[ReferenceStandard]:
    return ReferenceStandard.objects.order_by("-pk")


def standard_of(number: str) -> ReferenceStandard:
    return ReferenceStandard.objects.select_related("former").get(number=number.strip().upper())


def state_of(standard: ReferenceStandard) -> str:
    """unqualified, qualified, expired or withdrawn: a qualified lot past its last day counts as expired everywhere."""
    return "expired" if standard.status == "qualified" and site_day(clock.now()) > standard.expires_on else standard.status


def cited(numbers: Iterable[str]) -> dict[str, ReferenceStandard]:
    """The entries of these numbers, by number; unknown ones are absent."""
    wanted = {number.upper() for number in numbers}
    return {one.number: one for one in ReferenceStandard.objects.filter(number__in=wanted)} if wanted else {}


def registered_names() -> set[str]:
    """Every item that was ever registered: its lots are cited by number, whatever became of the entries."""
    return set(ReferenceStandard.objects.values_list("name", flat=True))


def twin_of(name: str, lot: str) -> str:
    """Number of the standing entry of this item and lot, or an empty text."""
    standing = ReferenceStandard.objects.exclude(status="withdrawn")
    return next((one.number for one in standing if same_name(one.name, name) and same_name(one.lot, lot)), "")


def earlier_entries(standard: ReferenceStandard) -> list[ReferenceStandard]:
    """Withdrawn entries of the same item and lot, so that nobody qualifies unseen what was withdrawn before."""
    others = ReferenceStandard.objects.filter(status="withdrawn").exclude(pk=standard.pk).order_by("pk")
    return [one for one in others if same_name(one.name, standard.name) and same_name(one.lot, standard.lot)]


def formers_of(name: str) -> list[Former]:
    """Lots of this item that were qualified, newest first."""
    found = ReferenceStandard.objects.filter(qualified_at__isnull=False).order_by("-pk")
    return [Former(one.number, one.lot, one.assigned_unit) for one in found if same_name(one.name, name)]


def to_qualify() -> list[ReferenceStandard]:
    return list(ReferenceStandard.objects.filter(status="unqualified").order_by("pk"))


def runs_of_standard(standard: ReferenceStandard, limit: int = 100) -> list[AssayRun]:
    """The runs that cite it, newest first."""
    told = AssayRun.objects.annotate(lines=Cast("reagents", TextField())).filter(lines__contains=f'"{standard.number}"')
    return list(told.order_by("-pk")[:limit])


def unfit_among(runs: Iterable[AssayRun]) -> dict[str, StandardFacts]:
    """Entries that these runs cite and that are not trusted from some day on, by number."""
    numbers = {line["register"] for run in runs for line in run.reagents if line.get("register")}
    if not numbers:
        return {}
    unfit = ReferenceStandard.objects.filter(number__in=numbers, unfit_from__isnull=False)
    return {one.number: one.facts for one in unfit} if unfit.exists() else {}


def distrusted(run: AssayRun | None, unfit: dict[str, StandardFacts] | None = None) -> list[Blocker]:
    """Why this run gives no result any more; empty for a run without cited lots."""
    if run is None:
        return []
    known = unfit_among([run]) if unfit is None else unfit
    return distrust(run.reagents, known, site_day(run.performed_at)) if known else []


def distrusted_result(result: Result) -> list[Blocker]:
    """Why nobody can review this result any more. An invalid one says so itself; one that opens an OOS is decided there."""
    return [] if result.kind == "invalid" or result.opens_oos else distrusted(result.run)


def facts_for(standard: ReferenceStandard, person: str = "") -> dict[str, Any]:
    """What the status table of the register asks for."""
    return {"person": person, "registered_by": standard.registered_by_id, "expires_on": standard.expires_on, "today": site_day(clock.now())}
