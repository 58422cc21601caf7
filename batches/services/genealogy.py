"""Edges of the genealogy. Called by the commands that use up material, inside their own recording."""

from datetime import datetime
from decimal import Decimal

from batches.domain.age_limits import Origin, age_blockers
from batches.domain.genealogy import closes_circle
from batches.domain.lifecycle import PARENT_STAGES, same_unit
from batches.domain.master_file import read_master
from batches.domain.rework import REWORK, REWORKABLE, rework_blocker
from batches.models import STAGES, Container, Lot, LotInput
from batches.selectors.genealogy import Inherited, described_by, family, inherited, parents, record_of
from batches.selectors.lots import remaining, usable_blockers
from batches.selectors.pools import hold_objections, undecided_holds
from batches.selectors.reworks import authorised
from batches.services.reworks import rework_begun
from evgmp.compliance.recording import Recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken
from evgmp.web.components import value_text

HOLD_PASSED = "hold_passed"


def consume(
    rec: Recording, *, parent: Lot, child: Lot, quantity: Decimal, unit: str, container: Container | None = None, purpose: str = ""
) -> LotInput:
    """Record that `child` took `quantity` of `parent`, under the lock of both. Raises RuleBroken with every reason against it.

    The child is locked before the parent, always, so that two recordings can't wait for each other. The parent is saved, so
    that a page that still shows the earlier remainder is refused as out of date.
    """
    child = Lot.locked(pk=child.pk)
    parent = Lot.locked(pk=parent.pk)
    if blockers := consumption_blockers(parent, child, quantity, unit, container=container, at=rec.at):
        raise RuleBroken(*blockers)
    again = _is_again(parent, child)
    edge = LotInput(
        parent=parent, child=child, container=container, quantity=quantity, unit=unit, at=rec.at, purpose=REWORK if again else purpose
    )  # fmt: skip
    edge.save()
    if again and (row := authorised(parent)):
        rework_begun(row, child)
    parent.save()
    return edge


def consumption_blockers(
    parent: Lot, child: Lot, quantity: Decimal, unit: str, *, container: Container | None, at: datetime
) -> list[Blocker]:
    """Everything that speaks against this edge: stages, statuses, donors, circle, time, pool, unit and quantity (G1-G3)."""
    facts = inherited(parent)
    found = _child_blockers(parent, child)
    usable = usable_blockers(parent, on_day=site_day(at), facts=facts)
    # A lot that QA lets be processed again comes out of quarantine that way and by no release.
    found += [b for b in usable if b.key != "lot_in_quarantine"] if _is_authorised(parent, child) else usable
    found += _order_blockers(parent, child, at)
    found += _age_blockers(parent, child, facts, at)
    found += _pool_blockers(parent, child, facts) + _hold_blockers(parent, child, at)
    if parent.stage == "cell_bank" and container is None:
        found.append(Blocker("bank_by_vial", f"{parent} is a bank. Withdraw one of its vials instead."))
    return found + quantity_blockers(parent, quantity, unit)


def quantity_blockers(lot: Lot, quantity: Decimal, unit: str) -> list[Blocker]:
    """Why `quantity` can't be taken out of a lot. Call it under the lot's lock (G2)."""
    if quantity <= 0:
        return [Blocker("quantity_not_positive", "The quantity must be more than zero.", "quantity")]
    if not same_unit(unit, lot.unit):
        return [Blocker("unit_differs", f"{lot} is counted in {lot.unit}, not in {unit}. Enter the quantity in {lot.unit}.", "unit")]
    left = remaining(lot)
    if left is None:
        return [Blocker("quantity_unknown", f"The quantity made of {lot} is not recorded. Record it first.", "quantity")]
    if quantity > left:
        return [
            Blocker(
                "overdraw",
                f"{value_text(left, lot.unit)} of {lot} is left, so {value_text(quantity, unit)} can't be taken. Enter at most what is left.",
                "quantity",
            )
        ]
    return []


def _child_blockers(parent: Lot, child: Lot) -> list[Blocker]:
    if child.making_status != "in_process":
        return [Blocker("child_not_in_process", f"{child} is not in process, so nothing is added to it any more.")]
    if child.disposition in ("hold", "rejected"):
        return [Blocker("child_stopped", f"{child} is {'on hold' if child.disposition == 'hold' else 'rejected'}. Nothing is added to it.")]
    if _is_again(parent, child):
        return [blocker] if (blocker := _rework_blocker(parent, child)) else []
    if parent.stage not in PARENT_STAGES[child.stage]:
        wanted = " or ".join(_stage(one) for one in PARENT_STAGES[child.stage])
        into = _stage(child.stage)
        return [Blocker("stage_order", f"{parent} ({_stage(parent.stage)}) does not go into {'an' if into[0] == 'E' else 'a'} {into}. It takes: {wanted}.")]
    return []


