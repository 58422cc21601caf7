"""What the rules of an OOS ask for, who may re-measure, and which other lots it may touch."""

from datetime import date, datetime
from functools import cache
from typing import Any

from batches.models import Lot, LotInput
from batches.selectors.genealogy import descendants
from evgmp.compliance import clock
from evgmp.compliance.site_time import site_day
from evgmp.people.models import Person
from evgmp.rules.blocker import Blocker
from qc.domain.commands import RECORD_RETEST
from qc.domain.oos import NextAct, days_to_decide, due_on, next_act
from qc.models import OosPlan, OosResample, OosRetest, OutOfSpecification, SpecRow
from qc.selectors.specifications import MASTERDATA


@cache
def _days_to_decide() -> int:
    return days_to_decide((MASTERDATA / "oos.toml").read_text("utf-8"))


def due_for(opened_at: datetime) -> date:
    """The last day for the decision of an OOS that was opened then."""
    return due_on(site_day(opened_at), _days_to_decide())


def due_of(oos: OutOfSpecification) -> date:
    """Its last day; for an OOS that was opened before days were set, counted by the days of now."""
    return oos.due_on or due_for(oos.opened_at)


def is_overdue(oos: OutOfSpecification) -> bool:
    return oos.status == "open" and site_day(clock.now()) > due_of(oos)


def resample_of(oos: OutOfSpecification) -> OosResample | None:
    return OosResample.objects.select_related("sample").filter(oos=oos).first()


def samples_allowed(oos: OutOfSpecification) -> list[str]:
    """Numbers of the samples that this OOS is investigated on: the first, and one that QA authorised and that was drawn."""
    found = resample_of(oos)
    return [oos.result.sample.number, *([found.sample.number] if found is not None and found.sample is not None else [])]


def resampling_blockers(lot: Lot, row: SpecRow, sample: str) -> list[Blocker]:
    """Why a test whose result was invalidated can't be done on this sample: a new one is a path of its own (LAB-16)."""
    closed = OutOfSpecification.objects.filter(lot=lot, result__row=row, status="invalidated")
    # Asked for each result of an import, and hardly ever so: whether there is any costs a fourth of reading it.
    if not closed.exists():
        return []
    allowed = {number for oos in closed.select_related("result__sample") for number in samples_allowed(oos)}
    if sample in allowed:
        return []
    words = f"The result of {', '.join(sorted(allowed))} was invalidated. Test that sample again; a new one needs an authorisation by QA while the OOS is open."
    return [Blocker("resampling", words, "sample")]


def plan_of(oos: OutOfSpecification) -> OosPlan | None:
    return OosPlan.objects.filter(oos=oos).first()


def retests_of(oos: OutOfSpecification) -> list[OosRetest]:
    return list(OosRetest.objects.filter(oos=oos).select_related("sample", "run").order_by("position"))


def oos_facts(oos: OutOfSpecification) -> dict[str, Any]:
    """What the status table of OOS records asks for."""
    plan, retests, resample = plan_of(oos), retests_of(oos), resample_of(oos)
    return {
        "resample": "none" if resample is None else "authorised" if resample.sample is None else "drawn",
        "has_plan": plan is not None,
        "plan_approved": plan is not None and plan.approved_at is not None,
        "planned": plan.retests_planned if plan else 0,
        "planned_analyst": plan.analyst_id if plan else "",
        "planned_analyst_name": plan.analyst if plan and plan.analyst else "nobody",
        "planner": plan.proposed_by_id if plan else "",
        "analyst": oos.result.analyst_id,
        "done": len(retests),
        "failing": [retest.number for retest in retests if retest.verdict != "conforms"],
        "not_in_order": sum(check["finding"] == "not_in_order" for check in plan.checks) if plan else 0,
    }


def next_of(oos: OutOfSpecification) -> NextAct:
    """Who acts next on an open OOS, and how."""
    return next_act(oos_facts(oos))


def open_blocker(oos: OutOfSpecification) -> Blocker:
    """An open OOS as the reason that bars a release: what is wrong, who acts next, who decides."""
    following = next_of(oos)
    then = "" if following.is_decision else " QA decides after that."
    return Blocker("oos_open", f"{oos} on {oos.lot} is open: {oos.result.row.name}. {following.sentence}{then}")


def analysts() -> list[Person]:
    """Everybody who may re-measure, by name."""
    people = Person.objects.filter(retired_at=None).prefetch_related("grants").order_by("printed_name")
    return [person for person in people if person.role_for(RECORD_RETEST)]


def analyst_named(user_id: str, at: datetime) -> Person | None:
    """The person, when role and training permit to re-measure."""
    found = next((person for person in analysts() if person.user_id == user_id), None)
    return None if found is None or found.blockers_for(RECORD_RETEST, at) else found


def touched_lots(oos: OutOfSpecification) -> list[tuple[Lot, str]]:
    """Other lots that the OOS may touch, each with why: made from this lot, from the same parents, or tested in the same run (LAB-19)."""
    found = {lot.pk: (lot, "made from this lot") for lot in descendants(oos.lot)}
    parents = LotInput.objects.filter(child=oos.lot).values("parent")
    for lot in Lot.objects.filter(inputs__parent__in=parents).exclude(pk=oos.lot_id).distinct().order_by("number"):
        found.setdefault(lot.pk, (lot, "made from the same parent"))
    if oos.result.run_id:
        for lot in Lot.objects.filter(results__run=oos.result.run_id).exclude(pk=oos.lot_id).distinct().order_by("number"):
            found.setdefault(lot.pk, (lot, "tested in the same run"))
    return sorted(found.values(), key=lambda pair: pair[0].number)
