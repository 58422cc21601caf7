"""What the rules of an OOS ask for, who may re-measure, and which other lots it may touch."""

from datetime import datetime
from typing import Any

from batches.models import Lot, LotInput
from batches.selectors.genealogy import descendants
from evgmp.people.models import Person
from qc.domain.commands import RECORD_RETEST
from qc.models import OosPlan, OosRetest, OutOfSpecification


def plan_of(oos: OutOfSpecification) -> OosPlan | None:
    return OosPlan.objects.filter(oos=oos).first()


def retests_of(oos: OutOfSpecification) -> list[OosRetest]:
    return list(OosRetest.objects.filter(oos=oos).select_related("sample", "run").order_by("position"))


def oos_facts(oos: OutOfSpecification) -> dict[str, Any]:
    """What the status table of OOS records asks for."""
    plan, retests = plan_of(oos), retests_of(oos)
    return {
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
