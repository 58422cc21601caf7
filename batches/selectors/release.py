"""What stands against a decision on a lot, computed from its record, exceptions, ancestors and donors."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from batches.domain.commands import LIFT_HOLD, RELEASE_FOR_PROCESSING
from batches.domain.genealogy import SPLIT
from batches.domain.lifecycle import DISPOSITION, DISPOSITION_WORDS, INTERMEDIATES, RECORD_RULES, use_blocker
from batches.models import Lot
from batches.selectors.dispositions import decision_before_hold, dispositions_of
from batches.selectors.exceptions import exception_facts
from batches.selectors.genealogy import ancestors, described_by, donor_blockers, record_of
from batches.selectors.labels import open_labels
from batches.selectors.records import performers_of, unfinished
from batches.selectors.reworks import processed_again
from evgmp.rules.blocker import Blocker

# Reasons of other rooms against lifting a hold, for example an open OOS. Each takes the lot and gives blockers.
LIFT_HOLD_RULES: list[Callable[[Lot], list[Blocker]]] = []


def record_facts(lot: Lot) -> dict[str, Any]:
    """What the rules of DISPOSITION ask about."""
    batch = record_of(lot)
    older = ancestors(lot)
    standings = dispositions_of(older)
    again = processed_again([lot, *older])
    fallen = [a for a in older if standings[a.pk] in ("rejected", "recalled")]
    return {
        "stage": lot.stage,
        "unfinished": unfinished(batch) if batch else [f"{lot} has no batch record."],
        "fallen_ancestors": [f"{a} is {DISPOSITION_WORDS[standings[a.pk]]}" for a in fallen],
        "waiting_ancestors": [
            f"{a} is {DISPOSITION_WORDS[standings[a.pk]]}"
            for a in older
            if a not in fallen and not (a.pk in again and standings[a.pk] == "quarantine") and use_blocker(a.number, a.stage, standings[a.pk])
        ],
        "open_labels": open_labels(lot),
        **exception_facts(lot, older),
    }


def record_blockers(lot: Lot) -> list[Blocker]:
    """What in the batch record, the exceptions, the ancestors and the donors bars any release of a lot (DEV-04, REL-05)."""
    facts = record_facts(lot)
    return [blocker for rule in RECORD_RULES if (blocker := rule(facts))] + donor_blockers(lot)


def processing_blockers(lot: Lot) -> list[Blocker]:
    """What bars the release of an intermediate for further processing, whoever decides."""
    return DISPOSITION.blockers(RELEASE_FOR_PROCESSING, status=lot.disposition, facts=record_facts(lot)) + donor_blockers(lot)


def lift_blockers(lot: Lot) -> list[Blocker]:
    """Why a hold can't end now. A lot doesn't return to a release while its record, ancestors or donors speak against it."""
    found = DISPOSITION.blockers(LIFT_HOLD, status=lot.disposition)
    if not found and decision_before_hold(lot) != "quarantine":
        found += record_blockers(lot)
    return found + [blocker for rule in LIFT_HOLD_RULES for blocker in rule(lot)]


def part_blockers(lot: Lot, user_id: str) -> list[Blocker]:
    """Who took part in making a lot, or the lot it was split from, doesn't decide on it (SIG-08)."""
    for made in dict.fromkeys((lot, described_by(lot))):
        if part := performers_of(made).get(user_id):
            return [Blocker("took_part", f"You {part[0]}, so you can't decide on this lot. Another QA reviewer does.")]
    return []


def lots_to_release() -> list[Lot]:
    """Intermediates in quarantine whose batch record production has reviewed; a sub-lot has the record of the lot it is part of."""
    recorded = Q(batch__status="reviewed") | Q(inputs__purpose=SPLIT, inputs__parent__batch__status="reviewed")
    reviewed = Lot.objects.filter(recorded, stage__in=INTERMEDIATES, making_status="made").distinct().order_by("pk")
    standings = dispositions_of(reviewed)
    return [lot for lot in reviewed if standings[lot.pk] == "quarantine"]


def held_lots() -> list[tuple[Lot, str]]:
    """Lots on hold, each with the reason of its newest hold."""
    decided = Lot.objects.filter(dispositions__decision="hold").distinct().order_by("pk").prefetch_related("dispositions")
    standings = dispositions_of(decided)
    held = [lot for lot in decided if standings[lot.pk] == "hold"]
    return [(lot, [d.reason for d in lot.dispositions.all() if d.decision == "hold"][-1]) for lot in held]