def _is_again(parent: Lot, child: Lot) -> bool:
    """A made lot that goes through its own stage once more: reprocessing or reworking (EXE-23)."""
    return parent.stage == child.stage and parent.stage in REWORKABLE


def _rework_blocker(parent: Lot, child: Lot) -> Blocker | None:
    """A made lot goes into another of its stage only under QA's authorisation, by the procedure that it names (EXE-23)."""
    batch, row = record_of(child), authorised(parent)
    return rework_blocker(parent.number, batch.version.number if batch else "no procedure", row.procedure.number if row else "")


def _is_authorised(parent: Lot, child: Lot) -> bool:
    return _is_again(parent, child) and _rework_blocker(parent, child) is None


def _stage(stage: str) -> str:
    """A stage inside a sentence: “EV lot” and “TFF isolation run” keep their capitals."""
    name = STAGES[stage]
    return name if name[1].isupper() else name[0].lower() + name[1:]


def _age_blockers(parent: Lot, child: Lot, facts: Inherited, at: datetime) -> list[Blocker]:
    """The limits of passage, doublings and bank age that the child's master registers: beyond them nothing begins (EXE-11)."""
    batch = record_of(child)
    if batch is None:
        return [Blocker("no_batch_record", f"{child} has no batch record, so no master says what may go into it. Begin it from a master record.")]
    is_bank = parent.stage == "cell_bank"
    origin = Origin(
        parent=parent.number, stage=parent.stage, into=child.stage, is_commitment=getattr(child.typed, "is_commitment", False),
        passage=facts.passage_number, pdl=facts.cumulative_pdl, is_bank=is_bank,
        bank_days=(at - parent.made_on).days if is_bank and parent.made_on else None,
    )  # fmt: skip
    return age_blockers(read_master(batch.version.source_text), origin)


def _order_blockers(parent: Lot, child: Lot, at: datetime) -> list[Blocker]:
    """No circle, and nothing is used before it was made (G1)."""
    found = []
    if closes_circle(parent.pk, child.pk, [(e.parent_id, e.child_id) for e in family(parent).edges]):
        found.append(Blocker("circle", f"{parent} was itself made from {child}. A lot can't be its own ancestor."))
    if parent.made_on is not None and parent.made_on > at:
        found.append(Blocker("used_before_made", f"{parent} is recorded as made later than now. Check when it was made."))
    return found


def _pool_blockers(parent: Lot, child: Lot, facts: Inherited) -> list[Blocker]:
    """What is pooled has the same line and the same master version, and their media the same priming (G3, EXE-24).

    Vials of a bank are no pool. Status, expiry, unit and quantity are asked of every part by itself.
    """
    others = [other for other in parents(child) if other.pk != parent.pk]
    found: list[Blocker] = []
    for other in others:
        if (lines := {line.code for line in facts.lines}) != (theirs := {line.code for line in inherited(other).lines}):
            found.append(_pool_blocker(parent, other, "line", ", ".join(sorted(lines)), ", ".join(sorted(theirs))))
        if parent.stage != other.stage or parent.stage == "cell_bank":
            continue
        made, made_too = described_by(parent), described_by(other)
        one, two = _priming(parent), _priming(other)
        if one != two:
            found.append(_pool_blocker(parent, other, "priming", one, two))
        one, two = _version(made), _version(made_too)
        if one != two:
            found.append(_pool_blocker(parent, other, "master version", one, two))
        if found:
            break
    return found


def _hold_blockers(parent: Lot, child: Lot, at: datetime) -> list[Blocker]:
    """Every part of a pool was held inside its time and its temperature: the one that comes, and those that are in it (G3). A single lot
    that was held too long goes in when QA has accepted it (EXE-10)."""
    others = [other for other in parents(child) if other.pk != parent.pk]
    batch = record_of(child)
    if batch is None or parent.stage == "cell_bank":
        return []
    if not others:
        return [Blocker(HOLD_PASSED, f"{said} QA has to accept it before it is used.") for _, said, _ in undecided_holds(parent, batch, at)]
    said = [sentence for part in (parent, *others) for sentence in hold_objections(part, batch, at)]
    return [Blocker("pool_hold", f"{sentence} It can't be pooled; tell QA.") for sentence in said]


def _priming(lot: Lot) -> str:
    """How the media behind a lot, or the lot itself, were primed, in words; empty where there are no media."""
    media = [other for other in family(lot).lots if other.stage == "conditioned_media"]
    return ", ".join(sorted({described_by(one).conditionedmedia.priming or "none" for one in media}))


def _version(lot: Lot) -> str:
    batch = record_of(lot)
    return batch.version.number if batch else "none"


def _pool_blocker(parent: Lot, other: Lot, what: str, one: str, two: str) -> Blocker:
    return Blocker("pool_differs", f"{parent} and {other} differ in their {what} ({one}; {two}). They can't be pooled.")
